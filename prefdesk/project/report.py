"""What the project says about its raters: frozen, and the same after a trip through JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
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


NO_RANGE = Range(None, None, None)


@dataclass(frozen=True, slots=True)
class RaterReport:
    """One rater: `bias` and `inconsistency` in points of the scale, `loo` the Pearson correlation
    with the rest (`loo_rank`: Spearman), `weight` the share of an average rater's say.

    `scale_use` is the slope of the scores on quality (1: like the panel), `vitality` alpha with
    the rater minus alpha without, `drift` the change of the residual in points per 100 ratings,
    `modal_share` the share of the commonest score and `entropy` of all scores in bits.
    `repeat` is the correlation of the rater with himself over `n_repeats` answers judged twice.
    `histogram` counts the scores in `AgreementReport.bins`; `course` holds (position in the
    rater's own sequence, mean residual in points) of up to 40 runs of ratings.
    """

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
    loo_rank: Range = NO_RANGE
    scale_use: Range = NO_RANGE
    vitality: float | None = None
    drift: Range = NO_RANGE
    modal_share: float | None = None
    entropy: float | None = None
    repeat: Range = NO_RANGE
    n_repeats: int = 0
    histogram: tuple[int, ...] = ()
    course: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class RatingReport:
    """One rating with what was expected of it; `kind` is outlier, disputed or plain.

    `position` counts in the rater's own sequence, from 1. `student` is the residual over its
    predictive standard deviation, for ratings that stand out.
    """

    event_uid: str
    completion_id: int
    rater_id: int
    score: float
    expected: float
    residual: float
    q: float
    kind: str
    excluded: bool
    position: int | None = None
    student: float | None = None


@dataclass(frozen=True, slots=True)
class VerdictReport:
    """usable, weak, no_signal or not_estimable, with one sentence and the reliability."""

    word: str
    sentence: str
    reliability: Range


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One figure of agreement; `form` is its name, as in `alpha_ordinal`, `ac2` or `icc_2_k`.

    `these` speaks of these raters (interval over items), `like_these` of raters like these
    (interval over items and raters). Where there is no value, `reason` says why in a sentence.
    """

    form: str
    these: Range
    like_these: Range = NO_RANGE
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PairAgreement:
    """Two raters (ids): Pearson correlation over the `n` answers both judged; None: too few."""

    first: int
    second: int
    r: float | None
    n: int


@dataclass(frozen=True, slots=True)
class DesignReport:
    """Who judged what: `coverage` holds (ratings per answer, answers), `components` the number of
    sets of raters that no shared answer joins, `warnings` what these data cannot say."""

    coverage: tuple[tuple[int, int], ...] = ()
    components: int = 1
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LabelReport:
    """Where labels went in, among the `n` ratings that count: at these points of the scale.

    `fitted`: estimated from the `n_both` answers that have a score and a label; `joint`: rewards
    take each kind through its own link, and the points serve the figures about raters.
    """

    n: int = 0
    points: tuple[float, ...] = ()
    fitted: bool = False
    joint: bool = False
    n_both: int = 0

    @property
    def sentence(self) -> str:
        """The same for people; empty where there are no labels."""
        if not self.n:
            return ""
        *first, last = (f"{p:.1f}" for p in self.points)
        at = f"Labels stand at {', '.join(first)} and {last} points"
        if not self.fitted:
            return f"{at}, a stated choice: too few answers have both a score and a label."
        said = f"{at}, estimated from {self.n_both} answers with both a score and a label"
        if not self.joint:
            return f"{said}; rewards use these points."
        return f"{said}; rewards take scores and labels each through a link of its own."


@dataclass(frozen=True, slots=True)
class AgreementReport:
    """Who agrees with whom, and what stands out, as of `computed_ms`.

    `coefficients` holds every figure of agreement, `pairs` those of two raters (of the raters
    with most ratings where there are many), `bins` the edges of the raters' histograms, `fdr`
    the false discovery rate of the flags and `seed` that of the draws behind the intervals.
    """

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
    coefficients: tuple[Coefficient, ...] = ()
    pairs: tuple[PairAgreement, ...] = ()
    design: DesignReport = DesignReport()
    bins: tuple[float, ...] = ()
    fdr: float | None = None
    seed: int = 0
    labels: LabelReport = LabelReport()

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
        verdict = body["verdict"]
        design = body.get("design", {})
        return cls(
            **{
                **body,
                "alpha": Range(**body["alpha"]),
                "alpha_within": Range(**body["alpha_within"]),
                "verdict": VerdictReport(
                    verdict["word"], verdict["sentence"], Range(**verdict["reliability"])
                ),
                "raters": tuple(_rater(r) for r in body["raters"]),
                "ratings": tuple(RatingReport(**r) for r in body["ratings"]),
                "coefficients": tuple(
                    Coefficient(**_ranges(Coefficient, c)) for c in body.get("coefficients", ())
                ),
                "pairs": tuple(PairAgreement(**p) for p in body.get("pairs", ())),
                "design": DesignReport(
                    tuple((int(a), int(b)) for a, b in design.get("coverage", ())),
                    design.get("components", 1),
                    tuple(design.get("warnings", ())),
                ),
                "bins": tuple(body.get("bins", ())),
                "labels": LabelReport(
                    **{**(told := body.get("labels", {})), "points": tuple(told.get("points", ()))}
                ),
            }
        )


def _rater(body: Mapping[str, Any]) -> RaterReport:
    return RaterReport(
        **{
            **_ranges(RaterReport, body),
            "flags": tuple(Flag(**f) for f in body["flags"]),
            "histogram": tuple(body.get("histogram", ())),
            "course": tuple((float(a), float(b)) for a, b in body.get("course", ())),
        }
    )


def _ranges(kind: type, body: Mapping[str, Any]) -> dict[str, Any]:
    """The body with each field of type `Range` made one."""
    names = {f.name for f in fields(kind) if f.type is Range}
    return {k: Range(**v) if k in names else v for k, v in body.items()}
