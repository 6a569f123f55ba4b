"""The views of the place Raters that compare, suppose and report."""

import pytest

from prefdesk.ui.raters.agreement import ALL, COMPARED, PEOPLE
from prefdesk.ui.raters.believing import BeliefDialog
from prefdesk.ui.raters.heatmap import ink, pairs_of, shade, short
from prefdesk.ui.raters.paper import LATEX, MethodsDialog, ask_methods, ask_tables
from tests.ui.full_report import full

LOG, WHAT_IF = 3, 5


@pytest.fixture
def place(raters_place):
    return raters_place


@pytest.fixture
def filled(place):
    place._show_report(full(place.figures.report), [])
    return place.agreement


def choose(place, name):
    rows = place.people.table.model().records
    place.people.table.selectRow([r.name for r in rows].index(name))


def test_that_every_figure_of_agreement_has_a_name_and_a_meaning(filled):
    filled.choose(ALL)
    model = filled.figures.table.model()
    cells = [[c.text(r) for c in model.columns] for r in model.records]
    assert cells[0][:4] == ["Krippendorff's alpha, nominal", "0.60", "0.50 to 0.70", "0.40 to 0.80"]
    assert all(row[0] and row[4] for row in cells)
    assert cells[5][0] == "ICC(2, k)"


def test_that_an_undefined_figure_says_why(filled):
    model = filled.figures.table.model()
    last = [c.text(model.records[-1]) for c in model.columns]
    assert last == ["Gwet's AC1", "–", "", "", "The scale is continuous."]


def test_that_the_design_is_said_in_words(filled):
    text = filled.figures.design.text()
    assert "30 answers with 2, 54 answers with 7" in text
    assert "2 groups that share no answer" in text
    assert "judged by one rater only" in filled.figures.warnings.text()


def test_that_the_bias_plot_runs_from_strict_to_mild_and_opens_the_rater(filled):
    filled.choose(COMPARED)
    rows = filled.compared.bias.rows.records
    assert [r.bias for r in rows] == sorted(r.bias for r in rows)
    filled.compared.bias.table.opened.emit(rows[-1])
    assert filled.buttons[PEOPLE].isChecked()
    assert filled.people.table.selected()[0].rater_id == rows[-1].rater_id


def test_that_a_mark_under_the_cursor_is_said_with_its_interval(filled, stage):
    plot = filled.compared.bias.plot
    filled.choose(COMPARED)
    stage.qtbot.wait(50)
    first = plot._raters[0]
    assert first.name in plot.words_for(first) and " to " in plot.words_for(first)


def test_that_the_map_lists_pairs_from_least_agreement_to_unknown(filled):
    figures = [p.r for p in filled.compared.pairs.rows.records]
    assert figures[-1] is None
    known = figures[:-1]
    assert known == sorted(known)


def test_that_both_halves_of_the_map_open_the_same_pair(filled):
    cells = filled.compared.pairs.map._cells
    assert cells[0, 1] is cells[1, 0]
    assert (0, 0) not in cells


@pytest.mark.parametrize("r", (-1.0, -0.6, -0.3, 0.0, 0.3, 0.6, 1.0))
def test_that_the_numbers_of_the_map_can_be_read_on_their_colour(r):
    def light(colour):
        parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    one, other = (light(c.getRgbF()[:3]) for c in (shade(r), ink(shade(r))))
    assert (max(one, other) + 0.05) / (min(one, other) + 0.05) >= 4.5


def test_that_short_figures_keep_their_sign():
    assert [short(r) for r in (0.42, -0.1, 1.0, -1.0)] == [".42", "−.10", "1.00", "−1.00"]


def test_that_a_view_without_figures_is_not_offered(place):
    from dataclasses import replace

    bare = replace(full(place.figures.report), coefficients=(), pairs=())
    place.agreement.choose(ALL)
    place._show_report(bare, [])
    assert not place.agreement.buttons[ALL].isVisible()
    assert place.agreement.buttons[PEOPLE].isChecked()
    assert place.agreement.compared.pairs.isHidden()
    assert not pairs_of(bare)


