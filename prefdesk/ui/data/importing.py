"""The import of a file: columns, template, what comes of it, and every row that is refused."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QTabWidget, QVBoxLayout, QWidget

from prefdesk.errors import BadRow, PrefdeskError
from prefdesk.records import NewPrompt
from prefdesk.ui.data import reading
from prefdesk.ui.data.following import LOOK_MS, Following
from prefdesk.ui.data.mapping import MappingForm
from prefdesk.ui.data.reading import FirstLook, Wish
from prefdesk.ui.desk import Desk
from prefdesk.ui.dialogs import Dialog
from prefdesk.ui.tokens import SPACE_2, SPACE_4
from prefdesk.ui.widgets import Column, Label, Notice, PlainText, RowsModel, TableView
from prefdesk.ui.widgets.arrange import scrolled

if TYPE_CHECKING:
    from prefdesk.formats import ReadResult
    from prefdesk.project import ImportReport
    from prefdesk.project.watch import Watch

PREVIEW_ROWS = 50


class ImportDialog(Dialog):
    """Asks how a file is to be read, shows what comes of it, and imports it.

    `on_done` gets the `ImportReport`.
    """

    def __init__(
        self,
        desk: Desk,
        path: Path,
        on_done: Callable[["ImportReport"], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, "", width=860)
        self._desk, self._path, self._on_done = desk, path, on_done
        self.result_read: ReadResult | None = None
        self._following, self._look = Following(), QTimer(self)
        self._look.setInterval(LOOK_MS)
        self._look.timeout.connect(self._on_look)
        self.notice, self.form = Notice(), MappingForm()
        self.words = Label("", "heading", wrap=True)
        self.example = PlainText()
        self.good: RowsModel[NewPrompt] = RowsModel(self._good_columns())
        self.bad: RowsModel[BadRow] = RowsModel(self._bad_columns())
        self._lay_out()
        self.take = self.add_button("", self._on_take_pressed, primary=True)
        self.take.setEnabled(False)
        self._cancel = self.add_button("", self.close)
        self._speak()
        self.form.changed.connect(self._read)
        # However the dialog goes, what it asked for in the background is not wanted any more.
        self.finished.connect(lambda _result: self._following.stop())
        desk.query(lambda _project: reading.first_look(path), self._on_first_look, self._on_error)

    def _on_first_look(self, found: FirstLook) -> None:
        self.form.show_file(found)
        self._read()

    def _read(self) -> None:
        self.take.setEnabled(False)
        self.words.setText(self.tr("Reading {file} …").format(file=self._path.name))
        wish = Wish(
            self._path,
            self.form.mapping(),
            self.form.template_text(),
            self.form.chosen_split(),
            self.form.task.text().strip(),
        )
        watch = self._follow(self.tr("Reading {file}: {percent} %"))
        self._desk.query(
            lambda project: reading.read(project, wish, watch),
            self._on_read,
            self._on_error,
            key="read",
        )

    def _follow(self, sentence: str) -> "Watch":
        """Stop what went before, and tell how far the new work is."""
        self._following.stop()
        self._following = Following(sentence, self._path.name)
        self._look.start()
        return self._following.watch()

    def _on_look(self) -> None:
        self.words.setText(self._following.words())

    def _on_read(self, found: "ReadResult") -> None:
        self._look.stop()
        self.result_read = found
        self.notice.hide()
        self.good.set_rows(found.rows[:PREVIEW_ROWS])
        self.bad.set_rows(found.bad)
        self.example.set_text(_text(found.rows[0]) if found.rows else "")
        self.take.setEnabled(bool(found.rows))
        self._say_result()

    def _on_error(self, error: PrefdeskError) -> None:
        self._look.stop()
        self.result_read = None
        self.good.set_rows([])
        self.bad.set_rows(getattr(error, "rows", ()))
        self.example.set_text("")
        self.take.setEnabled(False)
        self.notice.tell_error(error)
        self._say_result()

    def _on_take_pressed(self) -> None:
        found = self.result_read
        if found is None:
            return
        self.take.setEnabled(False)
        watch = self._follow(self.tr("Importing {file}: {percent} %"))
        # The very rows that were shown, not the file as it may be by now.
        self._desk.mutate(
            lambda p: p.prompts.add(found.rows, watch), self._on_added, self._on_error
        )

    def _on_added(self, report: "ImportReport") -> None:
        done = self._on_done
        self.close()
        done(report)

    def _say_result(self) -> None:
        found = self.result_read
        n_bad = len(self.bad.records)
        title = self.tr("Refused rows ({n})") if n_bad else self.tr("Refused rows")
        self.tabs.setTabText(1, title.format(n=f"{n_bad:,}"))
        if found is None:
            self.words.setText("")
            self.take.setText(self.tr("Import"))
            return
        n = len(found.rows)
        if n_bad:
            self.words.setText(
                self.tr("{n} rows can be imported, {bad} are refused.").format(
                    n=f"{n:,}", bad=f"{n_bad:,}"
                )
            )
            self.take.setText(self.tr("Import the %n good rows", "", n))
        else:
            self.words.setText(self.tr("Every row can be imported."))
            self.take.setText(self.tr("Import %n prompts", "", n))

    def _good_columns(self) -> list[Column[NewPrompt]]:
        return [
            Column(lambda: self.tr("Prompt"), _text, width=220),
            Column(lambda: self.tr("Task"), lambda r: r.task, width=90),
            Column(lambda: self.tr("Split"), lambda r: r.split, show=self._split, width=90),
            Column(
                lambda: self.tr("References"), lambda r: len(r.references) or None, numeric=True
            ),
            Column(lambda: self.tr("Source text"), lambda r: r.source, width=110),
        ]

    def _bad_columns(self) -> list[Column[BadRow]]:
        return [
            Column(lambda: self.tr("File"), lambda r: r.file, width=110),
            Column(lambda: self.tr("Line"), lambda r: r.line or None, numeric=True, width=70),
            Column(lambda: self.tr("Reason"), lambda r: r.reason, width=200),
        ]

    def _split(self, row: NewPrompt) -> str:
        return self.tr("training") if row.split == "train" else self.tr("evaluation")

    def _speak(self) -> None:
        self.say(self.set_title, lambda: self.tr("Import {file}").format(file=self._path.name[:80]))
        self.say(self._cancel.setText, lambda: self.tr("Cancel"))
        self.say(self.example.setAccessibleName, lambda: self.tr("The first prompt"))
        self.say(self._example_title.setText, lambda: self.tr("The first prompt, as it will be"))
        self.say(self.good_table.setAccessibleName, lambda: self.tr("First rows"))
        self.say(self.bad_table.setAccessibleName, lambda: self.tr("Refused rows"))
        self.say(lambda text: self.tabs.setTabText(0, text), lambda: self.tr("First rows"))
        self.say(lambda _text: self._say_result(), lambda: "")
        self.say(self.tabs.tabBar().setAccessibleName, lambda: self.tr("What the import does"))

    def _lay_out(self) -> None:
        self.good_table, self.bad_table = TableView(self.good), TableView(self.bad)
        self.bad_table.horizontalHeader().setStretchLastSection(True)
        self.good_table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.good_table.horizontalHeader().setStretchLastSection(False)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.good_table, "")
        self.tabs.addTab(self.bad_table, "")
        self.example.setMaximumHeight(110)
        self._example_title = Label("", "caption")
        right = QVBoxLayout()
        right.setSpacing(SPACE_2)
        for part in (self.words, self.tabs, self._example_title, self.example):
            right.addWidget(part)
        right.setStretchFactor(self.tabs, 1)
        form = scrolled(self.form)
        form.setFixedWidth(330)
        columns = QHBoxLayout()
        columns.setSpacing(SPACE_4)
        columns.addWidget(form)
        columns.addLayout(right, 1)
        self.body.addWidget(self.notice)
        self.body.addLayout(columns, 1)
        self.resize(980, 610)


def _text(row: NewPrompt) -> str:
    if isinstance(row.content, str):
        return row.content
    return "\n\n".join(m.content for m in row.content)
