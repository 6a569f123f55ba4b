"""Leaving ratings out: asked with a reason, undone at will, kept in a log for good."""

import getpass
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, cast

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from prefdesk.records import Credibility
from prefdesk.ui.desk import Desk
from prefdesk.ui.dialogs import Dialog
from prefdesk.ui.widgets import Label

if TYPE_CHECKING:
    from prefdesk.project import Project
    from prefdesk.records import Exclusion
    from prefdesk.ui.raters.believing import Belief

    Act = tuple[str, Exclusion | Credibility]


Made = TypeVar("Made", "Exclusion", "Credibility")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be left out: a rater, or one rating of his (`event_uid`)."""

    rater_id: int
    event_uid: bytes | None
    what: str
    reason: str = ""
    statistic: str = ""
    author: str = ""


class ReasonDialog(Dialog):
    """Asks why, and who says so. The reason is required."""

    def __init__(
        self, parent: QWidget | None, wish: Wish, on_given: Callable[[Wish], object]
    ) -> None:
        super().__init__(parent, "", width=520)
        self._wish, self._on_given = wish, on_given
        self.say(self.set_title, lambda: self.tr("Leave out {what}?").format(what=wish.what))
        explanation, why, who = Label("", wrap=True), Label(""), Label("")
        self.reason, self.author = QPlainTextEdit(wish.reason), QLineEdit(wish.author)
        self.reason.setTabChangesFocus(True)
        self.reason.setFixedHeight(88)
        why.setBuddy(self.reason)
        who.setBuddy(self.author)
        for part in (explanation, why, self.reason, who, self.author):
            self.body.addWidget(part)
        self.say(
            explanation.setText,
            lambda: self.tr(
                "Nothing is deleted: what is left out stays in the file, stops counting in every "
                "reward from now on, and can be taken back. Rounds already trained keep theirs."
            ),
        )
        self.say(why.setText, lambda: self.tr("Reason"))
        self.say(self.reason.setAccessibleName, lambda: self.tr("Reason"))
        self.say(who.setText, lambda: self.tr("Decided by"))
        self.say(self.author.setAccessibleName, lambda: self.tr("Decided by"))
        self.confirm = self.add_button("", self._on_confirmed, primary=True)
        self.say(self.confirm.setText, lambda: self.tr("Leave out"))
        self.say(self.add_button("", self.close).setText, lambda: self.tr("Cancel"))
        self.reason.textChanged.connect(self._on_edited)
        self._on_edited()
        self.reason.setFocus()
        self.reason.selectAll()

    def _on_edited(self) -> None:
        self.confirm.setEnabled(bool(self.reason.toPlainText().strip()))

    def _on_confirmed(self) -> None:
        one = self._wish
        given = Wish(
            one.rater_id,
            one.event_uid,
            one.what,
            self.reason.toPlainText().strip(),
            one.statistic,
            self.author.text().strip(),
        )
        self.close()
        self._on_given(given)

    @classmethod
    def ask(
        cls, parent: QWidget | None, wish: Wish, on_given: Callable[[Wish], object]
    ) -> "ReasonDialog":
        """Open the question; `on_given` gets the wish with reason and author."""
        dialog = cls(parent, wish, on_given)
        dialog.open()
        return dialog


class Acts(QObject):
    """Writes exclusions and their taking back, and remembers them for undo and redo.

    *Signals*
    - `changed`: what can be undone or redone is other now.
    """

    changed = Signal()

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._done: list[Act] = []
        self._undone: list[Act] = []

    def can_undo(self) -> bool:
        """True if there is an act to take back."""
        return bool(self._done)

    def can_redo(self) -> bool:
        """True if there is an act to bring back."""
        return bool(self._undone)

    def forget(self) -> None:
        """The project was closed."""
        self._done.clear()
        self._undone.clear()

    def exclude(self, wish: Wish) -> None:
        """Leave something out."""
        self._undone.clear()
        self._exclude(wish, lambda made: self._done.append(("exclude", made)))

    def restore(self, exclusion: "Exclusion | Credibility") -> None:
        """Take an exclusion, or a weight set by hand, back."""
        self._undone.clear()
        if isinstance(exclusion, Credibility):
            self._reverse_belief("believe", exclusion.uid, self._done)
            return
        self._restore(exclusion, lambda made: self._done.append(("restore", made)))

    def believe(self, belief: "Belief") -> None:
        """Set a rater's weight by hand, or have it estimated again."""
        self._undone.clear()
        self._write(
            lambda p: p.credibility.set(
                belief.rater_id, belief.value, belief.note, author=belief.author
            ),
            lambda made: self._done.append(("believe", made)),
        )

    def undo(self) -> None:
        """Take the newest act back."""
        if self._done:
            self._reverse(self._done.pop(), self._undone)

    def redo(self) -> None:
        """Bring back what was undone last."""
        if self._undone:
            self._reverse(self._undone.pop(), self._done)

    def _reverse(self, act: "Act", onto: "list[Act]") -> None:
        verb, one = act
        if verb in ("believe", "doubt"):
            self._reverse_belief(verb, one.uid, onto)
            return
        one = cast("Exclusion", one)
        if verb == "exclude":
            self._restore(one, lambda made: onto.append(("restore", made)))
        else:
            wish = Wish(one.rater_id, one.event_uid, "", one.reason, one.statistic, one.author)
            self._exclude(wish, lambda made: onto.append(("exclude", made)))

    def _reverse_belief(self, verb: str, uid: bytes, onto: "list[Act]") -> None:
        def lift(project: "Project") -> "Credibility":
            return project.credibility.restore(uid, author=user())

        def again(project: "Project") -> "Credibility":
            return project.credibility.bring_back(uid, author=user())

        if verb == "believe":
            self._write(lift, lambda made: onto.append(("doubt", made)))
        else:
            self._write(again, lambda made: onto.append(("believe", made)))

    def _exclude(self, wish: Wish, then: "Callable[[Exclusion], object]") -> None:
        def write(project: "Project") -> "Exclusion":
            to = project.exclusions
            if wish.event_uid is None:
                return to.exclude_rater(
                    wish.rater_id, wish.reason, statistic=wish.statistic, author=wish.author
                )
            return to.exclude_rating(
                wish.rater_id,
                wish.event_uid,
                wish.reason,
                statistic=wish.statistic,
                author=wish.author,
            )

        self._write(write, then)

    def _restore(self, one: "Exclusion", then: "Callable[[Exclusion], object]") -> None:
        self._write(lambda p: p.exclusions.restore(one.uid, author=user()), then)

    def _write(
        self,
        write: "Callable[[Project], Made]",
        then: "Callable[[Made], object]",
    ) -> None:
        def written(made: "Made") -> None:
            then(made)
            self.changed.emit()

        self._desk.mutate(write, written)


def user() -> str:
    """The name under which this person works on this machine; blank where there is none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""
