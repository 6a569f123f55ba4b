"""Gradients of one step: against plain differentiation, finite differences, and each other."""

import math
import statistics

import pytest
import torch
from torch import Tensor, nn

from prefdesk.config import RoundConfig
from prefdesk.training import Draft, Rollout, checks, losses, scoring, update
from prefdesk.training.scoring import BRANCHED, HEAD, PLAIN, SHARED, Path
from prefdesk.training.update import Known, Visit
from tests.training.small import Policy, TwoLayers, gradient, llama, random_rollouts

WAYS = [
    {"aggregation": aggregation, "kl_placement": placement}
    for aggregation in ("sequence", "sequence_mean", "token")
    for placement in ("reward", "loss")
]
WAYS += [
    {"objective": objective, "advantage_scale": scale, "kl_placement": placement}
    for objective in ("grpo", "ppo")
    for scale, placement in (("none", "reward"), ("batch", "reward"), ("group", "loss"))
]
WAYS.append({"objective": "ppo", "aggregation": "token"})


def fixed(rollouts: list[Rollout]) -> Known:
    """Behaviour as stored; a reference half a nat beside it."""
    behaviour = {i: torch.tensor(r.logprobs).double() for i, r in enumerate(rollouts)}
    return Known(behaviour, {i: values - 0.5 for i, values in behaviour.items()})


def step(
    model: nn.Module, rollouts: list[Rollout], config: RoundConfig, budget: int, path: Path = PLAIN
) -> tuple[Tensor, Visit]:
    model.zero_grad(set_to_none=True)
    groups = checks.grouped(rollouts)
    visit = update.gradients(
        Policy(model), rollouts, groups, fixed(rollouts), config, budget=budget, path=path
    )
    return gradient(model), visit


def plain_loss(model: nn.Module, rollouts: list[Rollout], config: RoundConfig) -> Tensor:
    """The loss as the method states it, one rollout after the other, in ordinary autograd."""
    rows = [one_by_one(model, r) for r in rollouts]
    known = fixed(rollouts)
    behaviour = [known.behaviour[i] for i in range(len(rows))]
    reference = [known.reference[i] for i in range(len(rows))]
    in_reward = config.kl_coef if config.kl_placement == "reward" else 0.0
    value = [
        r.reward - in_reward * float((logp.detach() - ref).sum())
        for r, logp, ref in zip(rollouts, rows, reference)
    ]
    total = torch.zeros((), dtype=torch.float64)
    n_tokens = sum(len(r.token_ids) for r in rollouts)
    for i, (rollout, logp) in enumerate(zip(rollouts, rows)):
        others = [j for j, r in enumerate(rollouts) if r.prompt_id == rollout.prompt_id and j != i]
        advantage = 0.0
        if others:
            people = rollout.reward - sum(rollouts[j].reward for j in others) / len(others)
            both = value[i] - sum(value[j] for j in others) / len(others)
            advantage = people / spread_of(rollouts, rollout, config) + both - people
        gap = reference[i] - logp
        held = ((logp - behaviour[i]).exp() * (gap.exp() - 1 - gap)).sum()
        in_loss = config.kl_coef * held if config.kl_placement == "loss" else 0.0
        scale = {
            "sequence": 1 / len(rows),
            "sequence_mean": 1 / (len(rows) * len(logp)),
            "token": 1 / n_tokens,
        }[config.aggregation]
        ratio = (logp - behaviour[i]).exp()
        if config.objective in ("grpo", "ppo"):
            low, high = 1 - config.eps_low, 1 + config.eps_high
            gain = sum(
                torch.minimum(one * advantage, one.clamp(low, high) * advantage) for one in ratio
            )
        else:
            weight = min(float(ratio.prod().detach()), config.max_weight)
            gain = weight * advantage * logp.sum()
        total = total + scale * (in_loss - gain)
    return total


def spread_of(rollouts: list[Rollout], one: Rollout, config: RoundConfig) -> float:
    """What the reward's part of an advantage is divided by, from the standard library."""
    if config.advantage_scale == "none":
        return 1.0
    groups: dict[int, list[float]] = {}
    for r in rollouts:
        groups.setdefault(r.prompt_id, []).append(r.reward)
    if config.advantage_scale == "group":
        return statistics.stdev(groups[one.prompt_id]) + 1e-4
    squares = [x - statistics.mean(g) for g in groups.values() for x in g]
    return math.sqrt(sum(x * x for x in squares) / (len(rollouts) - len(groups))) + 1e-4


def one_by_one(model: nn.Module, rollout: Rollout) -> Tensor:
    ids = torch.tensor([rollout.prompt_ids + rollout.token_ids])
    places = torch.arange(ids.shape[1])[None]
    out = model(input_ids=ids, attention_mask=torch.ones_like(ids), position_ids=places)
    logp = (out.logits[0] / rollout.temperature).log_softmax(-1)
    start = len(rollout.prompt_ids)
    return torch.stack([logp[start - 1 + t, token] for t, token in enumerate(rollout.token_ids)])


@pytest.mark.parametrize("way", WAYS, ids=lambda way: "-".join(way.values()))
def test_that_the_gradient_is_that_of_the_plain_loss(way: dict[str, str]) -> None:
    model = llama()
    rollouts = random_rollouts([3, 4, 1], temperature=0.8)
    config = RoundConfig(kl_coef=0.2, max_weight=3.0, eps_low=0.3, eps_high=0.6, **way)
    found, visit = step(model, rollouts, config, budget=60, path=BRANCHED)
    model.zero_grad(set_to_none=True)
    loss = plain_loss(model, rollouts, config)
    loss.backward()
    assert visit.loss == pytest.approx(float(loss.detach()), abs=1e-9)
    assert torch.allclose(found, gradient(model), rtol=1e-9, atol=1e-9)
    assert float(found.norm()) > 0.01


