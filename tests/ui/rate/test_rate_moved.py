"""The file loses its name or its disk is full while somebody rates: seen, kept, saved elsewhere."""

import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from prefdesk.project import Project
from tests.ui.rate.conftest import Bench
from tests.unit.store.test_full_disk import small_disk


def choose(bench: Bench, path: Path) -> None:
    """Answer the file dialog that is open."""
    dialog = bench.window.findChildren(QFileDialog)[-1]
    dialog.fileSelected.emit(str(path))
    dialog.close()


def values(path: Path) -> list[float]:
    with Project.open(path, "r") as project:
        return sorted(rating.value for rating in project.ratings.current())


@pytest.mark.parametrize("change", ["deleted", "renamed", "replaced"])
def test_that_unsaved_ratings_are_in_the_copy(
    bench: Bench, file: Path, tmp_path: Path, change: str
) -> None:
    bench.open(file)
    bench.start()
    bench.press(Qt.Key.Key_5)
    bench.wait(lambda: bench.project.pending == 0 and bench.view.deck.outbox.unsaved == 0)
    bar, began = bench.window.file.bar, time.monotonic()
    if change == "deleted":
        file.unlink()
    elif change == "renamed":
        file.rename(tmp_path / "other.prefdesk")
    else:
        with Project.create(tmp_path / "another"):
            pass
        (tmp_path / "another.prefdesk").replace(file)
    bench.wait(bar.isVisible)
    assert time.monotonic() - began < 2.0
    assert "no longer the one that is open" in bar.sentence.text()
    item = bench.entry.id
    bench.press(Qt.Key.Key_6)
    bench.wait(lambda: bool(bench.view.deck.lost_entries()))
    assert bench.entry.id == item
    assert bar.isVisible()
    bar.buttons[0].click()
    copy = tmp_path / "copy.prefdesk"
    choose(bench, copy)
    bench.wait(lambda: not bar.isVisible() and not bench.view.deck.lost_entries())
    bench.press(Qt.Key.Key_7)
    bench.wait(lambda: bench.view.deck.outbox.unsaved == 0 and bench.project.pending == 0)
    assert bench.project.path == copy
    assert bench.window.windowTitle().startswith("copy")
    assert values(copy) == [5.0, 6.0, 7.0]
    if change == "replaced":
        assert values(file) == []


def test_that_a_read_only_project_offers_a_copy_in_place_of_raters(
    bench: Bench, file: Path, tmp_path: Path
) -> None:
    bench.desk.open_project(file, mode="r")
    bench.wait(lambda: bench.desk.project is not None)
    bench.window.show_place("rate")
    bench.wait(bench.place.read_only.isVisible)
    bench.place.read_only.button.click()
    choose(bench, tmp_path / "copy.prefdesk")
    bench.wait(lambda: bench.desk.project is not None and bench.project.mode == "w")
    bench.window.show_place("rate")
    bench.start()
    bench.press(Qt.Key.Key_5)
    bench.saved()
    assert values(tmp_path / "copy.prefdesk") == [5.0]


def test_that_a_new_name_in_the_same_folder_is_followed(bench: Bench, file: Path) -> None:
    bench.open(file)
    bench.start()
    now = file.with_name("renamed.prefdesk")
    file.rename(now)
    bar = bench.window.file.bar
    bench.wait(bar.isVisible)
    bench.press(Qt.Key.Key_4)
    bench.wait(lambda: bool(bench.view.deck.lost_entries()))
    bar.buttons[1].click()
    bench.wait(lambda: not bar.isVisible() and not bench.view.deck.lost_entries())
    bench.wait(lambda: bench.project.pending == 0)
    assert bench.project.path == now
    assert values(now) == [4.0]


def test_that_a_file_put_back_is_written_again(bench: Bench, file: Path) -> None:
    bench.open(file)
    bench.start()
    away = file.with_name("away")
    file.rename(away)
    bar = bench.window.file.bar
    bench.wait(bar.isVisible)
    bench.press(Qt.Key.Key_4)
    bench.wait(lambda: bool(bench.view.deck.lost_entries()))
    away.rename(file)
    bench.wait(lambda: not bar.isVisible())
    bench.place.notice.action.click()
    bench.wait(lambda: not bench.view.deck.lost_entries() and bench.project.pending == 0)
    assert values(file) == [4.0]


def test_that_rating_goes_on_when_a_full_disk_has_space_again(
    bench: Bench, file: Path, tmp_path: Path
) -> None:
    size_kib = file.stat().st_size // 1024 + 4 * 1024
    with small_disk(tmp_path / "small", size_kib) as disk:
        path = disk / "p.prefdesk"
        path.write_bytes(file.read_bytes())
        bench.open(path)
        bench.start()
        bench.press(Qt.Key.Key_5)
        bench.wait(lambda: bench.project.pending == 0)
        filler = disk / "filler"
        with filler.open("wb", buffering=0) as out:
            try:
                while True:
                    out.write(bytes(4096))
            except OSError:
                pass
        rated = 1
        while not bench.view.deck.lost_entries():
            assert rated < 20, "the disk never was full"
            bench.press(Qt.Key.Key_6)
            bench.wait(lambda: bench.view.deck.outbox.unsaved == 0)
            rated += not bench.view.deck.lost_entries()
        notice = bench.place.notice
        assert "no space left" in notice.sentence.text()
        assert f"Free at least 16 MiB on the disk that holds {disk}" in notice.hint.text()
        assert len(bench.view.deck.lost_entries()) == 1
        filler.unlink()
        notice.action.click()
        bench.wait(lambda: not bench.view.deck.lost_entries() and bench.project.pending == 0)
        assert not notice.isVisible()
        assert values(path) == [5.0] + [6.0] * rated
        bench.close()
