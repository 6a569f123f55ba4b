"""What was merged into this project: when, whose, how much, what was refused, and the way back."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from prefdesk.errors import PrefdeskError
from prefdesk.records import Changes
from prefdesk.ui import dates
from prefdesk.ui.desk import Desk
from prefdesk.ui.dialogs import Dialog
from prefdesk.ui.errand import ErrandStrip
from prefdesk.ui.packs import words
from prefdesk.ui.widgets import Column, Label, Notice, RowsModel, TableView, one_line

if TYPE_CHECKING:
    from prefdesk.project import Project
    from prefdesk.records import PackMerge
    from prefdesk.ui.packs.flow import PackFlow

NAME_SHOWN = 60
HEIGHTS = (190, 130)
POLL_MS = 100


@dataclass(frozen=True)
class Merged:
    """One merge as it is listed; counts are None where an older merge does not know them."""

    merge: "PackMerge"
    rater: str
    file: str
    new: int | None
    there: int | None
    conflicts: int | None
    refused: int | None
    reasons: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Refused:
    """A judgement that was refused and is kept."""

    reason: str
    kind: str
    value: float | None
    criterion: str
    utc_ms: int | None


def merged(project: "Project") -> list[Merged]:
    """What was merged, newest first."""
    names = {r.id: r.name for r in project.raters.all()}
    return [_merged(one, names.get(one.rater_id, "")) for one in reversed(project.packs.merges())]


def _merged(one: "PackMerge", rater: str) -> Merged:
    said: dict[str, Any] = json.loads(one.report)
    reasons = tuple(sorted(said.get("refused", {}).items()))
    return Merged(
        one,
        rater,
        str(said.get("file", "")),
        said.get("brought"),
        said.get("duplicate"),
        said.get("conflicts"),
        sum(n for _, n in reasons) if said else None,
        reasons,
    )


def refused(project: "Project", merge_id: int) -> list[Refused]:
    """The judgements of a merge that were refused and are kept."""
    return [_refused(why, body) for _, why, body in project.packs.quarantined(merge_id)]


def _refused(why: str, body: str) -> Refused:
    said: dict[str, Any] = json.loads(body)
    when = said.get("utc_ms")
    return Refused(
        why,
        str(said.get("kind", "")),
        said.get("value"),
        str(said.get("criterion", "")),
        when if isinstance(when, int) else None,
    )


class MergesDialog(Dialog):
    """The list of merges; below it, what the chosen one refused."""

    def __init__(self, desk: Desk, flow: "PackFlow", parent: QWidget) -> None:
        super().__init__(parent, "", width=940)
        self._desk, self._flow = desk, flow
        self.notice, self.strip = Notice(), ErrandStrip()
        self.strip.stop.hide()
        self.rows: RowsModel[Merged] = RowsModel(self._columns(), parent=self)
        self.refused: RowsModel[Refused] = RowsModel(self._refused_columns(), parent=self)
        self.table, self.refused_table = TableView(self.rows), TableView(self.refused)
        self.words, self.reasons = Label("", "muted", wrap=True), Label("", "", wrap=True)
        self.table.setMinimumHeight(HEIGHTS[0])
        self.refused_table.setMinimumHeight(HEIGHTS[1])
        for part in (
            self.words,
            self.notice,
            self.table,
            self.reasons,
            self.refused_table,
            self.strip,
        ):
            self.body.addWidget(part)
        self.refused_table.hide()
        self.turn = self.add_button("", self._on_turn, primary=True)
        self.say(self.add_button("", self.close).setText, lambda: self.tr("Close"))
        self.table.chosen.connect(self._on_row)
        desk.changed.connect(self._on_changed)
        desk.project_closed.connect(self.close)
        self._speak()
        self._look()

    def retranslate(self) -> None:
        """Words about the chosen merge follow the language."""
        super().retranslate()
        if hasattr(self, "turn"):
            self._say()

    def _look(self) -> None:
        self._desk.query(merged, self._on_merged, key="merges")

    def _on_merged(self, found: list[Merged]) -> None:
        before = self._chosen()
        self.rows.set_rows(found)
        ids = [one.merge.id for one in found]
        if found:
            self.table.selectRow(ids.index(before.merge.id) if before else 0)
            self.table.setFocus()
        self._say()

    def _chosen(self) -> Merged | None:
        found = self.table.selected()
        return found[0] if found else None

    @Slot(object)
    def _on_changed(self, changes: Changes) -> None:
        if changes.touches("merges"):
            self._look()

    def _on_row(self, row: Merged | None) -> None:
        self._say()
        self.refused.set_rows(())
        self.refused_table.hide()
        if row is not None:
            merge_id = row.merge.id
            self._desk.query(lambda p: refused(p, merge_id), self._on_refused, key="refused")

    def _on_refused(self, found: list[Refused]) -> None:
        self.refused.set_rows(found)
        self.refused_table.setVisible(bool(found))
        self._fit()

    def _on_turn(self) -> None:
        chosen = self._chosen()
        if chosen is None or self.strip.errand is not None:
            return
        id, undone = chosen.merge.id, chosen.merge.state == "undone"
        what = self.tr("Bringing it back") if undone else self.tr("Taking it back")
        errand = self.strip.follow(what)
        self._say()
        if undone:
            self._desk.mutate(
                lambda p: p.packs.redo(id, progress=errand.progress), self._on_back, self._on_error
            )
        else:
            self._desk.mutate(
                lambda p: p.packs.undo(id, progress=errand.progress), self._on_taken, self._on_error
            )

    def _on_taken(self, done: "PackMerge") -> None:
        self._rest()
        self._flow.tell_undone(done)

    def _on_back(self, done: "PackMerge") -> None:
        self._rest()
        self._flow.tell_redone(done)

    def _on_error(self, error: PrefdeskError) -> None:
        self._rest()
        self.notice.tell_error(error)

    def _rest(self) -> None:
        self.strip.rest()
        self._look()

    def _say(self) -> None:
        chosen = self._chosen()
        undone = chosen is not None and chosen.merge.state == "undone"
        self.turn.setText(self.tr("Bring back") if undone else self.tr("Take back"))
        writable = self._desk.is_writable
        self.turn.setEnabled(chosen is not None and writable and self.strip.errand is None)
        self.reasons.setText(self._said_of(chosen) if chosen else "")
        self.reasons.setVisible(bool(self.reasons.text()))
        if not self.rows.records:
            self.words.setText(self.tr("Nothing was merged into this project yet."))
        else:
            self.words.setText(
                self.tr(
                    "What is taken back stops counting and stays in the file; it can be brought "
                    "back at any time."
                )
            )

    def _said_of(self, one: Merged) -> str:
        parts = [f"{words.seal(one.merge.seal)}"]
        parts += [f"{words.reason(why)} ({n:,})" for why, n in one.reasons]
        return (
            self.tr("Refused: {reasons}").format(reasons=" ".join(parts[1:]))
            if one.reasons
            else parts[0]
        )

    def _state(self, one: Merged) -> str:
        return {
            "done": self.tr("counts"),
            "running": self.tr("not finished"),
            "undoing": self.tr("being taken back"),
            "undone": self.tr("taken back"),
        }[one.merge.state]

    def _columns(self) -> list[Column[Merged]]:
        return [
            Column(
                lambda: self.tr("When"),
                lambda m: m.merge.started_ms,
                show=lambda m: dates.date_and_time(m.merge.started_ms),
                width=140,
            ),
            Column(lambda: self.tr("Rater"), lambda m: one_line(m.rater, NAME_SHOWN), width=130),
            Column(lambda: self.tr("Pack"), lambda m: one_line(m.file, NAME_SHOWN), width=160),
            Column(lambda: self.tr("State"), self._state, width=120),
            Column(lambda: self.tr("Came in"), lambda m: m.new, numeric=True, width=75),
            Column(lambda: self.tr("Here already"), lambda m: m.there, numeric=True, width=95),
            Column(lambda: self.tr("In conflict"), lambda m: m.conflicts, numeric=True, width=85),
            Column(lambda: self.tr("Refused"), lambda m: m.refused, numeric=True, width=75),
        ]

    def _refused_columns(self) -> list[Column[Refused]]:
        return [
            Column(
                lambda: self.tr("When"),
                lambda r: r.utc_ms,
                show=lambda r: dates.date_and_time(r.utc_ms) if r.utc_ms is not None else "",
                width=140,
            ),
            Column(lambda: self.tr("Act"), lambda r: words.act(r.kind), width=110),
            Column(
                lambda: self.tr("Judgement"),
                lambda r: r.value,
                show=lambda r: words.judgement(r.kind, r.value),
                width=100,
            ),
            Column(lambda: self.tr("Criterion"), lambda r: one_line(r.criterion, 60), width=120),
            Column(lambda: self.tr("Reason"), lambda r: words.reason(r.reason), width=300),
        ]

    def _speak(self) -> None:
        self.say(self.set_title, lambda: self.tr("Merged packs"))
        self.say(self.table.setAccessibleName, lambda: self.tr("Merged packs"))
        self.say(self.refused_table.setAccessibleName, lambda: self.tr("Refused judgements"))
