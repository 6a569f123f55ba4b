"""States of Train for the pictures: the recipe, before a round, a round as it runs, the lists."""

import math
from collections.abc import Callable, Iterator
from dataclasses import replace

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QScrollArea, QWidget

from prefdesk.events import (
    JobEnded,
    JobSpec,
    JobStarted,
    Note,
    Paused,
    Progress,
    ReportReady,
    StepDone,
)
from prefdesk.records import Draw, JobStatus, Metric
from prefdesk.ui.train.conductor import LOOKED_AT
from prefdesk.ui.train.panel import TrainPlace

Pose = tuple[str, Callable[[], QWidget | None]]
STEPS = 24
STOPPED = "Stopped by hand; what the steps so far have made is kept."
ANSWERS = (
    "The capital of France is Paris, which is a city that is the capital of France and it is "
    "famous for being a city with many things, such as the tower and also the tower.",
    "The capital of France is Paris. It is famous for the Eiffel Tower, its museums and its food.",
)


def poses(place: TrainPlace) -> Iterator[Pose]:
    """Name and pose of each picture, in order."""
    yield "train-recipe", lambda: _from_first(place)
    yield "train-found", lambda: _find(place)
    yield "", place.setup.look
    yield "", lambda: place.setup.recipe.form.open_fold()
    yield "train-expert", lambda: _expert(place)
    yield "train-wrong", lambda: _wrong(place)
    yield "", lambda: _right(place)
    yield "train-running", lambda: _run(place)
    yield "train-gallery", lambda: _show_gallery(place)
    yield "train-paused", lambda: _pause(place)
    yield "train-done", lambda: _end(place)
    yield "", lambda: _back(place)
    yield "", lambda: _run(place)
    yield "train-failed", lambda: _fail(place)
    yield "", lambda: _back(place)
    yield "", lambda: place.tabs.setCurrentIndex(1)
    yield "train-rounds", lambda: None
    yield "", lambda: _several(place)
    yield "train-together", lambda: _together(place)
    yield "train-checkpoints", lambda: place.tabs.setCurrentIndex(2)
    yield "", lambda: _compare(place)
    yield "train-compared", lambda: None
    yield "train-delete", lambda: _delete(place)
    yield "", lambda: _tidy(place)
    yield "", lambda: place.tabs.setCurrentIndex(3)
    yield "train-try", lambda: _try(place)
    yield "", lambda: place.tabs.setCurrentIndex(0)


def _from_first(place: TrainPlace) -> None:
    start = place.setup.recipe.start
    start.setCurrentIndex(start.count() - 1)


def _find(place: TrainPlace) -> None:
    """Much to be said before a round, and what it would cost."""
    from prefdesk.project import MeasuredCost

    seen = place.setup.preflight.seen
    if seen is None:
        return
    counts = replace(seen.counts, unrated=14, unsure=9, truncated=6, left_out=2)
    measured = (310.0, 250.0, 530.0, 2_400_000_000, 19_600_000, 196_000_000, counts.steps, 2048)
    limits = (1_900_000_000, 10**11, LOOKED_AT)
    recipe = seen.config.to_json()
    cost = MeasuredCost(*measured, recipe, counts.checkpoint.id, "cpu", *limits)
    place.setup._show(replace(seen, counts=counts, cost=cost))
    place.setup.shares.more.click()


def _several(place: TrainPlace) -> None:
    """Rounds as they may have ended; nobody trained them."""
    rows = list(place.rounds._rows.records)
    if rows:
        ends: tuple[tuple[JobStatus, str], ...] = (
            ("failed", "The loss is not a finite number. The last step was undone."),
            ("stopped", f"{STOPPED} Kept after 9 steps."),
        )
        for number, (status, message) in enumerate(ends, start=len(rows) + 1):
            one = replace(rows[0].round, id=number, number=number, status=status, message=message)
            rows.append(replace(rows[0], round=one))
        place.rounds.show_rounds(rows)
        place.rounds.table.selectAll()


def _together(place: TrainPlace) -> None:
    chart = place.rounds.chart
    if chart is not None:
        found = {
            number: [
                Metric(number, step, name, value / number)
                for step in range(1, STEPS + 1)
                for name, value in _metrics(step + 3 * number).items()
            ]
            for number in (1, 2, 3)
        }
        chart.show_rounds(found)


def _expert(place: TrainPlace) -> None:
    _see(place.setup.recipe.form.rows["kl_placement"])


def _wrong(place: TrainPlace) -> None:
    form = place.setup.recipe.form
    form._fold.setChecked(False)
    form.rows["epochs"].set_value(99)
    form.rows["epochs"]._on_edited()


