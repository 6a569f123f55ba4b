"""Puts the figures about raters into one report: joins estimates, flags and names."""

import math
import statistics
from collections.abc import Callable, Mapping, Sequence

from prefdesk import ratings
from prefdesk.project.report import (
    AgreementReport,
    Flag,
    Range,
    RaterReport,
    RatingReport,
    VerdictReport,
)
from prefdesk.records import Rater, Rating

MOST_PLAIN = 5000
"""Plain ratings kept in a report for the plot; all outliers are kept besides."""

EMPTY = Range(None, None, None)


def agreement_report(
    *,
    key: str,
    computed_ms: int,
    rows: Sequence[Rating],
    everything: ratings.RatingTable,
    kept: ratings.RatingTable,
    training: ratings.RatingTable,
    raters: Mapping[int, Rater],
    reason: Callable[[Rating], str],
    fdr: float,
) -> AgreementReport:
    """The report.

    Flags are looked for among all ratings, so that an excluded rater still shows why;
    agreement and biases speak of the ratings that count, the verdict of those among them that
    training would use. `rows` are the rows of `everything`.
    """
    if not rows:
        nothing = verdict_report(ratings.verdict(kept))
        return AgreementReport(key, computed_ms, 0, 0, 0, EMPTY, EMPTY, nothing, (), ())
    whole = ratings.fit(everything)
    model = ratings.fit(kept) if kept.n else whole
    flags = ratings.flag(everything, whole, fdr=fdr)
    return AgreementReport(
        key=key,
        computed_ms=computed_ms,
        n_ratings=len(rows),
        n_raters=len(everything.raters),
        n_items=len(everything.items),
        alpha=_range(ratings.alpha_interval(kept)) if kept.n else EMPTY,
        alpha_within=_range(ratings.within_alpha_interval(kept)) if kept.n else EMPTY,
        verdict=verdict_report(ratings.verdict(training)),
        raters=_raters(rows, everything, kept, whole, model, flags, raters, reason),
        ratings=_ratings(rows, everything, whole, flags, reason),
    )


def verdict_report(found: ratings.Verdict) -> VerdictReport:
    """The verdict as the rest of the program reads it."""
    return VerdictReport(found.word, found.sentence, _range(found.reliability))


def _raters(
    rows: Sequence[Rating],
    everything: ratings.RatingTable,
    kept: ratings.RatingTable,
    whole: ratings.RaterModel,
    model: ratings.RaterModel,
    flags: ratings.Flags,
    names: Mapping[int, Rater],
    reason: Callable[[Rating], str],
) -> tuple[RaterReport, ...]:
    counted = {r: i for i, r in enumerate(kept.raters)}
    agreement = {
        **_agreement(everything, whole),
        **(_agreement(kept, model) if kept.n else {}),
    }
    mean_precision = _mean_precision(model)
    reports = []
    for code, rater_id in enumerate(everything.raters):
        mine = [r for r in rows if r.rater_id == rater_id]
        at, source = (counted[rater_id], model) if rater_id in counted else (code, whole)
        spread = _finite(float(source.inconsistency[at]))
        reports.append(
            RaterReport(
                rater_id=int(rater_id),  # type: ignore[call-overload]
                name=names[int(rater_id)].name,  # type: ignore[call-overload]
                simulated=names[int(rater_id)].simulated,  # type: ignore[call-overload]
                excluded=rater_id not in counted,
                n=len(mine),
                bias=_finite(float(source.bias[at])),
                bias_se=_finite(float(source.bias_se[at])),
                inconsistency=spread,
                loo=agreement.get(rater_id, EMPTY),
                weight=1 / spread**2 / mean_precision if spread and mean_precision else None,
                median_s=_median([r.seconds for r in mine]),
                flags=tuple(
                    Flag(f.rule, f.p, f.q, f.sentence, dict(f.values))
                    for f in flags.raters
                    if f.rater == rater_id
                ),
            )
        )
    return tuple(reports)


def _agreement(table: ratings.RatingTable, model: ratings.RaterModel) -> dict[object, Range]:
    found = ratings.leave_one_out(table, model)
    return {rater: _range(found[code]) for code, rater in enumerate(table.raters)}


def _ratings(
    rows: Sequence[Rating],
    table: ratings.RatingTable,
    model: ratings.RaterModel,
    flags: ratings.Flags,
    reason: Callable[[Rating], str],
) -> tuple[RatingReport, ...]:
    standing_out = {f.row: f for f in flags.ratings}
    usual = model.quality[table.item] + model.bias[table.rater]
    plain = [i for i in range(len(rows)) if i not in standing_out]
    shown = sorted([*standing_out, *plain[:: max(1, math.ceil(len(plain) / MOST_PLAIN))]])
    reports = []
    for i in shown:
        r, flag = rows[i], standing_out.get(i)
        expected = flag.expected if flag else float(usual[i])
        reports.append(
            RatingReport(
                event_uid=r.event_uid.hex(),
                completion_id=r.completion_id,
                rater_id=r.rater_id,
                score=r.points,
                expected=expected,
                residual=r.points - expected,
                q=flag.q if flag else 1.0,
                kind=flag.kind if flag else "plain",
                excluded=bool(reason(r)),
            )
        )
    return tuple(reports)


def _mean_precision(model: ratings.RaterModel) -> float:
    precisions = [1 / float(v) ** 2 for v in model.inconsistency if math.isfinite(float(v)) and v]
    return statistics.fmean(precisions) if precisions else 0.0


def _median(seconds: Sequence[float | None]) -> float | None:
    known = [s for s in seconds if s is not None]
    return statistics.median(known) if known else None


def _range(found: ratings.Interval) -> Range:
    return Range(_finite(found.value), _finite(found.low), _finite(found.high))


def _finite(value: float | None) -> float | None:
    return float(value) if value is not None and math.isfinite(value) else None
