"""Asks before anything is left out, with the reason that the figures suggest."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from prefdesk.ui.desk import Desk
from prefdesk.ui.raters import words
from prefdesk.ui.raters.believing import BeliefDialog
from prefdesk.ui.raters.exclusions import Acts, ReasonDialog, Wish, user
from prefdesk.ui.raters.figures import Figures
from prefdesk.ui.widgets import one_line

if TYPE_CHECKING:
    from prefdesk.project import RaterReport
    from prefdesk.records import Exclusion, RewardPart


class Asking(QObject):
    """Turns wishes of the views into exclusions, once their reason is given."""

    def __init__(self, desk: Desk, figures: Figures, acts: Acts, place: QWidget) -> None:
        super().__init__(place)
        self._desk, self._figures, self._acts, self._place = desk, figures, acts, place

    def leave_out_rater(self, rater: "RaterReport", reason: str) -> None:
        """Ask about everything a rater said."""
        figures = "; ".join(f"{f.rule}: p = {f.p:.3g}, q = {f.q:.3g}" for f in rater.flags)
        what = self.tr("all {n} ratings of {rater}").format(
            n=f"{rater.n:,}", rater=one_line(rater.name, 60)
        )
        self._ask(Wish(rater.rater_id, None, what, reason, figures, user()))

    def weigh_rater(self, rater: "RaterReport") -> None:
        """Ask how much a rater should count."""
        value = 1.0 if rater.weight is None else rater.weight
        name = one_line(rater.name, 60)
        BeliefDialog(self._place, rater.rater_id, name, value, self._acts.believe).open()

    def take_back_rater(self, rater: "RaterReport") -> None:
        """A rater counts again."""
        wanted = rater.rater_id
        self._desk.query(
            lambda p: [
                e for e in p.exclusions.active() if e.scope == "rater" and e.rater_id == wanted
            ],
            self._on_found,
        )

    def leave_out_rating(self, part: "RewardPart") -> None:
        """Ask about one rating; if it stands out, that is the reason to begin with."""
        report, uid = self._figures.report, part.event_uid.hex()
        reason = figures = ""
        for one in report.outliers if report else ():
            if one.event_uid == uid:
                reason = words.rating_sentence(one.kind, one.score, one.expected)
                figures = f"q = {one.q:.3g}"
        what = self.tr("the score {score} of {rater}").format(
            score=f"{part.score:g}", rater=one_line(part.rater, 60)
        )
        self._ask(Wish(part.rater_id, part.event_uid, what, reason, figures, user()))

    def _ask(self, wish: Wish) -> None:
        ReasonDialog.ask(self._place, wish, self._acts.exclude)

    def _on_found(self, exclusions: "list[Exclusion]") -> None:
        for one in exclusions:
            self._acts.restore(one)
