"""A project copied while somebody rates in it: the copy is complete or says what may be missing."""

import shutil
import zipfile
from pathlib import Path

import pytest

from prefdesk import store
from prefdesk.errors import PrefdeskError

from .test_kill_rating import make_project

RATINGS = 230
"""Some of them are in the file already, some only in the log."""


@pytest.fixture
def rated(tmp_path: Path) -> Path:
    path = tmp_path / "p.prefdesk"
    make_project(path)
    return path


def rate(opened: store.Store, n: int) -> None:
    for number in range(n):
        opened.write(
            lambda c, n=number: store.events.append(  # type: ignore[misc]
                c, rater_id=1, completion_id=1 + n % 12, kind="score", value=n % 11
            ),
            urgent=True,
        ).result()


def events_of(path: Path) -> tuple[int, tuple[str, ...]]:
    """How many events a file has after it was opened, and what was said about it."""
    with store.open(path) as opened, opened.read() as c:
        assert opened.check() == []
        return c.execute("SELECT count(*) FROM event").fetchone()[0], opened.notices


def test_that_a_copy_of_the_file_alone_says_what_may_be_missing(rated: Path) -> None:
    copy = rated.with_name("copy.prefdesk")
    with store.open(rated) as opened:
        rate(opened, RATINGS)
        shutil.copy(rated, copy)
    n, notices = events_of(copy)
    assert n < RATINGS
    assert "copied while it was open" in notices[0]
    assert events_of(copy) == (n, ()), "said once; from then on it is a project of its own"
    assert events_of(rated) == (RATINGS, ())


def test_that_reading_such_a_copy_says_so_too(rated: Path) -> None:
    copy = rated.with_name("copy.prefdesk")
    with store.open(rated) as opened:
        rate(opened, 3)
        shutil.copy(rated, copy)
    with store.open(copy, "r") as opened:
        assert "copied while it was open" in opened.notices[0]


@pytest.mark.parametrize("log_first", [True, False])
def test_that_a_copy_with_its_log_is_complete_or_refused(rated: Path, log_first: bool) -> None:
    folder = rated.parent / "elsewhere"
    folder.mkdir()
    ends = ["-wal", ""] if log_first else ["", "-wal"]
    with store.open(rated) as opened:
        rate(opened, RATINGS)
        for end in ends:
            shutil.copy(f"{rated}{end}", f"{folder}/p.prefdesk{end}")
            # Between the two, a checkpoint moves the file on.
            rate(opened, RATINGS)
    try:
        n, notices = events_of(folder / "p.prefdesk")
    except PrefdeskError as error:
        assert error.hint
    else:
        assert n >= RATINGS or notices
    assert events_of(rated) == (3 * RATINGS, ())


def test_that_a_copy_of_everything_at_one_moment_is_complete(rated: Path) -> None:
    packed = rated.with_suffix(".zip")
    with store.open(rated) as opened:
        rate(opened, RATINGS)
        with zipfile.ZipFile(packed, "w") as archive:
            for end in ("", "-wal"):
                archive.write(f"{rated}{end}", f"p.prefdesk{end}")
    folder = rated.parent / "unpacked"
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(folder)
    assert events_of(folder / "p.prefdesk") == (RATINGS, ())
