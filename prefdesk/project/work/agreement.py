"""The job that works out agreement, outliers and rewards; needs no torch."""

import queue
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from prefdesk.errors import Cancelled
from prefdesk.events import JobEvent, JobStarted, Progress, ReportReady
from prefdesk.project.work.context import Context

if TYPE_CHECKING:
    from prefdesk.project.project import Project
    from prefdesk.project.report import AgreementReport

STEPS = 100
EARLY_FROM = 30_000
"""With fewer ratings the whole report is there before anybody could read a part of it."""


def agreement(project: "Project", settings: dict[str, Any], context: Context) -> Iterator[JobEvent]:
    """Compute the agreement report from the ratings as they are now.

    Says how far it is, and of many ratings gives the report without what stands out as soon as it
    can. The work has a thread of its own, whose words are handed on here.
    """
    yield JobStarted("agreement", STEPS, "reports")
    words: queue.SimpleQueue[JobEvent | Exception | None] = queue.SimpleQueue()
    left = threading.Event()
    said = -1

    def tell(share: float) -> None:
        nonlocal said
        if left.is_set() or context.stopped():
            raise Cancelled
        if round(STEPS * share) > said:
            said = round(STEPS * share)
            words.put(Progress(said, STEPS))

    def early(report: "AgreementReport") -> None:
        if report.n_ratings >= EARLY_FROM:
            words.put(ReportReady("agreement", report.to_document(), final=False))

    def work() -> None:
        try:
            report = project.judgement.compute(tell=tell, early=early)
            words.put(ReportReady("agreement", report.to_document()))
        except Exception as error:
            words.put(error)
        finally:
            words.put(None)

    thread = threading.Thread(target=work, name="agreement")
    thread.start()
    try:
        while (word := words.get()) is not None:
            if isinstance(word, Exception):
                raise word
            yield word
    finally:
        left.set()
        thread.join()
