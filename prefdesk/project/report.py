"""What the project says about its raters: frozen, and the same after a trip through JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Range:
    """A figure with its 95 % interval; `None` where there is too little to say."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Flag:
    """Why a rater stands out: the rule, its figures, and one sentence."""

    rule: str
    p: float
    q: float
    sentence: str
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class RaterReport:
    """One rater: `bias` and `inconsistency` in points of the scale, `loo` the correlation with
    the rest, `weight` the share of an average rater's say."""

    rater_id: int
    name: str
    simulated: bool
    excluded: bool
    n: int
    bias: float | None
    bias_se: float | None
    inconsistency: float | None
    loo: Range
    weight: float | None
    median_s: float | None
    flags: tuple[Flag, ...]


@dataclass(frozen=True, slots=True)
class RatingReport:
    """One rating with what was expected of it; `kind` is outlier, disputed or plain."""

    event_uid: str
    completion_id: int
    rater_id: int
    score: float
    expected: float
    residual: float
    q: float
    kind: str
    excluded: bool


@dataclass(frozen=True, slots=True)
class VerdictReport:
    """usable, weak, no_signal or not_estimable, with one sentence and the reliability."""

    word: str
    sentence: str
    reliability: Range


@dataclass(frozen=True, slots=True)
class AgreementReport:
    """Who agrees with whom, and what stands out, as of `computed_ms`."""

    key: str
    computed_ms: int
    n_ratings: int
    n_raters: int
    n_items: int
    alpha: Range
    alpha_within: Range
    verdict: VerdictReport
    raters: tuple[RaterReport, ...]
    ratings: tuple[RatingReport, ...]

    @property
    def outliers(self) -> tuple[RatingReport, ...]:
        """The ratings that stand out."""
        return tuple(r for r in self.ratings if r.kind != "plain")

    def to_document(self) -> dict[str, Any]:
        """Plain dicts and lists."""
        return asdict(self)

    @classmethod
    def from_document(cls, body: Mapping[str, Any]) -> "AgreementReport":
        """The report that `to_document` wrote."""
        raters = tuple(
            RaterReport(
                **{
                    **r,
                    "loo": Range(**r["loo"]),
                    "flags": tuple(Flag(**f) for f in r["flags"]),
                }
            )
            for r in body["raters"]
        )
        verdict = body["verdict"]
        return cls(
            **{
                **body,
                "alpha": Range(**body["alpha"]),
                "alpha_within": Range(**body["alpha_within"]),
                "verdict": VerdictReport(
                    verdict["word"], verdict["sentence"], Range(**verdict["reliability"])
                ),
                "raters": raters,
                "ratings": tuple(RatingReport(**r) for r in body["ratings"]),
            }
        )
