"""Two processes give the update of one: gradients, numbers, weights, and how a round ends."""

import multiprocessing
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.distributed as dist

from prefdesk.config import RoundConfig
from prefdesk.errors import Cancelled, OutOfMemory, TrainingError
from prefdesk.training import Draft, checks, run_round
from prefdesk.training.passes import Gate, Passes
from prefdesk.training.scoring import PLAIN
from prefdesk.training.team import Team
from prefdesk.training.types import Baseline
from prefdesk.training.update import Known
from tests.training.small import Policy, TwoLayers, gradient, random_rollouts

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks processes")

LIMIT_S = 60
TEXTS = [Draft((0, 1), (2, 3)), Draft((4,), (5, 6, 1)), Draft((3,), (2,))]


def member(work: Callable[[], Any], rank: int, size: int, meeting: Path, answers: Any) -> None:
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{meeting}", rank=rank, world_size=size)
    try:
        answers.put((rank, work()))
    finally:
        dist.destroy_process_group()


def together(work: Callable[[], Any], tmp_path: Path, size: int = 2) -> list[Any]:
    """What `work` answers in each of `size` processes."""
    context = multiprocessing.get_context("fork")
    answers: Any = context.Queue()
    meeting = tmp_path / "meeting"
    meeting.unlink(missing_ok=True)
    others = [
        context.Process(target=member, args=(work, rank, size, meeting, answers))
        for rank in range(size)
    ]
    for one in others:
        one.start()
    found = dict(answers.get(timeout=LIMIT_S) for _ in others)
    for one in others:
        one.join(LIMIT_S)
    return [found[rank] for rank in range(size)]


CASES = {
    "rloo": RoundConfig(kl_coef=0.2),
    "rloo, a token at a time": RoundConfig(kl_coef=0.2, micro_batch_tokens=16),
    "reinforce": RoundConfig(objective="reinforce", kl_coef=0.2, aggregation="token"),
    "grpo": RoundConfig(objective="grpo", advantage_scale="batch", kl_placement="loss"),
    "ppo with texts": RoundConfig(objective="ppo", mle_coef=0.3, aggregation="sequence_mean"),
}


def one_step(config: RoundConfig, shape: tuple[int, ...]) -> tuple[list[float], Any, list[float]]:
    """Gradient, numbers of the visit and weights after a step of SGD."""
    model = TwoLayers()
    rollouts = random_rollouts(shape, vocabulary=7)
    config = replace(config, method="full")
    known = Known()
    passes = Passes(
        Policy(model), rollouts, PLAIN, config.micro_batch_tokens,
        Gate(lambda: "go"), TEXTS if config.mle_coef else [],
    )  # fmt: skip
    groups = checks.grouped(rollouts)
    known.reference = passes.scores(groups)
    known.reference = {i: values - 0.3 for i, values in known.reference.items()}
    visit = passes.gradients(groups, known, config, Baseline(0.1, 1.0))
    found = gradient(model).tolist()
    torch.optim.SGD(model.parameters(), lr=0.1).step()
    seen = [visit.loss, visit.likelihood or 0.0, float(visit.penalty.sum())]
    seen += [float(visit.divergence.sum()), float(visit.entropy.sum())]
    seen += [float(known.behaviour[i].sum()) for i in range(len(rollouts))]
    after = torch.cat([p.detach().flatten() for p in model.parameters()]).tolist()
    return found, seen, after


@pytest.mark.parametrize("name", CASES)
def test_that_two_processes_of_four_rows_give_the_gradient_of_eight(
    name: str, tmp_path: Path
) -> None:
    alone = one_step(CASES[name], (4, 4))
    assert max(map(abs, alone[0])) > 0.01
    for found in together(lambda: one_step(CASES[name], (4, 4)), tmp_path):
        for ours, theirs in zip(found, alone):
            assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-9)


def test_that_uneven_shares_and_idle_processes_change_nothing(tmp_path: Path) -> None:
    config = RoundConfig(kl_coef=0.2)
    for shape, size in (((5, 1, 3), 2), ((4,), 2), ((3, 2), 3)):
        alone = one_step(config, shape)
        for found in together(lambda shape=shape: one_step(config, shape), tmp_path, size):
            assert found[0] == pytest.approx(alone[0], rel=1e-9, abs=1e-9)
            assert found[1] == pytest.approx(alone[1], rel=1e-9, abs=1e-9)


