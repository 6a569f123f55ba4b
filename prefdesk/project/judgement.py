"""From ratings to rewards: joins the store's ratings with the mathematics of raters.

Everything here is computed from the ratings that count now, less the exclusions, and kept until
one of them changes. A report is stored in the project with the key of the ratings it came from.
"""

import hashlib
import json
import math
import threading
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np

from prefdesk import ratings, store
from prefdesk.errors import InputError
from prefdesk.project import agreement_tables, methods
from prefdesk.project.core import Core
from prefdesk.project.describe import Described, agreement_report, items_of, verdict_report
from prefdesk.project.report import AgreementReport, VerdictReport
from prefdesk.project.settings import ProjectSettings
from prefdesk.records import REPLACED, Exclusion, Rater, Rating, Reward, RewardPart, Split

REPORT = "report/agreement"
WORDS = ("no_signal", "not_estimable", "weak", "usable")
"""Verdicts, worst first: a criterion that is hardly judged must not hide one that is noise."""


@dataclass(frozen=True, slots=True)
class Excluded:
    """Which ratings are left out, and why."""

    raters: Mapping[int, Exclusion]
    events: Mapping[bytes, Exclusion]

    def reason(self, rating: Rating) -> str:
        """Why this rating is left out; empty if it counts."""
        found = self.events.get(rating.event_uid) or self.raters.get(rating.rater_id)
        return found.reason if found else ""


@dataclass(frozen=True)
class Fitted:
    """The model of one criterion with the ratings it was fitted to, row by row.

    `share` is the criterion's part of the project's weights.
    """

    share: float
    rows: Sequence[Rating]
    table: ratings.RatingTable
    model: ratings.RaterModel


