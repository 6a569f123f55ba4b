"""The training rounds of a project: frozen rewards in, a checkpoint out."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from prefdesk import store
from prefdesk.config import RoundConfig
from prefdesk.errors import TrainingError
from prefdesk.events import JobEvent, JobSpec
from prefdesk.project import preflight, resuming
from prefdesk.project.checkpoints import Checkpoints
from prefdesk.project.core import Core
from prefdesk.project.judgement import Judgement
from prefdesk.project.preflight import Preflight
from prefdesk.project.report import VerdictReport
from prefdesk.project.resuming import Interrupted
from prefdesk.records import CheckpointKind, Metric, Reward, Round


class Rounds:
    """`project.rounds`."""

    def __init__(
        self, core: Core, checkpoints: Checkpoints, judgement: Judgement, runner: Any
    ) -> None:
        self._core = core
        self._checkpoints = checkpoints
        self._judgement = judgement
        self._run = runner

    def all(self) -> list[Round]:
        """Rounds, oldest first."""
        return self._core.query(store.rounds.all)

    def get(self, round_id: int) -> Round:
        """One round; `InputError` if there is none."""
        return self._core.query(lambda c: store.rounds.get(c, round_id))

    def metrics(self, round_id: int) -> list[Metric]:
        """All metrics of a round in order of step."""
        return self._core.query(lambda c: store.rounds.metrics(c, round_id))

    def rewards(self, round_id: int) -> list[Reward]:
        """The rewards frozen with a round; later ratings do not change them."""
        return self._core.query(lambda c: store.rounds.rewards(c, round_id))

    def usable(self, config: RoundConfig, checkpoint_id: int | None = None) -> list[Reward]:
        """The rewards a round with these settings would train on.

        Rated training completions of the checkpoint it starts from (of all of them with
        `take_older`), reliable enough, never of the evaluation split, nor of a prompt that was
        left out by decision. Each carries its weight.
        """
        start = self._checkpoints.chosen(checkpoint_id)
        # Imported answers have no log-probabilities: nothing can be trained on them.
        models = [c.id for c in self._checkpoints.models()]
        wanted = models if config.take_older else [start.id]
        with self._core.read() as c:
            eligible = store.completions.drawn_by(c, wanted, "train")
            left_out = store.prompt_decisions.left_out(c)
        return [
            r
            for r in self._judgement.rewards(config.reward)  # type: ignore[arg-type]
            if r.completion_id in eligible
            and r.prompt_id not in left_out
            and r.n_ratings > 0
            and r.weight > 0
            and r.reliability >= config.min_reliability
        ]

    def preflight(
        self, config: RoundConfig | None = None, checkpoint_id: int | None = None
    ) -> Preflight:
        """What a round with these settings would train on; `InputError` without a model."""
        start = self._checkpoints.chosen(checkpoint_id)
        config = config or RoundConfig()
        widest = replace(config, min_reliability=0.0, take_older=True)
        everything = self.usable(widest, start.id)
        return preflight.look(self._core, start, config, everything, self._judgement.verdict)

    def trial_job(
        self, config: RoundConfig | None = None, *, checkpoint_id: int | None = None
    ) -> JobSpec:
        """The job that measures what a round with these settings would cost; it changes nothing."""
        start = self._checkpoints.chosen(checkpoint_id)
        config = config or RoundConfig()
        return JobSpec("trial", {"config": config.to_json(), "checkpoint_id": start.id})

    def interrupted(self) -> Interrupted | None:
        """The round that can be gone on with: the newest that was cut off or stopped."""
        return self._core.query(resuming.find)

    def resume(self, round_id: int | None = None, *, device: str = "") -> "PreparedRound":
        """Make an interrupted round ready to go on, with its own rewards and draws.

        It goes on after the step whose state was kept, and ends as if nobody had interrupted it;
        without a state it starts over. Without an id it is the `interrupted` one. Raises
        `TrainingError` if there is nothing to go on with.
        """
        if round_id is None:
            found = self.interrupted()
            if found is None:
                raise TrainingError("No round was interrupted.", "Start a new one.")
            round_id = found.round.id
        one = self._core.mutate(partial(resuming.go_on, round_id=round_id), "rounds", "metrics")
        settings: dict[str, Any] = {"round_id": one.id, "resume": True}
        if device:
            settings["device"] = device
        return PreparedRound(one, JobSpec("round", settings), self._run)

    def discard(self, round_id: int) -> None:
        """Give up what was kept to go on with an interrupted round; its curves stay."""
        self._core.mutate(partial(resuming.discard, round_id=round_id), "rounds")

    def create(
        self, config: RoundConfig | None = None, *, checkpoint_id: int | None = None
    ) -> "PreparedRound":
        """Freeze the rewards and make a round ready to run.

        Raises `TrainingError` when nothing can be trained on: no rated completions, no prompt
        with two different answers, or ratings without a usable signal and no `override`.
        """
        config = config or RoundConfig()
        start = self._checkpoints.chosen(checkpoint_id)
        problem = method_problem(start.kind, config.method)
        if problem:
            raise TrainingError(problem, "Choose the other method, or start from the base model.")
        rewards = self.usable(config, start.id)
        _check(rewards, config)
        verdict = self._judgement.verdict({r.completion_id for r in rewards})
        if verdict.word == "no_signal" and not config.override.strip():
            raise TrainingError(
                "The ratings carry no usable signal about which answers are better.",
                "Rate more, look at the raters, or say in `override` why to train anyway.",
            )
        frozen = [_frozen(r) for r in rewards]
        made = self._core.mutate(
            lambda c: store.rounds.create(c, config.to_json(), start.id, frozen), "rounds"
        )
        return PreparedRound(made, JobSpec("round", {"round_id": made.id}), self._run, verdict)


class PreparedRound:
    """A round with frozen rewards; `run` trains here and now, `job` is for a worker.

    `verdict` says what its ratings can tell; None for a round that goes on.
    """

    def __init__(
        self, record: Round, job: JobSpec, runner: Any, verdict: VerdictReport | None = None
    ) -> None:
        self.record = record
        self.job = job
        self.verdict = verdict
        self._runner = runner

    def run(self) -> Iterator[JobEvent]:
        """Train in this process, yielding the job's events."""
        events: Iterator[JobEvent] = self._runner(self.job)
        return events


def method_problem(kind: CheckpointKind, method: str) -> str:
    """Why a round with this method cannot start from this kind of checkpoint; empty if it can.

    A checkpoint is the base model with ONE thing on top: an adapter, or weights of its own.
    """
    if kind == "full" and method == "lora":
        return "This checkpoint has weights of its own; an adapter cannot be kept on top of them."
    if kind == "lora" and method == "full":
        return "This checkpoint is an adapter; a round on all weights cannot start from it."
    return ""


def _frozen(r: Reward) -> tuple[int, float, float, float, float, float, int]:
    """A row of the round: shrunk with weight 1 or unshrunk with its own, never both."""
    return (r.completion_id, r.quality, r.se, r.reliability, r.reward, r.weight, r.n_ratings)


def _check(rewards: list[Reward], config: RoundConfig) -> None:
    if not rewards:
        raise TrainingError(
            "There are no rated answers of this checkpoint to train on.",
            "Sample completions from it and rate them first.",
        )
    if not config.compares:
        return
    groups: dict[int, set[float]] = {}
    for r in rewards:
        groups.setdefault(r.prompt_id, set()).add(round(r.reward, 9))
    if not any(len(values) > 1 for values in groups.values()):
        raise TrainingError(
            "No prompt has two rated answers with different rewards, so there is nothing to learn.",
            "Rate more answers to the same prompts.",
        )
