"""Keep what a running round needs to go on, now and then, as a file for the owner to take in."""

import time
from collections.abc import Iterator
from pathlib import Path

from prefdesk.errors import ModelError
from prefdesk.events import JobEvent, Note, StateSaved
from prefdesk.models import tensor_file
from prefdesk.training import RoundState, StepReport

SHARE = 0.05
"""The most of a round's time that may go into writing its states."""


class Keeper:
    """Writes the state of a round every `every_s` seconds, and when it is stopped; 0 is never.

    Rarer where writing takes long, and never while the owner has not taken in the one before.
    """

    def __init__(self, spool: Path, round_id: int, every_s: float) -> None:
        self._spool = spool
        self._round_id = round_id
        self._every_s = every_s
        self._due = time.monotonic() + every_s
        self._before: Path | None = None

    def after(self, report: StepReport) -> Iterator[JobEvent]:
        """What there is to say after a step: that a state was written, or nothing."""
        if report.capture is None or not self._every_s or not (report.stopped or self._is_due()):
            return
        path = self._spool / f"round-{self._round_id}-state-{report.step}.safetensors"
        began = time.monotonic()
        try:
            state = report.capture()
            tensor_file.write(path, state.tensors, state.facts)
        except ModelError as error:
            yield Note(f"The state of the round could not be kept: {error}", "warning")
        else:
            self._before = path
            yield StateSaved(self._round_id, report.step, report.total, str(path))
        now = time.monotonic()
        self._due = now + max(self._every_s, (now - began) / SHARE)

    def _is_due(self) -> bool:
        taken_in = self._before is None or not self._before.exists()
        return taken_in and time.monotonic() >= self._due


def read(path: Path) -> RoundState:
    """The state in a file that a `Keeper` wrote; `ModelError` if it is none."""
    return RoundState(*tensor_file.read(path))
