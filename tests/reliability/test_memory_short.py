"""No memory at any of many moments: refused in a sentence, no rating lost, the file whole."""

import os
import sys
import traceback
from pathlib import Path

import pytest

from prefdesk import store
from prefdesk.errors import ProjectError
from prefdesk.store.engine import dbapi

from .test_kill_rating import make_project

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks a process")

RATINGS = 12
NO_LIMIT = 2**30


def rate(c: store.Connection, number: int) -> bytes:
    body = f"comment {number} " * 2_000
    event = store.events.append(
        c, rater_id=1, completion_id=1 + number % 12, kind="score", value=number % 11, body=body
    )
    return event.uid


def work_with(path: Path, limit_bytes: int, acks: int) -> None:
    """Rate while SQLite gets no more than so many bytes; each acknowledged uid goes into a pipe."""
    refused = 0
    with store.open(path) as opened:
        opened.write(
            lambda c: c.execute(f"PRAGMA hard_heap_limit={limit_bytes}").fetchone()
        ).result()
        for number in range(RATINGS):
            try:
                uid = opened.write(lambda c, n=number: rate(c, n), urgent=True).result()  # type: ignore[misc]
            except ProjectError as error:
                assert "not enough memory" in error.message, error.message
                refused += 1
            except dbapi.InterfaceError as error:
                # A value that found no memory on its way in; the engine cannot tell this from a
                # value of a type that it does not know, so neither can we.
                assert "probably unsupported type" in str(error)
                refused += 1
            else:
                os.write(acks, uid)
    os.write(acks, refused.to_bytes(16, "big"))


def run(path: Path, limit_bytes: int) -> tuple[set[bytes], int]:
    """In a process of its own: the limit cannot be lifted again. Acknowledged uids, refusals."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.close(reading)
            work_with(path, limit_bytes, writing)
            code = 0
        except ProjectError as error:
            # Not even opening had enough.
            code = 0 if "not enough memory" in error.message else 2
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0, limit_bytes
    found = [said[i : i + 16] for i in range(0, len(said), 16)]
    last = int.from_bytes(found.pop(), "big") if found else RATINGS
    return set(found), last


def look(tmp_path: Path, limits: range) -> None:
    path = tmp_path / "p.prefdesk"
    make_project(path)
    acknowledged: set[bytes] = set()
    outcomes: list[int] = []
    for limit_bytes in (*limits, NO_LIMIT):
        saved, refused = run(path, limit_bytes)
        acknowledged |= saved
        outcomes.append(refused)
        with store.open(path) as after:
            assert after.check() == []
            with after.read() as c:
                assert acknowledged <= {e.uid for e in store.events.history(c, limit=10**6)}
    assert min(outcomes) == 0, "a limit that is none refused something"
    assert max(outcomes) > 0, "the lowest limit refused nothing; the test looked at nothing"


def test_that_a_lack_of_memory_refuses_a_rating_and_loses_none(tmp_path: Path) -> None:
    look(tmp_path, range(100_000, 6_000_000, 400_000))


@pytest.mark.heavy
@pytest.mark.timeout(1800)
def test_that_none_of_200_lacks_of_memory_loses_a_rating(tmp_path: Path) -> None:
    look(tmp_path, range(60_000, 6_060_000, 30_000))
