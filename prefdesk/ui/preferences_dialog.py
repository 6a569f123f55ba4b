"""The preferences on the screen. Every choice takes effect at once; there is nothing to confirm."""

from collections.abc import Callable

from PySide6.QtWidgets import QComboBox, QFormLayout, QWidget

from prefdesk.config import DeviceConfig
from prefdesk.ui.dialogs import Dialog
from prefdesk.ui.preferences import RATED_SIZES, Preferences
from prefdesk.ui.tokens import SPACE_3, SPACE_5, ZOOMS
from prefdesk.ui.widgets import Label, SettingsForm, heading

LANGUAGE_NAMES = {"en": "English", "zh_CN": "简体中文"}
"""Languages in their own words, so that everybody finds theirs."""


class PreferencesDialog(Dialog):
    """Theme, language, text size, and where long work runs."""

    def __init__(self, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent, "", width=560)
        self._preferences = preferences
        self._look = QFormLayout()
        self._look.setHorizontalSpacing(SPACE_5)
        self._look.setVerticalSpacing(SPACE_3)
        self.theme = self._choice(
            "theme", preferences.theme, ("system", "light", "dark"), lambda: self.tr("Colours")
        )
        self.language = self._choice(
            "language", preferences.language, ("system", "en", "zh_CN"), lambda: self.tr("Language")
        )
        self.zoom = self._choice("zoom", preferences.zoom, ZOOMS, lambda: self.tr("Text size"))
        self.rated = self._choice(
            "rated_size", preferences.rated_size, RATED_SIZES, lambda: self.tr("Rated text")
        )
        self.device = SettingsForm(preferences.device)
        self.device.changed.connect(self._on_device_changed)
        work = heading()
        self.body.addLayout(self._look)
        self.body.addWidget(work)
        self.body.addWidget(self.device)
        self.say(self.set_title, lambda: self.tr("Preferences"))
        self.say(work.setText, lambda: self.tr("Long work"))
        close = self.add_button("", self.close, primary=True)
        self.say(close.setText, lambda: self.tr("Close"))

    def words(self, name: str, value: str | int) -> str:
        """What a choice is called."""
        if name == "zoom":
            return f"{value} %"
        if name == "rated_size":
            return f"{value} px"
        if value in LANGUAGE_NAMES:
            return LANGUAGE_NAMES[str(value)]
        names = {
            "system": self.tr("As the system"),
            "light": self.tr("Light"),
            "dark": self.tr("Dark"),
        }
        return names[str(value)]

    def _choice(
        self,
        name: str,
        present: str | int,
        values: tuple[str, ...] | tuple[int, ...],
        title: Callable[[], str],
    ) -> QComboBox:
        box, label = QComboBox(), Label("")
        for position, value in enumerate(values):
            box.addItem("", value)
            self.say(
                lambda text, p=position, b=box: b.setItemText(p, text),  # type: ignore[misc]
                lambda v=value: self.words(name, v),  # type: ignore[misc]
            )
        box.setCurrentIndex(box.findData(present))
        box.activated.connect(lambda: self._preferences.set(name, box.currentData()))
        label.setBuddy(box)
        self._look.addRow(label, box)
        self.say(label.setText, title)
        self.say(box.setAccessibleName, title)
        return box

    def _on_device_changed(self) -> None:
        value: DeviceConfig | None = self.device.value()
        if value is not None:
            for name in ("device", "threads", "niceness"):
                self._preferences.set(name, getattr(value, name))
