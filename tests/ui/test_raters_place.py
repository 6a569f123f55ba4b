"""Raters: shown at once, worked out anew, excluded and restored, opened to the last rating."""

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QPushButton

from prefdesk.events import JobSpec, ReportReady
from prefdesk.project import Project
from prefdesk.ui.raters.exclusions import ReasonDialog
from prefdesk.ui.raters.panel import EMPTY, SHOWN, WAITING, RatersPlace
from tests.ui.stage import ended, find, shouting
from tests.worlds import make_project, rate_by_panel

AGREEMENT, OUTLIERS, REWARDS, LOG = range(4)


@pytest.fixture
def place(raters_place):
    return raters_place


def bad_rater(place):
    return next(r for r in place.figures.report.raters if "inverted" in r.name)


def choose(place, name):
    rows = place.people.table.model().records
    place.people.table.selectRow([r.name for r in rows].index(name))


def test_that_an_empty_place_says_what_it_is_for_and_leads_to_rating(stage, tmp_path):
    with make_project(tmp_path / "bare.prefdesk", prompts=2):
        pass
    stage.open(tmp_path / "bare.prefdesk")
    place = stage.show(RatersPlace(stage.desk))
    stage.quiet()
    assert place._pages.currentIndex() == EMPTY
    assert "Nobody has rated yet" in place.empty.sentence.text()
    place.empty.button.click()
    assert stage.went == ["rate"]
    assert not stage.ran("agreement")
    assert not place.primary.isVisible()


def test_that_the_stored_report_is_shown_at_once_and_not_worked_out_again(place, stage):
    assert place.people.table.model().rowCount() == 7
    assert "up to date" in place.state.text()
    assert f"{place.figures.report.n_ratings:,} ratings" in place.state.text()
    assert not stage.ran("agreement")


def test_that_a_stale_report_is_shown_first_and_then_worked_out_anew(stage, own_copy):
    with Project.open(own_copy) as project:
        project.ratings.session(project.raters.all()[0]).undo().result()
    stage.hold = True
    stage.open(own_copy)
    place = stage.show(RatersPlace(stage.desk))
    stage.wait(lambda: place.people.table.model().rowCount() == 7 and place.figures.working)
    assert "working out anew" in place.state.text()
    assert place.progress.isVisible()
    before = place.figures.report.computed_ms
    stage.release()
    stage.wait(lambda: place.figures.current)
    assert place.figures.report.computed_ms > before
    stage.wait(lambda: "up to date" in place.state.text())
    assert not place.progress.isVisible()


def test_that_the_first_report_is_waited_for_with_a_sentence(stage, tmp_path):
    with make_project(tmp_path / "new.prefdesk", prompts=4) as project:
        rate_by_panel(project)
    stage.hold = True
    stage.open(tmp_path / "new.prefdesk")
    place = stage.show(RatersPlace(stage.desk))
    stage.wait(lambda: place.figures.working)
    assert place._pages.currentIndex() == WAITING
    stage.release()
    stage.wait(lambda: place._pages.currentIndex() == SHOWN)


def test_that_a_report_that_failed_is_not_tried_again_by_itself(stage, own_copy):
    with Project.open(own_copy) as project:
        project.ratings.session(project.raters.all()[0]).undo().result()
    stage.scripts["agreement"] = [ended("failed", "Out of luck.")]
    stage.open(own_copy)
    place = stage.show(RatersPlace(stage.desk))
    stage.wait(lambda: place.notice.isVisible())
    assert place.notice.sentence.text() == "Out of luck."
    stage.qtbot.wait(300)
    assert len(stage.ran("agreement")) == 1
    place.notice.action.click()
    stage.wait(lambda: len(stage.ran("agreement")) == 2)


def test_that_one_rater_alone_reads_that_training_may_go_on(stage, tmp_path):
    with make_project(tmp_path / "one.prefdesk", prompts=4) as project:
        session = project.ratings.session(project.raters.add("Ana"))
        for n, completion in enumerate(project.completions.each()):
            session.score(completion.id, float(n % 11)).result()
    stage.open(tmp_path / "one.prefdesk")
    place = stage.show(RatersPlace(stage.desk))
    stage.wait(lambda: place._pages.currentIndex() == SHOWN)
    card = place.summary_cards.verdict
    assert card.word.text() == "Not known yet"
    assert "You may train all the same" in card.advice.text()
    assert place.summary_cards.alpha.interval.text() == "too few ratings"
    assert place.primary.isVisible()


def test_that_every_figure_comes_with_its_interval(place):
    cards = place.summary_cards
    assert " to " in cards.alpha.interval.text()
    assert " to " in cards.within.interval.text()
    assert " to " in cards.verdict.figure.text()
    assert "0.5" in cards.verdict.figure.text()
    assert "Krippendorff" in cards.alpha.heading.text()
    model = place.people.table.model()
    texts = [c.text(model.records[0]) for c in model.columns]
    assert any("±" in t for t in texts)
    assert any(" to " in t for t in texts)


