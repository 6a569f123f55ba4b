"""Evaluate: both checkpoints with their figures, the differing words marked, the jobs started."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from prefdesk.config import SamplingConfig
from prefdesk.events import JobSpec, ReportReady
from prefdesk.project import Project
from prefdesk.records import NewPrompt
from prefdesk.ui import background
from prefdesk.ui.desk import Desk
from prefdesk.ui.evaluate.panel import SIDES, EvaluatePlace
from prefdesk.ui.evaluate.worddiff import compare
from tests.ui.conftest import CannedWorker
from tests.worlds import _draw, make_project, rate_by_panel


@pytest.fixture
def place(qtbot: QtBot, desk: Desk) -> EvaluatePlace:
    """Evaluate on its own."""
    made = EvaluatePlace(desk)
    qtbot.addWidget(made)
    made.resize(1100, 700)
    made.show()
    return made


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Base and Round 1 have answered three evaluation prompts, twice each, differently."""
    from prefdesk.store import checkpoints, completions

    made = make_project(tmp_path / "two.prefdesk", prompts=1, evaluation_prompts=3, answers=2)
    second = made.core.mutate(lambda c: checkpoints.add_base(c, "Round 1", '{"path": ""}')).id

    def write(c):  # type: ignore[no-untyped-def]
        sampling = completions.create_sampling(c, second, "evaluation", "{}")
        ids = made.prompts.ids("evaluation")
        completions.add_draws(c, sampling, [_draw(p, i) for p in ids for i in (1, 3)])

    made.core.mutate(write, "completions")
    return made


def opened(qtbot: QtBot, desk: Desk, place: EvaluatePlace, project: Project) -> None:
    desk.adopt(project)
    qtbot.waitUntil(lambda: bool(place.scores.rows.records), timeout=20_000)
    qtbot.waitUntil(background.is_idle, timeout=20_000)


def test_that_both_checkpoints_show_their_figures_and_their_difference(
    qtbot: QtBot, desk: Desk, place: EvaluatePlace, project: Project
) -> None:
    rate_by_panel(project)
    opened(qtbot, desk, place, project)
    view = place.scores
    assert [r.score.name for r in view.rows.records] == ["base", "Round 1"]
    assert view.coverage.text().startswith("12 of 12")
    assert [r.name for r in view.compared.records] == ["Round 1"]
    points = [p for p in view.plot.points() if p.series == "Human score"]
    assert len(points) == 2
    assert all(p.low <= p.y <= p.high for p in points)
    assert view.rows.records[0].score.human.value == points[0].y


def test_that_a_figure_is_drawn_beside_the_human_score_on_its_own_scale(
    qtbot: QtBot, desk: Desk, place: EvaluatePlace, project: Project
) -> None:
    rate_by_panel(project)
    opened(qtbot, desk, place, project)
    plot = place.scores.plot
    qtbot.waitUntil(lambda: plot.measure.count() > 1)
    assert plot.measure.currentText() == "Beside it: KL, nats per token"
    offered = [plot.measure.itemData(i) for i in range(plot.measure.count())]
    assert "bleu" not in offered and "perplexity" not in offered  # nothing of that is known
    at = offered.index("mean_length")
    plot.measure.setCurrentIndex(at)
    plot.measure.activated.emit(at)
    lengths = [r.score.mean_length for r in place.scores.rows.records]
    assert [p.y for p in plot.points() if p.series == "Length, tokens"] == lengths
    plot.view.grab()
    low, high = plot._beside.viewRange()[1]
    assert low < min(lengths) and max(lengths) < high
    assert plot._plot.getViewBox().viewRange()[1][1] < 11  # the scale of people stays
    place.refresh()
    qtbot.waitUntil(background.is_idle, timeout=20_000)
    assert plot.measure.currentData() == "mean_length"
    told = plot._told(plot.points()[0])
    assert told.startswith("base · ") and told.endswith(f"Length, tokens {lengths[0]:.1f}")


def test_that_a_figure_that_climbs_without_people_is_said(
    qtbot: QtBot, desk: Desk, place: EvaluatePlace, project: Project
) -> None:
    rater = project.raters.add("Ana")
    session = project.ratings.session(rater)
    for one in project.completions.each(split="evaluation"):
        session.score(one.id, 5.0 + one.prompt_id % 2).result()
    opened(qtbot, desk, place, project)
    said = place.scores.divergences
    assert said.isVisible()
    assert said.text().startswith("From base to Round 1, Length, tokens rose from ")
    assert "people see no sure gain: 0.0 (" in said.text()


def test_that_unrated_answers_lead_to_rating_them_blind(
    qtbot: QtBot, desk: Desk, place: EvaluatePlace, project: Project
) -> None:
    opened(qtbot, desk, place, project)
    assert place.primary is not None
    assert place.primary.text() == "Rate blind"
    assert "0 of 12" in place.scores.coverage.text()
    with qtbot.waitSignal(desk.place_requested) as wanted:
        qtbot.mouseClick(place.primary, Qt.MouseButton.LeftButton)
    assert wanted.args == ["rate"]


