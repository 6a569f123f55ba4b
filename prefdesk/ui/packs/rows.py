"""What a merge would do, as four tables: new, in conflict, refused, here already."""

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QSizePolicy, QTabWidget, QVBoxLayout, QWidget

from prefdesk.ui import dates
from prefdesk.ui.packs import words
from prefdesk.ui.tokens import SPACE_2
from prefdesk.ui.widgets import Column, Label, RowsModel, Speaking, TableView

if TYPE_CHECKING:
    from prefdesk.project import Conflict, Listed, PackPreview, PackRow

NEW, CONFLICTS, REFUSED, THERE = range(4)


class PreviewTables(Speaking, QTabWidget):
    """The rows of a pack by what becomes of them.

    *Attributes*
    - `models`: one for each tab, in the order NEW, CONFLICTS, REFUSED, THERE.
    """

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDocumentMode(True)
        # As high as there is room, not as high as a table would like to be.
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        rows = self._row_columns
        self.models: list[RowsModel[Any]] = [
            RowsModel(columns, parent=self)
            for columns in (rows(), self._conflict_columns(), self._refused_columns(), rows())
        ]
        self.captions = [Label("", "caption", wrap=True) for _ in self.models]
        self._found: PackPreview | None = None
        for position, title in enumerate(self._titles()):
            self._add(position, title)
        self.say(self.tabBar().setAccessibleName, lambda: self.tr("Rows of the pack"))

    def show_preview(self, found: "PackPreview") -> None:
        """Show the rows, and first what a person must look at."""
        self._found = found
        self.models[NEW].set_rows(found.new.shown)
        self.models[CONFLICTS].set_rows(found.conflicts)
        self.models[REFUSED].set_rows(found.refused.shown)
        self.models[THERE].set_rows(found.duplicate.shown)
        self._say_captions()
        full = [n for n, model in enumerate(self.models) if model.records]
        urgent = [n for n in (CONFLICTS, REFUSED) if n in full]
        self.setCurrentIndex((urgent or full or [NEW])[0])

    def hasHeightForWidth(self) -> bool:
        """No: the wrapped captions would ask for the height that the tables give up."""
        return False

    def retranslate(self) -> None:
        """The captions follow the language."""
        super().retranslate()
        if hasattr(self, "_found"):
            self._say_captions()

    def _add(self, position: int, title: Any) -> None:
        page, table = QWidget(), TableView(self.models[position])
        column = QVBoxLayout(page)
        column.setContentsMargins(0, SPACE_2, 0, 0)
        column.setSpacing(SPACE_2)
        column.addWidget(self.captions[position])
        column.addWidget(table, 1)
        self.addTab(page, "")
        self.say(partial(self.setTabText, position), title)
        self.say(table.setAccessibleName, title)

    def _titles(self) -> tuple[Any, ...]:
        return (
            lambda: self.tr("New"),
            lambda: self.tr("In conflict"),
            lambda: self.tr("Refused"),
            lambda: self.tr("Here already"),
        )

    def _say_captions(self) -> None:
        if self._found is None:
            return
        found = self._found
        cut = (found.new, None, found.refused, found.duplicate)
        for label, text, listed in zip(self.captions, self._sentences(found), cut):
            label.setText(" ".join(part for part in (text, self._cut(listed)) if part))

    def _sentences(self, found: "PackPreview") -> tuple[str, ...]:
        new = self.tr("Nothing in this pack is new.") if not found.new.count else ""
        return (
            new or self.tr("These come in. Undo takes them out again."),
            self.tr("The same rater judged these differently here. The newest judgement counts.")
            if found.conflicts
            else self.tr("Nothing contradicts what is here."),
            self.tr("These stay out, each for its reason.")
            if found.refused.count
            else self.tr("Every row can be used."),
            self.tr("The project holds these already; nothing is counted twice.")
            if found.duplicate.count
            else self.tr("Nothing of this was here before."),
        )

    def _cut(self, listed: "Listed | None") -> str:
        if listed is None or listed.count == len(listed.shown):
            return ""
        text = self.tr("The first {n} are listed.")
        return text.format(n=f"{len(listed.shown):,}")

    def _row_columns(self) -> "list[Column[PackRow]]":
        return [
            Column(lambda: self.tr("Answer"), lambda r: r.completion_id, numeric=True, width=80),
            Column(lambda: self.tr("Act"), lambda r: r.kind, show=_act, width=120),
            Column(lambda: self.tr("Judgement"), lambda r: r.value, show=_value, width=110),
            Column(lambda: self.tr("Criterion"), lambda r: r.criterion, width=150),
            Column(
                lambda: self.tr("When"),
                lambda r: r.utc_ms,
                show=lambda r: dates.date_and_time(r.utc_ms),
                width=160,
            ),
        ]

    def _conflict_columns(self) -> "list[Column[Conflict]]":
        return [
            Column(lambda: self.tr("Answer"), lambda r: r.completion_id, numeric=True, width=80),
            Column(lambda: self.tr("Criterion"), lambda r: r.criterion, width=150),
            Column(
                lambda: self.tr("Here"),
                lambda r: r.here,
                show=lambda r: words.judgement(r.kind, r.here),
                numeric=True,
                width=100,
            ),
            Column(
                lambda: self.tr("In the pack"),
                lambda r: r.pack,
                show=lambda r: words.judgement(r.kind, r.pack),
                numeric=True,
                width=110,
            ),
            Column(lambda: self.tr("What counts"), lambda r: r.wins, show=self._wins, width=220),
        ]

    def _refused_columns(self) -> "list[Column[PackRow]]":
        return [
            Column(lambda: self.tr("Line"), lambda r: r.line, numeric=True, width=70),
            Column(lambda: self.tr("Answer"), lambda r: r.completion_id, numeric=True, width=80),
            Column(lambda: self.tr("Act"), lambda r: r.kind, show=_act, width=110),
            Column(lambda: self.tr("Judgement"), lambda r: r.value, show=_value, width=100),
            Column(
                lambda: self.tr("Reason"),
                lambda r: words.reason(r.reason),
                tip=lambda r: words.reason(r.reason),
                width=380,
            ),
        ]

    def _wins(self, row: "Conflict") -> str:
        if row.wins == "pack":
            return self.tr("the pack, which is newer")
        return self.tr("what is here, which is newer")


def _act(row: "PackRow") -> str:
    return words.act(row.kind)


def _value(row: "PackRow") -> str:
    return words.judgement(row.kind, row.value)
