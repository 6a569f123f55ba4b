"""One call fails with an I/O error, each in turn: nothing untrue is acknowledged, nothing breaks.

What a failed call was to write is lost, and later calls succeed: so a program that goes on after
a failed sync acknowledges what is not on the disk.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from prefdesk import store
from prefdesk.records import NewPrompt

from . import recording

pytestmark = pytest.mark.skipif(bool(recording.why_not()), reason=recording.why_not() or "-")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return recording.build(tmp_path_factory.mktemp("eio"), "eio.c")


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("first") / "p.prefdesk"
    with store.create(path, meta={"uid": "1"}) as opened:
        opened.write(lambda c: store.prompts.add(c, [NewPrompt("before")])).result()
    return path


def run(library: Path, path: Path, calls: str, at: int) -> tuple[list[str], int]:
    """What the child said, and how many calls it made of the counted kinds."""
    count = library.with_name("count")
    environment = os.environ | {
        "LD_PRELOAD": str(library),
        "FAIL_FOLDER": str(path.parent.resolve()),
        "FAIL_CALLS": calls,
        "FAIL_AT": str(at),
        "FAIL_COUNT": str(count),
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.reliability.failing_child", str(path)],
        env=environment, cwd=recording.REPOSITORY, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines(), int(count.read_text())


def check(path: Path, said: list[str], calls: str) -> None:
    """Every acknowledged text is in the file, which is whole and can be written."""
    acknowledged = {line.partition(" ")[2] for line in said if line.startswith(("rated", "late"))}
    with store.open(path) as opened:
        assert opened.check() == []
        with opened.read() as c:
            texts = {p.content for p in store.prompts.page(c, limit=1000)}
        opened.write(lambda c: store.prompts.add(c, [NewPrompt("after")])).result()
    assert acknowledged | {"before"} <= texts, "an acknowledged rating is not there"
    # A read that failed has lost nothing: what is read next time is true again.
    late = [line for line in said if line.startswith("late") and calls != "r"]
    assert not late, "written after the disk failed"


def try_all(library: Path, first: Path, folder: Path, calls: str, every: int) -> tuple[int, int]:
    """Fail every so manieth call in turn; how many runs there were and how many felt it."""
    _, total = run(library, copied(first, folder / "whole"), calls, 0)
    runs = felt = 0
    for at in range(1, total + 1, every):
        path = copied(first, folder / f"{calls}{at}")
        said, _ = run(library, path, calls, at)
        check(path, said, calls)
        runs, felt = runs + 1, felt + any("refused" in line for line in said)
        shutil.rmtree(path.parent)
    return runs, felt


def copied(path: Path, folder: Path) -> Path:
    folder.mkdir()
    return Path(shutil.copy(path, folder / "p.prefdesk"))


@pytest.mark.parametrize("calls, every", [("s", 3), ("wt", 14)])
def test_that_nothing_untrue_is_acknowledged(
    library: Path, first: Path, tmp_path: Path, calls: str, every: int
) -> None:
    runs, felt = try_all(library, first, tmp_path, calls, every)
    assert runs >= 4
    assert felt >= 2, "no call that mattered failed"


@pytest.mark.heavy
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("calls", ["s", "wt", "r"])
def test_that_nothing_untrue_is_acknowledged_at_any_call(
    library: Path, first: Path, tmp_path: Path, calls: str
) -> None:
    runs, felt = try_all(library, first, tmp_path, calls, 1)
    sys.stdout.write(f"\n{calls}: {runs} calls failed one at a time, {felt} of them felt\n")
    assert felt
