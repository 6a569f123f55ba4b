"""Queues filled in parts, from the front, while others write."""

import threading
from collections.abc import Iterator

import pytest

from prefdesk import store
from prefdesk.errors import Cancelled
from prefdesk.store import filling, queue

from .conftest import Filled


@pytest.fixture(autouse=True)
def in_small_parts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(queue, "AT_ONCE", 3)
    monkeypatch.setattr(filling, "PART", 5)
    yield


def order(opened: store.Store, rater: int) -> list[int]:
    with opened.read() as c:
        return store.queue.upcoming(c, rater, 99)


def judged(opened: store.Store, rater: int, completion: int) -> None:
    opened.write(
        lambda c: store.events.append(
            c, rater_id=rater, completion_id=completion, kind="score", value=5
        )
    ).result()


def at_once(opened: store.Store, rater: int, seed: int) -> list[int]:
    """The order that a filling in one transaction gives."""

    class Back(Exception):
        pass

    found: list[int] = []

    def run(c: store.Connection) -> None:
        c.execute("DELETE FROM queue WHERE rater_id = ?", (rater,))
        c.execute("UPDATE rater SET queue_filled_id = 0 WHERE id = ?", (rater,))
        store.queue.fill(c, rater, seed)
        found.extend(store.queue.upcoming(c, rater, 99))
        raise Back

    with pytest.raises(Back):
        opened.write(run).result()
    return found


def test_that_a_queue_filled_in_parts_is_the_one_filled_at_once(filled: Filled) -> None:
    judged(filled.store, 2, 3)
    judged(filled.store, 1, 4)
    done = filling.begin(filled.store, 1, 7)
    assert done is not None
    done.result(10)
    assert order(filled.store, 1) == at_once(filled.store, 1, 7)
    assert order(filled.store, 1)[-1] == 3 and 4 not in order(filled.store, 1)
    assert filling.begin(filled.store, 1, 7) is None
    assert filled.store.check() == []


def test_that_the_first_part_is_the_front_of_the_whole_order(filled: Filled) -> None:
    with filled.store.read() as c:
        plan = filling.planned(c, 1, 7)
        total = store.queue.remaining(c, 1)
    filled.store.write(lambda c: filling.write_part(c, plan, 0)).result()
    first = order(filled.store, 1)
    assert len(first) == 5 and first == at_once(filled.store, 1, 7)[:5]
    with filled.store.read() as c:
        assert store.queue.remaining(c, 1) == total == 12, "those not yet queued count too"


def test_that_ratings_during_the_filling_neither_stay_queued_nor_get_lost(filled: Filled) -> None:
    opened = filled.store
    with opened.read() as c:
        plan = filling.planned(c, 1, 7)
    opened.write(lambda c: filling.write_part(c, plan, 0)).result()
    front, later = int(plan.ids[0]), int(plan.ids[7])
    for completion in (front, later):
        judged(opened, 1, completion)
    judged(opened, 2, int(plan.ids[8]))
    opened.write(lambda c: store.events.undo(c, 1)).result()
    judged(opened, 1, later)
    opened.write(lambda c: store.events.undo(c, 1)).result()
    for first in (5, 10):
        opened.write(lambda c, n=first: filling.write_part(c, plan, n)).result()  # type: ignore[misc]
    assert set(order(opened, 1)) == set(range(1, 13)) - {front}
    assert order(opened, 1)[-1] == plan.ids[8], "somebody judged it meanwhile"
    assert opened.check() == []


def test_that_queues_made_anew_end_a_filling(filled: Filled) -> None:
    with filled.store.read() as c:
        plan = filling.planned(c, 1, 7)
    filled.store.write(lambda c: filling.write_part(c, plan, 0)).result()
    filled.store.write(lambda c: store.queue.set_criteria(c, ["style"])).result()
    with pytest.raises(Cancelled):
        filled.store.write(lambda c: filling.write_part(c, plan, 5)).result()
    done = filling.begin(filled.store, 1, 7)
    assert done is not None
    done.result(10)
    assert len(order(filled.store, 1)) == 12 and filled.store.check() == []


def test_that_a_filling_cut_off_by_closing_goes_on_next_time(filled: Filled) -> None:
    with filled.store.read() as c:
        plan = filling.planned(c, 1, 7)
    filled.store.write(lambda c: filling.write_part(c, plan, 0)).result()
    path = filled.store.path
    filled.store.close()
    with store.open(path) as again:
        done = filling.begin(again, 1, 99)
        assert done is not None
        done.result(10)
        assert order(again, 1) == at_once(again, 1, 7), "the first seed decides for good"


def test_that_closing_during_a_filling_waits_for_one_part_only(filled: Filled) -> None:
    gate = threading.Event()
    done = filling.begin(filled.store, 1, 7)
    filled.store.write(lambda c: gate.wait(5))
    gate.set()
    filled.store.close()
    assert done is not None and done.done()
