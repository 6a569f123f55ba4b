"""The place Raters."""

from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from prefdesk.ui import dates, theme
from prefdesk.ui.desk import Desk
from prefdesk.ui.place import Place
from prefdesk.ui.raters.agreement import ALL, COMPARED, AgreementView
from prefdesk.ui.raters.asking import Asking
from prefdesk.ui.raters.exclusions import Acts
from prefdesk.ui.raters.figures import Figures
from prefdesk.ui.raters.first import FirstView
from prefdesk.ui.raters.history import HistoryView
from prefdesk.ui.raters.log import LogView
from prefdesk.ui.raters.outliers import OutliersView
from prefdesk.ui.raters.paper import PaperButton
from prefdesk.ui.raters.rewards import RewardsView
from prefdesk.ui.raters.supposed import Supposed
from prefdesk.ui.raters.supposing import WhatIfView
from prefdesk.ui.raters.working import WorkingStrip
from prefdesk.ui.tokens import SPACE_3, SPACE_5
from prefdesk.ui.widgets import EmptyState, Label, PlainButton, PrimaryButton
from prefdesk.ui.widgets.arrange import scrolled

if TYPE_CHECKING:
    from prefdesk.project import AgreementReport, SharedAnswer
    from prefdesk.records import Exclusion

EMPTY, WAITING, SHOWN = range(3)
LOW = 620
"""Height of the place in pixels below which its summary says less."""
AGREEMENT, OUTLIERS, REWARDS, LOG, HISTORY, WHAT_IF = range(6)
VIEWS = ("outliers", "rewards", "log", "history", "what_if")
"""The views of the tabs behind the first, which are made when they are looked at."""


