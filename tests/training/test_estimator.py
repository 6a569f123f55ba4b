"""The gradient's expectation, added up over every completion: no noise, so no tolerance for it."""

import itertools

import pytest
import torch
from torch import Tensor

from prefdesk.config import RoundConfig
from prefdesk.training import Baseline, Rollout, update
from prefdesk.training.update import Known
from tests.training.small import Policy, Table, completions, gradient, rollout, token_logp

EXACT = {"max_weight": 0.0, "method": "full"}


def reward_of(tokens: tuple[int, ...]) -> float:
    return 1.5 * tokens.count(1) - 0.7 * len(tokens) + 0.3 * tokens[0]


def probability(model: Table, tokens: tuple[int, ...], temperature: float = 1.0) -> Tensor:
    return token_logp(model, tokens, temperature).sum().exp()


def known_for(rollouts: list[Rollout], behaviour: Table, reference: Table) -> Known:
    def scores(model: Table) -> dict[int, Tensor]:
        return {
            i: token_logp(model, r.token_ids, r.temperature).detach()
            for i, r in enumerate(rollouts)
        }

    return Known(scores(behaviour), scores(reference))


def expected_gradient(
    model: Table,
    behaviour: Table,
    reference: Table,
    config: RoundConfig,
    draws: int = 2,
    **more: float,
) -> Tensor:
    """Sum over all tuples of `draws` completions of their probability times the gradient."""
    temperature = more.get("temperature", 1.0)
    total = torch.zeros_like(model.table).flatten()
    for texts in itertools.product(completions(), repeat=draws):
        some = [rollout(t, reward_of(t), [0.0] * len(t), **more) for t in texts]
        model.zero_grad(set_to_none=True)
        update.gradients(
            Policy(model),
            some,
            [tuple(range(draws))],
            known_for(some, behaviour, reference),
            config,
            budget=10_000,
            baseline=Baseline(0.4, 1.0),
        )
        chance = 1.0
        for text in texts:
            chance *= float(probability(behaviour, text, temperature).detach())
        total += chance * gradient(model)
    return total


def gradient_of(value: Tensor, model: Table) -> Tensor:
    return torch.autograd.grad(value, model.table)[0].flatten()


def expected_reward(model: Table, temperature: float = 1.0) -> Tensor:
    return torch.stack(
        [probability(model, t, temperature) * reward_of(t) for t in completions()]
    ).sum()


def divergence(model: Table, reference: Table) -> Tensor:
    """KL(pi || ref) of whole sequences."""
    parts = []
    for text in completions():
        logp = token_logp(model, text).sum()
        parts.append(logp.exp() * (logp - token_logp(reference, text).sum().detach()))
    return torch.stack(parts).sum()


@pytest.fixture
def models() -> tuple[Table, Table, Table]:
    return Table(1), Table(2), Table(3)


def test_that_all_completions_have_probability_one(models: tuple[Table, ...]) -> None:
    total = sum(float(probability(models[0], t).detach()) for t in completions())
    assert total == pytest.approx(1.0, abs=1e-12)
    assert max(map(len, completions())) == 3


def test_that_rloo_is_unbiased_when_another_policy_drew(models: tuple[Table, ...]) -> None:
    model, behaviour, reference = models
    config = RoundConfig(kl_coef=0.0, **EXACT)
    found = expected_gradient(model, behaviour, reference, config)
    assert torch.allclose(found, -gradient_of(expected_reward(model), model), atol=1e-12)


def test_that_rloo_is_unbiased_at_another_temperature(models: tuple[Table, ...]) -> None:
    model, behaviour, reference = models
    config = RoundConfig(kl_coef=0.0, **EXACT)
    found = expected_gradient(model, behaviour, reference, config, temperature=0.7)
    truth = -gradient_of(expected_reward(model, 0.7), model)
    assert torch.allclose(found, truth, atol=1e-12)


def test_that_reinforce_is_unbiased_with_a_constant_baseline(models: tuple[Table, ...]) -> None:
    model, behaviour, reference = models
    config = RoundConfig(kl_coef=0.0, objective="reinforce", **EXACT)
    found = expected_gradient(model, behaviour, reference, config, draws=1)
    assert torch.allclose(found, -gradient_of(expected_reward(model), model), atol=1e-12)


