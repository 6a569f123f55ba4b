"""What became of the open file, and who else has it open, in sentences."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from prefdesk.errors import DiskFailed, Holder, PrefdeskError
from prefdesk.ui.file import words
from prefdesk.ui.widgets import one_line

if TYPE_CHECKING:
    from prefdesk.project import Whereabouts

translate = QCoreApplication.translate


def trouble(path: Path, where: "Whereabouts", failure: PrefdeskError | None) -> tuple[str, str]:
    """A sentence and a hint for a file that nothing can be saved in."""
    if where.is_here and isinstance(failure, DiskFailed):
        return (
            translate("file", "The disk that holds {name} reported an error.").format(
                name=words.long_name(path)
            ),
            translate(
                "file",
                "Nothing more is saved in it. What was saved before can be copied to another disk.",
            ),
        )
    return _sentence(path, where), _hint(path, where)


def _sentence(path: Path, where: "Whereabouts") -> str:
    texts = {
        "overwritten": translate("file", "Another program wrote over {name} while it was open."),
        "silent": translate("file", "The disk that holds {name} does not answer."),
    }
    general = translate("file", "The file under the name {name} is no longer the one that is open.")
    return texts.get(where.state, general).format(name=words.long_name(path))


def _short(path: Path, now: Path) -> str:
    return words.long_name(now) if now.parent == path.parent else one_line(str(now), 160)


def _hint(path: Path, where: "Whereabouts") -> str:
    kept = translate(
        "file", "Nothing is saved in it; what was typed stays on the screen and goes into the copy."
    )
    texts = {
        "replaced": translate("file", "Another file has taken its place.") + " " + kept,
        "deleted": translate("file", "It was deleted.") + " " + kept,
        "gone": translate("file", "Its folder or its disk is not there any more.") + " " + kept,
        "silent": translate(
            "file", "Nothing is saved until it does; what was typed stays on the screen."
        ),
        "overwritten": translate(
            "file",
            "Nothing more is saved in it. Close the project; what was saved is in its backups.",
        ),
    }
    if where.state == "renamed" and where.now is not None:
        renamed = translate("file", "It is called {name} now.").format(name=_short(path, where.now))
        return f"{renamed} {kept}"
    return texts.get(where.state, kept)


def holder(who: Holder | None) -> str:
    """Who has a project open, in one sentence."""
    if who is None:
        return translate("file", "It is open in another prefdesk.")
    text = translate("file", "It has been open since {time} by {user} on {host} (process {pid}).")
    return text.format(
        time=_since(who.since_ms),
        user=one_line(who.user, 40),
        host=one_line(who.host, 40),
        pid=who.pid,
    )


def _since(since_ms: int) -> str:
    then, now = time.localtime(since_ms / 1000), time.localtime()
    same_day = then[:3] == now[:3]
    return time.strftime("%H:%M" if same_day else "%Y-%m-%d %H:%M", then)
