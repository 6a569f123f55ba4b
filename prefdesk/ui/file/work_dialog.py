"""A dialog that has work on the file done beside the window, and shows how far it is."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from prefdesk.errors import Cancelled, PrefdeskError
from prefdesk.ui.dialogs import Dialog
from prefdesk.ui.file import words
from prefdesk.ui.file.aside import Aside
from prefdesk.ui.widgets import Notice, ProgressStrip


class WorkDialog(Dialog):
    """For subclasses: `work(verb, …)` runs one piece of work at a time.

    Closing while it runs stops it; the dialog goes once it has ended.

    *Attributes*
    - `notice`: for what went wrong. `strip`: how far the work is, hidden while there is none.
    """

    def __init__(self, parent: QWidget | None, *, width: int = 600) -> None:
        super().__init__(parent, "", width=width)
        self.notice, self.strip = Notice(), ProgressStrip()
        self.strip.hide()
        self.strip.stop_pressed.connect(self.stop)
        self._aside: Aside | None = None
        self._must_end = False
        self._leaving = False
        self._then: Callable[[Any], object] = lambda result: None
        self._otherwise: Callable[[PrefdeskError], object] = self.notice.tell_error
        self.body.addWidget(self.notice)

    @property
    def is_at_work(self) -> bool:
        """True while something runs."""
        return self._aside is not None

    def work(
        self,
        verb: str,
        *arguments: str,
        then: Callable[[Any], object],
        otherwise: Callable[[PrefdeskError], object] | None = None,
        must_end: bool = False,
    ) -> None:
        """Run a verb; `then` gets its result, `otherwise` its error (a stop is none).

        With `must_end` the dialog stays until the work has ended, because it changes files.
        """
        self._then, self._otherwise = then, otherwise or self.notice.tell_error
        self._must_end = must_end
        self._aside = Aside(verb, *arguments)
        self._aside.progressed.connect(self._on_progressed)
        self._aside.done.connect(self._on_done)
        self._aside.failed.connect(self._on_failed)
        self.notice.hide()
        self.strip.begin(words.doing(verb))
        self.strip.show()
        self.on_work_changed(True)
        self._aside.start()

    def tell_failure(self, error: PrefdeskError) -> None:
        """Say why something did not work; a hint for the command line is left out."""
        for_the_shell = "prefdesk " in error.hint or "--" in error.hint
        self.notice.tell(error.message, "" if for_the_shell else error.hint, kind="bad")

    def stop(self) -> None:
        """Break the work off."""
        if self._aside is not None:
            self.strip.stopping()
            self._aside.stop()

    def forget_work(self) -> None:
        """Stop the work and hear nothing of it any more."""
        if self._aside is not None:
            self._aside.blockSignals(True)
            self._aside.stop()
            self._rest()

    def on_work_changed(self, working: bool) -> None:
        """For subclasses: enable and disable what must not happen meanwhile."""

    def reject(self) -> None:
        """Close; work that runs is stopped first."""
        if self._aside is not None:
            self.stop()
            if self._must_end:
                self._leaving = True
                return
        super().reject()

    def closeEvent(self, event: object) -> None:
        """The cross of the window does the same."""
        if self._aside is not None:
            self.stop()
            if self._must_end:
                self._leaving = True
                event.ignore()  # type: ignore[attr-defined]

    def _on_progressed(self, what: str, done: int, total: int) -> None:
        self.strip.name.setText(words.doing(what))
        if what == "copy":
            share = round(100 * done / total) if total else 0
            self.strip.advance(0, 0, f"{share} %" if total else "")
            self.strip.bar.setRange(0, 100 if total else 0)
            self.strip.bar.setValue(share)
        else:
            self.strip.advance(done, total)

    def _on_done(self, result: object) -> None:
        self._rest()
        self._then(result)

    def _on_failed(self, error: PrefdeskError) -> None:
        self._rest()
        if self._leaving:
            super().reject()
        elif not isinstance(error, Cancelled):
            self._otherwise(error)
        else:
            self.on_stopped()

    def on_stopped(self) -> None:
        """For subclasses: the work was broken off by hand."""

    def _rest(self) -> None:
        self._aside = None
        self.strip.hide()
        self.on_work_changed(False)
        self.tighten()

    def tighten(self) -> None:
        """Take no more height than what is shown needs, once that is laid out."""
        QTimer.singleShot(0, self, self._tighten)

    def _tighten(self) -> None:
        layout = self.layout()
        if layout is not None:
            layout.activate()
            self.resize(self.width(), layout.totalHeightForWidth(self.width()))
