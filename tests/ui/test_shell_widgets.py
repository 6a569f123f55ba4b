"""The parts of every place: foreign text, tables, forms, notices, progress."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from prefdesk.config import RoundConfig, SamplingConfig
from prefdesk.ui.errand import ErrandStrip
from prefdesk.ui.widgets import (
    Column,
    EmptyState,
    Label,
    Notice,
    NumberCard,
    PlainText,
    ProgressStrip,
    ReadingText,
    RowsModel,
    SettingsForm,
    TableView,
    time_left,
)

pytestmark = pytest.mark.usefixtures("preferences")
Row = tuple[str, int | None, float | None]


@pytest.mark.parametrize("kind", [Label, PlainText, ReadingText])
def test_that_markup_in_foreign_text_is_shown_and_not_obeyed(
    qtbot: QtBot, canary: Path, kind: type[QWidget]
) -> None:
    widget = kind(f'<img src="{canary}"> <b>bold</b> ![x]({canary})')  # type: ignore[call-arg]
    qtbot.addWidget(widget)
    widget.resize(400, 200)
    widget.show()
    picture = widget.grab().toImage()
    red = sum(
        picture.pixelColor(x, y) == QColor("#FF0000")
        for x in range(picture.width())
        for y in range(picture.height())
    )
    assert red == 0


def test_that_a_plain_label_of_qt_would_have_painted_the_picture(
    qtbot: QtBot, canary: Path
) -> None:
    label = QLabel(f'<img src="{canary}">')
    qtbot.addWidget(label)
    label.show()
    assert label.grab().toImage().pixelColor(20, 20) == QColor("#FF0000")


@pytest.mark.parametrize("kind", [PlainText, ReadingText])
def test_that_hidden_characters_are_shown_and_the_true_text_is_copied(
    qtbot: QtBot, kind: type[PlainText] | type[ReadingText]
) -> None:
    true = "admin\u202etxt.exe\nnext\u200bline"
    widget = kind(true)
    qtbot.addWidget(widget)
    assert "⟦U+202E⟧" in widget.toPlainText()
    widget.selectAll()
    widget.copy()
    assert QGuiApplication.clipboard().text() == true


def test_that_rated_text_is_at_most_75_characters_wide(qtbot: QtBot) -> None:
    text = ReadingText("word " * 400)
    qtbot.addWidget(text)
    text.resize(3000, 400)
    per_character = text.fontMetrics().averageCharWidth()
    assert 70 * per_character < text.maximumWidth() < 82 * per_character


@pytest.fixture
def table(qtbot: QtBot) -> TableView:
    rows: RowsModel[Row] = RowsModel(
        [
            Column(lambda: "Rater", lambda r: r[0]),
            Column(lambda: "Ratings", lambda r: r[1], numeric=True),
            Column(lambda: "Bias, points", lambda r: r[2], numeric=True, decimals=2),
        ]
    )
    rows.set_rows([("ben", 1200, -0.5), ("Ada", 12, 0.345), ("\tCem", None, float("nan"))])
    view = TableView(rows, "Raters")
    qtbot.addWidget(view)
    view.resize(500, 300)
    view.show()
    return view


def cells(view: TableView) -> list[list[str]]:
    model = view.model()
    return [
        [model.index(r, c).data() for c in range(model.columnCount())]
        for r in range(model.rowCount())
    ]


def test_that_numbers_stand_right_and_what_is_unknown_is_blank(table: TableView) -> None:
    assert cells(table)[0] == ["ben", "1,200", "-0.50"]
    assert cells(table)[2][1:] == ["", ""]
    right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    role = Qt.ItemDataRole.TextAlignmentRole
    assert table.model().index(0, 1).data(role) == right
    assert table.model().headerData(1, Qt.Orientation.Horizontal, role) == right


@pytest.mark.parametrize(
    ("column", "order", "names"),
    [
        (0, Qt.SortOrder.AscendingOrder, ["Ada", "ben", "\tCem"]),
        (1, Qt.SortOrder.AscendingOrder, ["Ada", "ben", "\tCem"]),
        (1, Qt.SortOrder.DescendingOrder, ["ben", "Ada", "\tCem"]),
        (2, Qt.SortOrder.AscendingOrder, ["ben", "Ada", "\tCem"]),
    ],
)
def test_that_sorting_leaves_blanks_at_the_end(
    table: TableView, column: int, order: Qt.SortOrder, names: list[str]
) -> None:
    model = table.model()
    assert isinstance(model, RowsModel)
    if column == 0:
        names = ["\tCem", "Ada", "ben"]
    table.sortByColumn(column, order)
    assert [record[0] for record in model.records] == names


def test_that_a_selection_follows_its_records_when_they_are_sorted(table: TableView) -> None:
    table.selectRow(0)
    assert [r[0] for r in table.selected()] == ["ben"]
    table.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    assert [r[0] for r in table.selected()] == ["ben"]


def test_that_a_table_is_copied_as_tab_separated_values(qtbot: QtBot, table: TableView) -> None:
    table.copy()
    assert QGuiApplication.clipboard().text().split("\n") == [
        "Rater\tRatings\tBias, points",
        "ben\t1200\t-0.5",
        "Ada\t12\t0.345",
        "Cem\t\t",
    ]
    table.selectRow(1)
    table.copy()
    assert QGuiApplication.clipboard().text().split("\n")[1:] == ["Ada\t12\t0.345"]


def test_that_a_row_is_selected_alone_while_ctrl_is_held(qtbot: QtBot, table: TableView) -> None:
    table.selectRow(0)
    qtbot.keyPress(table, Qt.Key.Key_Shift, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.keyboardModifiers() & Qt.KeyboardModifier.ControlModifier
    try:
        table.selectRow(2)
        assert [r[0] for r in table.selected()] == ["\tCem"]
    finally:
        qtbot.keyRelease(table, Qt.Key.Key_Shift)


def test_that_pages_are_asked_for_once_and_added(qtbot: QtBot) -> None:
    asked: list[int] = []
    rows: RowsModel[int] = RowsModel([Column(lambda: "N", lambda n: n, True)], more=asked.append)
    rows.set_rows(list(range(200)), complete=False)
    view = TableView(rows)
    qtbot.addWidget(view)
    view.show()
    view.scrollToBottom()
    qtbot.waitUntil(lambda: asked == [199], timeout=2_000)
    view.scrollToBottom()
    rows.add_rows([200, 201])
    assert rows.rowCount() == 202 and asked == [199]


def test_that_a_form_gives_the_configuration_it_was_given(qtbot: QtBot) -> None:
    start = RoundConfig(epochs=3, kl_coef=0.2, mask_truncated=True, override="why not")
    form = SettingsForm(start)
    qtbot.addWidget(form)
    assert form.value() == start
    form.set_value(RoundConfig())
    assert form.value() == RoundConfig()


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("0", "At least 1."),
        ("65", "At most 64."),
        ("2.5", "Enter a whole number."),
        ("x", "Enter a whole number."),
    ],
)
def test_that_a_wrong_value_is_said_while_it_is_typed(
    qtbot: QtBot, typed: str, complaint: str
) -> None:
    form = SettingsForm(SamplingConfig())
    qtbot.addWidget(form)
    row = form.rows["per_prompt"]
    row.control.clear()  # type: ignore[union-attr]
    with qtbot.waitSignal(form.changed):
        qtbot.keyClicks(row.control, typed)
    assert row.problem.text() == complaint
    assert form.value() is None


def test_that_rare_settings_wait_behind_a_fold(qtbot: QtBot) -> None:
    form = SettingsForm(SamplingConfig())
    qtbot.addWidget(form)
    form.show()
    assert form.rows["per_prompt"].isVisible() and not form.rows["top_p"].isVisible()
    form._fold.click()
    assert form.rows["top_p"].isVisible()


def test_that_a_form_of_some_settings_keeps_the_others(qtbot: QtBot) -> None:
    form = SettingsForm(SamplingConfig(seed=7), only=("per_prompt",))
    qtbot.addWidget(form)
    form.rows["per_prompt"].set_value(2)
    assert form.value() == SamplingConfig(seed=7, per_prompt=2)


def test_that_a_notice_offers_its_action_once(qtbot: QtBot) -> None:
    notice, pressed = Notice(), []
    qtbot.addWidget(notice)
    notice.tell("One row is bad.", action="Show", on_action=lambda: pressed.append(1))
    assert notice.isVisible()
    notice.action.click()
    assert pressed == [1] and not notice.isVisible()


def test_that_a_number_never_stands_alone_for_a_screen_reader(qtbot: QtBot) -> None:
    card = NumberCard("Agreement")
    qtbot.addWidget(card)
    card.show_number("0.71", "alpha", interval="± 0.08", compared="0.67 is usable")
    assert card.accessibleName() == "Agreement 0.71 alpha ± 0.08 0.67 is usable"


def test_that_an_empty_place_offers_one_step(qtbot: QtBot) -> None:
    state, pressed = EmptyState("There are no prompts yet.", "data"), []
    qtbot.addWidget(state)
    state.set_action("Import prompts", lambda: pressed.append(1))
    state.button.click()
    assert pressed == [1]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, ""),
        (0.2, "1 s left"),
        (59, "59 s left"),
        (90, "2 min left"),
        (7300, "2 h 2 min left"),
    ],
)
def test_that_time_left_is_said_in_words(qapp: object, seconds: float | None, words: str) -> None:
    assert time_left(seconds) == words


def test_that_progress_says_how_far_and_how_long(qtbot: QtBot) -> None:
    strip = ProgressStrip()
    qtbot.addWidget(strip)
    strip.begin("Sampling")
    assert strip.bar.maximum() == 0
    strip.advance(1200, 4800, "", 30.0)
    assert strip.words.text() == "1,200 / 4,800 · 30 s left"
    strip.stopping()
    assert not strip.stop.isEnabled()


@pytest.mark.parametrize("counted, words", [(True, "3 / 4"), (False, "")])
def test_that_the_line_of_an_errand_follows_it_until_it_ends(
    qtbot: QtBot, counted: bool, words: str
) -> None:
    strip = ErrandStrip(counted=counted)
    qtbot.addWidget(strip)
    assert strip.isHidden()
    first = strip.follow("Merging")
    errand = strip.follow("Merging")
    assert first.is_stopped() and not errand.is_stopped() and not strip.isHidden()
    errand.progress(3, 4)
    qtbot.waitUntil(lambda: 4 * strip.bar.value() == 3 * strip.bar.maximum() > 0)
    assert strip.words.text() == words
    strip.rest()
    assert strip.isHidden() and strip.errand is None
    strip.ask_to_stop()
    assert not errand.is_stopped()


def test_that_a_stopped_errand_moves_its_line_no_more(qtbot: QtBot) -> None:
    strip = ErrandStrip(counted=True)
    qtbot.addWidget(strip)
    errand = strip.follow("Merging")
    strip.ask_to_stop()
    strip.stopping()
    errand.progress(3, 4)
    qtbot.wait(250)
    assert errand.is_stopped() and strip.words.text() == "Stopping"
