"""Plots: figures under the cursor, a table twin, and files to take away."""

import csv
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from prefdesk.ui import background, theme, tokens
from prefdesk.ui.dialogs import AskFile
from prefdesk.ui.preferences import Preferences
from prefdesk.ui.widgets.plot import PlotCard


@pytest.fixture
def card(qtbot: QtBot, preferences: Preferences) -> PlotCard:
    made = PlotCard("Reward", x="step", y="reward, sd")
    qtbot.addWidget(made)
    made.resize(600, 360)
    made.set_series("Round 1", [1, 2, 3], [0.001, 0.002, 0.004], low=[0, 0, 0], high=[1, 1, 1])
    made.show()
    return made


def test_that_axes_are_named_and_keep_their_units(card: PlotCard) -> None:
    axis = card._plot.getAxis("left")
    assert axis.labelText == "reward, sd"
    assert not axis.autoSIPrefix and axis.labelUnits == ""
    assert card.view.accessibleName() == "Reward"


def test_that_the_plot_follows_the_theme(card: PlotCard) -> None:
    for wish in ("dark", "light"):
        theme.theme().apply(wish)  # type: ignore[arg-type]
        corner = card.view.grab().toImage().pixelColor(2, 2).name().upper()
        assert corner == tokens.THEMES[wish].panel  # type: ignore[index]


def test_that_the_value_under_the_cursor_is_the_nearest_point(card: PlotCard) -> None:
    box = card._plot.getViewBox()
    card._on_mouse_moved(box.mapViewToScene(QPointF(2.1, 0.0021)))
    assert card.value.text() == "step 2 · 0.002"
    card._on_mouse_moved(QPointF(-100, -100))
    assert card.value.text() == ""


def test_that_the_table_holds_the_same_figures(card: PlotCard) -> None:
    card._as_table.setChecked(True)
    assert card.table.isVisible()
    model = card.table.model()
    shown = [[model.index(r, c).data() for c in range(5)] for r in range(model.rowCount())]
    assert shown[2] == ["Round 1", "3", "0.004", "0", "1"]
    card.set_series("Round 1", [1], [5.0])
    assert model.rowCount() == 1


def test_that_figures_leave_as_csv_and_pictures_as_png(
    qtbot: QtBot, card: PlotCard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    targets = {"*.csv": tmp_path / "f.csv", "*.png": tmp_path / "p.png"}
    monkeypatch.setattr(
        AskFile, "to_save", lambda parent, title, pattern, name, done: done(targets[pattern])
    )
    card._export.click()
    (menu,) = card.findChildren(QMenu)
    for action in menu.actions():
        action.trigger()
    qtbot.waitUntil(background.is_idle, timeout=5_000)
    with (tmp_path / "f.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0][:3] == ["Series", "step", "reward, sd"]
    assert rows[3] == ["Round 1", "3.0", "0.004", "0.0", "1.0"]
    assert QImage(str(tmp_path / "p.png")).width() > 300
    menu.close()


def test_that_a_clicked_point_opens_what_is_behind_it(qtbot: QtBot, card: PlotCard) -> None:
    card.set_series("Residuals", [1, 2], [3, 4], style="points", keys=["a", "b"])
    item = card._series["Residuals"]._item
    with qtbot.waitSignal(card.point_opened) as caught:
        item.sigPointsClicked.emit(item, item.scatter.points()[1:], None)
    assert caught.args == ["b"]


def test_that_a_plot_can_be_emptied_and_filled_again(card: PlotCard) -> None:
    card.add_line(y=0.5, text="usable")
    card.clear()
    assert card.points() == []
    card.set_series("Round 2", [1, 2], [float("nan"), 1.0], style="both")
    assert len(card.points()) == 2
