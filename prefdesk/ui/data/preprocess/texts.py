"""One finding's prompt: its text with the place marked, and what the model sees of it."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHeaderView, QTabWidget, QVBoxLayout, QWidget

from prefdesk.formats.visible import visible
from prefdesk.ui.data.preprocess import words
from prefdesk.ui.data.preprocess.reading import Detail, Seen
from prefdesk.ui.tokens import SPACE_1, SPACE_2
from prefdesk.ui.widgets import Column, Label, PlainText, RowsModel, Speaking, TableView
from prefdesk.ui.widgets.arrange import side_by_side
from prefdesk.ui.widgets.marks import Span, in_units, mark

PROMPT, SEEN = range(2)
WAIT_MS = 200
MOST_MARKS = 50
Token = tuple[int, int, str, bool]
"""Position from 1, id, text, whether it controls."""


class TextsView(Speaking, QTabWidget):
    """The prompt of a finding, and behind it what the model sees.

    *Signals*
    - `seen_wished(int)`: what the model sees of this prompt is asked for.
    """

    seen_wished = Signal(int)

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._detail: Detail | None = None
        self._seen: Seen | None = None
        self.setDocumentMode(True)
        self.facts = Label("", "muted", wrap=True)
        self.text, self.other = PlainText(), PlainText()
        self.other_caption = Label("", "caption")
        self.state = Label("", "muted", wrap=True)
        self.templated = PlainText()
        self.tokens: RowsModel[Token] = RowsModel(self._columns())
        self.table = TableView(self.tokens)
        self._waiting = QTimer(self)
        self._waiting.setSingleShot(True)
        self._waiting.setInterval(WAIT_MS)
        self._waiting.timeout.connect(self._ask)
        self._lay_out()
        self._speak()
        self.currentChanged.connect(self._on_tab_changed)
        self.show_detail(None)

    def show_detail(self, found: Detail | None) -> None:
        """Show another prompt, or none."""
        before = self._detail.prompt.id if self._detail else 0
        self._detail = found
        self.setEnabled(found is not None)
        self._show_texts()
        if found is None or found.prompt.id != before:
            self.show_seen(None)
            self._on_tab_changed()

    def show_seen(self, found: Seen | None) -> None:
        """Show what the model sees; what belongs to another prompt is ignored."""
        if found is not None and (
            self._detail is None or found.prompt_id != self._detail.prompt.id
        ):
            return
        self._seen = found
        self.templated.set_text(found.text if found else "")
        listed = found.tokens if found else ()
        self.tokens.set_rows([(n, *one) for n, one in enumerate(listed, start=1)])
        self._say_state()

    def forget_seen(self) -> None:
        """The model would see something else now."""
        self.show_seen(None)
        self._on_tab_changed()

    def ask_again(self) -> None:
        """An answer came; if it was about another prompt, this one is asked for now."""
        if self.currentIndex() == SEEN and self._detail is not None and self._seen is None:
            self._waiting.start()

    def say_trouble(self, sentence: str) -> None:
        """What the model sees cannot be told now."""
        self.state.setText(sentence)

    def retranslate(self) -> None:
        """Facts and captions follow the language."""
        super().retranslate()
        if hasattr(self, "table"):
            self.tokens.retitle()
            self._show_texts()
            self._say_state()

    def restyle(self) -> None:
        """Marks follow the theme."""
        if hasattr(self, "table"):
            self._show_texts()

    def _show_texts(self) -> None:
        found = self._detail
        self.facts.setText(self._facts(found) if found else self.tr("Choose a finding."))
        self.text.set_text(found.prompt.text if found else "")
        other = found.other if found else None
        self.other.setVisible(other is not None)
        self.other_caption.setVisible(other is not None)
        if other is not None:
            self.other.set_text(other.text)
            said = self.tr("Prompt {id}, which it repeats").format(id=other.id)
            if other.split == "evaluation":
                said = self.tr("Prompt {id} of the evaluation, which it repeats").format(
                    id=other.id
                )
            self.other_caption.setText(said)
        mark(self.text, _places(found) if found else ())

    def _facts(self, found: Detail) -> str:
        parts = [self.tr("Prompt {id}").format(id=found.prompt.id)]
        if found.n_tokens:
            parts.append(self.tr("%n tokens", "", found.n_tokens))
        said = words.what(found.finding)
        if said and found.finding.kind not in ("too-long", "near", "duplicate"):
            parts.append(said)
        if found.finding.can_shorten:
            parts.append(
                self.tr("shortened, the marked end goes and {n} tokens stay").format(
                    n=f"{int(found.finding.detail.get('tokens', 0)):,}"
                )
            )
        elif found.finding.kind == "too-long" and found.finding.value is not None:
            parts.append(self.tr("cannot be shortened: its end is not what is long"))
        parts += [words.kind_name(f.kind) for f in found.others_found]
        return " · ".join(parts)

    def _on_tab_changed(self) -> None:
        if self.currentIndex() == SEEN and self._detail is not None and self._seen is None:
            self._say_state()
            self._waiting.start()

    def _ask(self) -> None:
        if self._detail is not None and self.currentIndex() == SEEN:
            self.seen_wished.emit(self._detail.prompt.id)

    def _say_state(self) -> None:
        if self._seen is not None:
            n, listed = self._seen.n_tokens, len(self._seen.tokens)
            text = self.tr("%n tokens, exactly as the model reads them.", "", n)
            if listed < n:
                text += " " + self.tr("The first {n} are listed.").format(n=f"{listed:,}")
            self.state.setText(text)
        else:
            self.state.setText(self.tr("Asking the tokenizer …") if self._detail else "")

    def _columns(self) -> list[Column[Token]]:
        return [
            Column(lambda: self.tr("No."), lambda t: t[0], numeric=True, width=44),
            Column(lambda: self.tr("Id"), lambda t: t[1], numeric=True, width=60),
            Column(
                lambda: self.tr("Token"),
                lambda t: t[2],
                show=lambda t: _spelled(t[2]),
                tint=lambda t: "accent" if t[3] else "",
                tip=lambda t: self.tr("control token") if t[3] else "",
                width=120,
            ),
        ]

    def _speak(self) -> None:
        self.say(lambda text: self.setTabText(PROMPT, text), lambda: self.tr("Prompt"))
        self.say(lambda text: self.setTabText(SEEN, text), lambda: self.tr("As the model sees it"))
        self.say(self.text.setAccessibleName, lambda: self.tr("Prompt"))
        self.say(self.other.setAccessibleName, lambda: self.tr("The prompt that it repeats"))
        self.say(self.templated.setAccessibleName, lambda: self.tr("Text with its template"))
        self.say(self.table.setAccessibleName, lambda: self.tr("Tokens"))
        self.say(
            self.tabBar().setAccessibleName, lambda: self.tr("The prompt, or what the model sees")
        )

    def _lay_out(self) -> None:
        header = self.table.horizontalHeader()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        for parts in (
            (self.facts, self.text, self.other_caption, self.other),
            (self.state, side_by_side(self.templated, self.table, (3, 2))),
        ):
            page = QWidget()
            column = QVBoxLayout(page)
            column.setContentsMargins(0, SPACE_2, 0, 0)
            column.setSpacing(SPACE_1)
            for part in parts:
                column.addWidget(part, 0 if isinstance(part, Label) else 1)
            self.addTab(page, "")


def _spelled(text: str) -> str:
    """A token on one line: spaces and breaks are seen."""
    return visible(text.replace(" ", "␣").replace("\n", "↵").replace("\t", "⇥"))


def _places(found: Detail) -> tuple[Span, ...]:
    """Where in the shown text the finding stands, in Qt's positions."""
    text, detail = found.prompt.text, found.finding.detail
    shown = visible(text)
    spans: list[Span] = []
    if found.finding.can_shorten:
        # Only the last turn is cut, so the place is counted from the end.
        last = text if isinstance(found.prompt.content, str) else found.prompt.content[-1].content
        kept = visible(text[: len(text) - (len(last) - int(detail["keep"]))])
        spans = [(len(kept), len(shown))]
    elif found.finding.kind == "control":
        for string in map(str, detail.get("strings", ())):
            at = shown.find(string)
            while at >= 0 and len(spans) < MOST_MARKS:
                spans.append((at, at + len(string)))
                at = shown.find(string, at + len(string))
    return in_units(shown, sorted(spans)) if spans else ()
