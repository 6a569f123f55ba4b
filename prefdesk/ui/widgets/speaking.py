"""Texts that follow the language: said once, said again when the language changes."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent
from shiboken6 import isValid

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget as _Base
else:  # Qt allows one Qt base class only; the mixin stands beside it
    _Base = object


class Speaking(_Base):
    """Mixin before a Qt class: `class Panel(Speaking, QWidget)`.

    Texts are set through `say`, so that a new language needs no rebuild.
    """

    _said: list[tuple[Callable[[str], object], Callable[[], str]]]

    def say(self, setter: Callable[[str], object], text: Callable[[], str]) -> None:
        """Call `setter(text())` now and after every change of language.

        `self.say(button.setText, lambda: self.tr("Import prompts"))`
        """
        if not hasattr(self, "_said"):
            self._said = []
        self._said.append((setter, text))
        setter(text())

    def retranslate(self) -> None:
        """Say everything again; widgets that are gone are forgotten."""
        self._said = [one for one in getattr(self, "_said", []) if _alive(one[0])]
        for setter, text in self._said:
            setter(text())

    def restyle(self) -> None:
        """Colours or text size changed; paint by hand again. For subclasses."""

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language and the theme."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() == QEvent.Type.StyleChange:
            self.restyle()
        super().changeEvent(event)


def _alive(setter: Callable[[str], object]) -> bool:
    owner = getattr(setter, "__self__", None)
    return owner is None or not hasattr(owner, "metaObject") or isValid(owner)