WHOLE = RoundConfig(
    objective="ppo", kl_coef=0.2, kl_target=0.5, lr_schedule="linear", mle_coef=0.1, epochs=2,
    batch_prompts=3, learning_rate=0.01, min_ess=0.0, method="full",
)  # fmt: skip


def whole_round(config: RoundConfig = WHOLE, **more: Any) -> tuple[Any, list[Any]]:
    """Numbers of every step, and the weights."""
    model = TwoLayers()
    # The other processes begin elsewhere, and take the weights of the first one.
    if Team().rank:
        model = TwoLayers(seed=5)
    draws = [replace(r, from_start=False) for r in random_rollouts((3, 2, 4, 3, 2), vocabulary=7)]
    reports = list(run_round(Policy(model, TwoLayers(seed=9)), draws, config, texts=TEXTS, **more))
    clock = ("tokens_per_second", "elapsed_s")
    numbers = [{k: v for k, v in r.metrics.items() if k not in clock} for r in reports]
    return numbers, torch.cat([p.detach().flatten() for p in model.parameters()]).tolist()


def test_that_a_whole_round_of_two_processes_is_that_of_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "KL_LIMIT", float("inf"))
    monkeypatch.setattr(checks, "LENGTH_LIMIT", float("inf"))
    alone = whole_round()
    first, second = together(whole_round, tmp_path)
    assert first == second, "to the last bit"
    assert len(first[0]) == len(alone[0]) == 4
    for ours, theirs in zip(first[0], alone[0]):
        assert ours == pytest.approx(theirs, rel=1e-7, abs=1e-9)
    # Adam divides by the gradient's own size, which lifts rounding where it is tiny.
    assert first[1] == pytest.approx(alone[1], abs=1e-6)


def test_that_any_process_can_stop_or_cancel_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "KL_LIMIT", float("inf"))

    def told(word: str) -> str:
        calls = [0]

        def control() -> str:
            calls[0] += 1
            return word if Team().rank == 1 and calls[0] >= 4 else "go"

        try:
            numbers, _ = whole_round(control=control)
        except Cancelled:
            return "cancelled"
        return f"{len(numbers)} reports"

    assert together(lambda: told("cancel"), tmp_path) == ["cancelled"] * 2
    first, second = together(lambda: told("stop"), tmp_path)
    assert first == second and first in ("2 reports", "3 reports")


def test_that_memory_that_is_short_in_one_process_ends_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefdesk.training import update

    real = update.gradients

    def scarce(*args: Any, **more: Any) -> Any:
        if Team().rank == 1:
            raise MemoryError
        return real(*args, **more)

    monkeypatch.setattr(update, "gradients", scarce)

    def ends() -> str:
        try:
            whole_round()
        except OutOfMemory as error:
            return error.message
        return "no"

    first, second = together(ends, tmp_path)
    assert "Another process" in first and "do not fit" in second


def test_that_a_step_that_one_process_cannot_take_is_taken_by_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "KL_LIMIT", float("inf"))
    real, calls = torch.optim.AdamW.step, [0]

    def scarce(self: Any) -> None:
        calls[0] += 1
        if Team().rank == 1 and calls[0] == 2:
            raise MemoryError
        real(self)

    monkeypatch.setattr(torch.optim.AdamW, "step", scarce)
    first, second = together(whole_round, tmp_path)
    assert first[1] == second[1], "the weights after the first step"
    assert len(first[0]) == len(second[0]) == 2


def test_that_a_text_reaches_every_process(tmp_path: Path) -> None:
    def heard() -> list[str]:
        team = Team()
        return [team.tell("grüße" if team.rank == 0 else "?"), team.tell("")]

    assert together(heard, tmp_path) == [["grüße", ""]] * 2
    assert Team().tell("alone") == "alone"


def test_that_processes_that_do_not_meet_are_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    from prefdesk.training.team import joined

    monkeypatch.setenv("WORLD_SIZE", "2")
    with pytest.raises(TrainingError, match="do not find each other"), joined("cpu"):
        pass
