"""What a round refuses, and the sentence it says."""

import math
from dataclasses import replace
from typing import Any

import pytest
import torch

from prefdesk.config import RoundConfig
from prefdesk.errors import TrainingError
from prefdesk.training import Rollout
from prefdesk.training.checks import (
    astray,
    grouped,
    other_length,
    too_far,
    trainable,
    trouble,
    usable,
)

ONE = Rollout(1, (5, 6), (7, 8), (-1.0, -2.0), 1.0, 0.5)
PAIR = [ONE, replace(ONE, reward=-0.5)]


def refused(rollouts: list[Rollout], **settings: Any) -> TrainingError:
    with pytest.raises(TrainingError) as caught:
        usable(rollouts, RoundConfig(**settings))
    assert caught.value.hint
    return caught.value


def test_that_a_good_pair_is_taken() -> None:
    assert usable(PAIR, RoundConfig()) == [0, 1]


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        ({"reward": math.nan}, "reward"),
        ({"reward": math.inf}, "reward"),
        ({"weight": -1.0}, "reward"),
        ({"weight": math.nan}, "reward"),
        ({"token_ids": ()}, "no tokens"),
        ({"prompt_ids": ()}, "no tokens"),
        ({"logprobs": (-1.0,)}, "lacks"),
        ({"logprobs": (-1.0, math.nan)}, "cannot be used"),
        ({"temperature": 0.0}, "cannot be used"),
        ({"whole_distribution": False}, "1 of 3 answers were drawn under top-p"),
    ],
)
def test_that_a_faulty_rollout_is_named(fault: dict[str, Any], word: str) -> None:
    assert word in refused([*PAIR, replace(ONE, **fault)]).message


def test_that_nothing_to_train_on_is_said() -> None:
    assert "No rated answer" in refused([]).message
    assert "No rated answer" in refused([replace(r, weight=0.0) for r in PAIR]).message
    masked = refused([replace(r, truncated=True) for r in PAIR], mask_truncated=True)
    assert "length limit" in masked.hint


def test_that_truncated_answers_stay_unless_masked() -> None:
    cut = [*PAIR, replace(ONE, truncated=True)]
    assert usable(cut, RoundConfig()) == [0, 1, 2]
    assert usable(cut, RoundConfig(mask_truncated=True)) == [0, 1]


def test_that_equal_rewards_teach_nothing() -> None:
    same = [ONE, ONE, replace(ONE, prompt_id=2, reward=3.0), replace(ONE, prompt_id=2, reward=3.0)]
    assert "same reward" in refused(same).message
    assert usable(same, RoundConfig(objective="reinforce")) == [0, 1, 2, 3]
    assert "same reward" in refused([ONE, ONE], objective="reinforce").message


def test_that_rloo_needs_two_answers_to_some_prompt() -> None:
    single = [ONE, replace(ONE, prompt_id=2, reward=1.0)]
    assert "two rated answers" in refused(single).message
    assert usable(single, RoundConfig(objective="reinforce")) == [0, 1]


def test_that_draws_compare_only_under_the_same_encoding_and_group() -> None:
    rows = [
        ONE,
        replace(ONE, prompt_ids=(9,)),
        replace(ONE, group=1),
        ONE,
        replace(ONE, prompt_id=0),
    ]
    assert grouped(rows) == [(4,), (0, 3), (1,), (2,)]


def test_that_a_model_without_free_weights_is_refused() -> None:
    layer = torch.nn.Linear(2, 2)
    assert len(trainable(layer)) == 2
    with pytest.raises(TrainingError, match="free"):
        trainable(layer.requires_grad_(False))


GOOD = {"loss": 0.1, "grad_norm": 2.0, "kl": 0.01, "sampler_gap": 0.05}


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"sampler_gap": 0.15}, "did not draw"),
        ({"sampler_gap": math.nan}, "did not draw"),
        ({"loss": math.nan}, "loss"),
        ({"grad_norm": math.inf}, "gradient"),
        ({"kl": 2.5}, "ran away"),
        ({"kl": math.nan}, "not a number"),
    ],
)
def test_that_a_bad_step_is_not_taken(change: dict[str, float], word: str) -> None:
    found = trouble({**GOOD, **change})
    assert found is not None and word in found.message and found.hint


def test_that_a_good_step_is_taken() -> None:
    assert trouble(GOOD) is None
    assert too_far(0.3, RoundConfig(min_ess=0.3)) is None
    assert too_far(math.nan, RoundConfig(min_ess=0.3)) is not None


@pytest.mark.parametrize(
    ("ratio", "word"), [(2.1, "prefer longer"), (0.4, "prefer shorter"), (math.nan, "length")]
)
def test_that_a_length_that_runs_away_is_named(ratio: float, word: str) -> None:
    found = other_length(ratio)
    assert found is not None and word in f"{found.message} {found.hint}"
    assert str(astray(1.0, ratio, RoundConfig())) == str(found)


def test_that_lengths_within_a_factor_of_two_are_fine() -> None:
    assert other_length(1.9) is None and other_length(0.55) is None
    assert astray(1.0, 1.0, RoundConfig()) is None
    few = astray(0.1, 9.0, RoundConfig())
    assert few is not None and "too far" in few.message
