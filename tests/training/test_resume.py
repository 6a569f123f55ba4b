"""A round that goes on from what was kept of it, to the numbers of an unbroken one."""

import copy
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from prefdesk.config import RoundConfig
from prefdesk.errors import ModelError, TrainingError
from prefdesk.models import load_policy, tensor_file, weights
from prefdesk.training import (
    Rollout,
    RoundEnd,
    RoundState,
    StepReport,
    differences,
    logprobs,
    run_round,
)
from prefdesk.training import state as states
from prefdesk.training.types import Draft
from tests.tiny import make_model
from tests.training.small import Policy, Table, drawn

CLOCK = ("tokens_per_second", "elapsed_s")


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("tiny") / "model")


def tiny(folder: Path, method: str) -> Any:
    policy = load_policy(folder, device="cpu", threads=1)
    if method == "lora":
        weights.lora(policy, 4, 8.0, 1)
    else:
        weights.unfreeze(policy)
    return policy


def answers(folder: Path, *, from_start: bool = True) -> list[Rollout]:
    """Six prompts with three answers each, with the log-probs of the model as it is."""
    chance = random.Random(3)
    drafts = []
    for prompt in range(6):
        asked = tuple(chance.randrange(97, 123) for _ in range(4 + prompt))
        for _ in range(3):
            said = tuple(chance.randrange(97, 123) for _ in range(chance.randrange(2, 7)))
            drafts.append((prompt, Draft(asked, said)))
    policy = load_policy(folder, device="cpu", threads=1)
    found = logprobs(policy, [draft for _, draft in drafts])
    return [
        Rollout(
            prompt_id=prompt,
            prompt_ids=draft.prompt_ids,
            token_ids=draft.token_ids,
            logprobs=tuple(logp),
            temperature=1.0,
            reward=chance.gauss(0, 1),
            from_start=from_start or prompt % 2 == 0,
        )
        for (prompt, draft), logp in zip(drafts, found)
    ]


def trained(policy: Any) -> dict[str, Tensor]:
    named = policy.model.named_parameters()
    return {n: p.detach().clone() for n, p in named if p.requires_grad}


def run(
    round_: Any, keep: Callable[[StepReport], None] = lambda report: None
) -> tuple[list[StepReport], RoundEnd]:
    reports = []
    while True:
        try:
            report = next(round_)
        except StopIteration as end:
            return reports, end.value
        keep(report)
        reports.append(report)


def through_a_file(report: StepReport, path: Path) -> RoundState:
    assert report.capture is not None
    state = report.capture()
    tensor_file.write(path, state.tensors, state.facts)
    return RoundState(*tensor_file.read(path))


def keep_in(kept: dict[int, RoundState], folder: Path) -> Callable[[StepReport], None]:
    """Put the state after each step into `kept`."""

    def keep(report: StepReport) -> None:
        if report.capture:
            kept[report.step] = through_a_file(report, folder / "state")

    return keep


def assert_same(one: Any, other: Any, said: str = "") -> None:
    """Every trained number of two policies is the same."""
    wanted, found = trained(one), trained(other)
    assert all(torch.equal(wanted[name], found[name]) for name in wanted), said


def numbers(reports: list[StepReport]) -> list[tuple[int, dict[str, float]]]:
    return [(r.step, {k: v for k, v in r.metrics.items() if k not in CLOCK}) for r in reports]


def assert_goes_on_exactly(
    make: Callable[[], Any], draws: list[Rollout], config: RoundConfig, tmp_path: Path, **more: Any
) -> None:
    """Every step of an unbroken round is a place to go on from, to the same end."""
    unbroken, kept = make(), dict[int, RoundState]()
    reports, end = run(run_round(unbroken, draws, config, **more), keep_in(kept, tmp_path))
    assert sorted(kept) == list(range(1, end.steps))
    for step, state in kept.items():
        again = make()
        rest, its_end = run(run_round(again, draws, config, resume=state, **more))
        assert numbers(rest) == numbers(reports[step:])
        assert its_end == end
        assert_same(unbroken, again, f"step {step}")


@pytest.mark.parametrize("objective", ["rloo", "reinforce", "grpo", "ppo"])
@pytest.mark.parametrize("method", ["lora", "full"])
@pytest.mark.parametrize("placement", ["reward", "loss"])
def test_that_a_round_goes_on_from_any_step_bit_for_bit(
    folder: Path, tmp_path: Path, objective: str, method: str, placement: str
) -> None:
    config = RoundConfig(
        objective=objective, method=method, kl_placement=placement, batch_prompts=2, epochs=2,
        learning_rate=0.003, min_ess=0.0, kl_coef=0.2,
    )  # fmt: skip
    assert_goes_on_exactly(lambda: tiny(folder, method), answers(folder), config, tmp_path)


