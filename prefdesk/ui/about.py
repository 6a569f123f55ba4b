"""What this program is, whose work it stands on, and under which licences."""

from importlib.metadata import PackageNotFoundError, version

from PySide6.QtWidgets import QWidget

from prefdesk import __version__
from prefdesk.ui.dialogs import Dialog
from prefdesk.ui.widgets import Column, Label, RowsModel, TableView

PARTS: tuple[tuple[str, str], ...] = (
    ("PySide6-Essentials", "LGPL-3.0"),
    ("torch", "BSD-3-Clause"),
    ("transformers", "Apache-2.0"),
    ("peft", "Apache-2.0"),
    ("safetensors", "Apache-2.0"),
    ("gguf", "MIT"),
    ("numpy", "BSD-3-Clause"),
    ("scipy", "BSD-3-Clause"),
    ("pyqtgraph", "MIT"),
    ("sqlite-utils", "Apache-2.0"),
    ("pysqlite3", "zlib"),
    ("zstandard", "BSD-3-Clause"),
    ("blake3", "CC0-1.0 or Apache-2.0"),
    ("platformdirs", "MIT"),
    ("sacrebleu", "Apache-2.0"),
    ("rouge-score", "Apache-2.0"),
)
"""The packages this program is built on, and their licences."""


class AboutDialog(Dialog):
    """Version, licence, and the parts of others."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent, f"prefdesk {__version__}", width=560)
        sentence, licence = Label("", wrap=True), Label("", "muted", wrap=True)
        rows: RowsModel[tuple[str, str]] = RowsModel(
            [
                Column(lambda: self.tr("Built on"), lambda p: p[0], width=220),
                Column(lambda: self.tr("Version"), lambda p: installed(p[0]), width=110),
                Column(lambda: self.tr("Licence"), lambda p: p[1]),
            ]
        )
        rows.set_rows([p for p in PARTS if installed(p[0])])
        table = TableView(rows)
        table.setMinimumHeight(260)
        for part in (sentence, licence, table):
            self.body.addWidget(part)
        self.say(
            sentence.setText,
            lambda: self.tr("Train a language model on what people think of its answers."),
        )
        self.say(
            licence.setText,
            lambda: self.tr(
                "Free software under the Apache License 2.0. Qt is used under the LGPL 3.0 and "
                "can be replaced: it lies as separate libraries in the program's folder."
            ),
        )
        self.say(table.setAccessibleName, lambda: self.tr("Built on"))
        close = self.add_button("", self.close, primary=True)
        self.say(close.setText, lambda: self.tr("Close"))


def installed(package: str) -> str:
    """The version of a package, or an empty string where it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
