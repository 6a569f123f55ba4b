"""The place Raters, opened further: rewards, two raters, residuals, suppositions."""

import hashlib
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QHeaderView, QTabBar, QTableView

from prefdesk.project import Flag, InRound
from prefdesk.ratings import findings, sayings
from prefdesk.records import RewardPart
from prefdesk.ui.raters import words
from prefdesk.ui.raters.agreement import COMPARED, PAIR
from prefdesk.ui.raters.item import BELIEVED, COMMENT, CRITERION
from prefdesk.ui.raters.pair import gathered, size
from prefdesk.ui.raters.panel import LOG, OUTLIERS, REWARDS, SHOWN, WHAT_IF, RatersPlace
from prefdesk.ui.raters.people import KEYS
from prefdesk.ui.raters.scores import WAYS, along, layers

RULES = sorted({*sayings.TEMPLATES, *findings.TEMPLATES} - {"outlier", "disputed"})


@pytest.fixture
def place(raters_place):
    return raters_place


@pytest.fixture
def opened(place, stage):
    """The first reward, opened."""
    place.tabs.setCurrentIndex(REWARDS)
    stage.wait(lambda: place.rewards.item.opened is not None)
    return place.rewards.item


def a_pair(place):
    return next(p for p in place.agreement.compared.pairs.rows.records if p.r is not None)


def show_pair(place, stage):
    place.agreement.choose(COMPARED)
    pair = a_pair(place)
    place.agreement.compared.pairs.map.opened.emit(pair)
    stage.wait(lambda: place.agreement._views.currentIndex() == PAIR)
    return pair


@pytest.mark.parametrize("rule", RULES)
def test_that_every_rule_has_a_name_and_a_sentence_of_its_own(rule):
    assert words.flag_names()[rule]
    values = dict.fromkeys(
        ("r", "high", "n", "panel", "share", "at", "before", "after", "others", "among", "seconds",
         "missed", "score", "run", "usual", "change", "bias", "inconsistency", "own", "next"),
        1,
    )  # fmt: skip
    assert words.flag_sentence(Flag(rule, 0.01, 0.02, "fallback", values)) != "fallback"


def test_that_a_taste_is_not_shown_in_the_colour_of_a_fault(place):
    rater = place.figures.report.raters[0]
    mild, bad = (Flag(rule, 0.01, 0.02, "", {}) for rule in ("biased", "inverted"))
    tints = [
        words.flag_tint(replace(rater, flags=f, excluded=False)) for f in ((), (mild,), (mild, bad))
    ]
    assert tints == ["", "warn", "bad"]


def test_that_what_rounds_to_nothing_has_no_sign():
    assert [words.signed(v, 2) for v in (-0.001, 0.004, -0.006)] == ["0.00", "0.00", "−0.01"]
    assert words.plain(-0.0004) == "0.00"


def test_that_a_reward_says_how_many_equal_ratings_it_rests_on(opened):
    assert opened.opened.n_eff > 1
    assert words.plain(opened.opened.n_eff, 1) in opened.worth.text()


def test_that_a_reward_lists_the_rounds_that_froze_it(opened):
    assert not opened.rounds.table.isVisible()
    assert "No round" in opened.rounds.said.text()
    used = tuple(InRound(n, n, "done", 0.5 * n, 7.0, 0.4, float(n > 1)) for n in (1, 2))
    opened.show_item(replace(opened.opened, rounds=used))
    assert opened.rounds.table.isVisible()
    model = opened.rounds.table.model()
    cells = [[c.text(r) for c in model.columns] for r in model.records]
    assert cells == [
        ["2", "done", "+1.00", "7.0 ± 0.4", "yes"],
        ["1", "done", "+0.50", "7.0 ± 0.4", "no"],
    ]


def test_that_columns_of_a_reward_are_shown_where_they_say_something(opened):
    hidden = [opened.table.isColumnHidden(c) for c in (CRITERION, BELIEVED, COMMENT)]
    assert hidden == [True, True, True]
    first, *rest = opened.opened.parts
    changed = replace(first, criterion="fluent", by_hand=True, credibility=0.5, comment="Hm.")
    opened.show_item(replace(opened.opened, parts=(changed, *rest)))
    hidden = [opened.table.isColumnHidden(c) for c in (CRITERION, BELIEVED, COMMENT)]
    assert hidden == [False, False, False]
    column = opened.table.model().columns[BELIEVED]
    assert column.text(changed) == "0.5, by hand"


def test_that_what_counts_stands_above_what_does_not(opened):
    parts = [replace(p, kept=i != 0, rule="A slip.") for i, p in enumerate(opened.opened.parts)]
    opened.show_item(replace(opened.opened, parts=tuple(parts)))
    shown: list[RewardPart] = opened.table.model().records
    assert [p.kept for p in shown] == sorted((p.kept for p in parts), reverse=True)
    assert opened.table.selected()[0].kept


