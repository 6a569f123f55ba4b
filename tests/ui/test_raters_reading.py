"""What is read in the place Raters: words that fit the figures, columns that fit the window."""

import importlib
import re
from dataclasses import replace

import pytest
from PySide6.QtGui import QColor

from prefdesk.project import Flag
from prefdesk.project.report import Range
from prefdesk.ratings.agreement import MIN_RATINGS
from prefdesk.ui import theme, tokens
from prefdesk.ui.raters import reasons, words
from prefdesk.ui.raters.agreement import COMPARED, PEOPLE
from prefdesk.ui.raters.heatmap import ink, shade
from prefdesk.ui.raters.log import _statistic
from prefdesk.ui.raters.panel import OUTLIERS
from prefdesk.ui.widgets import Column, RowsModel, TableView
from tests.ui.full_report import full

WITH_REASONS = ("coefficients", "icc", "kappa", "concordance")


@pytest.fixture
def place(raters_place):
    return raters_place


def said_reasons():
    found = set()
    for name in WITH_REASONS:
        module = importlib.import_module(f"prefdesk.ratings.{name}")
        found |= {v for k, v in vars(module).items() if k.startswith("WHY_")}
    return sorted(found)


def card_of(place, **figures):
    """The words on the card of the first rater, with other figures."""
    rater = replace(place.figures.report.raters[0], excluded=False, **figures)
    place.people.card.show_rater(rater)
    return place.people.card.text.text()


@pytest.mark.parametrize("said", said_reasons())
def test_that_every_reason_of_the_statistics_is_known(said):
    assert any(re.fullmatch(form, said) for form in reasons._reasons())


def test_that_a_warning_keeps_its_figures_and_gets_a_true_minus():
    said = (
        "Items judged worse have more ratings (r = -0.22): if raters chose what to judge by how "
        "good it is, means and agreement lean."
    )
    shown = reasons.warning_sentence(said)
    assert shown.startswith("Answers judged worse") and f"r = {words.MINUS}0.22" in shown
    assert "3 sets" in reasons.warning_sentence("The raters fall into 3 sets that no shared …")


def test_that_a_reason_keeps_its_number_and_an_unknown_one_its_words():
    assert str(MIN_RATINGS) in reasons.reason_sentence(
        f"There are fewer than {MIN_RATINGS} ratings."
    )
    assert reasons.reason_sentence("Something else.") == "Something else."


@pytest.mark.parametrize(("bias", "said"), [(-2.9, "strict"), (1.6, "mild"), (0, "strict or mild")])
def test_that_a_flag_says_which_way_a_rater_leans(bias, said):
    assert words.flag_title(Flag("biased", 0.01, 0.02, "", {"bias": bias, "n": 30})) == said


def test_that_a_bias_of_nothing_is_neither_higher_nor_lower(place):
    shown = card_of(place, bias=0.04, bias_se=0.3, flags=())
    assert "like the panel" in shown and "higher" not in shown
    assert "higher than the panel" in card_of(place, bias=0.06, bias_se=0.3, flags=())


def test_that_a_bias_is_said_once(place):
    flag = Flag("biased", 0.01, 0.02, "", {"bias": -2.9, "n": 30})
    assert "lower than the panel" not in card_of(place, bias=-2.9, bias_se=0.6, flags=(flag,))


def test_that_an_interval_wider_than_the_scale_is_not_said(place):
    assert "per 100" not in card_of(place, drift=Range(-37.1, -74.4, 0.2))
    assert "range" not in card_of(place, scale_use=Range(-0.54, -10.3, 9.2))
    assert f"{words.MINUS}0.2 (" in card_of(place, drift=Range(-0.2, -0.5, 0.1))
    assert "Uses 1.01" in card_of(place, scale_use=Range(1.01, 0.95, 1.08))


def test_that_the_sentences_make_room_where_figures_are_compared(place):
    place._show_report(full(place.figures.report), [])
    cards, sentence = place.summary_cards, place.summary_cards.verdict.sentence
    place.agreement.choose(COMPARED)
    assert sentence.isHidden() and cards.alpha._explained.isHidden()
    assert sentence.text() in cards.verdict.toolTip()
    place.agreement.choose(PEOPLE)
    assert not sentence.isHidden()


def test_that_a_verdict_without_a_figure_keeps_its_advice(place):
    report = place.figures.report
    unknown = replace(report.verdict, word="not_estimable", reliability=Range(None, None, None))
    place._show_report(replace(report, verdict=unknown), [])
    place.agreement.choose(COMPARED)
    assert not place.summary_cards.verdict.advice.isHidden()


def test_that_what_stands_out_most_is_open_at_once(place, stage):
    report = place.figures.report
    rating = replace(report.ratings[0], kind="outlier", excluded=False)
    place.tabs.setCurrentIndex(OUTLIERS)
    place._show_report(replace(report, ratings=(rating,)), [])
    stage.wait(lambda: place.outliers.item.opened is not None)
    assert place.outliers.item.opened.completion.id == rating.completion_id


@pytest.mark.parametrize("r", [-1.0, -0.8, -0.62, -0.28, 0.0, 0.33, 0.57, 0.72, 0.8, 0.93])
def test_that_figures_in_the_map_are_read_at_four_and_a_half_to_one(r):
    assert tokens.contrast(ink(shade(r)).name(), QColor(shade(r)).name()) >= 4.5


def test_that_columns_share_what_the_others_leave(qtbot):
    columns = [
        Column(lambda: "A name that is very long", str, cut=True),
        Column(lambda: "n", str, width=100),
    ]
    table = TableView(RowsModel(columns))
    qtbot.addWidget(table)
    table.fill((0,), 60)
    table.resize(500, 200)
    table.show()
    assert table.columnWidth(0) == table.viewport().width() - 100
    table.resize(120, 200)
    assert table.columnWidth(0) == 60


def test_that_an_exclusion_names_its_rules_in_words(place):
    from prefdesk.records import Exclusion
    from prefdesk.ui.raters.ledger import LogRow

    fields = dict.fromkeys(Exclusion.__dataclass_fields__)
    one = Exclusion(**{**fields, "statistic": "inverted, uninformative"})
    row = LogRow(**{**dict.fromkeys(LogRow.__annotations__), "exclusion": one})
    assert _statistic(row) == "upside down, like chance"


def test_that_the_views_are_verbs_of_the_command_palette(place, stage):
    verbs = {a.text(): a for a in place.actions_offered()}
    place.tabs.setCurrentIndex(OUTLIERS)
    verbs["Compare raters"].trigger()
    assert place.tabs.currentIndex() == 0
    assert place.agreement._views.currentIndex() == COMPARED


def test_that_tab_goes_from_the_choices_to_the_plot_between_them_and_the_table(place, stage):
    place.tabs.setCurrentIndex(OUTLIERS)
    stage.wait(lambda: place.outliers.plot.card is not None)
    card = place.outliers.plot.card
    assert place.outliers.plot.who.nextInFocusChain() is card._as_table
    assert card._as_table.nextInFocusChain() is card._export


def test_that_large_words_do_not_push_the_plot_out_of_a_small_window(place, stage):
    theme.theme().apply("light", 150)
    try:
        place.tabs.setCurrentIndex(OUTLIERS)
        stage.wait(lambda: place.outliers.plot.card is not None)
        heading = place.outliers.plot.card.heading
        least = heading.minimumSizeHint().width()
        assert least < heading.fontMetrics().horizontalAdvance(heading.text())
    finally:
        theme.theme().apply("light", 100)


def test_that_the_name_of_who_answered_may_take_two_lines(place):
    assert place.rewards.item.answered.wordWrap()