class Judgement:
    """`project.judgement`: agreement, outliers, rewards and what they are made of."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._lock = threading.Lock()
        self._kept: dict[Split | None, tuple[str, list[Fitted]]] = {}

    def excluded(self) -> Excluded:
        """The exclusions in force."""
        active = self._core.query(store.exclusions.active)
        return Excluded(
            {e.rater_id: e for e in active if e.scope == "rater"},
            {e.event_uid: e for e in active if e.event_uid is not None},
        )

    def key(self) -> str:
        """Changes whenever a rating, an exclusion or a setting that matters does."""
        with self._core.read() as c:
            settings = ProjectSettings.from_json(store.meta.get(c, "settings"))
            state = (
                store.events.count(c),
                len(store.exclusions.log(c)),
                [e.uid.hex() for e in store.exclusions.active(c)],
                [(k.name, k.weight) for k in settings.criteria],
                settings.question,
                settings.fdr,
                store.prompts.split_mark(c),
            )
        return hashlib.blake2b(json.dumps(state).encode(), digest_size=8).hexdigest()

    def agreement(self, *, fresh: bool = False) -> AgreementReport:
        """The report on the ratings as they are; stored ones are used while they are current."""
        known = self.stored()
        if known is not None and not fresh and self.is_current(known):
            return known
        report = self.compute()
        if self._core.store.mode == "w":
            text = json.dumps(report.to_document())
            self._core.mutate(lambda c: store.meta.put(c, REPORT, text), "reports")
        return report

    def stored(self) -> AgreementReport | None:
        """The last report, current or not."""
        text = self._core.query(lambda c: store.meta.get(c, REPORT))
        with store.reading("the report of agreement"):
            return AgreementReport.from_document(json.loads(text)) if text else None

    def is_current(self, report: AgreementReport) -> bool:
        """True if nothing changed since this report was made."""
        return report.key == self.key()

    def compute(self) -> AgreementReport:
        """Work the report out now; it speaks of the first criterion."""
        return self.described().report

    def described(self) -> Described:
        """The same with the ratings that count and the model fitted to them."""
        with self._core.read() as c:
            settings = ProjectSettings.from_json(store.meta.get(c, "settings"))
            raters = store.raters.all(c)
            current = store.events.current(c)
            trained = set(store.prompts.ids(c, "train"))
        first = settings.criteria[0].name
        occasions = sorted((r for r in current if r.criterion == first), key=lambda r: r.hlc)
        rows = newest([r for r in current if r.criterion == first])
        excluded = self.excluded()
        kept = [r for r in rows if not excluded.reason(r)]
        return agreement_report(
            key=self.key(),
            computed_ms=int(time.time() * 1000),
            rows=rows,
            everything=table_of(rows),
            kept=table_of(kept),
            training=table_of([r for r in kept if r.prompt_id in trained]),
            raters={r.id: r for r in raters},
            reason=excluded.reason,
            fdr=settings.fdr,
            occasions=occasions,
        )

    def around(self, report: AgreementReport) -> Described:
        """A current report with the ratings that count and their model, flags not sought anew."""
        with self._core.read() as c:
            settings = ProjectSettings.from_json(store.meta.get(c, "settings"))
            current = newest(store.events.current(c))
        excluded, first = self.excluded(), settings.criteria[0].name
        kept = [r for r in current if r.criterion == first and not excluded.reason(r)]
        table = table_of(kept)
        return Described(report, table, ratings.fit(table) if kept else None)

    def methods(self, form: methods.Form = "text") -> str:
        """The paragraph for a paper, as plain text or LaTeX, from the report as it is now."""
        return methods.paragraph(self.agreement(), self._left_out(), form)

    def write_tables(self, folder: str | Path, *, overwrite: bool = False) -> list[Path]:
        """Write raters, coefficients, outlying ratings, items, exclusions and rewards as CSV."""
        around = self.around(self.agreement())
        made = agreement_tables.tables(around.report, items_of(around), self._left_out())
        rewards = [asdict(r) for r in self.rewards()]
        made["rewards"] = (tuple(f.name for f in fields(Reward)), rewards)
        return agreement_tables.write(folder, made, overwrite=overwrite)

    def _left_out(self) -> list[tuple[str, str, str]]:
        """Rater, what was left out and why, of the exclusions in force."""
        with self._core.read() as c:
            names = {r.id: r.name for r in store.raters.all(c)}
            active = store.exclusions.active(c)
        what = {"rater": "all ratings", "rating": "one rating"}
        return [(names[e.rater_id], what.get(e.scope, "later ratings"), e.reason) for e in active]

    def rewards(self) -> list[Reward]:
        """The reward of every rated completion of the training split.

        Criteria are combined by their weights. One that nobody judged stands at its mean, with
        reliability 0: its answer is neither better nor worse for that.
        """
        fits = self._fits("train")
        sums: dict[int, _Sum] = {}
        for f in fits:
            prompt_of = {r.completion_id: r.prompt_id for r in f.rows}
            for one in ratings.rewards(f.model, f.table):
                item = int(one.item)  # type: ignore[call-overload]
                if one.n:
                    sums.setdefault(item, _Sum(item, prompt_of[item])).add(one, f.share)
        squares = sum(f.share**2 for f in fits)
        return [sums[i].reward(squares) for i in sorted(sums)]

    def scores(self) -> dict[int, float]:
        """What people think of each completion judged on every criterion, in points.

        Bias-corrected but NOT shrunk, and from both splits: for comparing checkpoints. Shrinkage
        takes the answers of two checkpoints for exchangeable and would hide their difference.
        """
        fits = self._fits(None)
        found: dict[int, list[float]] = {}
        for f in fits:
            for item, mean in zip(f.table.items, f.model.means.tolist(), strict=True):
                if math.isfinite(mean):
                    found.setdefault(int(item), []).append(f.share * mean)  # type: ignore[call-overload]
        judged = sum(f.share for f in fits)
        return {i: sum(v) / judged for i, v in found.items() if len(v) == len(fits)}

    def verdict(self, completion_ids: Collection[int]) -> VerdictReport:
        """Whether the rewards of these completions carry a signal, within prompts.

        With several criteria the least reliable one speaks.
        """
        wanted = set(completion_ids)
        found = [
            ratings.verdict(
                f.table, f.model, items=np.array([i in wanted for i in f.table.items], dtype=bool)
            )
            for f in self._fits("train")
        ]
        if not found:
            return verdict_report(ratings.verdict(table_of([])))
        return verdict_report(min(found, key=lambda v: WORDS.index(v.word)))

    def parts(self, completion_id: int) -> list[RewardPart]:
        """The ratings behind one reward, those that were left out among them."""
        with self._core.read() as c:
            names = {r.id: r for r in store.raters.all(c)}
            current = store.events.current(c, completion_id=completion_id)
        if not current:
            raise InputError(f"Completion {completion_id} has no ratings.")
        weights = self._weights(completion_id)
        excluded, counted = self.excluded(), {r.event_uid for r in newest(current)}
        return [
            self._part(
                r,
                names[r.rater_id],
                weights,
                excluded.reason(r) or ("" if r.event_uid in counted else REPLACED),
            )
            for r in current
        ]

    def _part(
        self, rating: Rating, rater: Rater, weights: Mapping[bytes, tuple[float, float]], why: str
    ) -> RewardPart:
        bias, weight = weights.get(rating.event_uid, (0.0, 0.0))
        return RewardPart(
            rater_id=rater.id,
            rater=rater.name,
            event_uid=rating.event_uid,
            score=rating.points,
            bias=bias,
            weight=weight,
            kept=not why,
            rule=why,
            comment=rating.comment,
        )

    def _weights(self, completion_id: int) -> dict[bytes, tuple[float, float]]:
        """Bias correction and share of the reward of each kept rating of a completion."""
        found: dict[bytes, tuple[float, float]] = {}
        for split in ("train", None):
            mine = [f for f in self._fits(split) if completion_id in f.table.items]
            total = sum(f.share for f in mine)
            for f in mine:
                for part in ratings.parts(f.model, f.table, completion_id):
                    uid = f.rows[part.row].event_uid
                    found.setdefault(uid, (part.bias, part.weight * f.share / total))
            if mine:
                break  # a training completion's reward; both splits speak only of the others
        return found

    def _fits(self, split: Split | None) -> list[Fitted]:
        """One fitted model for each criterion that has ratings; kept until something changes.

        Rewards come from the training split alone: the spread among evaluation answers must not
        set the scale of what a round trains on. `None` takes both, for scores.
        """
        key = self.key()
        with self._lock:
            if split not in self._kept or self._kept[split][0] != key:
                self._kept[split] = (key, self._fit(split))
            return self._kept[split][1]

    def _fit(self, split: Split | None) -> list[Fitted]:
        with self._core.read() as c:
            settings = ProjectSettings.from_json(store.meta.get(c, "settings"))
            current = newest(store.events.current(c, split=split))
        excluded = self.excluded()
        counted = [r for r in current if not excluded.reason(r)]
        total = sum(c.weight for c in settings.criteria)
        fits = []
        for criterion in settings.criteria:
            rows = [r for r in counted if r.criterion == criterion.name]
            if rows and criterion.weight > 0:
                table = table_of(rows)
                share = criterion.weight / total
                fits.append(Fitted(share, rows, table, ratings.fit(table)))
        return fits


class _Sum:
    """Adds the criteria of one completion up; their errors are taken as independent."""

    def __init__(self, completion_id: int, prompt_id: int) -> None:
        self._ids = (completion_id, prompt_id)
        self._quality = self._variance = self._reliability = self._reward = self._share = 0.0
        self._n = 0

    def add(self, one: ratings.ItemReward, share: float) -> None:
        """One criterion's reward with its share."""
        self._quality += share * one.quality
        self._variance += (share * one.se) ** 2
        self._reliability += share**2 * one.reliability
        self._reward += share * one.reward
        self._share += share
        self._n += one.n

    def reward(self, squares: float) -> Reward:
        """The combined reward; `squares` is the sum of all criteria's squared shares.

        R = sum w r has the prior variance sum w^2 and the posterior variance sum w^2 (1 - rho),
        so its reliability is sum w^2 rho / sum w^2.
        """
        return Reward(
            *self._ids,
            quality=self._quality / self._share,
            se=self._variance**0.5 / self._share,
            reliability=self._reliability / squares,
            reward=self._reward,
            n_ratings=self._n,
        )