def test_that_flagged_raters_stand_out_with_their_sentence(place):
    flagged = {r.name for r in place.figures.report.raters if r.flags}
    assert flagged == {"Simulated 6 (at random)", "Simulated 7 (inverted)"}
    choose(place, "Simulated 7 (inverted)")
    card = place.people.card
    assert "fall where those of the other raters rise" in card.flags.text()
    assert card.exclude.isVisible()
    choose(place, "Simulated 1 (honest)")
    assert not card.flags.isVisible()


def test_that_a_simulated_rater_is_called_so_whatever_the_name(stage, tmp_path):
    with make_project(tmp_path / "sim.prefdesk", prompts=3) as project:
        for name in ("Bot", "Ana"):
            rater = project.raters.add(name, simulated=name == "Bot")
            for completion in project.completions.each():
                project.ratings.session(rater).score(completion.id, 5.0).result()
    stage.open(tmp_path / "sim.prefdesk")
    place = stage.show(RatersPlace(stage.desk))
    stage.wait(lambda: place._pages.currentIndex() == SHOWN)
    model = place.people.table.model()
    assert [model.columns[0].text(r) for r in model.records] == ["Bot (simulated)", "Ana"]


def test_that_a_rater_is_excluded_with_the_flags_reason_and_taken_back(place, stage):
    choose(place, "Simulated 7 (inverted)")
    place.people.card.exclude.click()
    dialog = stage.dialog()
    assert isinstance(dialog, ReasonDialog)
    assert "fall where those of the other raters rise" in dialog.reason.toPlainText()
    dialog.reason.setPlainText("Read the scale upside down.")
    dialog.author.setText("Ana")
    dialog.confirm.click()
    stage.wait(lambda: stage.project.exclusions.active())
    [made] = stage.project.exclusions.active()
    assert (made.scope, made.reason, made.author) == ("rater", "Read the scale upside down.", "Ana")
    assert "inverted: p = " in made.statistic
    stage.wait(lambda: bad_rater(place).excluded and place.figures.current)
    stage.quiet()
    choose(place, "Simulated 7 (inverted)")
    assert "Read the scale upside down." in place.people.card.text.text()
    place.people.card.restore.click()
    stage.wait(lambda: not stage.project.exclusions.active())
    stage.wait(lambda: not bad_rater(place).excluded and place.figures.current)


def test_that_excluding_moves_the_verdict_figures(place, stage):
    before = place.figures.report.alpha.value
    for name in ("Simulated 6 (at random)", "Simulated 7 (inverted)"):
        choose(place, name)
        place.people.card.exclude.click()
        stage.dialog().confirm.click()
        stage.wait(lambda: place.acts.can_undo())
        stage.quiet()
    stage.wait(lambda: place.figures.current and place.figures.report.alpha.value > before + 0.2)


def test_that_an_exclusion_needs_a_reason(place, stage):
    choose(place, "Simulated 1 (honest)")
    place.people.card.exclude.click()
    dialog = stage.dialog()
    assert dialog.reason.toPlainText() == ""
    assert not dialog.confirm.isEnabled()
    dialog.reason.setPlainText("  ")
    assert not dialog.confirm.isEnabled()
    dialog.reason.setPlainText("Left the study.")
    assert dialog.confirm.isEnabled()


def test_that_undo_and_redo_take_an_exclusion_back_and_bring_it_again(place, stage):
    active = stage.project.exclusions.active
    assert not place.can_undo()
    choose(place, "Simulated 6 (at random)")
    place.people.card.exclude.click()
    stage.dialog().confirm.click()
    stage.wait(place.can_undo)
    place.undo()
    stage.wait(lambda: not active() and place.can_redo())
    assert not place.can_undo()
    place.redo()
    stage.wait(lambda: active() and place.can_undo())
    assert active()[0].reason.startswith("The scores hardly follow the other raters")


def test_that_the_log_keeps_what_was_taken_back_and_takes_back_what_is_in_force(place, stage):
    rater = bad_rater(place)
    stage.project.exclusions.exclude_rater(rater.rater_id, "First.", author="Ana")
    stage.project.exclusions.restore(stage.project.exclusions.active()[0].uid, author="Eva")
    stage.project.exclusions.exclude_rater(rater.rater_id, "Second.", author="Ben")
    place.tabs.setCurrentIndex(LOG)
    model = place.log.table.model()
    stage.wait(lambda: model.rowCount() == 2)
    states = [[c.text(r) for c in model.columns][1:4] for r in model.records]
    assert states[0] == ["all ratings of Simulated 7 (inverted)", "in force", "Second."]
    assert states[1][0] == states[0][0] and states[1][2] == "First."
    assert states[1][1].startswith("taken back by Eva, ")
    place.log.table.selectRow(0)
    place.log.restore.click()
    stage.wait(lambda: not stage.project.exclusions.active())


