"""Data: what is dropped opens the import, refused rows are named, sampling starts its job."""

import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from prefdesk.config import SamplingConfig
from prefdesk.errors import PrefdeskError
from prefdesk.events import JobSpec, ReportReady
from prefdesk.project import Project
from prefdesk.records import NewPrompt
from prefdesk.ui import background
from prefdesk.ui.data.following import Following
from prefdesk.ui.data.importing import ImportDialog
from prefdesk.ui.data.panel import PREPROCESSING, PROMPTS, QUESTION, SAMPLING, DataPlace
from prefdesk.ui.desk import Desk
from prefdesk.ui.dialogs import Question
from prefdesk.ui.widgets import PlainText
from tests.tiny import make_model
from tests.ui.conftest import CannedWorker
from tests.worlds import make_project

CSV = """question,passage,answer,kind
What is the tallest tree?,Trees grow.,Redwood,qa
,A passage without a question.,x,qa
Why is the sea salty?,,Minerals,qa
too,few
"""


@pytest.fixture
def place(qtbot: QtBot, desk: Desk) -> DataPlace:
    """Data on its own."""
    made = DataPlace(desk)
    qtbot.addWidget(made)
    made.resize(1100, 700)
    made.show()
    return made


def settle(qtbot: QtBot) -> None:
    qtbot.waitUntil(background.is_idle, timeout=10_000)
    qtbot.wait(1)
    qtbot.waitUntil(background.is_idle, timeout=10_000)


def press(qtbot: QtBot, button: QWidget | None) -> None:
    assert button is not None
    assert button.isEnabled()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def dropped(qtbot: QtBot, place: DataPlace, file: Path) -> ImportDialog:
    assert place.take_files([str(file)])
    settle(qtbot)
    return place.importing.dialog


@pytest.fixture
def empty(qtbot: QtBot, desk: Desk, place: DataPlace, tmp_path: Path) -> Project:
    """An open project without prompts."""
    project = Project.create(tmp_path / "empty.prefdesk")
    desk.adopt(project)
    settle(qtbot)
    return project


@pytest.fixture
def csv_file(tmp_path: Path) -> Path:
    """Two good rows and two bad ones."""
    path = tmp_path / "questions.csv"
    path.write_text(CSV)
    return path


def test_that_a_dropped_table_opens_with_its_columns_and_every_refused_row(
    qtbot: QtBot, place: DataPlace, empty: Project, csv_file: Path
) -> None:
    dialog = dropped(qtbot, place, csv_file)
    assert dialog.form.mapping() == {
        "prompt": "question",
        "references": "answer",
        "source": "passage",
        "task": "",
        "split": "",
        "tags": "",
    }
    assert [(r.line, r.reason) for r in dialog.bad.records] == [
        (3, "the prompt is empty"),
        (5, "2 cells where the header has 4"),
    ]
    assert dialog.take.text() == "Import the 2 good rows"
    assert dialog.example.toPlainText() == "What is the tallest tree?"
    assert empty.prompts.count() == 0


def test_that_importing_adds_the_good_rows_and_says_so(
    qtbot: QtBot, place: DataPlace, empty: Project, csv_file: Path
) -> None:
    dialog = dropped(qtbot, place, csv_file)
    dialog.form.choices["task"].setCurrentIndex(dialog.form.choices["task"].findData("kind"))
    dialog.form.split.setCurrentIndex(1)
    settle(qtbot)
    press(qtbot, dialog.take)
    qtbot.waitUntil(lambda: empty.prompts.count("evaluation") == 2)
    first = empty.prompts.page(limit=1)[0]
    assert (first.text, first.task, first.source) == (
        "What is the tallest tree?",
        "qa",
        "Trees grow.",
    )
    qtbot.waitUntil(lambda: "2 prompts" in place.notice.sentence.text())
    qtbot.waitUntil(lambda: len(place.prompts.rows.records) == 2)