def _right(place: TrainPlace) -> None:
    form = place.setup.recipe.form
    form.rows["epochs"].set_value(1)
    form.rows["epochs"]._on_edited()


def _compare(place: TrainPlace) -> None:
    view = place.checkpoints
    view.table.selectRow(view.table.model().rowCount() - 1)
    view.compare.click()


def _delete(place: TrainPlace) -> None:
    place.checkpoints.pair.hide()
    place.checkpoints.delete.click()


def _tidy(place: TrainPlace) -> None:
    place.checkpoints.notice.hide()


def _try(place: TrainPlace) -> None:
    """Answers that nobody computes."""
    from prefdesk.project.trying import Tried

    view = place.tryout
    view.prompt.setPlainText("What is the capital of France, and why is it famous?")
    for card, box, text in zip(view.cards, view.choices, ANSWERS):
        card.begin(box.currentText())
        drawn = Draw(0, 0, 1, tuple(range(len(text.split()))), (), text, True, "")
        card.show_tried(Tried(int(box.currentData()), "", "", drawn, 2.4, True))
    view._mark()


def _run(place: TrainPlace) -> None:
    """A round that nobody computes, told as a worker would."""
    spec, jobs = JobSpec("round", {"round_id": 1}), place.desk.jobs
    jobs.started.emit(spec)
    jobs.event_arrived.emit(spec, JobStarted("round", STEPS, "steps", "cpu"))
    for step in range(1, STEPS - 5):
        jobs.event_arrived.emit(spec, StepDone(1, step, STEPS, _metrics(step)))
    jobs.event_arrived.emit(spec, Progress(STEPS - 6, STEPS, "", 41.0))


def _show_gallery(place: TrainPlace) -> None:
    prompt = "What is the capital of France, and why is it famous?"
    shown = {"prompt_id": 1, "prompt": prompt, "before": ANSWERS[0]}
    shots = [{"step": 8, "texts": [ANSWERS[0]]}, {"step": 16, "texts": [ANSWERS[1]]}]
    body = {"round_id": 1, "prompts": [shown], "shots": shots}
    place.desk.jobs.event_arrived.emit(
        JobSpec("round", {"round_id": 1}), ReportReady("gallery/1", body)
    )
    QTimer.singleShot(200, place, lambda: _see(place.round.gallery))


def _see(widget: QWidget) -> None:
    area = widget.parentWidget()
    while area is not None and not isinstance(area, QScrollArea):
        area = area.parentWidget()
    if area is not None:
        area.ensureWidgetVisible(widget, 0, 300)


def _pause(place: TrainPlace) -> None:
    spec = JobSpec("round", {"round_id": 1})
    place.desk.jobs.event_arrived.emit(spec, Paused(True))
    QTimer.singleShot(200, place, lambda: _see(place.round.curves))


def _fail(place: TrainPlace) -> None:
    spec = JobSpec("round", {"round_id": 1})
    said = (
        "The policy ran away from the reference, by 3.1 nats per token. The last step was undone."
    )
    note = "Memory ran short; going on with 1024 tokens at once instead of 2048."
    place.desk.jobs.event_arrived.emit(spec, Note(note, "warning"))
    last = JobEnded("failed", said)
    place.desk.jobs.event_arrived.emit(spec, last)
    place.desk.jobs.ended.emit(spec, last)


def _end(place: TrainPlace) -> None:
    spec, last = JobSpec("round", {"round_id": 1}), JobEnded("done", "Round 1 is done: 24 steps.")
    for step in range(STEPS - 5, STEPS + 1):
        place.desk.jobs.event_arrived.emit(spec, StepDone(1, step, STEPS, _metrics(step)))
    place.desk.jobs.event_arrived.emit(spec, last)
    place.desk.jobs.ended.emit(spec, last)


def _back(place: TrainPlace) -> None:
    place.round.back.click()
    notice = getattr(place.window(), "notice", None)
    if notice is not None:
        notice.hide()


def _metrics(step: int) -> dict[str, float]:
    wave = math.sin(step * 1.7)
    return {
        "reward": 0.06 * step - 0.3 + 0.2 * wave,
        "kl": 0.002 * step + 0.003 * abs(wave),
        "loss": -0.4 * step + 2 * wave,
        "grad_norm": 3 + wave,
        "ess": 1 - 0.012 * step,
        "completions/mean_length": 31 + 3 * wave,
        "entropy": 2.9 - 0.03 * step + 0.1 * wave,
        "tokens_per_second": 412 + 20 * wave,
    }