class RatersPlace(Place):
    """Agreement, who and what stands out, rewards with their ratings, exclusions."""

    name = "raters"
    icon = "raters"
    reacts_to = frozenset({"ratings", "raters", "exclusions", "reports", "settings"})

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.figures, self.acts = Figures(desk, self), Acts(desk, self)
        self.asking = Asking(desk, self.figures, self.acts, self)
        self.agreement = AgreementView()
        self.summary_cards, self.people = self.agreement.cards, self.agreement.people
        self.people.remember(desk.preferences)
        self._make_header()
        self._make_pages()
        self._connect()

    def title(self) -> str:
        """The place's name."""
        return self.tr("Raters")

    def summary(self) -> str:
        """What the place is for."""
        return self.tr(
            "Whether people agree, who and what stands out, and what rewards are made of."
        )

    def refresh(self) -> None:
        """Show the stored report at once; have a fresh one made where it is out of date."""
        self.figures.look()
        for view in self._built("rewards", "log", "history"):
            view.refresh()

    def clear(self) -> None:
        """The project was closed."""
        self.figures.forget()
        self.agreement.leave_pair()
        self.first.clear()
        self.acts.forget()
        for view in self._built(*VIEWS):
            view.clear()
        self._show_page(EMPTY)

    def actions_offered(self) -> list[QAction]:
        """Verbs for the command palette."""
        shown = self._pages.currentIndex() == SHOWN
        return [self._again, *(self._views if shown else [])]

    def can_undo(self) -> bool:
        """True if an exclusion can be taken back."""
        return self.acts.can_undo()

    def can_redo(self) -> bool:
        """True if one can be brought back."""
        return self.acts.can_redo()

    def undo(self) -> None:
        """Take the last exclusion, or its taking back, back."""
        self.acts.undo()

    def redo(self) -> None:
        """Bring it back."""
        self.acts.redo()

    def retranslate(self) -> None:
        """The words follow the language."""
        super().retranslate()
        if hasattr(self, "_said"):
            self._say_state()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The tabs come first; where they need the room, the age of the figures is a tip."""
        super().resizeEvent(event)
        low = self.height() < theme.scaled(LOW, theme.theme().zoom)
        self.summary_cards.set_low(low)
        self._summary.setVisible(not low)
        self._show_age()

    def _make_header(self) -> None:
        self.state = Label("", "caption")
        self._again = QAction(self)
        self._again.triggered.connect(self.figures.work_out)
        self._views = [QAction(self) for _ in (COMPARED, ALL)]
        for action, view in zip(self._views, (COMPARED, ALL), strict=True):
            action.triggered.connect(partial(self._show_view, view))
        self.say(self._views[0].setText, lambda: self.tr("Compare raters"))
        self.say(self._views[1].setText, lambda: self.tr("All figures of agreement"))
        again = PlainButton("", "redo")
        again.clicked.connect(self.figures.work_out)
        self.say(self._again.setText, lambda: self.tr("Work agreement out again"))
        self.say(again.setAccessibleName, lambda: self.tr("Work out again"))
        self.again = again
        self.packs = PlainButton("", "person")
        self.packs.clicked.connect(self._on_packs_pressed)
        self.say(self.packs.setText, lambda: self.tr("Rating packs"))
        self.paper = PaperButton(self.desk)
        self.header_buttons.addWidget(self.paper)
        self.header_buttons.addWidget(self.packs)
        train = PrimaryButton("", "train")
        train.clicked.connect(lambda: self.desk.go("train"))
        self.say(train.setText, lambda: self.tr("Go to training"))
        self.set_primary(train)

    def _show_view(self, view: int) -> None:
        self.tabs.setCurrentIndex(AGREEMENT)
        self.agreement.choose(view)
        self.agreement.buttons[view].setFocus()

    def _on_packs_pressed(self) -> None:
        menu, ask = QMenu(self), self.desk.verb_requested.emit
        menu.addAction(self.tr("Make a pack for a rater…"), partial(ask, "make_pack"))
        menu.addAction(self.tr("Merge a pack…"), partial(ask, "merge_pack"))
        menu.addAction(self.tr("Merged packs…"), partial(ask, "merges"))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.packs.mapToGlobal(self.packs.rect().bottomLeft()))

    def _make_pages(self) -> None:
        self.empty = EmptyState("", "raters")
        self.say(
            self.empty.set_sentence,
            lambda: self.tr(
                "Nobody has rated yet. When people have, this place says whether they agree, and "
                "opens every reward into the ratings it came from."
            ),
        )
        self.empty.set_action("", lambda: self.desk.go("rate"))
        self.say(self.empty.set_action, lambda: self.tr("Rate completions"))
        self.first = FirstView()
        self.progress = WorkingStrip()
        self.progress.stop_pressed.connect(self._on_stop_pressed)
        self.first.again_wished.connect(self.figures.work_out)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.say(self.tabs.setAccessibleName, lambda: self.tr("Views of the raters"))
        self.say(self.tabs.tabBar().setAccessibleName, lambda: self.tr("Views of the raters"))
        self._pages = QStackedWidget()
        for page in (self.empty, self.first, self.tabs):
            self._pages.addWidget(page)
        self.body.setSpacing(0)
        self.body.addWidget(self.progress)
        self.body.addWidget(self._pages, 1)
        self._add_tabs()
        corner = QWidget()
        line = QHBoxLayout(corner)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.state)
        line.addWidget(self.again)
        self.tabs.setCornerWidget(corner)
        self._show_page(EMPTY)

    def _add_tabs(self) -> None:
        agreement = scrolled(self.agreement)
        titles = (
            lambda: self.tr("Agreement"),
            lambda: self.tr("What stands out"),
            lambda: self.tr("Rewards"),
            lambda: self.tr("Exclusions"),
            lambda: self.tr("History"),
            lambda: self.tr("What if"),
        )
        self._seats: list[QVBoxLayout] = []
        for position, title in enumerate(titles):
            page = QWidget()
            self._seats.append(QVBoxLayout(page))
            self._seats[-1].setContentsMargins(0, SPACE_3, 0, 0)
            self.tabs.addTab(page, "")
            self.say(partial(self.tabs.setTabText, position), title)
        self._seats[AGREEMENT].addWidget(agreement)
        self.tabs.currentChanged.connect(self._on_tab_chosen)

    def _on_tab_chosen(self, position: int) -> None:
        if position > AGREEMENT:
            getattr(self, VIEWS[position - 1])

    def _built(self, *names: str) -> list[Any]:
        """Those of the views that somebody has looked at."""
        return [self.__dict__[name] for name in names if name in self.__dict__]

    @cached_property
    def outliers(self) -> OutliersView:
        """What stands out. This and the next are made when they are looked at for the first
        time: all at once they would keep the window for a second."""
        view = OutliersView(self.desk)
        self._seat(OUTLIERS, view)
        return view

    @cached_property
    def rewards(self) -> RewardsView:
        """Rewards with their ratings."""
        view = RewardsView(self.desk)
        self._seat(REWARDS, view)
        return view

    @cached_property
    def log(self) -> LogView:
        """Exclusions, those taken back too."""
        view = LogView(self.desk)
        view.restore_wished.connect(self.acts.restore)
        view.suppose_wished.connect(self._on_suppose_wished)
        self._seat(LOG, view)
        view.refresh()
        return view

    @cached_property
    def history(self) -> HistoryView:
        """All ratings, the newest first."""
        view = HistoryView(self.desk)
        self._seat(HISTORY, view)
        view.refresh()
        return view

    @cached_property
    def what_if(self) -> WhatIfView:
        """Rewards under other decisions."""
        view = WhatIfView(self.desk)
        self._seat(WHAT_IF, view)
        return view

    def _seat(self, position: int, view: Any) -> None:
        if position in (OUTLIERS, REWARDS, WHAT_IF):
            view.item.exclude_wished.connect(self.asking.leave_out_rating)
            view.item.restore_wished.connect(self.acts.restore)
        if position in (OUTLIERS, REWARDS):
            view.item.suppose_wished.connect(self._on_suppose_wished)
        report = self.figures.report
        if position in (OUTLIERS, WHAT_IF) and report is not None and report.n_ratings:
            view.show_report(report)
        self._seats[position].addWidget(view)
        view.show()  # a layout would wait for the event loop

    def _connect(self) -> None:
        self.figures.arrived.connect(self._on_figures_arrived)
        self.figures.working_changed.connect(self._on_working_changed)
        self.figures.progressed.connect(self.progress.advance)
        self.figures.early_arrived.connect(self._on_early_arrived)
        self.figures.failed.connect(self._on_failed)
        self.people.card.exclude_wished.connect(self.asking.leave_out_rater)
        self.people.card.restore_wished.connect(self.asking.take_back_rater)
        self.people.card.weight_wished.connect(self.asking.weigh_rater)
        self.agreement.pair_wished.connect(self._on_pair_wished)
        self.agreement.pair.answer_opened.connect(self._on_answer_opened)

    def _on_pair_wished(self, first: int, second: int) -> None:
        self.desk.query(
            lambda p: p.judgement.pair(first, second),
            self.agreement.show_pair,
            lambda _: self.agreement.leave_pair(),
            key="pair",
        )

    def _on_answer_opened(self, answer: "SharedAnswer") -> None:
        self.tabs.setCurrentIndex(OUTLIERS)
        self.outliers.open_answer(answer.completion_id, answer.first_uid)
        self.outliers.item.table.setFocus()  # whoever came by keyboard goes on there

    def _on_suppose_wished(self, supposed: Supposed) -> None:
        self.tabs.setCurrentIndex(WHAT_IF)
        self.what_if.suppose_this(supposed)

    def _on_figures_arrived(self) -> None:
        report = self.figures.report
        if report is None:
            self._show_first()
        elif not report.n_ratings:
            self._show_page(EMPTY)
        else:
            self.desk.query(
                lambda p: (p.exclusions.active(), [c.name for c in p.settings.criteria]),
                self._on_active,
                key="active",
            )
        self._say_state()

    def _show_first(self) -> None:
        if self._pages.currentIndex() == SHOWN and self.figures.early is not None:
            return
        first = self.figures.first
        self._show_page(WAITING if self.figures.n_events else EMPTY)
        if first is not None and first.n_ratings:
            self.first.show_figures(first)
            self.desk.query(
                lambda p: p.judgement.first_of_raters(), self.first.show_people, key="first"
            )

    def _on_early_arrived(self) -> None:
        """What was stored may be old, but it is whole; early figures are for those without any."""
        if self.figures.report is None:
            self.desk.query(
                lambda p: (p.exclusions.active(), [c.name for c in p.settings.criteria]),
                self._on_early_active,
                key="active",
            )

    def _on_early_active(self, found: "tuple[list[Exclusion], list[str]]") -> None:
        early, (active, criteria) = self.figures.early, found
        if early is not None and self.figures.report is None:
            self.agreement.show_criteria(criteria)
            self._show_page(SHOWN)
            self.agreement.show_report(early, active)
            for view in OUTLIERS, WHAT_IF:
                self.tabs.setTabEnabled(view, False)
            self._say_state()

    def _on_stop_pressed(self) -> None:
        self.progress.stopping()
        self.figures.stop()

    def _on_active(self, found: "tuple[list[Exclusion], list[str]]") -> None:
        report, (active, criteria) = self.figures.report, found
        if report is not None and report.n_ratings:
            self.agreement.show_criteria(criteria)
            self._show_page(SHOWN)
            self._show_report(report, active)

    def _show_report(self, report: "AgreementReport", active: "list[Exclusion]") -> None:
        for tab in OUTLIERS, WHAT_IF:
            self.tabs.setTabEnabled(tab, True)
        self.agreement.show_report(report, active)
        for view in self._built("outliers", "what_if"):
            view.show_report(report)
        if self.primary is not None:
            self.primary.setVisible(report.verdict.word != "no_signal")

    def _show_page(self, page: int) -> None:
        self._pages.setCurrentIndex(page)
        self.again.setVisible(page == SHOWN)
        self.paper.setVisible(page == SHOWN)
        self._show_age()
        if self.primary is not None and page != SHOWN:
            self.primary.hide()

    def _on_working_changed(self, working: bool) -> None:
        self.progress.set_working(working)
        self._say_state()

    def _on_failed(self, message: str) -> None:
        self.notice.tell(
            message,
            kind="bad",
            action=self.tr("Work out again"),
            on_action=self.figures.work_out,
        )

    def _say_state(self) -> None:
        report, working = self.figures.report, self.figures.working
        self.again.setEnabled(not working and self.desk.is_writable)
        self.first.set_working(working)
        if report is None and self.figures.early is not None:
            self.state.setText(self.tr("looking for what stands out …"))
            self._show_age()
        if report is None:
            return
        at, n = dates.moment(report.computed_ms), f"{report.n_ratings:,}"
        if working:
            text = self.tr("{n} ratings as of {at}; working out anew …")
        elif self.figures.current:
            text = self.tr("{n} ratings, as of {at}; up to date")
        else:
            text = self.tr("{n} ratings, as of {at}; ratings changed since")
        self.state.setText(text.format(n=n, at=at))
        self.again.setToolTip(self.state.text())
        self._show_age()

    def _show_age(self) -> None:
        bar = self.tabs.tabBar().sizeHint().width()
        self.again.setText(self.tr("Work out again"))
        if bar + self.again.sizeHint().width() + SPACE_5 > self.tabs.width():
            self.again.setText("")  # its picture, its tip and its accessible name stay
        bar += self.again.sizeHint().width()
        fits = bar + self.state.sizeHint().width() + SPACE_5 < self.tabs.width()
        self.state.setVisible(fits and self._pages.currentIndex() == SHOWN)
