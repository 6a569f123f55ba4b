"""The writer thread: order, errors, counting, draining."""

import gc
import threading
import weakref
from concurrent.futures import Future
from typing import Any

import pytest

from prefdesk import store
from prefdesk.errors import DiskFull, InputError, ProjectError
from prefdesk.records import NewPrompt
from prefdesk.store import engine


def hold(opened: store.Store) -> tuple[threading.Event, "Future[Any]"]:
    """Keep the writer busy until the event is set, so that what follows has to queue."""
    release, started = threading.Event(), threading.Event()

    def wait(_: store.Connection) -> None:
        started.set()
        assert release.wait(20)

    future = opened.write(wait)
    assert started.wait(20)
    return release, future


def test_that_urgent_writes_go_first_and_the_rest_in_order(opened: store.Store) -> None:
    release, _ = hold(opened)
    ran: list[str] = []
    futures = [
        opened.write(lambda c, n=name: ran.append(n), urgent=name.startswith("urgent"))  # type: ignore[misc]
        for name in ("bulk 1", "bulk 2", "urgent 1", "bulk 3", "urgent 2")
    ]
    assert opened.pending == 2
    release.set()
    for future in futures:
        future.result()
    assert ran == ["urgent 1", "urgent 2", "bulk 1", "bulk 2", "bulk 3"]
    assert opened.pending == 0


def test_that_pending_is_counted_down_before_the_future_resolves(opened: store.Store) -> None:
    seen: list[int] = []
    future = opened.write(lambda c: None, urgent=True)
    future.add_done_callback(lambda _: seen.append(opened.pending))
    future.result()
    opened.write(lambda c: None).result()
    assert seen == [0]


def test_that_pending_is_counted_down_after_failures_and_cancellations(
    opened: store.Store,
) -> None:
    release, _ = hold(opened)
    failing = opened.write(lambda c: 1 / 0, urgent=True)
    cancelled = opened.write(lambda c: None, urgent=True)
    assert opened.pending == 2
    assert cancelled.cancel()
    release.set()
    with pytest.raises(ZeroDivisionError):
        failing.result()
    opened.write(lambda c: None).result()
    assert opened.pending == 0


def test_that_a_failed_job_leaves_nothing_and_the_next_one_works(opened: store.Store) -> None:
    def half(c: store.Connection) -> None:
        store.prompts.add(c, [NewPrompt("half")])
        raise InputError("No.")

    with pytest.raises(InputError, match="No"):
        opened.write(half).result()
    opened.write(lambda c: store.prompts.add(c, [NewPrompt("whole")])).result()
    with opened.read() as c:
        assert [p.text for p in store.prompts.page(c)] == ["whole"]


def test_that_closing_finishes_what_is_queued(filled_path: Any) -> None:
    opened = store.open(filled_path)
    release, _ = hold(opened)
    futures = [
        opened.write(lambda c, i=i: store.meta.put(c, str(i), "x"), urgent=i % 2 == 0)  # type: ignore[misc]
        for i in range(20)
    ]
    threading.Timer(0.05, release.set).start()
    opened.close()
    assert all(f.done() for f in futures)
    with store.open(filled_path, "r") as again, again.read() as c:
        assert set(store.meta.all(c)) >= {str(i) for i in range(20)}


def test_that_a_full_disk_is_said_and_survived(opened: store.Store) -> None:
    opened.write(lambda c: store.prompts.add(c, [NewPrompt("before")])).result()
    used = opened.write(lambda c: c.execute("PRAGMA page_count").fetchone()[0]).result()
    opened.write(lambda c: c.execute(f"PRAGMA max_page_count={used + 2}").fetchall()).result()
    with pytest.raises(DiskFull, match="no space left") as caught:
        opened.write(lambda c: store.prompts.add(c, [NewPrompt("x" * 10**6)])).result()
    assert opened.path.name in caught.value.message
    with opened.read() as c:
        assert [p.text for p in store.prompts.page(c)] == ["before"]
    opened.write(lambda c: c.execute("PRAGMA max_page_count=1000000").fetchall()).result()
    opened.write(lambda c: store.prompts.add(c, [NewPrompt("after")])).result()
    assert opened.check() == []


def test_that_another_program_with_the_lock_is_said(opened: store.Store) -> None:
    opened.write(lambda c: c.execute("PRAGMA busy_timeout=10").fetchall()).result()
    other = engine.dbapi.connect(str(opened.path), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(ProjectError, match="Another program keeps"):
        opened.write(lambda c: store.meta.put(c, "a", "b")).result()
    other.execute("ROLLBACK")
    other.close()
    opened.write(lambda c: store.meta.put(c, "a", "b")).result()


def test_that_half_a_character_is_refused_in_words(opened: store.Store) -> None:
    with pytest.raises(InputError, match="half a character"):
        opened.write(lambda c: store.prompts.add(c, [NewPrompt("\ud800")])).result()


def test_that_the_log_is_taken_in_after_bulk_writes(opened: store.Store) -> None:
    for number in range(30):
        text = f"{number} " * 50_000
        opened.write(lambda c, t=text: store.prompts.add(c, [NewPrompt(t)])).result()  # type: ignore[misc]
    size = opened.path.with_name(opened.path.name + "-wal").stat().st_size
    assert size < 2_000_000, "5 MB were written; the log starts again after each piece"


def test_that_a_store_forgotten_by_its_last_job_is_closed(filled_path: Any) -> None:
    opened = store.open(filled_path)
    release, _ = hold(opened)
    last: list[store.Store] = [opened]

    def forget(c: store.Connection) -> None:
        last.clear()

    future = opened.write(forget)
    gone = threading.Event()
    weakref.finalize(opened, gone.set)
    del opened
    release.set()
    future.result()
    gc.collect()
    assert gone.wait(20)
    for _ in range(200):
        try:
            store.open(filled_path).close()
            break
        except ProjectError:
            threading.Event().wait(0.02)
    else:
        pytest.fail("the lock was never released")


def test_that_callbacks_may_queue_more_writes(opened: store.Store) -> None:
    second: list[Future[None]] = []
    done = threading.Event()

    def again(_: "Future[None]") -> None:
        second.append(opened.write(lambda c: store.meta.put(c, "second", "x")))
        done.set()

    opened.write(lambda c: store.meta.put(c, "first", "x")).add_done_callback(again)
    assert done.wait(20)
    second[0].result()
    with opened.read() as c:
        assert set(store.meta.all(c)) >= {"first", "second"}