def newest(rows: Sequence[Rating]) -> list[Rating]:
    """Each rater's last word on an answer and criterion, in the order of `rows`.

    Somebody who judges an answer twice, on another day or first by label and then by score, is
    one opinion: counted twice, people would be found to agree with themselves.
    """
    last: dict[tuple[int, int, str], Rating] = {}
    for r in rows:
        place = (r.rater_id, r.completion_id, r.criterion)
        if place not in last or (last[place].hlc, last[place].event_uid) < (r.hlc, r.event_uid):
            last[place] = r
    kept = {r.event_uid for r in last.values()}
    return [r for r in rows if r.event_uid in kept]


def table_of(rows: Sequence[Rating], *, timed: bool = True) -> ratings.RatingTable:
    """The ratings as columns for the mathematics; labels lie at their points of the scale.

    `timed` says that `hlc` is when a rating was given; the column `order` counts along it.
    """
    order = np.empty(len(rows))
    order[np.argsort(np.array([r.hlc for r in rows], dtype=np.int64), kind="stable")] = np.arange(
        len(rows)
    )
    known = any(r.seconds is not None for r in rows)
    return ratings.RatingTable.from_columns(
        [r.rater_id for r in rows],
        [r.completion_id for r in rows],
        [r.points for r in rows],
        [r.prompt_id for r in rows],
        seconds=[math.nan if r.seconds is None else r.seconds for r in rows] if known else None,
        order=order if timed else None,
    )