def test_that_one_rating_is_supposed_away_from_its_item(place, opened, stage):
    part = opened.table.selected()[0]
    opened.suppose.click()
    assert place.tabs.currentIndex() == WHAT_IF
    assert part.rater in place.what_if.who.currentText()
    assert not place.what_if.weight.isEnabled()
    assert place.what_if.change().leave_out_ratings == (part.event_uid,)
    stage.wait(lambda: place.what_if._found is not None)
    lost = [m for m in place.what_if._found.rows if m.n_after < m.n_before]
    assert [m.completion_id for m in lost] == [opened.opened.completion.id]
    assert not stage.project.exclusions.log()


def test_that_lifting_an_exclusion_is_supposed_from_the_log(place, stage):
    rater = next(r for r in place.figures.report.raters if "inverted" in r.name)
    made = stage.project.exclusions.exclude_rater(rater.rater_id, "Upside down.", author="Ana")
    place.tabs.setCurrentIndex(LOG)
    stage.wait(lambda: place.log.table.model().rowCount() == 1)
    stage.wait(lambda: place.figures.current)
    stage.quiet()
    place.log.suppose.click()
    assert place.what_if.change().restore == (made.uid,)
    stage.wait(lambda: place.what_if._found is not None)
    assert all(m.n_after == m.n_before + 1 for m in place.what_if._found.rows)
    assert stage.project.exclusions.active()
    place.what_if.who.setCurrentIndex(1)
    assert place.what_if.weight.isEnabled()


def test_that_a_weight_set_by_hand_is_supposed_away_from_the_log(place, stage):
    rater = place.figures.report.raters[0]
    stage.project.credibility.set(rater.rater_id, 0.5, "Learner.")
    place.tabs.setCurrentIndex(LOG)
    stage.wait(lambda: place.log.table.model().rowCount() == 1)
    place.log.suppose.click()
    assert dict(place.what_if.change().credibility) == {rater.rater_id: None}


def test_that_a_cell_of_the_map_opens_both_raters_side_by_side(place, stage):
    pair = show_pair(place, stage)
    view = place.agreement.pair
    assert len(view.table.model().records) == pair.n
    assert words.plain(pair.r) in view.said.text() and " to " in view.said.text()
    assert all(name in view.title.text() for name in pair.names)
    gaps = [abs(a.difference) for a in view.table.model().records]
    assert gaps == sorted(gaps, reverse=True)


def test_that_escape_leads_back_from_a_pair_to_the_map(place, stage):
    show_pair(place, stage)
    stage.qtbot.keyClick(place.agreement.pair.table, Qt.Key.Key_Escape)
    assert place.agreement._views.currentIndex() == COMPARED
    assert place.summary_cards.isVisible()


def test_that_a_mark_of_a_pair_chooses_its_answers_and_a_row_opens_one(place, stage):
    show_pair(place, stage)
    view = place.agreement.pair
    stage.wait(lambda: view.card is not None)
    most = max(gathered(view.shown.answers).values(), key=len)
    view.card.point_opened.emit(most)
    assert {a.completion_id for a in view.table.selected()} == {a.completion_id for a in most}
    view.table.opened.emit(most[0])
    assert place.tabs.currentIndex() == OUTLIERS
    item = place.outliers.item
    stage.wait(lambda: item.opened and item.opened.completion.id == most[0].completion_id)
    assert item.table.selected()[0].event_uid == most[0].first_uid


def test_that_many_answers_on_one_point_are_one_larger_mark():
    assert size(1) < size(4) == 2 * size(1) < size(10_000) == size(20_000)


def test_that_a_pair_is_read_anew_when_ratings_change(place, stage):
    show_pair(place, stage)
    view = place.agreement.pair
    n, out = len(view.shown.answers), view.shown.answers[0]
    stage.project.exclusions.exclude_rating(view.shown.first, out.first_uid, "A slip.")
    stage.wait(lambda: len(view.shown.answers) == n - 1)


def test_that_residuals_are_drawn_along_order_and_expectation(place, stage):
    place.tabs.setCurrentIndex(OUTLIERS)
    plot = place.outliers.plot
    stage.wait(lambda: plot.card is not None)
    ratings = {r.event_uid: r for r in place.figures.report.ratings}
    for way, field in (("position", "position"), ("expected", "expected")):
        plot.choose(way)
        points = plot.card.points()
        assert points and all(p.x == getattr(ratings[p.key.event_uid], field) for p in points)
    outliers = {r.event_uid for r in place.figures.report.outliers}
    assert outliers <= {p.key.event_uid for p in plot.card.points()}


