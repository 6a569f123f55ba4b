"""From ratings to rewards: joins the store's ratings with the mathematics of raters.

Everything here is computed from the ratings that count now, less the exclusions, and kept until
one of them changes. A report is stored in the project with the key of the ratings it came from.
"""

import hashlib
import json
import math
import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from prefdesk import ratings, store
from prefdesk.errors import InputError
from prefdesk.project import agreement_tables, ledgers, methods, pairs, teaching, what_if
from prefdesk.project.core import Core
from prefdesk.project.describe import Described, agreement_report, items_of
from prefdesk.project.first import FirstFigures, RaterFigures, first_figures, rater_figures
from prefdesk.project.fitting import (
    CredibilityOf,
    Excluded,
    Fitted,
    combined,
    credibilities,
    verdict_of,
)
from prefdesk.project.labels import labels_of
from prefdesk.project.ledgers import Ledger
from prefdesk.project.pairs import PairReport
from prefdesk.project.report import AgreementReport, VerdictReport
from prefdesk.project.settings import ProjectSettings
from prefdesk.project.tables import table_of
from prefdesk.project.teaching import NextBest
from prefdesk.project.what_if import WhatIf, WhatIfReport
from prefdesk.ratings.flags import Tell, untold
from prefdesk.records import Reward, RewardPart, RewardRule, Split
from prefdesk.store.columns import Columns

REPORT = "report/agreement"