def test_that_a_long_import_says_how_far_it_is_and_closing_ends_it(
    qtbot: QtBot,
    place: DataPlace,
    empty: Project,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def slowly(self: Following, share: float) -> None:
        self._share = share
        time.sleep(0.05)

    monkeypatch.setattr(Following, "_hear", slowly)
    path = tmp_path / "long.jsonl"
    path.write_text("".join(f'{{"prompt": "Question {i}? {"x" * 2000}"}}\n' for i in range(9000)))
    assert place.take_files([str(path)])
    dialog = place.importing.dialog
    said: set[str] = set()
    qtbot.waitUntil(lambda: said.add(dialog.words.text()) or len(said) > 3)
    dialog.close()
    assert any(words.endswith(" %") and not words.endswith(" 0 %") for words in said)
    started = time.monotonic()
    assert background.finish()
    assert time.monotonic() - started < 0.3
    assert empty.prompts.count() == 0


def test_that_a_template_is_shown_filled_in_while_it_is_typed(
    qtbot: QtBot, place: DataPlace, empty: Project, csv_file: Path
) -> None:
    dialog = dropped(qtbot, place, csv_file)
    qtbot.keyClicks(dialog.form.template, "Say: {answer}")
    qtbot.waitUntil(lambda: dialog.example.toPlainText() == "Say: Redwood")
    qtbot.keyClicks(dialog.form.template, " {nothing}")
    qtbot.waitUntil(lambda: dialog.notice.isVisible())
    assert "nothing" in dialog.notice.sentence.text()
    assert not dialog.take.isEnabled()


def test_that_a_file_without_a_usual_column_can_still_be_mapped(
    qtbot: QtBot, place: DataPlace, empty: Project, tmp_path: Path
) -> None:
    odd = tmp_path / "odd.tsv"
    odd.write_text("alpha\tbeta\nHow?\tb\n")
    dialog = dropped(qtbot, place, odd)
    assert not dialog.take.isEnabled()
    box = dialog.form.choices["prompt"]
    box.setCurrentIndex(box.findData("alpha"))
    settle(qtbot)
    assert dialog.take.text().startswith("Import 1 prompt")
    assert dialog.take.isEnabled()


def test_that_other_files_are_not_taken(place: DataPlace, empty: Project) -> None:
    assert not place.take_files(["/somewhere/picture.png"])


def test_that_an_empty_project_offers_the_starter_prompts(
    qtbot: QtBot, place: DataPlace, empty: Project
) -> None:
    assert place.empty.isVisible()
    assert place.primary is not None
    assert not place.primary.isVisible()
    press(qtbot, place.empty_starter)
    qtbot.waitUntil(lambda: empty.prompts.count() >= 60)
    qtbot.waitUntil(lambda: place.prompts.isVisible())


def test_that_the_table_reads_page_by_page_and_searches(
    qtbot: QtBot, place: DataPlace, empty: Project
) -> None:
    empty.prompts.add([NewPrompt(f"question number {i}?") for i in range(450)])
    table, rows = place.prompts.table, place.prompts.rows
    qtbot.waitUntil(lambda: len(rows.records) == 200)
    assert place.prompts.count.text().startswith("450")
    for wanted in (400, 450):
        table.scrollToBottom()
        qtbot.waitUntil(lambda n=wanted: len(rows.records) == n)
    qtbot.keyClicks(place.prompts.search, "number 44")
    qtbot.waitUntil(lambda: len(rows.records) == 11)


def search_for(qtbot: QtBot, place: DataPlace, words: str) -> None:
    place.prompts.search.clear()
    qtbot.keyClicks(place.prompts.search, words)
    qtbot.waitUntil(lambda: not place.prompts._typing.isActive())
    settle(qtbot)
    settle(qtbot)


def marked(view: PlainText) -> list[str]:
    return [one.cursor.selectedText() for one in view.extraSelections()]  # type: ignore[attr-defined]


def test_that_a_prompt_is_found_by_an_answer_and_the_words_are_marked(
    qtbot: QtBot, desk: Desk, place: DataPlace, tmp_path: Path
) -> None:
    project = make_project(tmp_path / "a.prefdesk", prompts=3)
    project.prompts.add([NewPrompt("🙂 Ein schöner <b>Gedanke</b>?\u200b")])
    desk.adopt(project)
    settle(qtbot)
    view = place.prompts
    assert view.table.isColumnHidden(1)
    search_for(qtbot, place, "THOUGHT")
    assert [p.id for p in view.rows.records] == [1, 2, 3]
    assert view.count.text() == "3 found · 3 completions"
    assert not view.table.isColumnHidden(1)
    assert [view.rows.columns[1].text(p) for p in view.rows.records] == ["1", "1", "1"]
    assert "with one more thought" in view.detail.answer.toPlainText()
    assert marked(view.detail.answer) == ["thought"]
    assert marked(view.detail.texts["prompt"]) == []
    search_for(qtbot, place, "schoner ged")
    assert [p.id for p in view.rows.records] == [4]
    assert view.count.text() == "1 found"
    assert "<b>" in view.detail.texts["prompt"].toPlainText()
    assert marked(view.detail.texts["prompt"]) == ["schöner", "Gedanke"]
    search_for(qtbot, place, "nowhere")
    assert (view.rows.records, view.count.text()) == ([], "0 found")
    view.search.clear()
    view.refresh()
    settle(qtbot)
    assert view.count.text() == "4 prompts"
    assert view.table.isColumnHidden(1)
    assert marked(view.detail.texts["prompt"]) == []


def test_that_search_goes_with_the_filters(
    qtbot: QtBot, desk: Desk, place: DataPlace, tmp_path: Path
) -> None:
    desk.adopt(make_project(tmp_path / "a.prefdesk", prompts=2, evaluation_prompts=3))
    settle(qtbot)
    place.prompts.split.setCurrentIndex(2)
    search_for(qtbot, place, "thought")
    assert place.prompts.count.text() == "3 found"
    assert {p.split for p in place.prompts.rows.records} == {"evaluation"}


def test_that_prompts_are_searched_also_where_no_index_can_be_kept(
    qtbot: QtBot,
    desk: Desk,
    place: DataPlace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    desk.adopt(make_project(tmp_path / "a.prefdesk", prompts=3))
    settle(qtbot)
    search_for(qtbot, place, "question 1")
    assert place.prompts.count.text() == "1 found · completions not searched yet"
    assert background.is_idle()


def test_that_the_chosen_prompt_shows_its_completions_and_moves_to_another_split(
    qtbot: QtBot, desk: Desk, place: DataPlace, tmp_path: Path
) -> None:
    project = make_project(tmp_path / "a.prefdesk", prompts=3)
    desk.adopt(project)
    detail = place.prompts.detail
    qtbot.waitUntil(lambda: len(detail.rows.records) == 4)
    assert detail.texts["prompt"].toPlainText() == "train question 0?"
    qtbot.waitUntil(lambda: bool(detail.answer.toPlainText()))
    press(qtbot, place.prompts.to_evaluation)
    qtbot.waitUntil(lambda: project.prompts.count("evaluation") == 1)


def test_that_a_prompt_with_completions_is_not_deleted(
    qtbot: QtBot, desk: Desk, place: DataPlace, tmp_path: Path
) -> None:
    desk.adopt(make_project(tmp_path / "a.prefdesk", prompts=1))
    qtbot.waitUntil(lambda: len(place.prompts.rows.records) == 1)
    settle(qtbot)
    press(qtbot, place.prompts.delete)
    question = place.findChildren(Question)[-1]
    with qtbot.waitSignal(desk.error_raised) as raised:
        question._on_answered(0)
    assert raised.args is not None
    assert "completions" in str(raised.args[0])


def test_that_sampling_starts_the_job_that_the_form_asks_for(
    qtbot: QtBot, desk: Desk, place: DataPlace, worker: CannedWorker, tmp_path: Path
) -> None:
    worker.hold = True
    project = make_project(tmp_path / "a.prefdesk", prompts=3, evaluation_prompts=2)
    desk.adopt(project)
    place.tabs.setCurrentIndex(SAMPLING)
    settle(qtbot)
    card = place.sampler.form
    card.split.setCurrentIndex(1)
    card.limit.setValue(2)
    row = card.form.rows["per_prompt"]
    row.set_value(8)
    assert place.primary is not None
    with qtbot.waitSignal(desk.jobs.started) as started:
        press(qtbot, place.primary)
    assert started.args is not None
    spec: JobSpec = started.args[0]
    assert (spec.kind, spec.settings["split"], spec.settings["limit"]) == (
        "sample",
        "evaluation",
        2,
    )
    assert SamplingConfig.from_json(spec.settings["config"]).per_prompt == 8
    qtbot.waitUntil(lambda: place.strip.isVisible())
    assert not place.primary.isEnabled()
    press(qtbot, place.strip.strip.stop)
    qtbot.waitUntil(lambda: not place.strip.isVisible())
    assert "stop" in worker.said
    assert "4 completions" in place.notice.sentence.text()


def test_that_a_folder_without_a_model_is_refused_and_a_good_one_is_taken(
    qtbot: QtBot, place: DataPlace, empty: Project, tmp_path: Path
) -> None:
    place.tabs.setCurrentIndex(SAMPLING)
    refused: list[PrefdeskError] = []
    place.sampler.refused.connect(refused.append)
    place.sampler.model.take_folder(tmp_path)
    qtbot.waitUntil(lambda: bool(refused))
    assert place.notice.isVisible()
    assert empty.checkpoints.base() is None
    place.sampler.model.take_folder(make_model(tmp_path / "tiny"))
    qtbot.waitUntil(lambda: place.sampler.model.name.text() == "tiny")


def test_that_measured_lengths_become_a_histogram(
    qtbot: QtBot, place: DataPlace, empty: Project
) -> None:
    report = {
        "n_prompts": 30,
        "template": "chat",
        "longest": 39,
        "limit": 35,
        "n_too_long": 4,
        "histogram": [[10 + i, 1] for i in range(30)],
    }
    place.tabs.setCurrentIndex(PREPROCESSING)
    empty.intake(JobSpec("preprocess")).take(ReportReady("preprocess", report))
    view = place.preprocess
    qtbot.waitUntil(lambda: view.plot is not None and view.plot.isVisible())
    assert view.plot is not None
    assert sum(p.y for p in view.plot.points()) == 30
    settle(qtbot)
    assert "4 prompts are longer" in place.sampler.lengths.words.text()
    place.tabs.setCurrentIndex(SAMPLING)
    press(qtbot, place.sampler.lengths.look)
    assert place.tabs.currentIndex() == PREPROCESSING


def test_that_settings_are_saved_and_impossible_ones_are_refused(
    qtbot: QtBot, place: DataPlace, empty: Project
) -> None:
    place.tabs.setCurrentIndex(QUESTION)
    settle(qtbot)
    assert place.primary is not None
    assert not place.primary.isEnabled()
    view = place.question
    view.system.setPlainText("Answer briefly.")
    view.label.setChecked(True)
    view.target.setValue(5)
    press(qtbot, view.criteria.add)
    press(qtbot, place.primary)
    qtbot.waitUntil(lambda: "needs a name" in place.notice.sentence.text())
    assert empty.settings.target_ratings == 3
    qtbot.keyClicks(view.criteria.names()[1], "fluent")
    press(qtbot, place.primary)
    qtbot.waitUntil(lambda: empty.settings.target_ratings == 5)
    found = empty.settings
    assert (found.system, found.question) == ("Answer briefly.", "label")
    assert [c.name for c in found.criteria] == ["overall", "fluent"]
    qtbot.waitUntil(lambda: place.primary is not None and not place.primary.isEnabled())


def test_that_a_table_leaves_the_project(
    qtbot: QtBot, desk: Desk, place: DataPlace, empty: Project, tmp_path: Path
) -> None:
    empty.prompts.add([NewPrompt("Why?")])
    with qtbot.waitSignal(desk.told):
        place.export.write("prompts", tmp_path / "out.csv")
    assert "Why?" in (tmp_path / "out.csv").read_text()


@pytest.mark.parametrize("tab", [PROMPTS, PREPROCESSING, SAMPLING, QUESTION])
def test_that_every_control_says_what_it_is(
    qtbot: QtBot, desk: Desk, place: DataPlace, tmp_path: Path, tab: int
) -> None:
    desk.adopt(make_project(tmp_path / "a.prefdesk", prompts=1))
    place.tabs.setCurrentIndex(tab)
    settle(qtbot)
    controls = (QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit)
    for control in place.findChildren(QWidget):
        inside = isinstance(control.parent(), (QAbstractSpinBox, QComboBox))
        if isinstance(control, controls) and control.isVisible() and not inside:
            text = control.text() if isinstance(control, QAbstractButton) else ""
            assert control.accessibleName() or text, control