def test_that_residuals_of_one_rater_are_drawn_alone(place, stage):
    place.tabs.setCurrentIndex(OUTLIERS)
    plot = place.outliers.plot
    stage.wait(lambda: plot.card is not None)
    wanted = plot.who.itemData(3)
    plot.who.setCurrentIndex(3)
    plot.who.activated.emit(3)
    assert {p.key.rater_id for p in plot.card.points()} == {wanted}
    assert all(-0.5 < p.x < 0.5 for p in plot.card.points())


def test_that_without_a_known_order_nothing_is_drawn_along_it(place):
    report = place.figures.report
    blind = replace(report, ratings=tuple(replace(r, position=None) for r in report.ratings))
    plot = place.outliers.plot
    plot.choose("position")
    plot.show_report(blind)
    assert plot.against.currentData() == "rater"
    assert not plot.against.model().item(WAYS.index("position")).isEnabled()


def test_that_a_mark_is_said_with_its_rating(place, stage):
    place.tabs.setCurrentIndex(OUTLIERS)
    stage.wait(lambda: place.outliers.plot.card is not None)
    card, rating = place.outliers.plot.card, place.figures.report.outliers[0]
    point = next(p for p in card.points() if p.key == rating)
    said = card.describe(point)
    assert f"completion {rating.completion_id}" in said and "expected" in said
    assert along(rating, "rater", {rating.rater_id: 2}) == pytest.approx(2, abs=0.5)


def test_that_columns_and_order_of_the_raters_are_as_they_were_left(place, stage):
    people = place.people
    people.show_column(KEYS.index("drift"), True)
    people.show_column(KEYS.index("bias"), False)
    people.table.sortByColumn(KEYS.index("ratings"), Qt.SortOrder.DescendingOrder)
    people.table.sortByColumn(KEYS.index("scatter"), Qt.SortOrder.DescendingOrder)
    again = stage.show(RatersPlace(stage.desk))
    stage.wait(lambda: again._pages.currentIndex() == SHOWN)
    table = again.people.table
    assert not table.isColumnHidden(KEYS.index("drift"))
    assert table.isColumnHidden(KEYS.index("bias"))
    figures = [r.inconsistency for r in table.model().records]
    assert figures == sorted(figures, reverse=True)


def test_that_every_column_of_the_raters_has_a_name_to_remember_it_by(place):
    assert len(KEYS) == place.people.table.model().columnCount() == len(set(KEYS))


def test_that_several_criteria_are_named_and_one_is_not(place):
    said = place.agreement.criterion
    assert not said.isVisible()
    place.agreement.show_criteria(["helpful", "fluent"])
    assert said.isVisible() and "helpful" in said.text()


def test_that_a_low_window_leaves_its_room_to_the_tables(place, stage):
    card = place.summary_cards.alpha
    assert card._explained.isVisible()
    place.resize(1000, 560)
    stage.wait(lambda: not card._explained.isVisible())
    assert "chance" in card.toolTip()
    place.resize(1000, 760)
    stage.wait(card._explained.isVisible)


def test_that_thinning_out_leaves_nobody_out_where_raters_take_turns(place, monkeypatch):
    monkeypatch.setattr("prefdesk.ui.raters.scores.MOST_MARKS", 100)
    one = next(r for r in place.figures.report.ratings if r.kind == "plain")
    uids = [hashlib.sha256(str(n).encode()).hexdigest() for n in range(700)]
    turns = tuple(
        replace(one, event_uid=uid, rater_id=n % 7, excluded=False) for n, uid in enumerate(uids)
    )
    drawn = layers(turns)["plain"]
    assert len(drawn) == 100
    assert {r.rater_id for r in drawn} == set(range(7))
    assert layers(turns[::-1])["plain"] == drawn


def test_that_tab_reaches_every_control_of_every_view(place, stage):
    show_pair(place, stage)
    kinds = (QAbstractButton, QComboBox, QTableView)
    for tab in range(place.tabs.count()):
        place.tabs.setCurrentIndex(tab)
        stage.quiet()
        shown = [w for kind in kinds for w in place.findChildren(kind) if w.isVisible()]
        inside = [w for w in shown if isinstance(w.parent(), QHeaderView | QTabBar | QTableView)]
        lost = [
            w for w in shown if w not in inside and not w.focusPolicy() & Qt.FocusPolicy.TabFocus
        ]
        assert not lost, [(type(w).__name__, w.accessibleName()) for w in lost]


def test_that_enter_in_the_table_behind_the_map_opens_the_pair(place, stage):
    place.agreement.choose(COMPARED)
    card = place.agreement.compared.pairs
    card.as_table.click()
    card.table.setFocus()
    at = card.rows.records.index(a_pair(place))
    card.table.selectRow(at)
    stage.qtbot.keyClick(card.table, Qt.Key.Key_Return)
    stage.wait(lambda: place.agreement._views.currentIndex() == PAIR)
    place.agreement.pair.back.click()
    assert place.agreement._views.currentIndex() == COMPARED
