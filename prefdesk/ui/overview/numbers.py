"""The text of each station: number, unit, and what it is to be compared with."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from prefdesk.ui.raters import words
from prefdesk.ui.widgets import one_line

if TYPE_CHECKING:
    from prefdesk.project import Range
    from prefdesk.ui.overview.facts import Better, Facts

Text = tuple[str, str, str]
NAME_LENGTH = 28


class Numbers:
    """What the stations say; empty while nothing is known."""

    def __init__(self, facts: "Facts | None", better: "Better | None") -> None:
        self._facts, self._better = facts, better

    def of(self, station: str) -> Text:
        """Number, unit and detail of a station."""
        if self._facts is None:
            return "", "", ""
        text: Text = getattr(self, f"_{station}")(self._facts)
        return text

    def _prompts(self, facts: "Facts") -> Text:
        s = facts.status
        total = s.train_prompts + s.evaluation_prompts
        detail = QCoreApplication.translate(
            "loop", "{train} to train on, {evaluation} kept for evaluation"
        ).format(train=f"{s.train_prompts:,}", evaluation=f"{s.evaluation_prompts:,}")
        if not total:
            detail = QCoreApplication.translate("loop", "none yet")
        elif not s.evaluation_prompts:
            detail = QCoreApplication.translate("loop", "none kept for evaluation")
        return f"{total:,}", "", detail

    def _completions(self, facts: "Facts") -> Text:
        name = one_line(facts.model, NAME_LENGTH)
        model = (
            QCoreApplication.translate("loop", "model: {name}").format(name=name) if name else ""
        )
        return (
            f"{facts.status.completions:,}",
            "",
            model or QCoreApplication.translate("loop", "no model yet"),
        )

    def _ratings(self, facts: "Facts") -> Text:
        s = facts.status
        detail = QCoreApplication.translate(
            "loop", "{share} of completions have the {n} ratings wanted"
        ).format(share=f"{100 * s.coverage:.0f} %", n=facts.target_ratings)
        unit = QCoreApplication.translate("loop", "by %n raters", "", s.raters) if s.ratings else ""
        if facts.n_simulated:
            more = QCoreApplication.translate(
                "loop", "%n of the raters simulated", "", facts.n_simulated
            )
            detail = f"{detail}; {more}"
        if not s.ratings:
            detail = QCoreApplication.translate("loop", "none yet")
        return f"{s.ratings:,}", unit, detail

    def _agreement(self, facts: "Facts") -> Text:
        s = facts.status
        if s.alpha is None or s.alpha.value is None:
            return (
                "",
                "",
                QCoreApplication.translate(
                    "loop", "not known until two people rate the same completions"
                ),
            )
        verdict = words.verdict_word(s.verdict)
        limits = words.limits(s.alpha)
        detail = QCoreApplication.translate(
            "loop", "95 % interval {limits}. Signal for training: {verdict}"
        ).format(limits=limits, verdict=verdict.lower())
        if not s.agreement_is_current:
            detail += " " + QCoreApplication.translate("loop", "(ratings changed since)")
        return (
            words.plain(s.alpha.value),
            QCoreApplication.translate("loop", "alpha, 1 is perfect"),
            detail,
        )

    def _rounds(self, facts: "Facts") -> Text:
        n = facts.status.checkpoints
        detail = QCoreApplication.translate(
            "loop", "%n checkpoints, the starting model included", "", n
        )
        if not n:
            detail = QCoreApplication.translate("loop", "none yet")
        return f"{facts.status.rounds:,}", "", detail

    def _scores(self, _facts: "Facts") -> Text:
        if self._better is None or not self._better.scores:
            return "", "", QCoreApplication.translate("loop", "no evaluation answers rated yet")
        latest = self._better.scores[-1]
        lines = [_scored(s.name, words.with_limits(s.score, 1)) for s in self._better.scores[-3:]]
        if self._better.difference is not None:
            lines.append(_difference(self._better.difference))
        return (
            words.plain(latest.score.value, 1),
            QCoreApplication.translate("loop", "of 10"),
            "\n".join(lines),
        )


def _scored(name: str, figure: str) -> str:
    return QCoreApplication.translate("loop", "{name}: {figure}").format(
        name=one_line(name, NAME_LENGTH), figure=figure
    )


def _difference(found: "Range") -> str:
    text = QCoreApplication.translate(
        "loop", "newest against first: {difference} ({low} to {high})"
    )
    return text.format(
        difference=words.signed(found.value),
        low=words.signed(found.low),
        high=words.signed(found.high),
    )
