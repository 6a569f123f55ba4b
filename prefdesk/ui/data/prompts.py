"""The prompts as a table that reads its rows page by page, with search, filters and verbs."""

from typing import cast

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QHeaderView, QLineEdit, QVBoxLayout, QWidget

from prefdesk.records import Prompt, Split
from prefdesk.ui.data import reading
from prefdesk.ui.data.detail import PromptDetail
from prefdesk.ui.data.reading import Census, Filter, Opened, Page
from prefdesk.ui.desk import Desk
from prefdesk.ui.dialogs import Question
from prefdesk.ui.tokens import SPACE_2
from prefdesk.ui.widgets import (
    Button,
    Column,
    Label,
    PlainButton,
    RowsModel,
    Speaking,
    TableView,
    one_line,
)
from prefdesk.ui.widgets.arrange import side_by_side

TYPING_MS = 250
INDEXING_S = 1.0
ANSWERS = 1
MOST_TASKS = 500


class PromptsView(Speaking, QWidget):
    """Search and filters above, the table at the left, the chosen prompt at the right."""

    def __init__(self, desk: Desk, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._total: int | None = None
        self._total_answers: int | None = None
        self._next: int | None = None
        self._indexed = True
        self._answers: dict[int, int] = {}
        self._tried = False
        self.search, self.split, self.task = QLineEdit(), QComboBox(), QComboBox()
        self.count = Label("", "muted")
        self.rows: RowsModel[Prompt] = RowsModel(self._columns(), more=self._on_more_wanted)
        self.table, self.detail = TableView(self.rows), PromptDetail()
        self.to_train, self.to_evaluation = Button(), Button()
        self.delete = PlainButton("", "delete")
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._fill_filters()
        self._lay_out()
        self._speak()
        self._connect()
        self._on_selection_changed()
        self.restyle()

    def refresh(self) -> None:
        """Read the first page again, and the counts."""
        wanted = self.filter()
        self.rows.hold()
        self._desk.query(lambda p: reading.page(p, wanted, 0), self._on_page, key="page")
        self._desk.query(reading.census, self._on_census, key="census")

    def clear(self) -> None:
        """The project was closed."""
        self.rows.set_rows([])
        self.detail.show_prompt(None)
        self.count.setText("")
        self._answers, self._tried, self._indexed = {}, False, True

    def filter(self) -> Filter:
        """What is asked for now."""
        task = self.task.currentData()
        return Filter(
            cast("Split | None", self.split.currentData()),
            None if task is None else str(task),
            self.search.text().strip(),
        )

    def retranslate(self) -> None:
        """Choices and counts follow the language."""
        super().retranslate()
        if hasattr(self, "delete"):
            for position, text in enumerate(self._splits()):
                self.split.setItemText(position, text)
            self.task.setItemText(0, self.tr("All tasks"))
            self._say_count()

    def _on_page(self, page: Page) -> None:
        self._next, complete = page.next, page.next is None
        if page.first:
            kept = self.table.selected()[:1]
            self._total, self._total_answers = page.total, page.total_answers
            self._indexed, self._answers = page.indexed, dict(page.answers)
            self.table.setColumnHidden(ANSWERS, not self._answers)
            self.rows.set_rows(page.rows, complete=complete)
            again = [i for i, p in enumerate(page.rows) if kept and p.id == kept[0].id]
            if page.rows:
                self.table.selectRow(again[0] if again else 0)
            else:
                self.detail.show_prompt(None)
        else:
            self._answers |= page.answers
            self.rows.add_rows(page.rows, complete=complete)
        self._say_count()
        if not page.indexed:
            self._desk.query(lambda p: p.search.step(INDEXING_S), self._on_indexed, key="index")

    def _on_indexed(self, more: bool) -> None:
        """The index grows while somebody waits for it; then the search is asked again."""
        if not self.search.text().strip() or not self.isVisible():
            return
        if more:
            self._desk.query(lambda p: p.search.step(INDEXING_S), self._on_indexed, key="index")
        elif not self._tried:
            # Where no index can be kept, asking once must do.
            self._tried = True
            self.refresh()

    def _on_census(self, found: Census) -> None:
        present, names = self.task.currentData(), found.tasks[:MOST_TASKS]
        if [self.task.itemData(i) for i in range(1, self.task.count())] == list(names):
            return
        self.task.blockSignals(True)
        while self.task.count() > 1:
            self.task.removeItem(1)
        for name in names:
            self.task.addItem(one_line(name, 60), name)
        self.task.setCurrentIndex(max(0, self.task.findData(present)) if present else 0)
        self.task.blockSignals(False)

    def _on_more_wanted(self, last: Prompt) -> None:
        wanted, after = self.filter(), self._next or last.id
        self._desk.query(lambda p: reading.page(p, wanted, after), self._on_page, key="page")

    def _on_chosen(self, prompt: Prompt | None) -> None:
        if prompt is None:
            return
        words = self.filter().search
        self._desk.query(
            lambda p: reading.opened(p, prompt.id, words), self._on_opened, key="prompt"
        )

    def _on_opened(self, found: Opened) -> None:
        self.detail.show_prompt(found)

    def _on_selection_changed(self) -> None:
        writable = self._desk.is_writable
        chosen = bool(self.table.selectionModel().selectedRows()) and writable
        for button in (self.to_train, self.to_evaluation, self.delete):
            button.setEnabled(chosen)

    def _move(self, split: Split) -> None:
        ids = [p.id for p in self.table.selected()]
        self._desk.mutate(lambda p: p.prompts.set_split(ids, split))

    def _on_delete_pressed(self) -> None:
        ids = [p.id for p in self.table.selected()]
        Question.ask(
            self.window(),
            self.tr("Delete %n prompts?", "", len(ids)),
            self.tr("Only prompts without completions can be deleted. This cannot be undone."),
            [(self.tr("Delete"), lambda: self._desk.mutate(lambda p: p.prompts.delete(ids)))],
        )

    def _say_count(self) -> None:
        n = len(self.rows.records)
        if self.filter().search and self._total is not None:
            text = self.tr("%n found", "", self._total)
        elif self._total is not None:
            text = self.tr("%n prompts", "", self._total)
        elif self._next is None:
            text = self.tr("%n found", "", n)
        else:
            text = self.tr("more than {n} found").format(n=f"{n:,}")
        if not self._indexed:
            text += " · " + self.tr("completions not searched yet")
        elif self._total_answers:
            text += " · " + self.tr("%n completions", "", self._total_answers)
        self.count.setText(text)

    def _splits(self) -> tuple[str, str, str]:
        return self.tr("Both splits"), self.tr("Training"), self.tr("Evaluation")

    def _fill_filters(self) -> None:
        for text, value in zip(self._splits(), (None, "train", "evaluation")):
            self.split.addItem(text, value)
        self.task.addItem(self.tr("All tasks"), None)
        self.task.setMinimumContentsLength(8)

    def _columns(self) -> list[Column[Prompt]]:
        return [
            Column(lambda: self.tr("Prompt"), lambda p: p.text, width=200),
            Column(
                lambda: self.tr("Completions"),
                lambda p: self._answers.get(p.id) or None,
                numeric=True,
                tip=lambda p: self.tr("Completions of this prompt that have the words"),
                width=104,
            ),
            Column(lambda: self.tr("Task"), lambda p: p.task, width=80),
            Column(lambda: self.tr("Split"), lambda p: p.split, show=self._split_name, width=88),
            Column(
                lambda: self.tr("References"),
                lambda p: len(p.references) or None,
                numeric=True,
                width=94,
            ),
            Column(
                lambda: self.tr("Source"),
                lambda p: bool(p.source),
                show=lambda p: self.tr("yes") if p.source else "",
                tip=lambda p: one_line(p.source, 200),
                width=68,
            ),
        ]

    def _split_name(self, prompt: Prompt) -> str:
        return self.tr("training") if prompt.split == "train" else self.tr("evaluation")

    def _speak(self) -> None:
        self.say(self.search.setPlaceholderText, lambda: self.tr("Search prompts and completions"))
        self.say(self.search.setAccessibleName, lambda: self.tr("Search prompts and completions"))
        self.say(self.split.setAccessibleName, lambda: self.tr("Split"))
        self.say(self.task.setAccessibleName, lambda: self.tr("Task"))
        self.say(self.table.setAccessibleName, lambda: self.tr("Prompts"))
        self.say(self.to_train.setText, lambda: self.tr("Move to training"))
        self.say(self.to_evaluation.setText, lambda: self.tr("Move to evaluation"))
        self.say(self.delete.setText, lambda: self.tr("Delete"))

    def _connect(self) -> None:
        self.search.textEdited.connect(lambda _text: self._typing.start())
        self._typing.timeout.connect(self.refresh)
        self.split.currentIndexChanged.connect(self.refresh)
        self.task.currentIndexChanged.connect(self.refresh)
        self.table.chosen.connect(self._on_chosen)
        self.table.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self.to_train.clicked.connect(lambda: self._move("train"))
        self.to_evaluation.clicked.connect(lambda: self._move("evaluation"))
        self.delete.clicked.connect(self._on_delete_pressed)

    def _lay_out(self) -> None:
        self.search.setClearButtonEnabled(True)
        # Pages come in order of id: sorting what was read so far would show a false order.
        self.table.setSortingEnabled(False)
        self.table.setColumnHidden(ANSWERS, True)
        filters, verbs = QHBoxLayout(), QHBoxLayout()
        filters.setSpacing(SPACE_2)
        filters.addWidget(self.search, 1)
        filters.addWidget(self.split)
        filters.addWidget(self.task)
        verbs.setSpacing(SPACE_2)
        verbs.addWidget(self.count)
        verbs.addStretch(1)
        for button in (self.to_train, self.to_evaluation, self.delete):
            verbs.addWidget(button)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_2)
        column.addLayout(filters)
        column.addWidget(self.table, 1)
        column.addLayout(verbs)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        self.parts = side_by_side(left, self.detail, (640, 480))
        whole.addWidget(self.parts)
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.horizontalHeader().setStretchLastSection(False)