@pytest.mark.parametrize("objective", ["rloo", "reinforce", "grpo", "ppo"])
def test_that_schedule_steered_divergence_and_texts_go_on_bit_for_bit(
    folder: Path, tmp_path: Path, objective: str
) -> None:
    config = RoundConfig(
        objective=objective, batch_prompts=2, epochs=2, learning_rate=0.003, min_ess=0.0,
        kl_coef=0.2, kl_target=0.02, lr_schedule="cosine", warmup_ratio=0.3, mle_coef=0.1,
        advantage_scale="batch",
    )  # fmt: skip
    draws = answers(folder)
    texts = [Draft(one.prompt_ids, one.token_ids) for one in draws[::4]]
    make = lambda: tiny(folder, "lora")  # noqa: E731
    assert_goes_on_exactly(make, draws, config, tmp_path, texts=texts)
    reports, _ = run(run_round(make(), draws, config, texts=texts))
    for name in ("kl_coef", "learning_rate", "mle_loss"):
        assert len({r.metrics[name] for r in reports if name in r.metrics}) > 3, name


def test_that_other_texts_are_refused(folder: Path, tmp_path: Path) -> None:
    config = RoundConfig(batch_prompts=2, mle_coef=0.1)
    draws, kept = answers(folder), dict[int, RoundState]()
    texts = [Draft((97,), (98, 99))]
    run(run_round(tiny(folder, "lora"), draws, config, texts=texts), keep_in(kept, tmp_path))
    with pytest.raises(TrainingError, match="other answers"):
        run(run_round(tiny(folder, "lora"), draws, config, texts=[], resume=kept[1]))


def test_that_draws_of_another_checkpoint_keep_their_own_log_probs(
    folder: Path, tmp_path: Path
) -> None:
    config = RoundConfig(batch_prompts=2, epochs=2, learning_rate=0.003, min_ess=0.0)
    draws = answers(folder, from_start=False)
    reference = [[value - 0.1 for value in one.logprobs] for one in draws]
    make = lambda: tiny(folder, "lora")  # noqa: E731
    assert_goes_on_exactly(make, draws, config, tmp_path, reference=reference)
    kept = dict[int, RoundState]()
    read = [replace(one, behaviour=one.logprobs) for one in draws]
    reports, _ = run(run_round(make(), read, config, reference=reference), keep_in(kept, tmp_path))
    # What drew them is in the state, so that it need not be read again.
    rest, _ = run(run_round(make(), draws, config, reference=reference, resume=kept[2]))
    assert numbers(rest) == numbers(reports[2:])


