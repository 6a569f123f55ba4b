"""Several rounds on one chart."""

import pytest
from PySide6.QtCore import QItemSelectionModel

from prefdesk.ui.train.panel import TrainPlace
from tests.ui.stage import judged_project, shouting


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """Two rounds that have been, with their curves."""
    from prefdesk import store
    from prefdesk.config import RoundConfig
    from prefdesk.project import Project

    path = judged_project(tmp_path_factory.mktemp("judged") / "judged.prefdesk", prompts=4)
    with Project.open(path) as project:
        for number in (1, 2):
            one = project.rounds.create(RoundConfig()).record
            for step in (1, 2, 3):
                values = {"reward": 0.1 * number * step, "kl": 0.01 * step}
                project.core.mutate(
                    lambda c, i=one.id, s=step, v=values: store.rounds.add_metrics(c, i, s, v)
                )
            project.core.mutate(lambda c, i=one.id: store.rounds.finish(c, i, "cancelled", "So."))
    return path


@pytest.fixture
def view(stage, own_copy):
    stage.open(own_copy)
    place = stage.show(TrainPlace(stage.desk))
    place.tabs.setCurrentIndex(1)
    view = place.rounds
    stage.wait(lambda: view.table.model().rowCount() == 2 and view.chart is not None)
    stage.quiet()
    return view


def test_that_the_chosen_round_is_drawn_and_a_second_joins_it(view, stage):
    stage.wait(lambda: {p.series for p in view.chart.points()} == {"Round 2"})
    flags = QItemSelectionModel.SelectionFlag
    index = view.table.model().index(1, 0)
    view.table.selectionModel().select(index, flags.Select | flags.Rows)
    stage.wait(lambda: {p.series for p in view.chart.points()} == {"Round 1", "Round 2"})
    first = [p.y for p in view.chart.points() if p.series == "Round 1"]
    assert first == pytest.approx([0.1, 0.2, 0.3])


def test_that_another_metric_is_chosen(view, stage):
    chart = view.chart
    chart.choice.setCurrentIndex(chart.choice.findData("kl"))
    stage.wait(lambda: [p.y for p in chart.points()] == [0.01, 0.02, 0.03])
    assert chart._plot.getAxis("left").labelText == "nats per token"
    chart.choice.setCurrentIndex(chart.choice.findData("loss"))
    assert chart.points() == []


def test_that_names_follow_the_language(view, stage):
    with shouting():
        stage.wait(lambda: view.chart.heading.text() == "ROUNDS ON ONE CHART")
        assert {p.series for p in view.chart.points()} == {"ROUND 2"}
        assert view.chart.choice.itemText(0) == "REWARD"