@pytest.mark.parametrize("objective", ["grpo", "ppo"])
def test_that_clipped_objectives_are_unbiased_at_the_first_visit_and_not_afterwards(
    models: tuple[Table, ...], objective: str
) -> None:
    model, behaviour, reference = models
    config = RoundConfig(kl_coef=0.3, objective=objective, **EXACT)
    goal = expected_reward(model) - 0.3 * divergence(model, reference)
    truth = -gradient_of(goal, model)
    assert torch.allclose(expected_gradient(model, model, reference, config), truth, atol=1e-12)
    assert not torch.allclose(
        expected_gradient(model, behaviour, reference, config), truth, atol=0.05
    )


@pytest.mark.parametrize("objective", ["rloo", "reinforce"])
def test_that_kl_in_the_reward_has_the_gradient_of_the_divergence(
    models: tuple[Table, ...], objective: str
) -> None:
    model, behaviour, reference = models
    config = RoundConfig(kl_coef=0.3, objective=objective, **EXACT)
    found = expected_gradient(model, behaviour, reference, config)
    goal = expected_reward(model) - 0.3 * divergence(model, reference)
    assert torch.allclose(found, -gradient_of(goal, model), atol=1e-12)


def test_that_kl_in_the_loss_has_the_gradient_of_the_divergence_at_visited_states(
    models: tuple[Table, ...],
) -> None:
    model, behaviour, reference = models
    config = RoundConfig(kl_coef=0.3, kl_placement="loss", **EXACT)
    found = expected_gradient(model, behaviour, reference, config)
    held = visited_divergence(model, behaviour, reference)
    truth = gradient_of(0.3 * held - expected_reward(model), model)
    assert torch.allclose(found, truth, atol=1e-12)


def visited_divergence(model: Table, behaviour: Table, reference: Table) -> Tensor:
    """Sum over states of the chance that `behaviour` reaches them times KL(pi || ref) there."""
    parts = []
    for length in range(3):
        for before in itertools.product(range(2), repeat=length):
            reached = 1.0
            if before:
                reached = float(probability(behaviour, before).detach())
            here = (length, before[-1] if before else 0)
            logp, ref = model.table[here].log_softmax(-1), reference.table[here].log_softmax(-1)
            parts.append(reached * (logp.exp() * (logp - ref.detach())).sum())
    return torch.stack(parts).sum()


def test_that_weights_leave_the_gradient_of_the_divergence_alone(
    models: tuple[Table, ...],
) -> None:
    model, behaviour, reference = models
    both = RoundConfig(kl_coef=0.3, **EXACT)
    none = RoundConfig(kl_coef=0.0, **EXACT)
    held = expected_gradient(model, behaviour, reference, both, weight=0.5)
    free = expected_gradient(model, behaviour, reference, none, weight=0.5)
    truth = 0.3 * gradient_of(divergence(model, reference), model)
    assert torch.allclose(held - free, truth, atol=1e-12)
    assert torch.allclose(free, -0.5 * gradient_of(expected_reward(model), model), atol=1e-12)


def test_that_draws_of_another_policy_give_the_gradient_up_to_chance(
    models: tuple[Table, ...],
) -> None:
    """Monte-Carlo over really drawn groups, through the packing of many groups into one step.

    Each coordinate lies within five standard errors of the truth, and draws that pass for the
    policy's own do not.
    """
    model, behaviour, _ = models
    goal = expected_reward(model) - 0.3 * divergence(model, models[2])
    truth = -gradient_of(goal, model)
    chance = torch.Generator().manual_seed(6)
    everything = completions()
    odds = torch.stack([probability(behaviour, t).detach() for t in everything])
    estimates = {"weighed": [], "taken as its own": []}
    for _ in range(60):
        picks = torch.multinomial(odds, 200, replacement=True, generator=chance)
        drawn = [everything[int(i)] for i in picks]
        some = [
            rollout(t, reward_of(t), [0.0] * len(t), prompt_id=n // 4) for n, t in enumerate(drawn)
        ]
        for name, source in (("weighed", behaviour), ("taken as its own", model)):
            model.zero_grad(set_to_none=True)
            update.gradients(
                Policy(model),
                some,
                [tuple(range(at, at + 4)) for at in range(0, len(some), 4)],
                known_for(some, source, models[2]),
                RoundConfig(kl_coef=0.3, **EXACT),
                budget=700,
            )
            estimates[name].append(gradient(model))
    errors = {}
    for name, found in estimates.items():
        all_of_them = torch.stack(found)
        spread = all_of_them.std(0) / len(found) ** 0.5
        errors[name] = ((all_of_them.mean(0) - truth).abs() / (spread + 1e-12)).max()
    assert float(errors["weighed"]) < 5
    assert float(errors["taken as its own"]) > 10