def test_that_the_words_that_differ_are_marked_by_line_and_colour(
    qtbot: QtBot, desk: Desk, place: EvaluatePlace, project: Project
) -> None:
    opened(qtbot, desk, place, project)
    place.tabs.setCurrentIndex(SIDES)
    left, right = place.sides.texts
    qtbot.waitUntil(lambda: bool(left.marked) and bool(right.marked))
    assert left.toPlainText().startswith("Yes, ")
    assert right.toPlainText().startswith("A short answer")
    assert left.marked[0].startswith("Yes")
    for text in (left, right):
        marks = text.extraSelections()
        look = marks[0].format
        assert look.underlineStyle() != look.UnderlineStyle.NoUnderline
        assert look.foreground().color() != text.palette().text().color()
    assert place.sides.warning.isVisible()


def test_that_letting_both_answer_starts_a_job_for_each(
    qtbot: QtBot, desk: Desk, place: EvaluatePlace, project: Project, worker: CannedWorker
) -> None:
    project.prompts.add([NewPrompt("A new question?", split="evaluation")])
    started: list[JobSpec] = []
    desk.jobs.started.connect(started.append)
    opened(qtbot, desk, place, project)
    place.ask_for_answers()
    dialog = place.dialog
    assert dialog.chosen() == [c.id for c in project.checkpoints.all()]
    dialog.form.rows["max_new_tokens"].set_value(33)
    qtbot.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(started) == 2)
    assert {s.settings["checkpoint_id"] for s in started} == {
        c.id for c in project.checkpoints.all()
    }
    assert {s.settings["split"] for s in started} == {"evaluation"}
    configs = {SamplingConfig.from_json(s.settings["config"]).max_new_tokens for s in started}
    assert configs == {33}


def test_that_the_step_from_overview_asks_who_answers_once_the_figures_are_there(
    qtbot: QtBot, desk: Desk, place: EvaluatePlace, project: Project
) -> None:
    desk.adopt(project)
    place.take_step("answer")
    qtbot.waitUntil(lambda: getattr(place, "dialog", None) is not None and place.dialog.isVisible())


def test_that_perplexity_is_measured_on_a_text_of_the_users_choice(
    qtbot: QtBot, desk: Desk, place: EvaluatePlace, project: Project, tmp_path: Path
) -> None:
    opened(qtbot, desk, place, project)
    text = tmp_path / "text.txt"
    text.write_text("One.\n\nTwo.")
    with qtbot.waitSignal(desk.jobs.started) as started:
        place.measure(text)
    assert started.args is not None
    assert started.args[0].settings["texts"] == ["One.", "Two."]
    first = project.checkpoints.all()[0].id
    document = {"checkpoint_id": first, "perplexity": 12.5, "n_tokens": 4, "source": "text.txt"}
    project.intake(JobSpec("evaluate")).take(ReportReady("perplexity", document))
    rows = place.scores.rows
    qtbot.waitUntil(lambda: rows.records[0].score.perplexity == 12.5)
    text.write_text("")
    place.measure(text)
    qtbot.waitUntil(lambda: "holds no text" in place.notice.sentence.text())


def test_that_without_evaluation_prompts_the_way_leads_to_data(
    qtbot: QtBot, desk: Desk, place: EvaluatePlace, tmp_path: Path
) -> None:
    desk.adopt(make_project(tmp_path / "a.prefdesk", prompts=1))
    qtbot.waitUntil(lambda: place.empty.button.text() == "Go to Data")
    with qtbot.waitSignal(desk.place_requested) as wanted:
        qtbot.mouseClick(place.empty.button, Qt.MouseButton.LeftButton)
    assert wanted.args == ["data"]


def test_that_words_are_compared_and_not_letters_or_spaces() -> None:
    a, b = compare("The cat  sat on a mat.", "The dog sat on a mat!")
    assert [a.text[i:j] for i, j in a.spans] == ["cat", "."]
    assert [b.text[i:j] for i, j in b.spans] == ["dog", "!"]


def test_that_positions_count_as_qt_counts_them() -> None:
    a, _ = compare("🙂 yes", "🙂 no")
    assert a.spans == ((3, 6),)
    left, right = compare("我喜欢猫", "我喜欢狗")
    assert (left.spans, right.spans) == (((3, 4),), ((3, 4),))


@given(st.text(max_size=60), st.text(max_size=60))
def test_that_marks_lie_inside_their_texts_and_equal_texts_have_none(a: str, b: str) -> None:
    for found in compare(a, b):
        size = len(found.text.encode("utf-16-le", "surrogatepass")) // 2
        assert all(0 <= low < high <= size for low, high in found.spans)
    assert compare(a, a)[0].spans == ()
