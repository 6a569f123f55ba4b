"""What other decisions about raters would do to rewards and advantages, without making them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from prefdesk import ratings, store
from prefdesk.errors import InputError
from prefdesk.project.core import Core
from prefdesk.project.fitting import Excluded, Fitted, combined, verdict_of
from prefdesk.project.report import VerdictReport
from prefdesk.records import Credibility, Exclusion, Split

SUPPOSED = "what if"
_SIGN = 1e-9

Refit = Callable[[Split | None, Excluded], list[Fitted]]


@dataclass(frozen=True)
class WhatIf:
    """What to suppose: raters (ids) and ratings (event uids) left out, weights of raters (0 to 3;
    None: estimated), exclusions (uids) lifted, another `rule` from scores to rewards."""

    leave_out_raters: Sequence[int] = ()
    leave_out_ratings: Sequence[bytes] = ()
    credibility: Mapping[int, float | None] = field(default_factory=dict)
    restore: Sequence[bytes] = ()
    rule: ratings.Rule = "model"


@dataclass(frozen=True, slots=True)
class Moved:
    """One completion before and after; None where it has no reward.

    Rewards and advantages are in standard deviations within prompts; an advantage is the reward
    less the mean of the prompt's other draws, every copy counted, and 0 without others.
    """

    completion_id: int
    prompt_id: int
    reward_before: float | None
    reward_after: float | None
    rank_before: int | None
    rank_after: int | None
    advantage_before: float | None
    advantage_after: float | None
    n_before: int
    n_after: int

    @property
    def move(self) -> float:
        """How far the advantage moves; what is not there pushes nowhere."""
        return abs((self.advantage_after or 0.0) - (self.advantage_before or 0.0))


@dataclass(frozen=True)
class WhatIfReport:
    """Every rewarded completion, largest move of the advantage first.

    `n_moved` counts advantages that move by more than a twentieth of a standard deviation,
    `n_rewards_turned` and `n_advantages_turned` those whose sign changes. `alpha` is
    Krippendorff's for intervals, of the first criterion. Verdicts are of the rater model,
    whatever the rule.
    """

    rows: tuple[Moved, ...]
    n_moved: int
    n_rewards_turned: int
    n_advantages_turned: int
    verdict_before: VerdictReport
    verdict_after: VerdictReport
    alpha_before: float | None
    alpha_after: float | None


def report(core: Core, before: list[Fitted], refit: Refit, change: WhatIf) -> WhatIfReport:
    """Compare rewards as they are with those under `change`.

    Raises `InputError` for raters, exclusions or rules that are not there.
    """
    after = refit("train", _supposed(core, change))
    old, new = _rewards(before, "model"), _rewards(after, change.rule)
    rows = sorted(_moves(core, old, new), key=lambda m: (-m.move, m.completion_id))
    return WhatIfReport(
        tuple(rows),
        sum(m.move > MOVED for m in rows),
        sum(_turned(m.reward_before, m.reward_after) for m in rows),
        sum(_turned(m.advantage_before, m.advantage_after) for m in rows),
        verdict_of(before, set(old)),
        verdict_of(after, set(new)),
        _alpha(before),
        _alpha(after),
    )


MOVED = 0.05
"""An advantage that moves less is taken to stand."""


def _supposed(core: Core, change: WhatIf) -> Excluded:
    """The decisions in force with those of `change` laid over them."""
    if change.rule not in ratings.RULES:
        raise InputError(
            f"There is no rule {change.rule!r}.", f"Use one of {', '.join(ratings.RULES)}."
        )
    with core.read() as c:
        active = store.exclusions.active(c)
        weights = {w.rater_id: w for w in store.credibility.active(c)}
        known = {r.id for r in store.raters.all(c)}
    for id in {*change.leave_out_raters, *change.credibility} - known:
        raise InputError(f"There is no rater {id}.")
    if set(change.restore) - {e.uid for e in active}:
        raise InputError("There is no such exclusion in force.")
    for value in change.credibility.values():
        if value is not None and not 0 <= value <= store.credibility.MOST:
            raise InputError(f"A credibility lies between 0 and 3, not at {value:g}.")
    kept = [e for e in active if e.uid not in set(change.restore)]
    kept += [_exclusion("rater", id, None) for id in change.leave_out_raters]
    kept += [_exclusion("rating", 0, uid) for uid in change.leave_out_ratings]
    for id, value in change.credibility.items():
        one = Credibility(b"", id, value, SUPPOSED, "", 0)
        weights[id] = replace(one, value=value)
    return Excluded.of(kept, list(weights.values()))


def _exclusion(scope: str, rater_id: int, event_uid: bytes | None) -> Exclusion:
    return Exclusion(b"", scope, rater_id, event_uid, SUPPOSED, "", "", 0)  # type: ignore[arg-type]


Found = dict[int, tuple[int, float, int]]
"""Prompt id, reward and number of ratings by completion id."""


def _rewards(fits: Sequence[Fitted], rule: ratings.Rule) -> Found:
    found = {r.completion_id: (r.prompt_id, r.reward, r.n_ratings) for r in combined(fits)}
    if rule == "model":
        return found
    totals = dict.fromkeys(found, 0.0)
    for f in fits:
        rewards = ratings.rewards_by(f.table, rule, f.model)
        for item, reward in zip(f.table.items, rewards.tolist(), strict=True):
            if reward == reward:
                totals[int(item)] += f.share * reward  # type: ignore[call-overload]
    return {id: (prompt, totals[id], n) for id, (prompt, _, n) in found.items()}


def _moves(core: Core, old: Found, new: Found) -> list[Moved]:
    ids = sorted(old.keys() | new.keys())
    copies = {i: x.multiplicity for i, x in core.query(
        lambda c: store.completions.by_ids(c, ids)
    ).items()}  # fmt: skip
    before, after = _placed(old, copies), _placed(new, copies)
    none = (None, None, None, 0)
    moves = []
    for id in ids:
        (r0, k0, a0, n0), (r1, k1, a1, n1) = before.get(id, none), after.get(id, none)
        prompt = (old.get(id) or new[id])[0]
        moves.append(Moved(id, prompt, r0, r1, k0, k1, a0, a1, n0, n1))
    return moves


def _placed(found: Found, copies: Mapping[int, int]) -> dict[int, tuple[float, int, float, int]]:
    """Reward, rank within the prompt, advantage and number of ratings by completion id."""
    ids = list(found)
    rewards = np.array([found[i][1] for i in ids])
    _, groups = np.unique([found[i][0] for i in ids], return_inverse=True)
    groups = groups.astype(np.int64)
    many = np.array([max(copies.get(i, 1), 1) for i in ids], dtype=np.float64)
    ranks = ratings.ranks(rewards, groups).tolist()
    advantages = ratings.advantages(rewards, groups, many).tolist()
    return {
        i: (found[i][1], rank, advantage, found[i][2])
        for i, rank, advantage in zip(ids, ranks, advantages, strict=True)
    }


def _turned(before: float | None, after: float | None) -> bool:
    return before is not None and after is not None and _sign(before) * _sign(after) < 0


def _sign(value: float) -> int:
    return 0 if abs(value) < _SIGN else 1 if value > 0 else -1


def _alpha(fits: Sequence[Fitted]) -> float | None:
    if not fits:
        return None
    value = ratings.krippendorff(fits[0].table, "interval")
    return value if value == value else None
