"""The gradient of one optimiser step, in micro-batches that give what one batch would give."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from prefdesk.config import RoundConfig
from prefdesk.training import advantages, losses, packing, scoring
from prefdesk.training.packing import Row
from prefdesk.training.scoring import Even, Path
from prefdesk.training.types import Baseline, Batch, PolicyLike, Rollout, TokenScores


@dataclass
class Known:
    """Log-probs [length] that do not move during a round, by rollout, on the CPU.

    `behaviour` is of what drew the tokens, `start` of the policy as the round starts. Behaviour
    or reference that are missing are filled in at the first visit; the round sees to it that
    only draws visited before the first update lack them, when the policy still equals both.
    `expected` is the running mean at the first visit, for `reinforce`: a later one would hold
    the reward that it is subtracted from.
    """

    behaviour: dict[int, Tensor] = field(default_factory=dict)
    reference: dict[int, Tensor] = field(default_factory=dict)
    start: dict[int, Tensor] = field(default_factory=dict)
    expected: dict[int, float] = field(default_factory=dict)


@dataclass
class Visit:
    """What one step saw, per rollout [n], in float64 on the CPU.

    `likelihood` is the mean negative log-prob of the texts that were learnt along, if any.
    """

    members: tuple[int, ...]
    rewards: Tensor
    weights: Tensor
    groups: Tensor
    lengths: Tensor
    penalty: Tensor
    log_weight: Tensor
    divergence: Tensor
    entropy: Tensor
    clipped_low: Tensor
    clipped_high: Tensor
    loss: float = 0.0
    likelihood: float | None = None

    def add_up(self, add: Callable[[Sequence[Tensor]], None]) -> None:
        """Make it the visit of several processes, each of which saw some of the groups; `add` sums
        tensors over them."""
        totals = torch.tensor([self.loss, self.likelihood or 0.0], dtype=torch.float64)
        columns = [self.penalty, self.log_weight, self.divergence, self.entropy]
        add([*columns, self.clipped_low, self.clipped_high, totals])
        self.loss = float(totals[0])
        self.likelihood = self.likelihood if self.likelihood is None else float(totals[1])


def visit_of(rollouts: Sequence[Rollout], groups: Sequence[Row]) -> Visit:
    """An empty visit to these groups."""
    members = tuple(i for group in groups for i in group)
    codes = [code for code, group in enumerate(groups) for _ in group]
    some = [rollouts[i] for i in members]

    def column(values: Sequence[float]) -> Tensor:
        return torch.tensor(values, dtype=torch.float64)

    def nothing() -> Tensor:
        return torch.zeros(len(some), dtype=torch.float64)

    return Visit(
        members,
        rewards=column([r.reward for r in some]),
        weights=column([r.weight for r in some]),
        groups=torch.tensor(codes),
        lengths=column([len(r.token_ids) for r in some]),
        penalty=nothing(),
        log_weight=nothing(),
        divergence=nothing(),
        entropy=nothing(),
        clipped_low=nothing(),
        clipped_high=nothing(),
    )


def gradients(
    policy: PolicyLike,
    rollouts: Sequence[Rollout],
    groups: Sequence[Row],
    known: Known,
    config: RoundConfig,
    *,
    budget: int,
    path: Path = scoring.PLAIN,
    baseline: Baseline = Baseline(),  # noqa: B008  (immutable)
    mine: Sequence[Row] | None = None,
    ask: Callable[[], object] = lambda: None,
    even: Even = list,
) -> Visit:
    """Add the gradient of the loss over `groups` to the weights' `.grad`.

    Denominators are those of all `groups`, however they are split; with `mine` only these of them
    are visited, and the visit has nothing of the others. `ask` is called between
    micro-batches and may raise; `even` as in `score_all`.
    """
    visit = visit_of(rollouts, groups)
    place = {i: k for k, i in enumerate(visit.members)}
    mine = groups if mine is None else mine
    batches = packing.micro_batches(rollouts, mine, budget, share=path.share)
    in_reward = config.kl_placement == "reward" and config.kl_coef > 0
    ahead = in_reward and config.compares and packing.is_split(batches, mine)
    read = mine if ahead else ()
    size = scoring.read_at_once(path, budget)
    now = scoring.score_all(policy, rollouts, read, path, size, even=even)
    if now:
        here = torch.tensor([place[i] for i in now])
        visit.penalty[here] = -config.kl_coef * _divergence_so_far(list(now), now, known)
    expected = _expected(visit, known, baseline)
    for rows in even(batches):
        ask()
        if rows is None:
            scoring.idle(policy, rollouts, path)
            continue
        batch = scoring.batch_of(policy, rollouts, rows, path)
        scores = scoring.score(policy, batch, path)
        behaviour = _fixed(known.behaviour, scores.logp, batch, rollouts)
        reference = _fixed(known.reference, scores.logp, batch, rollouts)
        here = torch.tensor([place[i] for i in batch.members])
        _note(visit, here, batch, scores, behaviour, reference)
        if in_reward and not ahead:
            penalty = losses.kl_penalty(
                scores.logp, reference, batch.owner, len(here), config.kl_coef
            )
            visit.penalty[here] = penalty.cpu().double()
        loss = _loss(visit, here, batch, scores.logp, behaviour, reference, config, expected)
        loss.backward()  # type: ignore[no-untyped-call]
        visit.loss += float(loss.detach())
    return visit


def _divergence_so_far(members: Sequence[int], now: dict[int, Tensor], known: Known) -> Tensor:
    """[n] `sum_t (log pi_t - log ref_t)`.

    A group in several micro-batches needs it for all its draws before the first backward pass,
    because each draw's baseline is made of the others.
    """
    gaps = [(now[i] - known.reference.get(i, now[i])).double().sum() for i in members]
    return torch.stack(gaps)


def _fixed(
    known: dict[int, Tensor], logp: Tensor, batch: Batch, rollouts: Sequence[Rollout]
) -> Tensor:
    """Known log-probs [tokens] of the batch; at the first visit they are the policy's own."""
    for i, values in scoring.pieces(logp.detach().cpu(), batch, rollouts):
        known.setdefault(i, values)
    return torch.cat([known[i] for i in batch.members]).to(logp)