def test_that_the_smaller_micro_batch_after_a_shortage_is_kept(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefdesk.training import update

    real, calls, budgets = update.gradients, [0], list[int]()

    def scarce(*args: Any, budget: int, **more: Any) -> Any:
        calls[0] += 1
        budgets.append(budget)
        if calls[0] == 1:
            raise RuntimeError("CUDA out of memory.")
        return real(*args, budget=budget, **more)

    monkeypatch.setattr(update, "gradients", scarce)
    config = RoundConfig(
        batch_prompts=3, epochs=3, learning_rate=0.003, min_ess=0.0, micro_batch_tokens=64
    )
    assert_goes_on_exactly(lambda: tiny(folder, "lora"), answers(folder), config, tmp_path)
    assert budgets[0] == 64 and set(budgets[1:]) == {32}


def test_that_a_round_stopped_by_hand_goes_on_as_if_nobody_had(
    folder: Path, tmp_path: Path
) -> None:
    config = RoundConfig(batch_prompts=1, epochs=2, learning_rate=0.003, min_ess=0.0)
    draws, unbroken, stopped = answers(folder), tiny(folder, "lora"), tiny(folder, "lora")
    reports, _ = run(run_round(unbroken, draws, config))
    words, kept = ["go"], list[RoundState]()

    def keep(report: StepReport) -> None:
        words[0] = "stop" if report.step == 5 else "go"
        if report.stopped:
            kept.append(through_a_file(report, tmp_path / "state"))

    first, end = run(run_round(stopped, draws, config, control=lambda: words[0]), keep)
    assert end.stopped and kept[0].taken == end.steps == 6  # the step in hand is finished
    again = tiny(folder, "lora")
    rest, end = run(run_round(again, draws, config, resume=kept[0]))
    assert numbers(first[:-1] + rest) == numbers(reports) and not end.stopped
    assert_same(unbroken, again)


def test_that_a_step_of_the_time_before_can_still_be_undone(folder: Path, tmp_path: Path) -> None:
    config = RoundConfig(batch_prompts=2, epochs=4, learning_rate=0.006, min_ess=0.0, method="full")
    ends, kept = [], dict[int, RoundState]()
    unbroken, again = tiny(folder, "full"), tiny(folder, "full")
    draws = answers(folder)
    ends.append(run(run_round(unbroken, draws, config), keep_in(kept, tmp_path))[1])
    assert "undone" in ends[0].stopped and max(kept) == ends[0].steps + 1
    ends.append(run(run_round(again, draws, config, resume=kept[max(kept)]))[1])
    assert ends[0] == ends[1]
    assert_same(unbroken, again)


def test_that_the_random_generators_come_back(tmp_path: Path) -> None:
    config = RoundConfig(learning_rate=0.05, batch_prompts=2, method="full", min_ess=0.0)
    model, kept, wanted = Table(1), list[RoundState](), list[list[float]]()

    def draw() -> list[float]:
        return [random.random(), float(np.random.rand()), float(torch.rand(()))]

    def keep(report: StepReport) -> None:
        if report.step == 1:
            kept.append(through_a_file(report, tmp_path / "state"))
            wanted.append(draw())

    rollouts = drawn(Table(1), 6, 4)
    run(run_round(Policy(model, copy.deepcopy(model)), rollouts, config), keep)
    again, found = Table(1), list[list[float]]()
    round_ = run_round(Policy(again, Table(1)), rollouts, config, resume=kept[0])
    run(round_, lambda report: found.append(draw()) if report.step == 2 else None)
    assert found == wanted


def a_state(folder: Path, tmp_path: Path, config: RoundConfig) -> RoundState:
    kept: list[RoundState] = []

    def keep(report: StepReport) -> None:
        if report.step == 1:
            kept.append(through_a_file(report, tmp_path / "state"))

    run(run_round(tiny(folder, "lora"), answers(folder), config), keep)
    return kept[0]


def test_that_other_settings_or_draws_are_refused_before_anything_changes(
    folder: Path, tmp_path: Path
) -> None:
    config = RoundConfig(batch_prompts=2)
    state, draws = a_state(folder, tmp_path, config), answers(folder)
    policy = tiny(folder, "lora")
    before = trained(policy)
    other = RoundConfig(batch_prompts=2, learning_rate=0.1)
    for more in ((draws[1:], config), (draws, other)):
        with pytest.raises(TrainingError, match="other answers, rewards or settings"):
            run(run_round(policy, *more, resume=state))
    narrow = load_policy(folder, device="cpu", threads=1)
    weights.lora(narrow, 2, 8.0, 1)
    with pytest.raises(TrainingError, match="does not fit the model"):
        run(run_round(narrow, draws, config, resume=state))
    old = RoundState(state.tensors, {**state.facts, "format": states.FORMAT + 1})
    with pytest.raises(TrainingError, match="another version"):
        run(run_round(policy, draws, config, resume=old))
    after = trained(policy)
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_that_other_surroundings_are_named(folder: Path, tmp_path: Path) -> None:
    state = a_state(folder, tmp_path, RoundConfig(batch_prompts=2))
    policy = tiny(folder, "lora")
    assert differences(state, policy) == []
    torch.set_num_threads(2)
    old = {**state.facts["surroundings"], "torch": "1.0"}
    found = differences(RoundState(state.tensors, {**state.facts, "surroundings": old}), policy)
    assert found == ["threads (2, was 1)", f"torch ({torch.__version__}, was 1.0)"]


def test_that_tensors_of_every_kind_come_back_from_a_file(tmp_path: Path) -> None:
    made = {
        "odd": torch.tensor([1, 2, 3], dtype=torch.uint8),
        "wide": torch.tensor([0.1, float("nan"), float("-inf")], dtype=torch.float64),
        "half": torch.tensor([[1.5, -0.0]], dtype=torch.bfloat16),
        "turned": torch.arange(6.0).reshape(2, 3).T,
        "none": torch.zeros(0, 4),
        "one": torch.tensor(7.0),
        "whether": torch.tensor([True, False]),
        "whole": torch.tensor([2**53 + 1]),
    }
    tensor_file.write(tmp_path / "a", made, {"step": 3, "text": "ä"})
    found, facts = tensor_file.read(tmp_path / "a")
    assert facts == {"step": 3, "text": "ä"} and set(found) == set(made)
    for name, tensor in made.items():
        assert found[name].dtype == tensor.dtype and found[name].shape == tensor.shape
        assert torch.equal(found[name].nan_to_num(), tensor.nan_to_num()), name
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


def test_that_a_file_without_facts_is_refused(tmp_path: Path) -> None:
    from safetensors.torch import save_file

    save_file({"a": torch.zeros(1)}, tmp_path / "a")
    with pytest.raises(ModelError, match="does not say what it holds"):
        tensor_file.read(tmp_path / "a")
