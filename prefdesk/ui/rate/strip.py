"""Earlier answers with the same score: what a 7 meant to this rater before."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from prefdesk.project import Project
from prefdesk.project.session import RatingSession
from prefdesk.ui.rate.editors import Tray
from prefdesk.ui.widgets import Label, one_line

SHOWN = 3
EXCERPT_CHARACTERS = 160


class EarlierTray(Tray):
    """The newest answers to which this rater gave a score. Excerpts only."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines = [Label("", "", wrap=True) for _ in range(SHOWN)]
        for line in self.lines:
            self.body.addWidget(line)
        self.hint = Label("", "caption", wrap=True)
        self.body.addWidget(self.hint)
        self.say(self.close_button.setText, lambda: self.tr("Close (E)"))
        self.say(
            self.hint.setText,
            lambda: self.tr("Alt with an answer's key, or the mouse over it, shows another."),
        )

    def show_excerpts(self, words: str, texts: Sequence[str]) -> None:
        """Show the beginnings of answers that got `words` (7, or Good)."""
        if texts:
            title = self.tr("You gave {answer} to these")
        else:
            title = self.tr("You have not given {answer} yet")
        self.heading.setText(title.format(answer=words))
        for line, text in zip(self.lines, [*texts, *[""] * SHOWN]):
            line.setText(f"· {text}" if text else "")
            line.setVisible(bool(text))


def excerpts(
    project: Project, session: RatingSession, criterion: str, value: float, but: int
) -> list[str]:
    """The newest answers with this value, without the completion `but`, each on one line."""
    found = project.ratings.newest(
        session.rater.id,
        SHOWN,
        kind=session.question,
        criterion=criterion,
        value=value,
        without=but,
    )
    items = session.items([r.completion_id for r in found])
    return [
        one_line(i.text, EXCERPT_CHARACTERS) or QCoreApplication.translate("rate", "(empty)")
        for i in items
    ]
