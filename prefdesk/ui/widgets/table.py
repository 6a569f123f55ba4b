"""Tables: rows of records under a list of columns, sortable, copied as TSV."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFont,
    QFontMetrics,
    QGuiApplication,
    QKeySequence,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget

from prefdesk.ui import theme
from prefdesk.ui.tokens import ROW_HEIGHT
from prefdesk.ui.widgets.speaking import Speaking
from prefdesk.ui.widgets.text import tip

R = TypeVar("R")
Index = QModelIndex | QPersistentModelIndex
RECORD_ROLE = Qt.ItemDataRole.UserRole
SORT_ROLE = Qt.ItemDataRole.UserRole + 1
HEADER_PADDING, DOTS = 26, 12
"""Room beside a header's words: the style sheet's padding and the arrow of the sorting; and more
where words may be cut, which Qt does early."""


@dataclass(frozen=True)
class Column(Generic[R]):
    """One column.

    `title` gives the translated header, with the unit (`lambda: self.tr("time, s")`);
    `value` the raw value of a record (sorting, TSV); `show` its text on the screen (default:
    numbers with `decimals` figures after the point, blank for None); `tint` a colour token or "".
    With `cut`, a title too long for the column's width, such as a name, may end in dots.
    """

    title: Callable[[], str]
    value: Callable[[R], Any]
    numeric: bool = False
    decimals: int = 0
    show: Callable[[R], str] | None = None
    tint: Callable[[R], str] | None = None
    tip: Callable[[R], str] | None = None
    width: int = 0
    cut: bool = False

    def text(self, record: R) -> str:
        """What the cell shows; blank where there is nothing."""
        if self.show is not None:
            return self.show(record)
        value = self.value(record)
        if value is None or value != value:
            return ""
        if isinstance(value, float):
            return f"{value:,.{self.decimals}f}"
        if isinstance(value, int) and not isinstance(value, bool):
            return f"{value:,}"
        return one_line(str(value))


class RowsModel(QAbstractTableModel, Generic[R]):
    """Records as rows. `set_rows` replaces all; `more` is asked for further pages at the end.

    With `more`, rows come in pages (`more(last_record) -> next rows`) and sorting is up to the
    source: the header then emits `sort_wished(column, ascending)` and does not sort here.
    """

    sort_wished = Signal(int, bool)

    def __init__(
        self,
        columns: Sequence[Column[R]],
        *,
        more: Callable[[R], None] | None = None,
        parent: Any = None,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.records: list[R] = []
        self._more, self._complete = more, True

    def set_rows(self, rows: Sequence[R], *, complete: bool = True) -> None:
        """Show other records; `complete=False` means that `more` has further ones."""
        self.beginResetModel()
        self.records = list(rows)
        self._complete = complete
        self.endResetModel()

    def hold(self) -> None:
        """The first page was asked for again: no page that follows the old rows is wanted."""
        self._complete = True

    def add_rows(self, rows: Sequence[R], *, complete: bool = True) -> None:
        """Append a page."""
        self._complete = complete
        if rows:
            first = len(self.records)
            self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
            self.records.extend(rows)
            self.endInsertRows()

    def record(self, index: Index) -> R:
        """The record behind an index."""
        return self.records[index.row()]

    def retitle(self) -> None:
        """Headers and cells speak another language now."""
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)
        self.layoutChanged.emit()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Rows at hand."""
        return 0 if parent.isValid() else len(self.records)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Columns."""
        return 0 if parent.isValid() else len(self.columns)

    def canFetchMore(self, parent: Index) -> bool:
        """True while the source has further pages."""
        return not self._complete and self._more is not None and bool(self.records)

    def fetchMore(self, parent: Index) -> None:
        """Ask for the next page once; `add_rows` brings it."""
        if self._more is not None and self.records and not self._complete:
            self._complete = True
            self._more(self.records[-1])

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, alignment, colour and tip of a cell."""
        if not index.isValid():
            return None
        column, record = self.columns[index.column()], self.records[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(record)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(_alignment(column.numeric))
        if role == Qt.ItemDataRole.ForegroundRole and column.tint is not None:
            name = column.tint(record)
            return QColor(getattr(theme.current(), name)) if name else None
        if role == Qt.ItemDataRole.ToolTipRole and column.tip is not None:
            return tip(column.tip(record))
        return {RECORD_ROLE: record, SORT_ROLE: column.value(record)}.get(Qt.ItemDataRole(role))

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Translated column titles, aligned like their cells."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title()
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(_alignment(self.columns[section].numeric))
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort the records at hand, blanks last; with pages, ask the source instead."""
        ascending = order == Qt.SortOrder.AscendingOrder
        self.sort_wished.emit(column, ascending)
        if self._more is not None or column < 0:
            return
        value = self.columns[column].value
        rows = range(len(self.records))
        full = [row for row in rows if not _blank(value(self.records[row]))]
        full.sort(key=lambda row: _order(value(self.records[row])), reverse=not ascending)
        self._rearrange(full + [row for row in rows if _blank(value(self.records[row]))])

    def _rearrange(self, order: list[int]) -> None:
        """Put the records into another order; the selection stays on its records."""
        self.layoutAboutToBeChanged.emit()
        self.records = [self.records[row] for row in order]
        moved = {before: after for after, before in enumerate(order)}
        for index in self.persistentIndexList():
            self.changePersistentIndex(index, self.index(moved[index.row()], index.column()))
        self.layoutChanged.emit()


class TableView(Speaking, QTableView):
    """A table view with our manners; columns fit their titles in any language and text size.

    *Attributes*
    - `changed_by_hand`: somebody pulled at a column, so that its width is worth remembering.

    *Signals*
    - `opened(object)`: a record was activated (Enter or double click).
    - `chosen(object)`: the current record changed; None if there is none.
    """

    opened = Signal(object)
    chosen = Signal(object)

    def __init__(
        self, model: RowsModel[Any], name: str = "", *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._rows, self._sized = model, False
        self.changed_by_hand = False
        self._filling: tuple[tuple[int, ...], int] = ((), 0)
        self.setAccessibleName(name)
        self.setModel(model)
        self._set_manners()
        self.activated.connect(lambda index: self.opened.emit(model.record(index)))
        self.selectionModel().currentRowChanged.connect(self._on_current_changed)
        model.modelReset.connect(lambda: self.chosen.emit(None))
        self.horizontalHeader().sectionResized.connect(self._on_column_resized)
        copy = QShortcut(QKeySequence.StandardKey.Copy, self)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)
        copy.activated.connect(self.copy)

    def selectRow(self, row: int) -> None:
        """Select this row alone, whatever keys are held: Qt would add it while Ctrl is down."""
        index, flags = self._rows.index(row, 0), QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)

    def selected(self) -> list[Any]:
        """The selected records, from top to bottom."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self._rows.records[r] for r in rows]

    def copy(self) -> None:
        """Put the selected rows, or all, on the clipboard as TSV with a header."""
        QGuiApplication.clipboard().setText(tsv(self._rows, self.selected() or self._rows.records))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer Copy."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Copy as table"), self.copy)
        menu.popup(event.globalPos())

    def retranslate(self) -> None:
        """Headers, cells and column widths follow the language."""
        super().retranslate()
        if hasattr(self, "_rows"):
            self._rows.retitle()
            self._fit_columns()

    def restyle(self) -> None:
        """Row heights and column widths follow the text size."""
        self.verticalHeader().setDefaultSectionSize(theme.scaled(ROW_HEIGHT, theme.theme().zoom))
        self._fit_columns()

    def _fit_columns(self) -> None:
        look = theme.theme()
        metrics = QFontMetrics(QFont(look.font("caption", bold=True)))
        cutting = any(column.cut for column in self._rows.columns)
        for position, column in enumerate(self._rows.columns):
            title = 0 if column.cut else metrics.horizontalAdvance(column.title())
            title += HEADER_PADDING + (DOTS if cutting else 0)
            wanted = max(title, theme.scaled(column.width, look.zoom))
            if not self._sized or wanted > self.columnWidth(position):
                self.setColumnWidth(position, wanted)  # never narrower than somebody made it
        self._sized = True
        self._fill()

    def fill(self, columns: tuple[int, ...], least: int) -> None:
        """Let columns share the width that the others leave; none gets less than `least` pixels."""
        self._filling = columns, least
        self.horizontalHeader().setStretchLastSection(False)
        self._fill()

    def setColumnHidden(self, column: int, hide: bool) -> None:
        """Hide a column or show it; what it leaves goes to those that fill."""
        super().setColumnHidden(column, hide)
        self._fill()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Columns that fill follow the width of the table."""
        super().resizeEvent(event)
        self._fill()

    def _fill(self) -> None:
        columns, least = self._filling
        if not columns or self.changed_by_hand:
            return
        header = self.horizontalHeader()
        taken = sum(header.sectionSize(n) for n in range(header.count()) if n not in columns)
        room = (self.viewport().width() - taken) // len(columns)
        for number in columns:
            wanted = max(theme.scaled(least, theme.theme().zoom), room)
            if wanted != header.sectionSize(number):
                self.setColumnWidth(number, wanted)

    def _set_manners(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setHighlightSections(False)
        if any(column.cut for column in self._rows.columns):
            self.horizontalHeader().setTextElideMode(Qt.TextElideMode.ElideRight)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.verticalHeader().hide()
        self.restyle()

    def _on_column_resized(self, *_sizes: int) -> None:
        # Programs and layouts resize columns too; a hand holds the button down.
        if QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:
            self.changed_by_hand = True

    def _on_current_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        self.chosen.emit(self._rows.record(current) if current.isValid() else None)


def tsv(model: RowsModel[Any], records: Sequence[Any]) -> str:
    """Records as tab-separated lines with a header; numbers in full, tabs and breaks as spaces."""
    lines = ["\t".join(one_line(c.title()) for c in model.columns)]
    for record in records:
        lines.append("\t".join(_plain(c, record) for c in model.columns))
    return "\n".join(lines)


def one_line(text: str, limit: int = 300) -> str:
    """The beginning of a text on one line, with invisible characters revealed."""
    from prefdesk.formats.visible import visible

    cut = visible(" ".join(text[: limit + 1].split()))
    return cut if len(text) <= limit else f"{cut}…"


def _plain(column: Column[Any], record: Any) -> str:
    value = column.value(record)
    if value is None or value != value:
        return ""
    return repr(value) if isinstance(value, float) else " ".join(str(value).split())


def _alignment(numeric: bool) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if numeric else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _blank(value: Any) -> bool:
    return value is None or value != value or value == ""


def _order(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value
