"""The program's log: one rotating file that never holds a prompt or an answer.

An unknown error is written with its kind and the places in the code it passed through; its
message is left out, because it may quote the text that somebody works on.
"""

import faulthandler
import logging
import traceback
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import TextIO

from prefdesk.errors import PrefdeskError
from prefdesk.paths import log_dir

SIZE_BYTES = 512 * 1024
KEPT = 3
_open: list[TextIO] = []

logger = logging.getLogger("prefdesk")


def log_file() -> Path:
    """Where the log lies."""
    return log_dir() / "prefdesk.log"


def start() -> bool:
    """Begin to log; True if the program died of a fault the last time."""
    handler = RotatingFileHandler(
        log_file(), maxBytes=SIZE_BYTES, backupCount=KEPT, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    return _watch_faults()


def stop() -> None:
    """Close the log."""
    faulthandler.disable()
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
        handler.close()
    while _open:
        _open.pop().close()


def describe(error: BaseException, trace: TracebackType | None) -> str:
    """An error for the log: kind, known words, and the way through the code."""
    known = isinstance(error, (PrefdeskError, OSError))
    words = f": {error}" if known else ""
    steps = [f"  {f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(trace)]
    return "\n".join([f"{type(error).__name__}{words}", *steps])


def _watch_faults() -> bool:
    file = log_dir() / "fault.log"
    died = file.is_file() and file.stat().st_size > 0
    if died:
        logger.warning("the program died the last time:\n%s", file.read_text(errors="replace"))
    stream = file.open("w", encoding="utf-8")
    _open.append(stream)
    faulthandler.enable(stream)
    return died
