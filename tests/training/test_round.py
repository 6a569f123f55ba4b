"""Whole rounds on tiny policies: what they learn, refuse, survive and report."""

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from prefdesk.config import RoundConfig
from prefdesk.errors import Cancelled, OutOfMemory, TrainingError
from prefdesk.models import memory as machine
from prefdesk.training import (
    Baseline,
    Draft,
    Rollout,
    RoundEnd,
    StepReport,
    checks,
    logprobs,
    run_round,
    update,
)
from prefdesk.training.passes import Passes
from prefdesk.training.round import clipped
from tests.training.small import (
    LONGEST,
    PROMPT,
    Policy,
    Table,
    completions,
    drawn,
    llama,
    rollout,
    token_logp,
)

FAST = RoundConfig(learning_rate=0.05, batch_prompts=2, method="full")


def change(config: RoundConfig, **values: Any) -> RoundConfig:
    return replace(config, **values)


def finished(round_: Any) -> tuple[list[StepReport], RoundEnd]:
    reports = []
    while True:
        try:
            reports.append(next(round_))
        except StopIteration as end:
            return reports, end.value


def weights(model: nn.Module) -> Tensor:
    return torch.cat([p.detach().flatten() for p in model.parameters()])


def trained(
    config: RoundConfig, model: Table | None = None, n_prompts: int = 6, **more: Any
) -> tuple[Table, list[StepReport], RoundEnd]:
    model = model or Table(1)
    rollouts = drawn(Table(1), n_prompts, 4)
    round_ = run_round(Policy(model, copy.deepcopy(model)), rollouts, config, **more)
    return model, *finished(round_)


# Learning


@pytest.mark.parametrize("objective", ["rloo", "reinforce", "grpo", "ppo"])
@pytest.mark.parametrize("placement", ["reward", "loss"])
def test_that_a_rewarded_completion_becomes_likelier(objective: str, placement: str) -> None:
    model, wanted = Table(1), (1, 0, 2)
    before = float(token_logp(model, wanted).sum().exp().detach())
    everything = completions()
    draws = [
        rollout(t, float(t == wanted), token_logp(model, t).tolist(), prompt_id=n)
        for n in range(4)
        for t in everything
    ]
    config = change(FAST, objective=objective, kl_placement=placement, epochs=5, min_ess=0.0)
    policy = Policy(model, copy.deepcopy(model))
    reports, end = finished(run_round(policy, draws, config))
    assert float(token_logp(model, wanted).sum().exp().detach()) > 1.5 * before
    assert end.stopped == "" and end.steps == len(reports) == 10


def test_that_a_large_kl_coefficient_holds_the_policy_at_the_reference() -> None:
    moved = []
    for kl_coef in (0.0, 10.0):
        model, start = Table(1), weights(Table(1))
        trained(change(FAST, kl_coef=kl_coef, learning_rate=0.01, epochs=20, min_ess=0.0), model)
        moved.append(float((weights(model) - start).norm()))
    assert moved[1] < 0.6 * moved[0]


# Repeating


def test_that_the_same_seed_gives_the_same_weights_bit_for_bit() -> None:
    torch.set_num_threads(1)
    config = change(FAST, epochs=2, batch_prompts=1)
    once, again = weights(trained(config)[0]), weights(trained(config)[0])
    other = weights(trained(change(config, seed=2))[0])
    assert torch.equal(once, again)
    assert not torch.equal(once, other)


def test_that_the_order_in_which_rollouts_come_does_not_matter() -> None:
    results = []
    for turn in (False, True):
        model = Table(1)
        draws = drawn(model, 5, 2)
        if turn:
            draws = [draws[i] for i in (4, 5, 0, 1, 8, 9, 2, 3, 6, 7)]
        finished(run_round(Policy(model, Table(1)), draws, FAST))
        results.append(weights(model))
    assert torch.equal(*results)


def test_that_micro_batches_do_not_change_the_weights() -> None:
    whole = weights(trained(change(FAST, epochs=2))[0])
    split = weights(trained(change(FAST, epochs=2, micro_batch_tokens=16))[0])
    assert torch.allclose(whole, split, rtol=1e-9, atol=1e-9)


# Fixed log-probs


def test_that_one_pass_serves_behaviour_and_reference_with_the_same_result() -> None:
    config = change(FAST, epochs=2, kl_coef=0.5)
    both, _, _ = trained(config)
    one, _, _ = trained(config, reference_is_start=True)
    assert torch.allclose(weights(both), weights(one), rtol=1e-9, atol=1e-9)


