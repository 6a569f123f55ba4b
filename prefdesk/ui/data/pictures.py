"""States of Data for the pictures: what preprocessing found, and what the model sees."""

from collections.abc import Callable, Iterator

from PySide6.QtWidgets import QWidget

from prefdesk.events import JobEnded, JobSpec, JobStarted, Progress, ReportReady
from prefdesk.ui.data.panel import PREPROCESSING, PROMPTS, SAMPLING, DataPlace
from prefdesk.ui.data.preprocess.texts import PROMPT, SEEN

Pose = tuple[str, Callable[[], QWidget | None]]
KINDS = ("near", "too-long", "control", "left-out")


def poses(place: DataPlace) -> Iterator[Pose]:
    """Name and pose of each picture, in order."""
    yield "", lambda: place.tabs.setCurrentIndex(PREPROCESSING)
    for kind in KINDS:
        yield "", lambda k=kind: _choose(place, k)  # type: ignore[misc]
        yield f"data-preprocess-{kind}", lambda: None
    yield "", lambda: _choose(place, "control")
    yield "data-preprocess-seen", lambda: _see(place)
    yield "data-preprocess-running", lambda: _run(place)
    yield "", lambda: _end(place)
    yield "data-sampling", lambda: place.tabs.setCurrentIndex(SAMPLING)
    yield "", lambda: place.tabs.setCurrentIndex(PROMPTS)


def _choose(place: DataPlace, kind: str) -> None:
    view = place.preprocess
    view.texts.setCurrentIndex(PROMPT)
    kinds = [row.kind for row in view.kinds.rows.records]
    if kind in kinds:
        view.kinds.table.selectRow(kinds.index(kind))


def _see(place: DataPlace) -> None:
    """As if the tokenizer had answered: each word a token."""
    texts = place.preprocess.texts
    texts.setCurrentIndex(SEEN)
    found = texts._detail
    if found is None:
        return
    pieces = ["<|im_start|>", "user", "\n"]
    pieces += [f" {word}" for word in found.prompt.text.split()[:60]]
    pieces += ["<|im_end|>", "\n", "<|im_start|>", "assistant", "\n"]
    body = {
        "prompt_id": found.prompt.id,
        "text": f"<|im_start|>user\n{found.prompt.text}<|im_end|>\n<|im_start|>assistant\n",
        "n_tokens": len(pieces),
        "tokens": [[7 * n % 997, text, text.startswith("<|")] for n, text in enumerate(pieces)],
    }
    place.desk.jobs.event_arrived.emit(JobSpec("tokens"), ReportReady("tokens", body))


def _run(place: DataPlace) -> None:
    spec, jobs = JobSpec("preprocess"), place.desk.jobs
    jobs.started.emit(spec)
    jobs.event_arrived.emit(spec, JobStarted("preprocess", 100_000, "prompts", "cpu"))
    jobs.event_arrived.emit(spec, Progress(41_472, 100_000, "", 21.0))


def _end(place: DataPlace) -> None:
    spec, last = JobSpec("preprocess"), JobEnded("cancelled", "Cancelled.")
    place.desk.jobs.event_arrived.emit(spec, last)
    place.desk.jobs.ended.emit(spec, last)
