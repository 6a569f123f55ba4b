"""The likelihood of people's own texts beside the reward: its gradient, and which come when."""

import copy
from collections import Counter

import pytest
import torch

from prefdesk.config import RoundConfig
from prefdesk.training import Draft, checks, likelihood, run_round
from prefdesk.training.passes import Gate, Passes
from prefdesk.training.scoring import PLAIN
from prefdesk.training.types import Baseline
from prefdesk.training.update import Known
from tests.training.small import Policy, Table, drawn, gradient, llama, token_logp

TEXTS = [Draft((0,), (1, 2)), Draft((0,), (0, 1, 2)), Draft((0,), (1, 1, 1))]


def test_that_every_text_comes_once_before_any_comes_again() -> None:
    taken = [i for step in (1, 2, 3) for i in likelihood.portion(5, 2, step, seed=4)]
    assert sorted(taken[:5]) == [0, 1, 2, 3, 4]
    ten = [i for step in range(1, 6) for i in likelihood.portion(5, 2, step, seed=4)]
    assert set(Counter(ten).values()) == {2}
    assert ten[:5] != ten[5:]
    assert likelihood.portion(2, 9, 3, seed=1) in ([0, 1], [1, 0])
    assert likelihood.portion(0, 4, 1, seed=1) == []


@pytest.mark.parametrize("budget", [1, 1000])
def test_that_the_gradient_is_that_of_the_mean_over_tokens(budget: int) -> None:
    model = Table(1)
    found = likelihood.add_gradient(Policy(model), TEXTS, 0.5, budget=budget, path=PLAIN)
    got = gradient(model)
    loss = -torch.cat([token_logp(model, t.token_ids) for t in TEXTS]).sum() / 8
    assert found == pytest.approx(float(loss.detach()), abs=1e-12)
    wanted = torch.autograd.grad(0.5 * loss, model.table)[0].flatten()
    assert torch.allclose(got, wanted, atol=1e-12)


def test_that_it_adds_to_the_gradient_of_the_reward_and_to_the_loss() -> None:
    config = RoundConfig(mle_coef=0.3, method="full", batch_prompts=4)
    draws = drawn(Table(1), 2, 3)
    seen = []
    for texts in ([], TEXTS):
        model = Table(1)
        passes = Passes(Policy(model), draws, PLAIN, 1000, Gate(lambda: "go"), texts)
        visit = passes.gradients(checks.grouped(draws), Known(), config, Baseline())
        seen.append((gradient(model), visit))
    (without, plain), (both, learnt) = seen
    model = Table(1)
    alone = likelihood.add_gradient(Policy(model), TEXTS, 0.3, budget=1000, path=PLAIN)
    assert torch.allclose(both - without, gradient(model), atol=1e-12)
    assert plain.likelihood is None and learnt.likelihood == pytest.approx(alone)
    assert learnt.loss - plain.loss == pytest.approx(0.3 * alone)


def test_that_a_round_learns_the_texts_along_and_reports_it() -> None:
    wanted = (0, 0, 1)
    chances = []
    for coef in (0.0, 1.0):
        model = Table(1)
        config = RoundConfig(
            mle_coef=coef, method="full", learning_rate=0.05, batch_prompts=2, epochs=3
        )
        round_ = run_round(
            Policy(model, copy.deepcopy(model)),
            drawn(Table(1), 6, 4),
            config,
            texts=[Draft((0,), wanted)],
        )
        reports = list(round_)
        assert ("mle_loss" in reports[0].metrics) == (coef > 0)
        chances.append(float(token_logp(model, wanted).sum().exp().detach()))
    assert chances[1] > 1.5 * chances[0]


def test_that_one_long_text_is_what_must_fit_into_memory() -> None:
    model = llama()
    passes = Passes(
        Policy(model), drawn(Table(1), 1, 2), PLAIN, 9, Gate(lambda: "go"),
        [Draft((1,) * 20, (2,) * 30)],
    )  # fmt: skip
    assert passes.floor == 50