def test_that_draws_of_the_first_step_are_not_scored_before_it() -> None:
    """One step, one epoch, reference equal to the start: each token passes once before the step.

    It passes once more after it, to see what the step has made.
    """
    model = Table(1)
    draws = drawn(model, 2, 4)
    longest = max(len(r.prompt_ids) + len(r.token_ids) for r in draws)
    finished(run_round(Policy(model), draws, FAST, reference_is_start=True))
    tried = 2 * longest  # the way through the model is tried on one sequence
    assert model.tokens_seen <= 2 * sum(len(PROMPT) + len(r.token_ids) for r in draws) + tried


def test_that_the_reference_may_come_as_log_probs_or_as_a_context() -> None:
    config = change(FAST, kl_coef=0.5, epochs=2)
    other = Table(7)
    draws = drawn(Table(1), 6, 4)
    results = []
    for way in ("policy", "numbers", "context"):
        model = Table(1)
        policy = Policy(model, other if way == "policy" else None)
        reference: Any = {
            "policy": None,
            "numbers": [token_logp(other, r.token_ids).tolist() for r in draws],
            "context": Policy(model, other).reference,
        }[way]
        if way == "context":
            reference = swap(policy, other)
        finished(run_round(policy, draws, config, reference=reference))
        results.append(weights(model))
    assert torch.allclose(results[0], results[1], atol=1e-9)
    assert torch.allclose(results[0], results[2], atol=1e-9)


def swap(policy: Policy, other: nn.Module) -> Callable[[], Any]:
    @contextmanager
    def context() -> Iterator[None]:
        own, policy.model = policy.model, other
        yield
        policy.model = own

    return context


def test_that_reference_log_probs_follow_their_rollouts_when_some_are_left_out() -> None:
    config = change(FAST, kl_coef=0.5, mask_truncated=True)
    other = Table(7)
    draws = drawn(Table(1), 4, 4)
    marked = [replace(r, truncated=i % 3 == 0) for i, r in enumerate(draws)]
    left = [r for r in marked if not r.truncated]
    results = []
    for some in (marked, left):
        model = Table(1)
        numbers = [token_logp(other, r.token_ids).tolist() for r in some]
        finished(run_round(Policy(model), some, config, reference=numbers))
        results.append(weights(model))
    assert torch.equal(*results)


def test_that_the_measured_divergence_is_against_the_reference() -> None:
    model, other = Table(1), Table(7)
    draws = [rollout(t, float(len(t)), token_logp(model, t).tolist()) for t in completions()]
    # Every completion once is a draw from the uniform policy; its log-probs stand in for it.
    share = 1 / len(draws)
    even = [
        replace(
            r,
            logprobs=(torch.tensor(share).log().item() / len(r.token_ids),) * len(r.token_ids),
            from_start=False,
        )
        for r in draws
    ]
    reports, _ = finished(run_round(Policy(model, other), even, change(FAST, min_ess=0.0)))
    kl = sum(
        float((p := token_logp(Table(1), t).sum().detach()).exp())
        * float(p - token_logp(other, t).sum().detach())
        for t in completions()
    )
    assert reports[0].metrics["kl_sequence"] == pytest.approx(kl, rel=1e-6)


# Distance from the draws


@pytest.mark.parametrize("n_prompts", [2, 6])  # one step, several steps
def test_that_draws_of_a_distant_policy_are_refused_at_the_start(n_prompts: int) -> None:
    model = Table(1)
    start = weights(model)
    far = [replace(r, from_start=False) for r in drawn(scaled(Table(9), 6.0), n_prompts, 4)]
    with pytest.raises(TrainingError, match="too far") as caught:
        finished(run_round(Policy(model), far, FAST, reference_is_start=True))
    assert "fresh" in caught.value.hint
    assert torch.equal(weights(model), start)


def scaled(model: Table, factor: float) -> Table:
    with torch.no_grad():
        model.table.mul_(factor)
    return model


def test_that_a_round_ends_and_says_so_when_its_policy_leaves_its_draws_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(checks, "KL_LIMIT", float("inf"))
    config = change(FAST, learning_rate=1.0, epochs=9, min_ess=0.8, kl_coef=0.0)
    _, reports, end = trained(config)
    assert reports[-1].stopped and set(reports[-1].metrics) == FINAL
    assert "too far" in reports[-1].note and end.stopped == reports[-1].note
    assert 0 < end.steps < 27
    assert end.steps % 3 == 0


