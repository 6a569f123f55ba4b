"""The recipe: presets, rare settings by what they do, and values that are wrong together."""

from dataclasses import dataclass

import pytest
from PySide6.QtCore import QPointF, QRectF
from pytestqt.qtbot import QtBot

from prefdesk.config import PRESETS, Config, RoundConfig, setting, with_preset
from prefdesk.errors import InputError
from prefdesk.ui.preferences import Preferences
from prefdesk.ui.train.presets import GROUPS
from prefdesk.ui.train.recipe import RecipePane
from prefdesk.ui.widgets import SettingsForm
from prefdesk.ui.widgets.plot import PlotCard
from tests.ui.stage import shouting


@pytest.fixture
def pane(qtbot: QtBot, preferences: Preferences) -> RecipePane:
    made = RecipePane()
    qtbot.addWidget(made)
    made.show()
    return made


def pressed(pane: RecipePane) -> list[str]:
    return [name for name, button in pane.presets.buttons.items() if button.isChecked()]


def test_that_a_form_begins_balanced_and_its_default_is_that_preset(pane: RecipePane) -> None:
    assert pressed(pane) == ["balanced"]
    assert with_preset(RoundConfig(), "balanced") == RoundConfig()


@pytest.mark.parametrize("name", list(PRESETS))
def test_that_a_preset_changes_its_own_settings_and_no_others(pane: RecipePane, name: str) -> None:
    pane.form.rows["lora_rank"].set_value(8)
    pane.presets.buttons[name].click()
    config = pane.form.value()
    assert config is not None and config.lora_rank == 8
    assert {key: getattr(config, key) for key in PRESETS[name]} == PRESETS[name]
    assert pressed(pane) == [name] and pane.presets.explained.text()


def test_that_other_values_are_called_ones_own(pane: RecipePane, qtbot: QtBot) -> None:
    row = pane.form.rows["epochs"]
    row.control.clear()  # type: ignore[union-attr]
    qtbot.keyClicks(row.control, "7")
    assert pressed(pane) == []
    assert pane.presets.explained.text() == "Your own settings."


def test_that_every_rare_setting_stands_in_one_group() -> None:
    rare = {s.name for s in RoundConfig.describe() if s.expert and s.name != "override"}
    named = [name for group in GROUPS for name in group.names]
    assert len(named) == len(set(named))
    assert rare <= set(named), f"without a group: {sorted(rare - set(named))}"


def test_that_groups_have_a_title_and_a_line_and_follow_the_language(pane: RecipePane) -> None:
    pane.form.open_fold()
    assert pane.form.rows["lora_rank"].isVisible()
    with shouting():
        assert all(group.title().isupper() and group.help() for group in GROUPS)


@dataclass(frozen=True)
class Two(Config):
    """Two numbers of which the second must not be smaller."""

    low: int = setting(1, "The lower one.")
    high: int = setting(2, "The higher one.", expert=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.high < self.low:
            raise InputError("high is below low.", "Raise it.")


def test_that_values_that_are_wrong_together_are_said_as_one_types(
    qtbot: QtBot, preferences: Preferences
) -> None:
    form = SettingsForm(Two())
    qtbot.addWidget(form)
    form.show()
    line = form.rows["low"].control
    line.clear()  # type: ignore[union-attr]
    qtbot.keyClicks(line, "5")
    assert form.value() is None
    assert form.problem.isVisible() and form.problem.text() == "high is below low. Raise it."
    line.clear()  # type: ignore[union-attr]
    qtbot.keyClicks(line, "2")
    assert form.value() == Two(2, 2) and not form.problem.isVisible()


@pytest.fixture
def plot(qtbot: QtBot, preferences: Preferences) -> PlotCard:
    card = PlotCard("Reward", x="step", y="sd", zoom=True)
    qtbot.addWidget(card)
    card.resize(600, 360)
    card.set_series("Round 1", [1, 2, 3], [0.1, 0.2, 0.4])
    card.show()
    return card


def point_at(plot: PlotCard, x: float, y: float) -> None:
    plot.view.grab()  # ranges follow new figures at the next paint
    plot._on_mouse_moved(plot._plot.getViewBox().mapViewToScene(QPointF(x, y)))


def test_that_the_crosshair_stands_on_the_nearest_point(plot: PlotCard) -> None:
    point_at(plot, 2.1, 0.22)
    assert plot._cross.at == (2, 0.2)
    plot._on_mouse_moved(QPointF(-50, -50))
    assert plot._cross.at is None


def test_that_several_rounds_are_read_at_one_step(plot: PlotCard) -> None:
    plot.set_series("Round 2", [1, 2, 3], [0.3, 0.5, 0.9])
    point_at(plot, 2.0, 0.5)
    assert plot.value.text() == "step 2 · Round 2 0.5 · Round 1 0.2"
    plot.clear()
    plot.set_series("Round 3", [1, 2], [0.3, 0.5])
    point_at(plot, 2.0, 0.5)
    assert plot._cross.at == (2, 0.5)  # it outlives a cleared plot


def test_that_a_part_is_shown_larger_and_all_again(plot: PlotCard) -> None:
    box = plot._plot.getViewBox()
    plot.view.grab()
    whole = box.viewRange()
    box.showAxRect(QRectF(1.5, 0.1, 1.0, 0.2))
    assert box.viewRange()[0] == pytest.approx([1.5, 2.5], abs=0.2)
    assert plot.all.isVisible()
    plot.all.click()
    plot.view.grab()
    assert box.viewRange()[0] == pytest.approx(whole[0])
    assert not plot.all.isVisible()
