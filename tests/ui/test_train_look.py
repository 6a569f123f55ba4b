"""What stays readable in Train: whole steps, narrow windows, large text, everyday words."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QFormLayout, QVBoxLayout, QWidget

from prefdesk.config import RoundConfig
from prefdesk.events import JobEnded, Note
from prefdesk.ui import theme
from prefdesk.ui.last_words import told
from prefdesk.ui.train.curves import CURVES, Curves
from prefdesk.ui.train.live import RoundPane, recipe_text
from prefdesk.ui.train.panel import TrainPlace
from prefdesk.ui.widgets.plot import PlotCard
from prefdesk.ui.widgets.text import sentences
from tests.ui.stage import judged_project, shouting

WRAPPED = QFormLayout.RowWrapPolicy.WrapAllRows


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    return judged_project(tmp_path_factory.mktemp("judged") / "judged.prefdesk", prompts=4)


@pytest.fixture
def place(stage, own_copy):
    stage.open(own_copy)
    place = stage.show(TrainPlace(stage.desk))
    stage.wait(lambda: place.setup.may_start)
    return place


@pytest.mark.parametrize("steps", [2, 6, 9, 24, 3000])
def test_that_there_are_only_whole_steps_below_a_curve(qtbot, steps):
    from prefdesk.ui.widgets.plot import PlotCard

    card = PlotCard("", x="step", y="", counts=True)
    qtbot.addWidget(card)
    card.resize(900, 300)
    card.show()
    card.set_series("a", list(range(1, steps + 1)), [0.5] * steps)
    axis = card.view.getPlotItem().getAxis("bottom")
    drawn = [v for _gap, values in axis.tickValues(1, steps, 800) for v in values]
    assert drawn and all(v == int(v) for v in drawn)


def test_that_the_recipe_stays_whole_in_a_narrow_window(place, stage):
    recipe = place.setup.recipe
    assert recipe._first.rowWrapPolicy() != WRAPPED
    place.resize(720, 620)
    stage.wait(lambda: recipe._first.rowWrapPolicy() == WRAPPED)
    assert all(form.rowWrapPolicy() == WRAPPED for form in recipe.form._forms)
    stage.wait(lambda: recipe.width() <= place.setup._area.width())
    recipe.form.open_fold()
    stage.qtbot.wait(50)
    assert recipe.width() <= place.setup._area.width()
    place.resize(1280, 720)
    stage.wait(lambda: recipe._first.rowWrapPolicy() != WRAPPED)


@pytest.mark.parametrize("width", [1180, 820, 660])
def test_that_a_round_shows_all_its_words_and_plots_at_any_width(qtbot, width):
    pane = RoundPane()
    qtbot.addWidget(pane)
    pane.resize(width, 700)
    pane.expect(1)
    pane.begin()
    pane.name.setText("Round 12, from SmolLM2-135M-Instruct")
    pane.show()
    qtbot.waitUntil(lambda: len(pane.curves.cards) == len(CURVES), timeout=20_000)
    pane.take(Note("Memory ran short.", "warning"))
    for part in (pane.name, pane.pause, pane.stop, pane.cancel):
        assert part.width() >= part.minimumSizeHint().width(), part.text()
    expected = {1180: 3, 820: 2, 660: 2}[width]
    cards = pane.curves.cards.values()
    qtbot.waitUntil(lambda: len({card.x() for card in cards}) == expected)
    assert pane.width() == width and pane.curves.width() <= width


def test_that_the_words_of_a_failed_round_do_not_lie_upon_each_other(qtbot):
    pane = RoundPane()
    qtbot.addWidget(pane)
    pane.resize(700, 240)
    pane.take(Note("Memory ran short; going on with fewer tokens at once.", "warning"))
    pane.take(JobEnded("failed", "The policy ran away from the reference. " * 2))
    pane.show()
    qtbot.wait(20)
    parts = [p for p in (pane.name, pane.sentence, pane.recipe, pane.notes) if p.isVisible()]
    boxes = [p.geometry() for p in parts]
    assert len(boxes) == 4
    assert all(a.bottom() < b.top() for a, b in pairwise(boxes[1:]))


def test_that_a_recipe_is_told_in_the_words_of_its_form():
    text = recipe_text(
        RoundConfig(learning_rate=0.0006, batch_prompts=6, reward="unshrunk").to_json()
    )
    assert "Learning rate 0.0006" in text and "Prompts together 6" in text
    assert "_" not in text


def test_that_every_curve_says_what_it_tells(place, stage):
    curves = place.round.curves
    curves.prepare()
    stage.wait(lambda: len(curves.cards) == len(CURVES))
    assert all(card.heading.toolTip() for card in curves.cards.values())
    with shouting():
        stage.wait(lambda: curves.cards["kl"].heading.toolTip().isupper())


def test_that_everyday_endings_follow_the_language():
    stopped = "Stopped by hand; what the steps so far have made is kept. Kept after 9 steps."
    known = ("Round 3 is done: 24 steps.", stopped, "Cancelled. The ratings are safe.")
    assert [told(m) for m in known] == [
        "Round 3 is done: 24 steps.",
        "Stopped by hand and kept after 9 steps.",
        "Cancelled. The ratings are safe.",
    ]
    assert told("The loss is not a finite number.") == "The loss is not a finite number."
    with shouting():
        assert [told(m) for m in known] == [
            "ROUND 3 IS DONE: 24 STEPS.",
            "STOPPED BY HAND AND KEPT AFTER 9 STEPS.",
            "CANCELLED. THE RATINGS ARE SAFE.",
        ]


def test_that_sentences_stand_as_far_apart_as_the_language_has_them():
    assert sentences("One.", "", "Two.") == "One. Two."
    assert sentences("", "One.") == "One."
    assert theme.theme().zoom == 100  # what the widths above were measured at


def test_that_a_plot_that_is_not_painted_yet_shows_the_page_behind_it(qtbot):
    page = QWidget()
    qtbot.addWidget(page)
    curves = Curves()
    QVBoxLayout(page).addWidget(curves)
    page.resize(900, 600)
    for curve in CURVES:
        curves._make(curve, PlotCard)
    page.show()
    curves._veil()
    picture, card = page.grab().toImage(), curves.cards["reward"]
    view = card.view.viewport()
    beside = picture.pixelColor(card.mapTo(page, QPoint(6, 40)))
    assert picture.pixelColor(view.mapTo(page, view.rect().center())) == beside