def test_that_the_current_row_is_taken_back_also_when_ctrl_took_its_selection_away(place, stage):
    stage.project.exclusions.exclude_rater(bad_rater(place).rater_id, "First.", author="Ana")
    place.tabs.setCurrentIndex(LOG)
    stage.wait(lambda: place.log.table.model().rowCount() == 1)
    place.log.table.selectRow(0)
    place.log.table.selectionModel().clearSelection()
    assert place.log.restore.isEnabled()
    place.log.restore.click()
    stage.wait(lambda: not stage.project.exclusions.active())


def test_that_outliers_differ_from_the_rest_in_shape_and_colour(place, stage):
    place.tabs.setCurrentIndex(OUTLIERS)
    stage.wait(lambda: place.outliers.plot.card is not None)
    items = {
        i.opts["symbol"]: i for i in place.outliers.plot.card.view.getPlotItem().listDataItems()
    }
    assert len(items) == 2
    assert len({str(i.opts["symbolBrush"]) for i in items.values()}) == 2
    sizes = sorted(i.opts["symbolSize"] for i in items.values())
    assert sizes[1] > 1.5 * sizes[0]
    assert "stands out (3)" in place.outliers.plot.legend.text()


def test_that_a_click_on_a_mark_opens_the_answer_with_all_its_ratings(place, stage):
    place.tabs.setCurrentIndex(OUTLIERS)
    stage.wait(lambda: place.outliers.plot.card is not None)
    stage.quiet()
    stage.qtbot.wait(200)  # the plot chooses its range when it is painted
    card = place.outliers.plot.card
    [item] = [
        i
        for i in card.view.getPlotItem().listDataItems()
        if len(i.getData()[0]) == len(place.figures.report.outliers)
    ]
    mark = item.scatter.points()[0]
    at = card.view.getPlotItem().getViewBox().mapViewToScene(QPointF(mark.pos()))
    spot = card.view.mapFromScene(at)
    stage.qtbot.mouseMove(card.view.viewport(), spot)
    stage.qtbot.mouseClick(card.view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    panel = place.outliers.item
    stage.wait(lambda: panel.opened is not None)
    clicked = place.figures.report.outliers
    assert panel.opened.completion.id in {r.completion_id for r in clicked}
    assert len(panel.table.model().records) == 7
    assert panel.answer.toPlainText() == panel.opened.completion.text
    [chosen] = panel.table.selected()
    assert chosen.event_uid.hex() in {r.event_uid for r in clicked}


def test_that_an_outlying_rating_is_excluded_from_its_item_and_back(place, stage):
    place.tabs.setCurrentIndex(OUTLIERS)
    place.outliers.table.selectRow(0)
    panel = place.outliers.item
    stage.wait(lambda: panel.opened is not None)
    panel.exclude.click()
    dialog = stage.dialog()
    assert "points from the" in dialog.reason.toPlainText()
    dialog.confirm.click()
    stage.wait(lambda: stage.project.exclusions.active())
    [made] = stage.project.exclusions.active()
    assert made.scope == "rating" and made.statistic.startswith("q = ")
    stage.wait(lambda: panel.restore.isVisible())
    part = next(p for p in panel.opened.parts if p.event_uid == made.event_uid)
    assert not part.kept and part.rule == made.reason
    panel.restore.click()
    stage.wait(lambda: not stage.project.exclusions.active())
    stage.wait(lambda: all(p.kept for p in panel.opened.parts))


def test_that_every_reward_opens_into_its_ratings(place, stage):
    place.tabs.setCurrentIndex(REWARDS)
    model = place.rewards.table.model()
    stage.wait(lambda: model.rowCount() == stage.project.completions.count())
    panel = place.rewards.item
    for row in range(0, model.rowCount(), 11):
        place.rewards.table.selectRow(row)
        wanted = model.records[row].reward
        stage.wait(lambda w=wanted: panel.opened and panel.opened.completion.id == w.completion_id)
        parts = panel.opened.parts
        assert len(parts) == wanted.n_ratings
        assert sum(p.weight for p in parts) == pytest.approx(1)
        assert "±" in panel.reward.text()
        corrected = sum(p.weight * (p.score - p.bias) for p in parts)
        assert corrected == pytest.approx(wanted.quality, abs=1.5)


def test_that_rewards_are_sorted_by_the_file_not_by_the_page(place, stage, monkeypatch):
    monkeypatch.setattr("prefdesk.ui.raters.ledger.PAGE", 10)
    place.tabs.setCurrentIndex(REWARDS)
    table, model = place.rewards.table, place.rewards.table.model()
    stage.wait(lambda: model.rowCount())
    table.horizontalHeader().setSortIndicator(1, Qt.SortOrder.DescendingOrder)
    best = max(r.reward for r in stage.project.rewards())
    stage.wait(lambda: model.rowCount() and model.records[0].reward.reward == best)
    assert model.rowCount() == 10
    model.fetchMore(model.index(-1, -1))
    stage.wait(lambda: model.rowCount() == 20)
    values = [r.reward.reward for r in model.records]
    assert values == sorted(values, reverse=True)


def test_that_the_keyboard_reaches_the_next_reward(place, stage):
    place.tabs.setCurrentIndex(REWARDS)
    table, panel = place.rewards.table, place.rewards.item
    stage.wait(lambda: table.model().rowCount() and panel.opened)
    first = panel.opened.completion.id
    with stage.qtbot.waitActive(place):
        place.activateWindow()
    table.setFocus()
    stage.qtbot.keyClick(table, Qt.Key.Key_Down)
    stage.wait(lambda: panel.opened.completion.id != first)


def test_that_every_control_has_a_name(place, stage):
    for tab in range(place.tabs.count()):
        place.tabs.setCurrentIndex(tab)
        stage.quiet()
        for widget in place.findChildren(object):
            policy = getattr(widget, "focusPolicy", None)
            if policy and widget.isVisible() and policy() != Qt.FocusPolicy.NoFocus:
                named = widget.accessibleName() or getattr(widget, "text", str)()
                viewport = "viewport" in widget.objectName() or "scroll" in widget.objectName()
                assert named or viewport, (tab, widget)


def test_that_the_words_follow_the_language(place, stage):
    for tab in range(place.tabs.count()):
        place.tabs.setCurrentIndex(tab)
        stage.quiet()
    place.tabs.setCurrentIndex(AGREEMENT)
    with shouting():
        stage.wait(lambda: place.tabs.tabText(AGREEMENT) == "AGREEMENT")
        assert place.summary_cards.verdict.sentence.text().isupper()
        assert place.people.card.text.text().isupper()
        assert place.outliers.plot.card.heading.text().isupper()
        assert place.rewards.item.reward.text().isupper()
        assert find(place, QPushButton, "EXCLUDE THIS RATER")
    stage.wait(lambda: place.tabs.tabText(AGREEMENT) == "Agreement")


def test_that_a_closed_project_leaves_nothing_on_the_screen(place, stage):
    done = []
    stage.desk.close_project(lambda: done.append(True))
    stage.wait(lambda: done)
    assert place._pages.currentIndex() == EMPTY
    assert place.rewards.table.model().rowCount() == 0
    assert place.outliers.item.opened is None


def test_that_first_figures_and_early_ones_come_before_the_report(stage, tmp_path):
    with make_project(tmp_path / "new.prefdesk", prompts=4) as project:
        rate_by_panel(project)
        early = project.judgement.compute().to_document()
    stage.hold = True
    stage.open(tmp_path / "new.prefdesk")
    place = stage.show(RatersPlace(stage.desk))
    stage.wait(lambda: place.figures.working and place.first.table.model().rowCount() == 7)
    assert "112 ratings of 16 answers: 16 by 7." in place.first.judged.text()
    assert "Mean score" in place.first.spread.text()
    event = ReportReady("agreement", {**early, "ratings": []}, final=False)
    stage.desk.jobs.event_arrived.emit(JobSpec("agreement"), event)
    stage.wait(lambda: place._pages.currentIndex() == SHOWN)
    assert "looking for what stands out" in place.state.text()
    assert not place.tabs.isTabEnabled(OUTLIERS)
    stage.release()
    stage.wait(lambda: place.figures.current and "up to date" in place.state.text())
    assert place.tabs.isTabEnabled(OUTLIERS) and not place.progress.isVisible()


def test_that_long_work_says_how_far_it_is_and_stops_for_good(stage, tmp_path):
    with make_project(tmp_path / "new.prefdesk", prompts=4) as project:
        rate_by_panel(project)
    stage.hold, stage.scripts["agreement"] = True, [ended("cancelled", "Cancelled.")]
    stage.open(tmp_path / "new.prefdesk")
    place = stage.show(RatersPlace(stage.desk))
    stage.wait(lambda: place.figures.working)
    strip = place.progress.strip
    place.progress.show_strip()
    place.figures.progressed.emit(30, 100)
    assert strip.isVisible() and strip.words.text() == "30%" and strip.bar.value() == 30
    stage.wait(lambda: stage.desk.jobs._present)
    strip.stop.click()
    assert not strip.stop.isEnabled()
    assert stage.told() == ["cancel"]
    stage.wait(lambda: not place.figures.working)
    stage.quiet()
    assert len(stage.ran("agreement")) == 1
    assert place.first.again.isVisible() and "not worked out" in place.first.waiting.text()