def _note(
    visit: Visit,
    here: Tensor,
    batch: Batch,
    scores: TokenScores,
    behaviour: Tensor,
    reference: Tensor,
) -> None:
    logp = scores.logp.detach()
    for column, values in (
        (visit.log_weight, logp - behaviour),
        (visit.divergence, losses.k3(logp, reference)),
        (visit.entropy, scores.entropy),
    ):
        column[here] = losses.per_sequence(values, batch.owner, len(here)).cpu().double()


def _loss(
    visit: Visit,
    here: Tensor,
    batch: Batch,
    logp: Tensor,
    behaviour: Tensor,
    reference: Tensor,
    config: RoundConfig,
    expected: Tensor,
) -> Tensor:
    n, n_tokens = len(visit.members), int(visit.lengths.sum())
    scale = losses.scales(visit.lengths[here], config.aggregation, n, n_tokens).to(logp)
    advantage = advantages_of(visit, config, expected)[here].to(logp)
    if config.clips:
        bounds = (1 - config.eps_low, 1 + config.eps_high)
        loss = losses.clipped_loss(logp, behaviour, batch.owner, advantage, scale, bounds)
        counted = losses.clipped_tokens(logp, behaviour, batch.owner, advantage, bounds)
        for column, values in zip((visit.clipped_low, visit.clipped_high), counted):
            column[here] = values.cpu().double()
    else:
        weight = losses.clipped_weight(visit.log_weight[here], config.max_weight).to(logp)
        loss = losses.policy_loss(logp, batch.owner, weight, advantage, scale)
    if config.kl_placement == "loss" and config.kl_coef > 0:
        held = losses.kl_loss(logp, behaviour, reference, batch.owner, scale)
        loss = loss + config.kl_coef * held
    return loss


def _expected(visit: Visit, known: Known, baseline: Baseline) -> Tensor:
    """[n] the running mean when each draw was first visited, which may be now."""
    means = [known.expected.setdefault(i, baseline.mean) for i in visit.members]
    return torch.tensor(means, dtype=torch.float64)


def advantages_of(visit: Visit, config: RoundConfig, expected: Tensor) -> Tensor:
    """[n] weight times advantage; right for those whose whole group has its penalty.

    `expected` [n] is the baseline of `reinforce`.
    """
    if not config.compares:
        return advantages.reinforce(visit.rewards, visit.penalty, expected, visit.weights)
    # The scale is that of the rewards alone, so that `kl_coef` keeps its meaning.
    rewards = visit.rewards / advantages.spread(visit.rewards, visit.groups, config.advantage_scale)
    return advantages.rloo(rewards, visit.penalty, visit.groups, visit.weights)
