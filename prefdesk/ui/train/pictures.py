"""States of Train for the pictures: the recipe, before a round, a round as it runs, the lists."""

import math
from collections.abc import Callable, Iterator

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QScrollArea, QWidget

from prefdesk.events import JobEnded, JobSpec, JobStarted, Progress, ReportReady, StepDone
from prefdesk.records import Draw
from prefdesk.ui.train.panel import TrainPlace

Pose = tuple[str, Callable[[], QWidget | None]]
STEPS = 24
ANSWERS = (
    "The capital of France is Paris, which is a city that is the capital of France and it is "
    "famous for being a city with many things, such as the tower and also the tower.",
    "The capital of France is Paris. It is famous for the Eiffel Tower, its museums and its food.",
)


def poses(place: TrainPlace) -> Iterator[Pose]:
    """Name and pose of each picture, in order."""
    yield "train-recipe", lambda: _from_first(place)
    yield "", lambda: place.setup.recipe.form.open_fold()
    yield "train-expert", lambda: _expert(place)
    yield "train-wrong", lambda: _wrong(place)
    yield "", lambda: _right(place)
    yield "train-running", lambda: _run(place)
    yield "train-gallery", lambda: _show_gallery(place)
    yield "train-done", lambda: _end(place)
    yield "", lambda: _back(place)
    yield "", lambda: place.tabs.setCurrentIndex(1)
    yield "train-rounds", lambda: None
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


def _end(place: TrainPlace) -> None:
    spec, last = JobSpec("round", {"round_id": 1}), JobEnded("done", "Round 1 is done: 24 steps.")
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
    }