def test_that_log_probs_which_do_not_fit_the_policy_are_refused() -> None:
    model = Table(1)
    start = weights(model)
    with pytest.raises(TrainingError, match="did not draw"):
        finished(run_round(Policy(model), drawn(scaled(Table(9), 6.0), 6, 4), FAST))
    assert torch.equal(weights(model), start)


def test_that_the_difference_to_the_sampler_is_measured() -> None:
    draws = drawn(Table(1), 4, 4)
    shifted = [replace(r, logprobs=tuple(p - 0.01 for p in r.logprobs)) for r in draws]
    reports, _ = finished(run_round(Policy(Table(1)), shifted, FAST))
    assert reports[0].metrics["sampler_gap"] == pytest.approx(0.01)
    reports, _ = finished(run_round(Policy(Table(1)), draws, FAST))
    assert reports[0].metrics["sampler_gap"] == pytest.approx(0, abs=1e-9)
    assert reports[0].metrics["importance/mean"] == pytest.approx(1)


def test_that_older_draws_are_weighed_by_what_training_read_and_the_difference_is_measured() -> (
    None
):
    draws = [replace(r, from_start=False) for r in drawn(Table(1), 4, 4)]
    rough = [replace(r, logprobs=tuple(p - 0.02 for p in r.logprobs)) for r in draws]
    read = [replace(r, behaviour=d.logprobs) for r, d in zip(rough, draws)]
    seen = []
    for some in (draws, read, rough):
        reports, _ = finished(run_round(Policy(Table(1)), some, change(FAST, min_ess=0.0)))
        seen.append([reports[0].metrics[n] for n in ("importance/mean", "loss", "sampler_gap")])
    assert seen[1] == pytest.approx([*seen[0][:2], 0.02])
    assert seen[2][0] != pytest.approx(seen[0][0]) and seen[2][2] == 0