def test_that_a_raters_habits_are_charts_with_tables_behind_them(filled):
    card = filled.people.card.habits
    assert card.scores.isVisible() and card.course.isVisible()
    assert len(card.scores.rows.records) == 11
    assert sum(b.mine for b in card.scores.rows.records) == pytest.approx(1)
    card.scores.as_table.click()
    assert card.scores.table.isVisible()
    assert [b.name() for b in card.scores.rows.records][:3] == ["0", "1", "2"]


def test_that_columns_are_shown_on_demand(filled):
    people = filled.people
    titles = [c.title() for c in people.table.model().columns]
    drift = titles.index("Drift, points per 100")
    assert people.table.isColumnHidden(drift)
    people.show_column(drift, True)
    assert not people.table.isColumnHidden(drift)


def test_that_a_weight_needs_a_note_and_can_be_undone_and_redone(place, stage):
    choose(place, "Simulated 1 (honest)")
    place.people.card.weigh.click()
    dialog = stage.dialog()
    assert isinstance(dialog, BeliefDialog)
    assert not dialog.confirm.isEnabled()
    dialog.value.setValue(0.5)
    dialog.note.setPlainText("New to the task.")
    dialog.confirm.click()
    active = stage.project.credibility.active
    stage.wait(place.can_undo)
    assert [(b.value, b.note) for b in active()] == [(0.5, "New to the task.")]
    place.undo()
    stage.wait(lambda: place.can_redo() and not active())
    place.redo()
    stage.wait(lambda: place.can_undo() and active())
    assert active()[0].value == 0.5


def test_that_supposing_changes_nothing_and_shows_what_moves(place, stage):
    place.tabs.setCurrentIndex(WHAT_IF)
    view, before = place.what_if, stage.project.rewards()
    view.who.setCurrentText("Simulated 7 (inverted)")
    view.weight.setCurrentIndex(view.weight.findData(0.0))
    view.ask.click()
    stage.wait(lambda: view.table.model().rowCount())
    moves = [m.move for m in view.table.model().records]
    assert moves == sorted(moves, reverse=True) and moves[0] > 0
    assert "answers move" in view.said.text() and view.ask.isEnabled()
    assert stage.project.rewards() == before and not stage.project.exclusions.active()


def test_that_a_row_of_the_supposition_opens_its_answer(place, stage):
    place.tabs.setCurrentIndex(WHAT_IF)
    view = place.what_if
    view.rule.setCurrentIndex(view.rule.findData("mean"))
    view.ask.click()
    stage.wait(lambda: view.table.model().rowCount())
    view.table.selectRow(0)
    wanted = view.table.model().records[0].completion_id
    stage.wait(lambda: view.item.opened and view.item.opened.completion.id == wanted)


def test_that_the_methods_paragraph_is_shown_in_both_forms_and_copied(place, stage, qapp):
    ask_methods(stage.desk, place)
    dialog = stage.dialog()
    assert isinstance(dialog, MethodsDialog)
    plain = dialog.text.toPlainText()
    assert "Krippendorff" in plain
    dialog.choose(LATEX)
    assert dialog.text.toPlainText() != plain
    dialog.copy.click()
    assert qapp.clipboard().text() == dialog.text.toPlainText()


def test_that_a_weight_set_by_hand_is_in_the_log_with_its_way_back(place, stage):
    rater = place.figures.report.raters[0]
    stage.project.credibility.set(rater.rater_id, 0.5, "New to the task.", author="Ana")
    place.tabs.setCurrentIndex(LOG)
    model = place.log.table.model()
    stage.wait(lambda: model.rowCount() == 1)
    texts = [c.text(model.records[0]) for c in model.columns]
    assert texts[1:4] == [f"weight of {rater.name} set to 0.5", "in force", "New to the task."]
    place.log.restore.click()
    stage.wait(lambda: not stage.project.credibility.active())
    stage.wait(place.can_undo)
    place.undo()
    stage.wait(lambda: stage.project.credibility.active())


def test_that_all_tables_are_written_into_a_folder(place, stage, tmp_path, monkeypatch):
    monkeypatch.setattr(
        "prefdesk.ui.raters.paper.AskFile.folder",
        lambda _parent, _title, then: then(tmp_path / "t"),
    )
    ask_tables(stage.desk, place)
    stage.wait(lambda: (tmp_path / "t" / "rewards.csv").exists())
    names = {f.stem for f in (tmp_path / "t").iterdir()}
    assert {"raters", "coefficients", "exclusions", "rewards"} <= names
