"""The last words of everyday jobs in the present language. No widgets.

Workers say English sentences, and the file keeps them so; what people read a hundred times is said
again here. Rare troubles stay as they were said.
"""

import re
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

Say = Callable[[re.Match[str]], str]


def told(message: str) -> str:
    """The same message with the sentences that are known in the present language."""
    for pattern, say in _KNOWN:
        message = pattern.sub(say, message)
    return message


def _done(found: re.Match[str]) -> str:
    text = QCoreApplication.translate("jobs", "Round {number} is done: {steps} steps.")
    return text.format(number=found[1], steps=found[2])


def _by_hand(found: re.Match[str]) -> str:
    text = QCoreApplication.translate("jobs", "Stopped by hand and kept after {steps} steps.")
    return text.format(steps=found[1])


def _kept(found: re.Match[str]) -> str:
    text = QCoreApplication.translate("jobs", "Kept after {steps} steps.")
    return text.format(steps=found[1])


def _drawn(found: re.Match[str]) -> str:
    text = QCoreApplication.translate("jobs", "{n} completions were drawn.")
    return text.format(n=found[1])


def _stopped(found: re.Match[str]) -> str:
    text = QCoreApplication.translate("jobs", "Stopped after {n} of {total} completions.")
    return text.format(n=found[1], total=found[2])


def _both(_found: re.Match[str]) -> str:
    return QCoreApplication.translate("jobs", "Both have answered.")


def _one(_found: re.Match[str]) -> str:
    return QCoreApplication.translate("jobs", "It has answered.")


def _cancelled(_found: re.Match[str]) -> str:
    return QCoreApplication.translate("jobs", "Cancelled.")


def _safe(_found: re.Match[str]) -> str:
    return QCoreApplication.translate("jobs", "The ratings are safe.")


_KNOWN: tuple[tuple[re.Pattern[str], Say], ...] = (
    (re.compile(r"^Round (\d+) is done: (\d+) steps\."), _done),
    (
        re.compile(
            r"^Stopped by hand; what the steps so far have made is kept\. Kept after (\d+) steps\."
        ),
        _by_hand,
    ),
    (re.compile(r"\bKept after (\d+) steps\."), _kept),
    (re.compile(r"^(\d+) completions were drawn\."), _drawn),
    (re.compile(r"^Stopped after (\d+) of (\d+) completions\."), _stopped),
    (re.compile(r"^Both have answered\."), _both),
    (re.compile(r"^It has answered\."), _one),
    (re.compile(r"^Cancelled\."), _cancelled),
    (re.compile(r"\bThe ratings are safe\."), _safe),
)