def test_that_a_round_ends_when_its_answers_run_away_in_length(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Short answers are rewarded and nothing else, and nobody holds the policy back."""
    monkeypatch.setattr(checks, "KL_LIMIT", float("inf"))
    monkeypatch.setattr(checks, "LENGTH_LIMIT", 1.2)
    config = change(FAST, learning_rate=0.3, epochs=9, min_ess=0.0, kl_coef=0.0)
    draws = [replace(r, reward=-float(len(r.token_ids))) for r in drawn(Table(1), 6, 6)]
    model = Table(1)
    reports, end = finished(run_round(Policy(model, Table(1)), draws, config))
    assert "ran away in length" in end.stopped and end.steps % 3 == 0 < end.steps < 27
    assert reports[-1].metrics["final/length_ratio"] < 1 / 1.2
    monkeypatch.setattr(checks, "LENGTH_LIMIT", 1.01)
    reports, end = finished(run_round(Policy(Table(1), Table(1)), draws, change(config, epochs=1)))
    assert end.stopped == "" and "raters prefer shorter answers" in reports[-1].note


# Stop, cancel, trouble


def asking(*words: str) -> Callable[[], Any]:
    left = list(words)
    return lambda: left.pop(0) if left else "go"


def test_that_stop_keeps_what_the_steps_so_far_have_made() -> None:
    calls = 0

    def control() -> str:
        nonlocal calls
        calls += 1
        return "stop" if calls == 4 else "go"

    config = change(FAST, epochs=3)
    model, reports, end = trained(config, control=control, reference_is_start=True)
    assert reports[-1].stopped and "kept" in reports[-1].note
    assert end.steps == len(reports) - 1 > 0
    short, _, _ = trained(config, control=asking(), reference_is_start=True)
    assert not torch.equal(weights(model), weights(short))
    assert not torch.equal(weights(model), weights(Table(1)))


def test_that_stop_before_the_first_step_leaves_the_policy_as_it_was() -> None:
    model, reports, end = trained(FAST, control=lambda: "stop")
    assert [r.stopped for r in reports] == [True]
    assert end.steps == 0
    assert torch.equal(weights(model), weights(Table(1)))


def test_that_stop_during_the_last_step_is_a_finished_round() -> None:
    model = Table(1)
    asked: list[int] = []

    def control() -> str:
        asked.append(1)
        return "stop" if len(asked) == 4 else "go"

    draws = drawn(model, 2, 4)
    reports, end = finished(
        run_round(Policy(model), draws, FAST, control=control, reference_is_start=True)
    )
    assert [r.stopped for r in reports] == [False]
    assert end == (1, "", end.baseline, False)


@pytest.mark.parametrize("when", [0, 2, 4])
def test_that_cancel_raises_and_leaves_no_gradients(when: int) -> None:
    model = Table(1)
    round_ = run_round(
        Policy(model, Table(2)), drawn(model, 6, 4), FAST, control=asking(*["go"] * when, "cancel")
    )
    with pytest.raises(Cancelled):
        finished(round_)
    assert model.table.grad is None


class Bad(Table):
    """Answers NaN once its weights have moved `far` times."""

    def __init__(self, steps: int, log: list[Tensor], value: float = float("nan")) -> None:
        super().__init__(1)
        self.steps, self.log, self.value = steps, log, value

    def forward(self, **inputs: Any) -> Any:
        out = super().forward(**inputs)
        if not self.log or not torch.equal(self.log[-1], self.table.detach()):
            self.log.append(self.table.detach().clone())
        if len(self.log) > self.steps:
            out.logits = out.logits * self.value
        return out


def test_that_a_loss_that_is_not_finite_ends_the_round_with_the_last_good_weights() -> None:
    log: list[Tensor] = []
    model = Bad(3, log)
    reports, end = finished(run_round(Policy(model, Table(1)), drawn(Table(1), 8, 4), FAST))
    assert reports[-1].stopped and "finite" in reports[-1].note
    assert torch.equal(model.table.detach(), log[2])
    assert end.steps == 2


def test_that_a_loss_that_is_not_finite_at_once_is_an_error() -> None:
    model = Bad(1, [])
    with pytest.raises(TrainingError, match="finite"):
        finished(run_round(Policy(model, Table(1)), drawn(Table(1), 8, 4), FAST))
    assert torch.equal(model.table.detach(), Table(1).table.detach())


def test_that_a_gradient_that_is_not_finite_is_no_step(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Table(1)
    model.table.register_hook(lambda grad: grad * float("inf"))
    with pytest.raises(TrainingError, match="gradient is not a finite"):
        finished(run_round(Policy(model, Table(1)), drawn(Table(1), 8, 4), FAST))
    assert torch.equal(model.table.detach(), Table(1).table.detach())


def test_that_a_runaway_policy_is_put_back_one_step(monkeypatch: pytest.MonkeyPatch) -> None:
    config = change(FAST, learning_rate=0.5, kl_coef=0.0, epochs=4, min_ess=0.0)
    monkeypatch.setattr(checks, "KL_LIMIT", float("inf"))
    free, reports, _ = trained(config)
    kls = [r.metrics["kl"] for r in reports]
    beyond = next(i for i, kl in enumerate(kls) if kl > 0.2)
    monkeypatch.setattr(checks, "KL_LIMIT", 0.2)
    held, seen, end = trained(config)
    assert "ran away" in seen[-1].note and end.steps == beyond - 1 > 0
    assert not torch.equal(weights(free), weights(held))


def test_that_the_last_step_is_judged_too_and_undone_with_what_the_mean_learnt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    config = change(FAST, learning_rate=0.5, kl_coef=0.0, objective="reinforce")
    free, reports, whole = trained(config, n_prompts=4)
    final = reports[-1].metrics["final/kl"]
    assert whole.steps == 2 and final > 1.5 * reports[-1].metrics["kl"]
    monkeypatch.setattr(checks, "KL_LIMIT", 0.9 * final)
    held, seen, end = trained(config, n_prompts=4)
    assert (end.steps, len(seen)) == (1, 3) and seen[-1].stopped
    assert "ran away" in end.stopped and "The last step was undone." in end.stopped
    assert end.baseline.weight == 8.0 and whole.baseline.weight == 16.0
    first, _, _ = trained(config, n_prompts=4, control=stop_after_first())
    assert torch.equal(weights(held), weights(first))
    assert not torch.equal(weights(held), weights(free))


def stop_after_first() -> Callable[[], Any]:
    """Stops in the second step of a round of two steps without epochs to come."""
    return asking(*["go"] * 3, "stop")


@pytest.mark.parametrize("rate", [1.0, float("nan")])
def test_that_a_ruinous_only_step_is_an_error_and_leaves_the_policy_as_it_was(
    rate: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = Table(1)
    monkeypatch.setattr(checks, "KL_LIMIT", 0.01)
    if rate != rate:
        spoilt = lambda self: self.param_groups[0]["params"][0].data.fill_(rate)  # noqa: E731
        monkeypatch.setattr(torch.optim.AdamW, "step", spoilt)
    config = change(FAST, learning_rate=1.0)
    with pytest.raises(TrainingError, match="step was undone"):
        finished(run_round(Policy(model, Table(1)), drawn(model, 2, 4), config))
    assert torch.equal(weights(model), weights(Table(1)))


@pytest.mark.parametrize(
    "error",
    [torch.OutOfMemoryError("CUDA out of memory."), RuntimeError("MPS backend out of memory")],
)
@pytest.mark.parametrize("at", [1, 3])
def test_that_a_shortage_within_the_optimiser_keeps_the_steps_before_it(
    error: Exception, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs, calls, seen = torch.optim.AdamW.step, [0], list[Tensor]()

    def step(self: Any, *args: Any) -> Any:
        calls[0] += 1
        seen.append(self.param_groups[0]["params"][0].detach().clone().flatten())
        done = theirs(self, *args)
        if calls[0] == at:
            raise error
        return done

    monkeypatch.setattr(torch.optim.AdamW, "step", step)
    model = Table(1)
    round_ = run_round(Policy(model, Table(1)), drawn(Table(1), 8, 4), FAST)
    if at == 1:
        with pytest.raises(OutOfMemory, match="does not fit into memory"):
            finished(round_)
    else:
        assert finished(round_)[1].steps == at - 1
    assert torch.equal(weights(model), seen[-1])


def test_that_a_shortage_between_epochs_keeps_the_steps_before_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    theirs = Passes.scores

    def scores(self: Passes, groups: Any, **more: Any) -> Any:
        if not more and len(groups) == 8 and scored:
            raise OutOfMemory("The model and one answer do not fit into memory.")
        scored.append(1)
        return theirs(self, groups, **more)

    scored: list[int] = []
    monkeypatch.setattr(Passes, "scores", scores)
    draws = drawn(Table(1), 8, 4)
    numbers = [token_logp(Table(1), r.token_ids).tolist() for r in draws]
    config = change(FAST, epochs=2)
    _, end = finished(run_round(Policy(Table(1)), draws, config, reference=numbers))
    assert end.steps == 4 and "do not fit" in end.stopped


def test_that_training_too_big_for_memory_is_refused_before_it_starts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    needed = 4 * 8 * Table(1).table.numel()
    monkeypatch.setattr(machine, "available_bytes", lambda: needed - 1)
    with pytest.raises(OutOfMemory, match="Training, beside the model, needs about"):
        trained(FAST)
    monkeypatch.setattr(machine, "available_bytes", lambda: needed)
    assert trained(FAST)[2].steps == 3


class Cramped(Table):
    """Runs out of memory for more than `limit` tokens at once."""

    limit = 10**9

    def forward(self, **inputs: Any) -> Any:
        if inputs["input_ids"].numel() > self.limit:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to ...")
        return super().forward(**inputs)


def test_that_a_shortage_of_memory_halves_the_micro_batch_and_nothing_else() -> None:
    roomy, cramped = Cramped(1), Cramped(1)
    cramped.limit = 20
    results = [trained(change(FAST, epochs=2), model) for model in (roomy, cramped)]
    assert torch.allclose(weights(roomy), weights(cramped), rtol=1e-9, atol=1e-9)
    assert all(end.steps == 6 for _, _, end in results)


def test_that_a_shortage_in_a_step_is_told() -> None:
    model = Cramped(1)
    draws = drawn(model, 2, 4)
    model.limit = 20
    config = change(FAST, epochs=2, min_ess=0.0)
    reports, _ = finished(run_round(Policy(model), draws, config, reference_is_start=True))
    assert reports[0].note.startswith("Memory ran short; going on with")
    assert reports[1].note == ""


def test_that_a_sequence_that_does_not_fit_alone_is_an_error() -> None:
    model = Cramped(1)
    model.limit = LONGEST  # the prompt comes on top
    with pytest.raises(OutOfMemory):
        trained(FAST, model)


class Late(Cramped):
    """Runs out of memory for good after some passes."""

    passes = 0

    def forward(self, **inputs: Any) -> Any:
        self.passes += 1
        self.limit = 10**9 if self.passes < 6 else 0
        return super().forward(**inputs)


def test_that_what_was_learnt_is_kept_when_memory_runs_out_later() -> None:
    model = Late(1)
    reports, end = finished(run_round(Policy(model, Table(1)), drawn(Table(1), 8, 4), FAST))
    assert "fit" in end.stopped and reports[-1].stopped
    assert end.steps == len(reports) - 1 > 0
    assert not torch.equal(weights(model), weights(Table(1)))


def test_that_stop_between_epochs_is_not_taken_for_distance() -> None:
    asked = 0
    last = 10**9

    def control() -> str:
        nonlocal asked
        asked += 1
        return "stop" if asked == last else "go"

    def round_of(epochs: int) -> tuple[list[StepReport], RoundEnd]:
        model = Table(1)
        config = change(FAST, epochs=epochs, min_ess=1.0, micro_batch_tokens=16)
        draws = drawn(model, 2, 4)
        return finished(
            run_round(Policy(model), draws, config, control=control, reference_is_start=True)
        )

    round_of(epochs=1)  # the pass at its end is as long as the one before a second epoch
    last, asked = asked - 1, 0  # so that this is within the latter
    reports, end = round_of(epochs=2)
    assert "Stopped by hand" in end.stopped
    assert end.steps == 1 == len(reports) - 1


def test_that_long_gradients_are_shortened_and_nought_is_no_limit() -> None:
    for limit, kept in ((1.0, 1.0), (0.0, 5.0), (9.0, 5.0)):
        weight = nn.Parameter(torch.zeros(2))
        weight.grad = torch.tensor([3.0, 4.0])
        assert clipped([weight], limit) == pytest.approx(5.0)
        assert float(weight.grad.norm()) == pytest.approx(kept)


# Reports


FINAL = {"final/kl", "final/kl_sequence", "final/ess", "final/length_ratio"}

NAMES = {
    "reward", "reward_std", "kl", "kl_sequence", "entropy", "completions/mean_length",
    "grad_norm", "loss", "learning_rate", "ess", "importance/mean", "frac_reward_zero_std",
    "sampler_gap", "elapsed_s", "tokens_per_second", "epoch",
}  # fmt: skip


def test_that_every_step_reports_every_metric_and_where_it_is() -> None:
    _, reports, end = trained(change(FAST, epochs=2))
    assert [r.step for r in reports] == list(range(1, 7))
    assert {r.total for r in reports} == {6}
    assert all(set(r.metrics) >= NAMES for r in reports)
    assert [set(r.metrics) >= FINAL for r in reports] == [False] * 5 + [True]
    assert [r.metrics["epoch"] for r in reports] == [1, 1, 1, 2, 2, 2]
    assert all(isinstance(v, float) for r in reports for v in r.metrics.values())
    assert end.steps == 6


def test_that_the_running_mean_is_of_rewards_seen_once_and_carries_over() -> None:
    config = change(FAST, objective="reinforce", kl_coef=0.0, epochs=2)
    _, _, end = trained(config, baseline=Baseline(1.0, 10.0))
    total = 10.0 + sum(r.reward for r in drawn(Table(1), 6, 4))
    assert end.baseline == pytest.approx((total / 34, 34))


def test_that_a_second_visit_subtracts_the_mean_of_before_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[tuple[tuple[int, ...], list[float]]] = []

    def spy(visit: Any, config: RoundConfig, expected: Tensor) -> Tensor:
        seen.append((visit.members, expected.tolist()))
        return theirs(visit, config, expected)

    theirs = update.advantages_of
    monkeypatch.setattr(update, "advantages_of", spy)
    trained(change(FAST, objective="reinforce", epochs=3), n_prompts=4)
    first: dict[int, float] = {}
    for members, expected in seen:
        for i, mean in zip(members, expected):
            assert mean == first.setdefault(i, mean)
    assert sorted(set(first.values()))[0] != sorted(set(first.values()))[-1]


def test_that_a_round_on_a_llama_learns_in_shared_rows() -> None:
    model = llama().float()
    policy = Policy(model, copy.deepcopy(model))
    good, bad = (3, 4, 5), (6, 7)
    draws = [(good, 1.0), (bad, -1.0), (bad, -1.0), (good, 1.0)]
    prompt = (1, 2, 3, 4, 5, 6)
    stored = logprobs(policy, [Draft(prompt, t) for t, _ in draws])
    rollouts = [Rollout(1, prompt, t, tuple(p), 1.0, r) for (t, r), p in zip(draws, stored)]
    finished(run_round(policy, rollouts, change(FAST, learning_rate=1e-2, epochs=3, min_ess=0.0)))
    after = logprobs(policy, [Draft(prompt, good), Draft(prompt, bad)])
    assert sum(after[0]) > sum(stored[0]) + 0.1
    assert sum(after[1]) < sum(stored[1]) - 0.1
    assert all(p.grad is None for p in model.parameters())