@pytest.mark.parametrize("way", WAYS, ids=lambda way: "-".join(way.values()))
def test_that_single_rows_accumulated_give_the_gradient_of_the_whole(way: dict[str, str]) -> None:
    model = llama()
    rollouts = random_rollouts([4, 4])
    config = RoundConfig(kl_coef=0.2, **way)
    whole, seen = step(model, rollouts, config, budget=10_000)
    single, seen_singly = step(model, rollouts, config, budget=1)
    assert torch.allclose(whole, single, rtol=1e-9, atol=1e-9)
    assert torch.allclose(seen.penalty, seen_singly.penalty, atol=1e-9)
    assert seen.loss == pytest.approx(seen_singly.loss, abs=1e-9)


def test_that_weights_after_a_plain_step_do_not_depend_on_micro_batches() -> None:
    after = []
    for budget in (10_000, 16):
        model = llama()
        step(model, random_rollouts([4, 4]), RoundConfig(), budget=budget)
        torch.optim.SGD(model.parameters(), lr=0.1).step()
        after.append(torch.cat([p.detach().flatten() for p in model.parameters()]))
    assert torch.allclose(after[0], after[1], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("path", [HEAD, SHARED, BRANCHED])
def test_that_every_way_through_the_model_gives_the_same_gradient(path: Path) -> None:
    model = llama()
    rollouts = random_rollouts([3, 5, 1])
    plain, _ = step(model, rollouts, RoundConfig(), budget=90)
    quick, _ = step(model, rollouts, RoundConfig(), budget=90, path=path)
    assert torch.allclose(plain, quick, rtol=1e-9, atol=1e-9)


def test_that_a_frozen_output_layer_gets_no_gradient_and_passes_it_on() -> None:
    model = llama()
    model.lm_head.weight.requires_grad_(False)
    rollouts = random_rollouts([3, 2])
    plain, _ = step(model, rollouts, RoundConfig(), budget=90)
    quick, _ = step(model, rollouts, RoundConfig(), budget=90, path=BRANCHED)
    assert model.lm_head.weight.grad is None
    assert torch.allclose(plain, quick, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("objective", ["rloo", "grpo", "ppo"])
@pytest.mark.parametrize("placement", ["reward", "loss"])
def test_that_finite_differences_agree_on_a_two_layer_model(placement: str, objective: str) -> None:
    model = TwoLayers()
    rollouts = random_rollouts([3, 3], vocabulary=7)
    config = RoundConfig(objective=objective, kl_coef=0.2, kl_placement=placement)
    found, visit = step(model, rollouts, config, budget=60)
    advantage = update.advantages_of(visit, config, torch.zeros(len(rollouts)))
    weight = losses.clipped_weight(visit.log_weight, config.max_weight)
    known = fixed(rollouts)

    def loss() -> float:
        """The loss with everything that is held fixed held fixed; log-probs from `logprobs`."""
        drafts = [Draft(r.prompt_ids, r.token_ids) for r in rollouts]
        total = 0.0
        for i, row in enumerate(scoring.logprobs(Policy(model), drafts)):
            logp = torch.tensor(row, dtype=torch.float64)
            if objective == "rloo":
                total -= float(weight[i] * advantage[i]) * float(logp.sum())
            else:
                step = (logp - known.behaviour[i]).exp()
                total -= float(
                    torch.minimum(step * advantage[i], step.clamp(0.8, 1.2) * advantage[i]).sum()
                )
            if placement == "loss":
                gap = known.reference[i] - logp
                ratio = (logp - known.behaviour[i]).exp()
                total += config.kl_coef * float((ratio * (gap.exp() - 1 - gap)).sum())
        return total / len(rollouts)

    generator = torch.Generator().manual_seed(5)
    for _ in range(5):
        parameters = list(model.parameters())
        ways = [torch.randn(p.shape, generator=generator, dtype=p.dtype) for p in parameters]
        slope = (moved(parameters, ways, 1e-5, loss) - moved(parameters, ways, -1e-5, loss)) / 2e-5
        along = float(found @ torch.cat([w.flatten() for w in ways]))
        assert slope == pytest.approx(along, rel=1e-6, abs=1e-8)


@torch.no_grad()
def moved(parameters: list[nn.Parameter], ways: list[Tensor], far: float, loss) -> float:  # type: ignore[no-untyped-def]
    for p, w in zip(parameters, ways):
        p.add_(w, alpha=far)
    value: float = loss()
    for p, w in zip(parameters, ways):
        p.add_(w, alpha=-far)
    return value


def test_that_two_identical_draws_count_twice() -> None:
    model = llama()
    once = random_rollouts([3])
    config = RoundConfig(kl_coef=0.0)
    doubled = [*once, once[0]]
    found, _ = step(model, doubled, config, budget=90)
    model.zero_grad(set_to_none=True)
    plain_loss(model, doubled, config).backward()
    assert torch.allclose(found, gradient(model), rtol=1e-9, atol=1e-9)
    # By hand: with rewards a, a, b, c the first has advantage a - (a + b + c) / 3.
    _, visit = step(model, doubled, config, budget=90)
    a, b, c = (r.reward for r in once)
    advantage = update.advantages_of(visit, config, torch.zeros(len(doubled)))
    assert advantage.tolist() == pytest.approx(
        [a - (a + b + c) / 3, b - (2 * a + c) / 3, c - (2 * a + b) / 3, a - (a + b + c) / 3]
    )
