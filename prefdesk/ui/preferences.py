"""What the user chose for this program: stored as one readable file in the config folder."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, cast

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

from prefdesk.config import DeviceConfig
from prefdesk.errors import InputError
from prefdesk.paths import config_dir
from prefdesk.ui import tokens
from prefdesk.ui.theme import Wish

Language = Literal["system", "en", "zh_CN"]
RECENT_LIMIT = 10
RATED_SIZES: tuple[int, ...] = (12, 14, 16, 18, 20, 22, 24, 28)


class Preferences(QObject):
    """Device, theme, language, text size, recent files, shortcuts, the window's geometry.

    *Signals*
    - `changed(str)`: the name of the value that is another now.
    """

    changed = Signal(str)

    def __init__(self, file: Path | None = None) -> None:
        super().__init__()
        self._settings = QSettings(
            str(file or config_dir() / "prefdesk.ini"), QSettings.Format.IniFormat
        )

    @property
    def theme(self) -> Wish:
        """Colours: as the system says, light or dark."""
        return cast(Wish, self._choice("theme", ("system", "light", "dark")))

    @property
    def language(self) -> Language:
        """Language: as the system says, English or Simplified Chinese."""
        return cast(Language, self._choice("language", ("system", "en", "zh_CN")))

    @property
    def zoom(self) -> int:
        """Text size of the whole window in per cent."""
        return self._number("zoom", tokens.ZOOMS, 100)

    @property
    def rated_size(self) -> int:
        """Text size of rated answers in pixels at 100 %."""
        return self._number("rated_size", RATED_SIZES, tokens.TYPE_SIZES["rated"])

    @property
    def device(self) -> DeviceConfig:
        """Where long work runs; a damaged file gives the defaults."""
        try:
            return DeviceConfig(
                device=str(self._settings.value("device", "auto")),
                threads=int(str(self._settings.value("threads", 0))),
                niceness=int(str(self._settings.value("niceness", 5))),
            )
        except (InputError, ValueError):
            return DeviceConfig()

    def set(self, name: str, value: str | int) -> None:
        """Store one value; nothing happens if it is the same."""
        if str(self._settings.value(name, "")) != str(value):
            self._settings.setValue(name, value)
            self.save()
            self.changed.emit(name)

    def text(self, name: str, default: str = "") -> str:
        """Any stored text, such as a shortcut or the widths of a table."""
        return str(self._settings.value(name, default))

    def recent(self) -> list[Path]:
        """Projects opened last, newest first; those that are gone are left out."""
        return [p for p in map(Path, self._list("recent")) if p.is_file()]

    def remember(self, path: Path) -> None:
        """Put a project on top of the recent ones."""
        full = str(path.resolve())
        rest = [p for p in self._list("recent") if p != full]
        self._store_recent([full, *rest][:RECENT_LIMIT])

    def forget_recent(self) -> None:
        """Empty the list of recent projects."""
        self._store_recent([])

    def bytes(self, name: str) -> QByteArray:
        """Stored bytes, such as the window's geometry; empty if there are none."""
        value = self._settings.value(name)
        return value if isinstance(value, QByteArray) else QByteArray()

    def store(self, name: str, value: str) -> None:
        """Store a text without telling anybody."""
        self._settings.setValue(name, value)

    def set_bytes(self, name: str, value: QByteArray) -> None:
        """Store bytes without telling anybody."""
        self._settings.setValue(name, value)

    def save(self) -> None:
        """Write the file now."""
        self._settings.sync()

    def _store_recent(self, paths: Sequence[str]) -> None:
        self._settings.setValue("recent", list(paths))
        self.save()
        self.changed.emit("recent")

    def _list(self, name: str) -> list[str]:
        value = self._settings.value(name, [])
        if isinstance(value, str):  # an INI file gives a list of one as bare text
            return [value] if value else []
        return [str(v) for v in value] if isinstance(value, list) else []

    def _choice(self, name: str, choices: Sequence[str]) -> str:
        value = str(self._settings.value(name, choices[0]))
        return value if value in choices else choices[0]

    def _number(self, name: str, choices: Sequence[int], default: int) -> int:
        text = str(self._settings.value(name, default))
        return int(text) if text.isdigit() and int(text) in choices else default
