"""Puts the figures about raters into one report: joins estimates, flags and names."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from prefdesk import ratings
from prefdesk.project import design
from prefdesk.project.coefficients import coefficients, draws_for
from prefdesk.project.labels import STATED, Labels, overlap
from prefdesk.project.ranges import as_range, finite
from prefdesk.project.report import (
    NO_RANGE,
    AgreementReport,
    Flag,
    LabelReport,
    Range,
    RaterReport,
    RatingReport,
    VerdictReport,
)
from prefdesk.project.tables import table_of
from prefdesk.ratings import usage
from prefdesk.ratings.agreement import leave_one_out_rank
from prefdesk.ratings.flags import Tell, untold
from prefdesk.ratings.null import Screen
from prefdesk.ratings.slopes import scale_use
from prefdesk.records import SCALE, Rater, Rating
from prefdesk.store.columns import Columns

MOST_PLAIN = 5000
"""Plain ratings kept in a report for the plot; all outliers are kept besides."""


@dataclass(frozen=True)
class Described:
    """A report with the ratings that count and the model fitted to them (None: no rating).

    `labels` says where labels lie in the table.
    """

    report: AgreementReport
    kept: ratings.RatingTable
    model: ratings.RaterModel | None
    labels: Labels = STATED


def agreement_report(
    *,
    key: str,
    computed_ms: int,
    rows: Columns,
    kept: Columns,
    training: Columns,
    raters: Mapping[int, Rater],
    reason: Callable[[Rating], str],
    fdr: float,
    occasions: Columns | None = None,
    timed: bool = True,
    scale: tuple[float, float] = SCALE,
    seed: int = 0,
    checks: Mapping[Hashable, tuple[int, int]] | None = None,
    lengths: Mapping[Hashable, float] | None = None,
    labels: Labels = STATED,
    tell: Tell = untold,
    early: Callable[[AgreementReport], None] = lambda report: None,
) -> Described:
    """The report.

    Flags are looked for among all ratings, so that an excluded rater still shows why;
    agreement and biases speak of the ratings that count (`kept`), the verdict of those among
    them that training would use. `occasions` are all judgements of answers, also those that a
    later one by the same rater replaced; `timed` says that `hlc` is when a rating was given;
    `checks` maps raters (by id) to the attention checks they (found, missed); `lengths` gives
    the characters of each answer's text, `labels` where labels lie. `tell` hears how much is
    done, and what it raises ends the work; `early` is given the report without what stands out.
    """
    everything = table_of(rows, labels.points, timed=timed)
    counted = everything if kept is rows else table_of(kept, labels.points, timed=timed)
    if not len(rows):
        return Described(_empty(key, computed_ms, counted, fdr, seed), counted, None)
    tell(0.02)
    whole = ratings.fit(everything, scale=scale)
    model = _fitted(counted, everything, whole, scale) or whole
    tell(0.1)
    found = coefficients(counted, model, scale, seed, lambda share: tell(0.1 + 0.3 * share))
    alpha = next((c.these for c in found if c.form == "alpha_interval"), NO_RANGE)
    within = ratings.within_alpha_interval(counted, n=draws_for(counted.n), seed=seed)
    bins = usage.bins_of(everything.score, scale)
    taught = counted if training is kept else table_of(training, labels.points, timed=timed)
    teacher = _fitted(taught, counted, model, scale)
    verdict = verdict_report(ratings.verdict(taught, teacher))
    tell(0.45)
    people = _Raters(everything, counted, whole, model, raters, bins)
    people.add_repeats(occasions, labels.points)
    report = AgreementReport(
        key=key,
        computed_ms=computed_ms,
        n_ratings=len(rows),
        n_raters=len(everything.raters),
        n_items=len(everything.items),
        alpha=alpha,
        alpha_within=as_range(within),
        verdict=verdict,
        raters=people.all(),
        ratings=(),
        coefficients=found,
        pairs=design.pair_agreement(counted),
        design=design.design_report(counted if counted.n else everything, model),
        bins=bins,
        fdr=fdr,
        seed=seed,
        labels=_labels(kept, labels),
    )
    early(report)
    flags = ratings.flag(
        everything, whole, fdr=fdr, seed=seed, checks=checks, lengths=lengths,
        tell=lambda share: tell(0.5 + 0.45 * share),
    )  # fmt: skip
    report = replace(
        report,
        raters=people.all(flags),
        ratings=_ratings(rows, everything, whole, flags, reason, labels.points),
    )
    return Described(report, counted, model if counted.n else None, labels)


def _empty(
    key: str, computed_ms: int, table: ratings.RatingTable, fdr: float, seed: int
) -> AgreementReport:
    """The report of a project in which nothing is rated."""
    nothing = verdict_report(ratings.verdict(table))
    return AgreementReport(
        key, computed_ms, 0, 0, 0, NO_RANGE, NO_RANGE, nothing, (), (), fdr=fdr, seed=seed
    )


def _fitted(
    table: ratings.RatingTable,
    known: ratings.RatingTable,
    model: ratings.RaterModel,
    scale: tuple[float, float],
) -> ratings.RaterModel | None:
    """The model of a table, which is at hand if it is the known table; None without ratings."""
    if table is known:
        return model
    return ratings.fit(table, scale=scale) if table.n else None


def _repeated(occasions: Columns, points: tuple[float, ...]) -> list[tuple[int, int, float]]:
    """Rater, answer and points, in time, of what somebody judged more than once."""
    order = np.lexsort((occasions.completion, occasions.rater))
    same = np.diff(occasions.rater[order]) == 0
    same &= np.diff(occasions.completion[order]) == 0
    rows = np.union1d(order[:-1][same], order[1:][same])
    some = occasions.take(rows[np.argsort(occasions.hlc[rows], kind="stable")])
    columns = (some.rater, some.completion, some.points(points))
    return list(zip(*(c.tolist() for c in columns), strict=True))


def _labels(kept: Columns, labels: Labels) -> LabelReport:
    n = int(kept.label.sum())
    joint = labels.joint is not None
    return LabelReport(n, labels.points, labels.fitted, joint, overlap(kept)) if n else _NO_LABELS


_NO_LABELS = LabelReport()


def items_of(described: Described, item_name: Callable[[int], Any] = int) -> list[dict[str, Any]]:
    """Every rated item: plain mean, and what the model makes of it (posterior mean and sd)."""
    table, model = described.kept, described.model
    if model is None:
        return []
    n = table.item_counts
    total = np.bincount(table.item, table.score, len(table.items))
    joint = described.labels.joint
    found = ratings.rewards(model, table) if joint is None else ratings.joint_rewards(joint)
    told = {one.item: one for one in found}
    return [
        {"item": item_name(int(str(key))), "n": int(n[i]), "mean": float(total[i] / n[i]),
         "quality": told[key].quality, "se": told[key].se}
        for i, key in enumerate(table.items) if n[i]
    ]  # fmt: skip


def verdict_report(found: ratings.Verdict) -> VerdictReport:
    """The verdict as the rest of the program reads it."""
    return VerdictReport(found.word, found.sentence, as_range(found.reliability))


class _Raters:
    """The figures of all raters; those of one who is left out come from the fit to everything."""

    def __init__(
        self,
        everything: ratings.RatingTable,
        kept: ratings.RatingTable,
        whole: ratings.RaterModel,
        model: ratings.RaterModel,
        names: Mapping[int, Rater],
        bins: tuple[float, ...],
    ) -> None:
        self.table, self.whole, self.model, self.names = everything, whole, model, names
        self.counted = {r: i for i, r in enumerate(kept.raters)}
        self.loo = _by_key(everything, ratings.leave_one_out(everything, whole))
        self.rank = _ranked(everything, whole)
        self.vital: dict[object, float | None] = {}
        if kept.n:
            self.loo |= _by_key(kept, ratings.leave_one_out(kept, model))
            self.rank |= _ranked(kept, model)
            alone = ratings.vitality(kept).tolist()
            self.vital = {k: finite(v) for k, v in zip(kept.raters, alone, strict=True)}
        self.usage = usage.usage(everything, whole, bins)
        self.slopes = scale_use(everything, whole)
        self.flags: dict[object, list[Flag]] = {}
        self.repeats: Mapping[int, tuple[ratings.Interval, int]] = {}
        self.precision = _mean_precision(model)

    def add_repeats(self, occasions: Columns | None, points: tuple[float, ...]) -> None:
        if occasions is not None:
            self.repeats = usage.repeats(_repeated(occasions, points))

    def all(self, flags: ratings.Flags | None = None) -> tuple[RaterReport, ...]:
        for f in flags.raters if flags else ():
            one = Flag(f.rule, f.p, f.q, f.sentence, f.values)
            self.flags.setdefault(f.rater, []).append(one)
        return tuple(
            self.one(code, key, *self.repeats.get(int(key), (ratings.TOO_FEW, 0)))  # type: ignore[call-overload]
            for code, key in enumerate(self.table.raters)
        )

    def one(self, code: int, key: object, repeat: ratings.Interval, n_repeats: int) -> RaterReport:
        rater = self.names[int(key)]  # type: ignore[call-overload]
        at, source = (self.counted[key], self.model) if key in self.counted else (code, self.whole)
        spread = finite(float(source.inconsistency[at]))
        u = self.usage
        return RaterReport(
            rater_id=rater.id,
            name=rater.name,
            simulated=rater.simulated,
            excluded=key not in self.counted,
            n=int(u.n[code]),
            bias=finite(float(source.bias[at])),
            bias_se=finite(float(source.bias_se[at])),
            inconsistency=spread,
            loo=self.loo.get(key, NO_RANGE),
            weight=1 / spread**2 / self.precision if spread and self.precision else None,
            median_s=u.median_s[code],
            flags=tuple(self.flags.get(key, ())),
            loo_rank=self.rank.get(key, NO_RANGE),
            vitality=self.vital.get(key),
            drift=as_range(u.drift[code]),
            modal_share=float(u.modal_share[code]),
            entropy=abs(float(u.entropy[code])),
            scale_use=self._slope(code),
            repeat=as_range(repeat),
            n_repeats=n_repeats,
            histogram=tuple(u.histogram[code].tolist()),
            course=u.course[code],
        )

    def _slope(self, code: int) -> Range:
        value, low, high = (finite(float(column[code])) for column in self.slopes)
        return Range(value, low, high) if value is not None else NO_RANGE


def _by_key(table: ratings.RatingTable, found: ratings.Agreement) -> dict[object, Range]:
    return {rater: as_range(found[code]) for code, rater in enumerate(table.raters)}


def _ranked(table: ratings.RatingTable, model: ratings.RaterModel) -> dict[object, Range]:
    found = leave_one_out_rank(table, model)
    return {rater: as_range(one) for rater, one in zip(table.raters, found, strict=True)}


def _ratings(
    rows: Columns,
    table: ratings.RatingTable,
    model: ratings.RaterModel,
    flags: ratings.Flags,
    reason: Callable[[Rating], str],
    label_points: tuple[float, ...],
) -> tuple[RatingReport, ...]:
    standing_out = {f.row: f for f in flags.ratings}
    usual = model.quality[table.item] + model.bias[table.rater]
    place = usage.positions(table)
    plain = np.setdiff1d(np.arange(len(rows)), list(standing_out), assume_unique=True)
    # Raters take turns from answer to answer: every nth rating could leave one of them out.
    some = np.random.default_rng(0).permutation(plain)[:MOST_PLAIN]
    student = _studentised(table, flags) if standing_out else None
    reports = []
    for i in sorted([*standing_out, *some.tolist()]):
        r, flag = rows[i], standing_out.get(i)
        expected = flag.expected if flag else float(usual[i])
        score = r.on_scale(label_points)
        reports.append(
            RatingReport(
                event_uid=r.event_uid.hex(),
                completion_id=r.completion_id,
                rater_id=r.rater_id,
                score=score,
                expected=expected,
                residual=score - expected,
                q=flag.q if flag else 1.0,
                kind=flag.kind if flag else "plain",
                excluded=bool(reason(r)),
                position=None if place is None else int(place[i]),
                student=finite(student[i]) if student is not None and flag else None,
            )
        )
    return tuple(reports)


def _studentised(table: ratings.RatingTable, flags: ratings.Flags) -> list[float]:
    """Each residual over its predictive sd, from the fit without the flagged raters."""
    kept = np.isfinite(flags.model.bias)
    found: list[float] = (
        Screen(table, flags.model, kept).of(table.score[:, None]).student[:, 0].tolist()
    )
    return found


def _mean_precision(model: ratings.RaterModel) -> float:
    spread = model.inconsistency[np.isfinite(model.inconsistency) & (model.inconsistency > 0)]
    return float((1 / spread**2).mean()) if spread.size else 0.0
