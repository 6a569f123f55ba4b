"""The family of checkpoints: a tree with scores, promoted, compared, deleted."""

import numpy as np
import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from safetensors.numpy import save_file

from prefdesk.project import Project
from prefdesk.ui.train.panel import TrainPlace
from tests.ui.stage import shouting
from tests.worlds import add_answers, make_project, rate_by_panel


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """base ─ Round 1 ─ Round 2, and Again beside Round 1; base and Round 1 were judged."""
    folder = tmp_path_factory.mktemp("judged")
    with make_project(folder / "judged.prefdesk", prompts=4, evaluation_prompts=5) as project:
        one = add(project, folder, "Round 1", 1)
        add(project, folder, "Round 2", one)
        add(project, folder, "Again", 1)
        add_answers(project, one, "evaluation", 2)
        rate_by_panel(project)
        project.agreement()
    return folder / "judged.prefdesk"


def add(project, folder, name, parent_id):
    path = folder / "w.safetensors"
    save_file({"w": np.full(1000, len(name) + parent_id, dtype=np.float32)}, path)
    return project.checkpoints.take_in(
        path, kind="lora", name=name, parent_id=parent_id, round_id=None, header="{}"
    )


@pytest.fixture
def place(stage, own_copy):
    stage.open(own_copy)
    place = stage.show(TrainPlace(stage.desk))
    place.tabs.setCurrentIndex(2)
    stage.wait(lambda: place.checkpoints.table.model().rowCount() == 4)
    stage.quiet()
    return place


def rows(place):
    return place.checkpoints._rows.records


def choose(place, *names):
    table = place.checkpoints.table
    at = [i for i, r in enumerate(rows(place)) if r.checkpoint.name in names]
    table.selectRow(at[0])
    flags = QItemSelectionModel.SelectionFlag
    for i in at[1:]:
        table.selectionModel().select(table.model().index(i, 0), flags.Select | flags.Rows)


def focus(place, stage):
    place.activateWindow()
    place.checkpoints.table.setFocus()
    stage.wait(lambda: place.checkpoints.table.hasFocus() and place.isActiveWindow())


def test_that_each_checkpoint_stands_below_what_it_was_made_from(place):
    assert [(r.checkpoint.name, r.depth) for r in rows(place)] == [
        ("base", 0),
        ("Round 1", 1),
        ("Round 2", 2),
        ("Again", 1),
    ]
    shown = [place.checkpoints._columns()[0].text(r) for r in rows(place)]
    assert shown[0] == "base" and shown[2].strip().endswith("Round 2")
    assert shown[2].index("R") > shown[1].index("R")
    assert [r.checkpoint.name for r in rows(place) if r.current] == ["Again"]


def test_that_what_people_think_stands_beside_it(place):
    scores = {r.checkpoint.name: r.score for r in rows(place)}
    assert scores["Round 2"] is None
    assert scores["base"].human.low < scores["base"].human.value < scores["base"].human.high


def test_that_a_child_of_a_deleted_one_hangs_below_the_next_ancestor(place, stage):
    [one] = [r.checkpoint.id for r in rows(place) if r.checkpoint.name == "Round 1"]
    stage.desk.mutate(lambda p: p.checkpoints.delete(one))
    stage.wait(lambda: len(rows(place)) == 3)
    assert [(r.checkpoint.name, r.depth, r.parent) for r in rows(place)] == [
        ("base", 0, ""),
        ("Round 2", 1, "base"),
        ("Again", 1, "base"),
    ]


def test_that_an_older_one_is_promoted_and_the_way_back_is_one_press(place, stage):
    view = place.checkpoints
    choose(place, "Round 2")
    assert view.promote.text() == "Make current"
    view.promote.click()
    stage.wait(lambda: [r.checkpoint.name for r in rows(place) if r.current] == ["Round 2"])
    stage.wait(lambda: place.setup.recipe.start.currentText() == "Round 2")
    assert not view.promote.isEnabled()
    choose(place, "base")
    assert view.promote.text() == "Roll back to this one"
    view.promote.click()
    stage.wait(lambda: stage.project.checkpoints.current().name == "base")
    stage.wait(lambda: view.notice.isVisible() and "base" in view.notice.sentence.text())
    view.notice.action.click()
    stage.wait(lambda: stage.project.checkpoints.current().name == "Round 2")


def test_that_two_are_compared_and_lead_to_their_answers(place, stage):
    view = place.checkpoints
    choose(place, "base")
    assert not view.compare.isEnabled()  # it was made from nothing
    choose(place, "base", "Round 1")
    view.compare.click()
    stage.wait(lambda: view.pair.isVisible())
    assert view.pair.heading.text() == "Round 1 against base"
    assert "on 5 prompts" in view.pair.sentence.text()
    assert [r.a for r in view.pair.rows.records if r.name == "Holds"] == ["the model as it came"]
    view.pair.read.click()
    assert stage.went == ["evaluate"]
    with shouting():
        stage.wait(lambda: view.pair.heading.text() == "Round 1 AGAINST base")


def test_that_one_alone_is_compared_with_its_parent(place, stage):
    choose(place, "Round 2")
    place.checkpoints.compare.click()
    stage.wait(lambda: place.checkpoints.pair.isVisible())
    assert place.checkpoints.pair.heading.text() == "Round 2 against Round 1"
    assert "have not rated both" in place.checkpoints.pair.sentence.text()


def test_that_keys_rename_and_delete(place, stage):
    view = place.checkpoints
    choose(place, "Again")
    focus(place, stage)
    stage.qtbot.keyClick(view.table, Qt.Key.Key_F2)
    dialog = stage.dialog()
    dialog.line.setText("Second try")
    dialog.confirm.click()
    stage.wait(lambda: "Second try" in [r.checkpoint.name for r in rows(place)])
    assert view.chosen().name == "Second try"
    focus(place, stage)
    stage.qtbot.keyClick(view.table, Qt.Key.Key_Delete)
    assert view.notice.isVisible() and len(stage.project.checkpoints.all()) == 4
    view.notice.hide()
    choose(place, "base")
    focus(place, stage)
    stage.qtbot.keyClick(view.table, Qt.Key.Key_Delete)
    assert not view.notice.isVisible()


def test_that_a_project_opened_later_begins_with_its_own_current_one(stage, own_copy, tmp_path):
    with Project.open(own_copy) as project:
        project.checkpoints.promote(1)
    stage.open(own_copy)
    place = stage.show(TrainPlace(stage.desk))
    stage.wait(lambda: place.setup.recipe.start.count() == 4)
    assert place.setup.recipe.start.currentText() == "base"
