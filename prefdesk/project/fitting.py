"""Ratings that count, the model fitted to them, and what criteria come to together."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from prefdesk import ratings
from prefdesk.project.describe import verdict_report
from prefdesk.project.labels import STATED, Labels
from prefdesk.project.report import VerdictReport
from prefdesk.project.tables import table_of
from prefdesk.records import Credibility, Exclusion, Rating, Reward, RewardRule
from prefdesk.store.columns import Columns

WORDS = ("no_signal", "not_estimable", "weak", "usable")
"""Verdicts, worst first: a criterion that is hardly judged must not hide one that is noise."""


@dataclass(frozen=True, slots=True)
class Excluded:
    """Which ratings are left out, and why."""

    raters: Mapping[int, Exclusion]
    events: Mapping[bytes, Exclusion]
    moments: Sequence[Exclusion] = ()
    weights: Mapping[int, Credibility] = field(default_factory=dict)

    def reason(self, rating: Rating) -> str:
        """Why this rating is left out; empty if it counts."""
        found = self.events.get(rating.event_uid) or self.raters.get(rating.rater_id)
        found = found or next((e for e in self.moments if _covers(e, rating)), None)
        weight = self.weights.get(rating.rater_id)
        return found.reason if found else weight.note if weight and weight.value == 0 else ""

    def left_out(self, rows: Columns) -> ratings.table.Bools:
        """Which of many ratings have a `reason`."""
        unheard = [id for id, w in self.weights.items() if w.value == 0]
        out = np.isin(rows.rater, [*self.raters, *unheard])
        if self.events:
            named = np.frombuffer(b"".join(u.rjust(16, b"\0") for u in self.events), dtype="S16")
            out |= np.isin(rows.uid.view("S16"), named)
        for moment in self.moments:
            if moment.after_hlc is not None:
                out |= (rows.rater == moment.rater_id) & (rows.hlc >= moment.after_hlc)
        return np.asarray(out, dtype=np.bool_)

    @property
    def credibility(self) -> dict[Hashable, float]:
        """Weights set by hand, for the model."""
        return {id: w.value for id, w in self.weights.items() if w.value is not None}

    @classmethod
    def of(cls, active: Sequence[Exclusion], weights: Sequence[Credibility]) -> "Excluded":
        """What these exclusions and weights leave out."""
        return cls(
            {e.rater_id: e for e in active if e.scope == "rater"},
            {e.event_uid: e for e in active if e.scope == "rating" and e.event_uid is not None},
            [e for e in active if e.scope == "rater-after-order"],
            {w.rater_id: w for w in weights},
        )


def _covers(moment: Exclusion, rating: Rating) -> bool:
    return (
        moment.rater_id == rating.rater_id
        and moment.after_hlc is not None
        and rating.hlc >= moment.after_hlc
    )


@dataclass(frozen=True)
class Fitted:
    """The model of one criterion with the ratings it was fitted to, row by row.

    `share` is the criterion's part of the project's weights. Where `labels` holds qualities of
    scores and labels together, rewards and verdict are theirs; the model, with labels at their
    points, tells of raters, of single ratings and of what to rate next.
    """

    share: float
    rows: Columns
    table: ratings.RatingTable
    model: ratings.RaterModel
    labels: Labels = STATED

    def rewards(self) -> list[ratings.ItemReward]:
        """The reward of every item of the table."""
        joint = self.labels.joint
        if joint is None:
            return ratings.rewards(self.model, self.table)
        return ratings.joint_rewards(joint)

    def verdict(self, wanted: Collection[int]) -> ratings.Verdict:
        """Whether the rewards of these completions carry a signal."""
        joint = self.labels.joint
        if joint is not None:
            return joint.verdict_among(_among(joint.items, wanted))
        items = _among(self.table.items, wanted)
        return ratings.verdict(self.table, self.model, items=items)


def _among(items: Sequence[Hashable], wanted: Collection[int]) -> ratings.table.Bools:
    return np.array([i in wanted for i in items], dtype=bool)


@dataclass(frozen=True, slots=True)
class CredibilityOf:
    """How far a rater is believed (1: as the panel's mean), and whether a person said so."""

    value: float
    by_hand: bool
    note: str = ""


def credibilities(
    fits: Sequence[Fitted], by_hand: Mapping[int, Credibility]
) -> dict[int, CredibilityOf]:
    """Of every rater who has ratings that count or a weight set by hand."""
    found = {}
    if fits:
        estimated = ratings.credibility(fits[0].model, fits[0].table)
        found = {int(r): CredibilityOf(v, False) for r, v in estimated.items()}  # type: ignore[call-overload]
    for id, one in by_hand.items():
        if one.value is not None:
            found[id] = CredibilityOf(one.value, True, one.note)
    return found


def combined(fits: Sequence[Fitted], rule: RewardRule = "shrunk") -> list[Reward]:
    """The reward of every rated completion, criteria combined by their shares."""
    sums: dict[int, _Sum] = {}
    for f in fits:
        table = f.table
        owners = (table.prompts[i] for i in table.item_prompt.tolist())
        prompt_of = dict(zip(table.items, owners, strict=True))
        for one in f.rewards():
            item = int(one.item)  # type: ignore[call-overload]
            if one.n:
                prompt = int(prompt_of[item])
                sums.setdefault(item, _Sum(item, prompt)).add(one, f.share)
    squares = sum(f.share**2 for f in fits)
    return [sums[i].reward(squares, rule) for i in sorted(sums)]


def verdict_of(fits: Sequence[Fitted], wanted: Collection[int]) -> VerdictReport:
    """Whether the rewards of these completions carry a signal; the least reliable criterion."""
    found = [f.verdict(wanted) for f in fits]
    if not found:
        return verdict_report(ratings.verdict(table_of([])))
    return verdict_report(min(found, key=lambda v: WORDS.index(v.word)))


class _Sum:
    """Adds the criteria of one completion up; their errors are taken as independent."""

    def __init__(self, completion_id: int, prompt_id: int) -> None:
        self._ids = (completion_id, prompt_id)
        self._quality = self._variance = self._reliability = self._reward = self._share = 0.0
        self._unshrunk, self._n = 0.0, 0

    def add(self, one: ratings.ItemReward, share: float) -> None:
        """One criterion's reward with its share."""
        self._quality += share * one.quality
        self._variance += (share * one.se) ** 2
        self._reliability += share**2 * one.reliability
        self._reward += share * one.reward
        self._unshrunk += share * one.unshrunk
        self._share += share
        self._n += one.n

    def reward(self, squares: float, rule: RewardRule) -> Reward:
        """The combined reward; `squares` is the sum of all criteria's squared shares.

        R = sum w r has the prior variance sum w^2 and the posterior variance sum w^2 (1 - rho),
        so its reliability is sum w^2 rho / sum w^2. The unshrunk one is the mean over the
        criteria that were judged: doubt about the others is in its weight, and only there.
        """
        reliability, shrunk = self._reliability / squares, rule == "shrunk"
        return Reward(
            *self._ids,
            quality=self._quality / self._share,
            se=self._variance**0.5 / self._share,
            reliability=reliability,
            reward=self._reward if shrunk else self._unshrunk / self._share,
            n_ratings=self._n,
            weight=1.0 if shrunk else reliability,
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
