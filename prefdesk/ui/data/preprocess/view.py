"""The tab: fields, kinds and lengths at the left, findings and their texts at the right."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from prefdesk.events import JobEvent, JobSpec, ReportReady
from prefdesk.records import PromptFindingKind
from prefdesk.ui import background, theme
from prefdesk.ui.data.preprocess import reading, words
from prefdesk.ui.data.preprocess.findings import FindingsView
from prefdesk.ui.data.preprocess.kinds import KindsCard
from prefdesk.ui.data.preprocess.reading import Detail, Kind, Overview, Row, RowPage, Seen
from prefdesk.ui.data.preprocess.texts import TextsView
from prefdesk.ui.data.preprocess.wish import WishCard
from prefdesk.ui.data.reading import binned
from prefdesk.ui.desk import Desk
from prefdesk.ui.raters.exclusions import user
from prefdesk.ui.tokens import SPACE_2, SPACE_3
from prefdesk.ui.widgets import EmptyState, Speaking
from prefdesk.ui.widgets.arrange import scrolled

if TYPE_CHECKING:
    from prefdesk.project import Project
    from prefdesk.ui.data.histogram import LengthPlot

PLOT_HEIGHT = 250
LEFT_WIDTH, LEFT_SHARE = 330, 0.44


class PreprocessView(Speaking, QWidget):
    """Runs the preprocessing, shows what it found, and writes decisions.

    *Signals*
    - `changed()`: whether another run makes sense, or what can be undone, is other now.
    - `failed(PrefdeskError)`: a decision could not be written.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(self, desk: Desk, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.found: Overview | None = None
        self.plot: LengthPlot | None = None
        self.wish, self.kinds = WishCard(), KindsCard()
        self.findings, self.texts = FindingsView(), TextsView()
        self._lay_out()
        self._connect()
        self._show_parts()

    def refresh(self) -> None:
        """Read counts, the report, and the rows that are shown."""
        self._desk.query(reading.overview, self._on_overview, key="overview")

    def clear(self) -> None:
        """The project was closed."""
        self.found = None
        self.wish.forget()
        self.kinds.show_kinds((), looked=False)
        self.findings.clear()
        self.texts.show_detail(None)
        self._show_parts()

    def run(self) -> None:
        """Hand the job in."""
        config = self.wish.config()
        self._desk.query(
            lambda p: p.preprocessing.job(config), self._on_prepared, self.failed.emit, key="job"
        )

    @property
    def can_run(self) -> bool:
        """True if there are prompts and a model."""
        return self.found is not None and self.found.n_prompts > 0 and self.found.has_model

    def undo(self) -> None:
        """Take the newest decision back."""
        self._write(lambda p: p.preprocessing.undo(author=user()))

    def redo(self) -> None:
        """Decide again what was undone last."""
        self._write(lambda p: p.preprocessing.redo(author=user()))

    def retranslate(self) -> None:
        """The help follows the language."""
        super().retranslate()
        if hasattr(self, "_right"):
            looked = self.found is not None and self.found.report is not None
            self._rest.set_sentence(self._nothing(looked=looked))
            self._say_help()

    def _on_prepared(self, spec: JobSpec) -> None:
        self._desk.run_job(spec.kind, **spec.settings)

    def _on_overview(self, found: Overview) -> None:
        before, self.found = self.found, found
        self.wish.show_overview(found)
        kind = self.kinds.kind()
        self.kinds.show_kinds(found.kinds, looked=found.report is not None)
        drawn = before is not None and before.report == found.report and self.plot is not None
        if found.report is not None and found.report.histogram and not drawn:
            background.query(self, _load_plot, self._on_plot_loaded, key="plot")
        self._show_parts()
        if kind is not None and kind == self.kinds.kind():
            self._read_rows(kind, max(reading.PAGE, len(self.findings.rows.records)))
        self.changed.emit()

    def _show_parts(self) -> None:
        found = self.found
        looked = found is not None and found.report is not None
        some = bool(found and found.kinds)
        self.kinds.setVisible(looked or some)
        self._right.setVisible(some)
        self._rest.setVisible(not some)
        self._rest.set_sentence(self._nothing(looked=looked))
        if self.plot is not None:
            self.plot.setVisible(looked)
        kind = self.kinds.kind()
        n_open = next((k.n_open for k in found.kinds if k.kind == kind), 0) if found else 0
        self.findings.show_state(writable=self._desk.is_writable, n_open=n_open)
        self._say_help()

    def _nothing(self, *, looked: bool) -> str:
        """Why no finding is shown."""
        if looked:
            return self.tr("Nothing was found: every prompt can be used as it is.")
        return self.tr("What is found is listed here, to be kept, left out or shortened.")

    def _say_help(self) -> None:
        kind = self.kinds.kind()
        report = self.found.report if self.found else None
        self.findings.help.setText(words.kind_help(kind, report) if kind else "")

    def _on_kind_chosen(self, kind: str) -> None:
        self._show_parts()
        self._read_rows(cast(Kind, kind), reading.PAGE)

    def _read_rows(self, kind: Kind, n: int) -> None:
        self.findings.rows.hold()
        self._desk.query(lambda p: reading.rows(p, kind, 0, n), self._on_rows, key="rows")

    def _on_more_wanted(self, last: Row) -> None:
        kind, after = self.findings.kind, last.finding.prompt_id
        self._desk.query(lambda p: reading.rows(p, kind, after), self._on_rows, key="rows")

    def _on_rows(self, page: RowPage) -> None:
        self.findings.show_page(page)
        if page.first and not page.rows:
            self.texts.show_detail(None)

    def _on_finding_chosen(self, row: Row | None) -> None:
        if row is None:
            return
        finding = row.finding
        self._desk.query(lambda p: reading.detail(p, finding), self._on_detail, key="detail")

    def _on_detail(self, found: Detail) -> None:
        self.texts.show_detail(found)

    def _on_decided(self, rows: Sequence[Row], choice: str) -> None:
        by_kind: dict[PromptFindingKind, list[int]] = {}
        for row in rows:
            by_kind.setdefault(row.finding.kind, []).append(row.finding.prompt_id)

        def write(project: "Project") -> None:
            for kind, ids in by_kind.items():
                project.preprocessing.decide(ids, kind, reading.choice_of(choice), author=user())

        self._write(write)

    def _on_all_decided(self, choice: str) -> None:
        kind = cast(PromptFindingKind, self.findings.kind)
        self._write(
            lambda p: p.preprocessing.decide_open(kind, reading.choice_of(choice), author=user())
        )

    def _write(self, write: "Callable[[Project], object]") -> None:
        # Whatever comes of it, what is shown afterwards is what stands in the project.
        self._desk.mutate(write, lambda _done: self.refresh(), self._on_refused)

    def _on_refused(self, error: object) -> None:
        self.failed.emit(error)
        self.refresh()

    def _on_seen_wished(self, prompt_id: int) -> None:
        if not self._desk.is_writable:
            self.texts.say_trouble(self.tr("Open the project for writing to ask the tokenizer."))
            return
        running = self._desk.jobs.running
        if running is not None and running.kind != "tokens":
            self.texts.say_trouble(self.tr("The tokenizer answers after the work that runs now."))
        template = self.wish.config().template
        if not self._desk.jobs.is_busy("tokens"):
            self._desk.run_job("tokens", prompt_id=prompt_id, template=template)

    def _on_job_event(self, spec: JobSpec, event: JobEvent) -> None:
        if spec.kind == "tokens" and isinstance(event, ReportReady):
            self.texts.show_seen(Seen.of(event.document))

    def _on_job_ended(self, spec: JobSpec, event: object) -> None:
        if spec.kind != "tokens":
            return
        message = getattr(event, "message", "")
        if getattr(event, "status", "") == "failed":
            self.texts.say_trouble(message)
        else:
            self.texts.ask_again()

    def _on_plot_loaded(self, make_plot: "type[LengthPlot]") -> None:
        if self.plot is None:
            self.plot = make_plot()
            self.plot.setFixedHeight(theme.scaled(PLOT_HEIGHT, theme.theme().zoom))
            self._left.insertWidget(self._left.count() - 1, self.plot)
            self.plot.say_words()
        QTimer.singleShot(0, self, self._draw)

    def _draw(self) -> None:
        report = self.found.report if self.found else None
        if self.plot is not None and report is not None and report.histogram:
            self.plot.show_lengths(binned(report))
            self.plot.show()

    def _connect(self) -> None:
        self.wish.changed.connect(self.changed)
        self.wish.changed.connect(self.texts.forget_seen)
        self.kinds.chosen.connect(self._on_kind_chosen)
        self.findings.chosen.connect(self._on_finding_chosen)
        self.findings.decided.connect(self._on_decided)
        self.findings.all_decided.connect(self._on_all_decided)
        self.findings.more_wanted.connect(self._on_more_wanted)
        self.texts.seen_wished.connect(self._on_seen_wished)
        self._desk.jobs.event_arrived.connect(self._on_job_event)
        self._desk.jobs.ended.connect(self._on_job_ended)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The left column leaves most of a narrow window to the right one."""
        super().resizeEvent(event)
        self.restyle()

    def restyle(self) -> None:
        """The left column is as wide as its words need."""
        if hasattr(self, "_area"):
            wanted = theme.scaled(LEFT_WIDTH, theme.theme().zoom)
            self._area.setFixedWidth(min(wanted, max(1, int(LEFT_SHARE * self.width()))))
            for part, least in ((self.findings, 226), (self.texts, 164)):
                part.setMinimumHeight(theme.scaled(least, theme.theme().zoom))
            if self.plot is not None:
                self.plot.setFixedHeight(theme.scaled(PLOT_HEIGHT, theme.theme().zoom))

    def _lay_out(self) -> None:
        left, right = QWidget(), QWidget()
        self._left = QVBoxLayout(left)
        self._left.setContentsMargins(0, 0, SPACE_3, 0)
        self._left.setSpacing(SPACE_3)
        self._left.addWidget(self.kinds)
        self._left.addWidget(self.wish)
        self._left.addStretch(1)
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, SPACE_2, 0)
        column.setSpacing(SPACE_2)
        column.addWidget(self.findings, 3)
        column.addWidget(self.texts, 2)
        self._area, self._right = scrolled(left), scrolled(right)
        self._rest = EmptyState("", "search")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACE_3)
        line.addWidget(self._area)
        line.addWidget(self._right, 1)
        line.addWidget(self._rest, 1)
        self.restyle()


def _load_plot() -> "type[LengthPlot]":
    """The plotting library takes most of a second to import, so it comes in the background."""
    from prefdesk.ui.data.histogram import LengthPlot

    return LengthPlot