class Judgement:
    """`project.judgement`: agreement, outliers, rewards and what they are made of."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._lock = threading.Lock()
        self._kept: dict[Split | None, tuple[str, list[Fitted]]] = {}

    def excluded(self) -> Excluded:
        """The exclusions in force."""
        with self._core.read() as c:
            return Excluded.of(store.exclusions.active(c), store.credibility.active(c))

    def key(self) -> str:
        """Changes whenever a rating, an exclusion or a setting that matters does."""
        with self._core.read() as c:
            settings = ProjectSettings.from_json(store.meta.get(c, "settings"))
            state = (
                store.events.count(c),
                len(store.exclusions.log(c)),
                [e.uid.hex() for e in store.exclusions.active(c)],
                [e.uid.hex() for e in store.credibility.active(c)],
                [(k.name, k.weight) for k in settings.criteria],
                settings.question,
                settings.fdr,
                store.prompts.split_mark(c),
            )
        return hashlib.blake2b(json.dumps(state).encode(), digest_size=8).hexdigest()

    def first(self) -> FirstFigures:
        """Figures that need no model, at once."""
        return first_figures(self._core)

    def first_of_raters(self) -> tuple[RaterFigures, ...]:
        """Mean and spread of each rater's scores, soon."""
        return rater_figures(self._core)

    def agreement(self, *, fresh: bool = False) -> AgreementReport:
        """The report on the ratings as they are; stored ones are used while they are current."""
        known = self.stored()
        if known is not None and not fresh and self.is_current(known):
            return known
        report = self.compute()
        if self._core.store.mode == "w":
            text = json.dumps(report.to_document())
            self._core.mutate(lambda c: store.meta.put(c, REPORT, text), "reports")
            self.refresh_next_best()
        return report

    def stored(self) -> AgreementReport | None:
        """The last report, current or not."""
        text = self._core.query(lambda c: store.meta.get(c, REPORT))
        with store.reading("the report of agreement"):
            return AgreementReport.from_document(json.loads(text)) if text else None

    def is_current(self, report: AgreementReport) -> bool:
        """True if nothing changed since this report was made."""
        return report.key == self.key()

    def compute(
        self,
        *,
        fdr: float | None = None,
        seed: int = 0,
        tell: Tell = untold,
        early: Callable[[AgreementReport], None] = lambda report: None,
    ) -> AgreementReport:
        """Work the report out now; it speaks of the first criterion.

        `fdr` is the false discovery rate of what stands out, by default the project's own, and
        `seed` that of all draws. `tell` hears how much is done, from 0 to 1, and what it raises
        ends the work; `early` is given the report as soon as only what stands out is missing.
        """
        return self.described(fdr=fdr, seed=seed, tell=tell, early=early).report

    def described(
        self,
        *,
        fdr: float | None = None,
        seed: int = 0,
        tell: Tell = untold,
        early: Callable[[AgreementReport], None] = lambda report: None,
    ) -> Described:
        """The same with the ratings that count and the model fitted to them."""
        with self._core.read() as c:
            settings = ProjectSettings.from_json(store.meta.get(c, "settings"))
            raters = store.raters.all(c)
            occasions = _of(store.columns.current(c), settings.criteria[0].name)
            trained = np.array(store.prompts.ids(c, "train"), dtype=np.int64)
            judged = np.unique(occasions.completion).tolist()
            lengths = store.completions.characters(c, judged)
        rows = occasions.newest()
        excluded = self.excluded()
        kept = rows.take(~excluded.left_out(rows))
        labels = labels_of(kept, excluded.credibility)
        described = agreement_report(
            key=self.key(),
            computed_ms=int(time.time() * 1000),
            rows=rows,
            kept=kept,
            training=kept.take(np.isin(kept.prompt, trained)),
            raters={r.id: r for r in raters},
            reason=excluded.reason,
            fdr=settings.fdr if fdr is None else fdr,
            seed=seed,
            occasions=occasions,
            lengths=dict(lengths.items()),
            labels=labels,
            tell=tell,
            early=early,
        )
        if not excluded.credibility and not labels.fitted:
            return described
        # Weights set by hand and links of labels move the verdict, and the one that is shown is
        # the one that gates.
        fits = self._fits("train")[:1]
        items = {int(i) for f in fits for i in f.table.items}  # type: ignore[call-overload]
        report = replace(described.report, verdict=verdict_of(fits, items))
        return replace(described, report=report)

    def around(self, report: AgreementReport) -> Described:
        """A current report with the ratings that count and their model, flags not sought anew."""
        with self._core.read() as c:
            settings = ProjectSettings.from_json(store.meta.get(c, "settings"))
            current = _of(store.columns.current(c), settings.criteria[0].name).newest()
        excluded = self.excluded()
        kept = current.take(~excluded.left_out(current))
        labels = labels_of(kept, excluded.credibility)
        table = table_of(kept, labels.points)
        return Described(report, table, ratings.fit(table) if len(kept) else None, labels)

    def methods(self, form: methods.Form = "text", report: AgreementReport | None = None) -> str:
        """The paragraph for a paper, as plain text or LaTeX, from the report as it is now."""
        return methods.paragraph(report or self.agreement(), self._left_out(), form)

    def write_tables(
        self,
        folder: str | Path,
        *,
        report: AgreementReport | None = None,
        overwrite: bool = False,
    ) -> list[Path]:
        """Write raters, coefficients, outlying ratings, items, exclusions and rewards as CSV."""
        around = self.around(report or self.agreement())
        made = agreement_tables.tables(around.report, items_of(around), self._left_out())
        rewards: list[Mapping[str, Any]] = [asdict(r) for r in self.rewards()]
        made["rewards"] = (tuple(f.name for f in fields(Reward)), rewards)
        return agreement_tables.write(folder, made, overwrite=overwrite)

    def _left_out(self) -> list[tuple[str, str, str]]:
        """Rater, what was left out and why, of the exclusions in force."""
        with self._core.read() as c:
            names = {r.id: r.name for r in store.raters.all(c)}
            active = store.exclusions.active(c)
        what = {"rater": "all ratings", "rating": "one rating"}
        return [(names[e.rater_id], what.get(e.scope, "later ratings"), e.reason) for e in active]

    def rewards(self, rule: RewardRule = "shrunk") -> list[Reward]:
        """The reward of every rated completion of the training split.

        Criteria are combined by their weights. One that nobody judged stands at its mean, with
        reliability 0: its answer is neither better nor worse for that. `unshrunk` pulls nothing
        to the middle and weighs each reward by its reliability instead.
        """
        return combined(self._fits("train"), rule)

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
        return verdict_of(self._fits("train"), set(completion_ids))

    def credibilities(self) -> dict[int, CredibilityOf]:
        """How far each rater is believed: set by hand, or estimated from the first criterion."""
        return credibilities(self._fits(None), self.excluded().weights)

    def what_if(self, change: WhatIf) -> WhatIfReport:
        """What other decisions would do to rewards and advantages; nothing is changed."""
        return what_if.report(self._core, self._fits("train"), self._fit, change)

    def ledger(self, completion_id: int) -> Ledger:
        """A reward with the ratings behind it and every round that used it."""
        parts = self.parts(completion_id)
        return ledgers.ledger(self._core, parts, self.rewards(), completion_id)

    def pair(self, first: int, second: int) -> PairReport:
        """Two raters side by side on the first criterion, over the ratings that count."""
        with self._core.read() as c:
            settings = ProjectSettings.from_json(store.meta.get(c, "settings"))
        criterion = settings.criteria[0].name
        return pairs.pair(self._core, criterion, self.excluded().reason, first, second)

    def plan(self, width: float, *, confidence: float = 0.95) -> ratings.Plan:
        """How many ratings of an answer it takes for differences this sure; first criterion.

        `width` is that of the whole interval of the difference of two answers to a prompt, in
        points. Raises `InputError` without ratings.
        """
        fits = self._fits("train") or self._fits(None)
        if not fits:
            raise InputError("There are no ratings to plan from.", "Rate a few completions first.")
        return ratings.plan(fits[0].model, width, confidence=confidence)

    def next_best(self, limit: int = 20) -> list[NextBest]:
        """The completions of which one more rating would teach most, best first."""
        return teaching.next_best(self._core, self._fits("train"), limit)

    def refresh_next_best(self) -> None:
        """Bring the order of the queue after the overlap target up to date."""
        teaching.refresh(self._core, self._fits("train"))

    def parts(self, completion_id: int) -> list[RewardPart]:
        """The ratings behind one reward, those that were left out among them."""
        return ledgers.parts(self._core, self._fits, self.excluded(), completion_id)

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

    def _fit(self, split: Split | None, excluded: Excluded | None = None) -> list[Fitted]:
        with self._core.read() as c:
            settings = ProjectSettings.from_json(store.meta.get(c, "settings"))
            current = store.columns.current(c, split=split).newest()
        excluded = self.excluded() if excluded is None else excluded
        counted = current.take(~excluded.left_out(current))
        total = sum(c.weight for c in settings.criteria)
        fits = []
        for criterion in settings.criteria:
            rows = _of(counted, criterion.name)
            if len(rows) and criterion.weight > 0:
                labels = labels_of(rows, excluded.credibility)
                table = table_of(rows, labels.points)
                share = criterion.weight / total
                model = ratings.fit(table, credibility=excluded.credibility)
                fits.append(Fitted(share, rows, table, model, labels))
        return fits


def _of(rows: Columns, criterion: str) -> Columns:
    """The ratings of one criterion."""
    if criterion not in rows.criteria:
        return rows.take(np.zeros(0, dtype=np.int64))
    return rows.take(rows.criterion == rows.criteria.index(criterion))
