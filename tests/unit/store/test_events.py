"""The event log in particular cases; the machine in test_events_machine tries the rest."""

from pathlib import Path
from typing import Any

import pytest

from prefdesk import store
from prefdesk.errors import InputError
from prefdesk.store import eventlog
from prefdesk.store.events import Draft

from .conftest import Filled, score


def values(c: store.Connection, rater: int | None = None) -> dict[int, float]:
    return {r.completion_id: r.value for r in store.events.current(c, rater_id=rater)}


def test_that_the_last_score_counts(c: store.Connection) -> None:
    first = score(c, 1, 3, seconds=1.5, now_ms=1000)
    second = score(c, 1, 7.5, now_ms=900)
    (rating,) = store.events.current(c)
    assert (rating.value, rating.event_uid, rating.prompt_id) == (7.5, second.uid, 1)
    assert store.events.history(c) == [first, second]
    assert second.hlc == first.hlc + 1, "the clock of events never goes back"
    assert first.hlc == 1000 << 16
    assert first.uid[:6] == (1000).to_bytes(6, "big") and len(first.uid) == 16


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"kind": "score", "value": 10.01}, "from 0 to 10, not 10.01"),
        ({"kind": "score", "value": -0.5}, "from 0 to 10"),
        ({"kind": "score", "value": float("nan")}, "from 0 to 10"),
        ({"kind": "score"}, "from 0 to 10, not None"),
        ({"kind": "label", "value": 3}, "bad, medium, good"),
        ({"kind": "label", "value": 0.5}, "bad, medium, good"),
        ({"kind": "label"}, "bad, medium, good"),
        ({"kind": "skip", "value": 1}, "skip has no value"),
        ({"kind": "comment", "value": 1}, "comment has no value"),
        ({"kind": "retract"}, "no kind of rating"),
        ({"kind": "score", "value": 1, "criterion": " "}, "needs a criterion"),
        ({"kind": "score", "value": 1, "occasion": -1}, "occasion"),
        ({"kind": "score", "value": 1, "seconds": -1}, "seconds"),
        ({"kind": "score", "value": 1, "seconds": float("inf")}, "seconds"),
        ({"kind": "score", "value": 1, "completion_id": 99}, "no completion 99"),
        ({"kind": "score", "value": 1, "rater_id": 99}, "no rater 99"),
    ],
)
def test_that_a_rating_out_of_range_is_refused(
    c: store.Connection, wrong: dict[str, Any], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        store.events.append(c, **{"rater_id": 1, "completion_id": 1, **wrong})
    assert store.events.count(c) == 0


def test_that_the_limits_of_the_scale_are_on_it(c: store.Connection) -> None:
    score(c, 1, 0)
    score(c, 2, 10)
    store.events.append(c, rater_id=1, completion_id=3, kind="label", value=2)
    assert values(c) == {1: 0.0, 2: 10.0, 3: 2.0}


def test_that_a_file_of_ratings_names_the_bad_one(c: store.Connection) -> None:
    drafts: list[Any] = [
        Draft(1, 1, "score", 5.0),
        {"completion_id": 2, "rater_id": 1, "kind": "score", "value": 11.0},
    ]
    with pytest.raises(InputError, match=r"Rating 2: .*not 11"):
        store.events.append_many(c, drafts)
    assert store.events.count(c) == 0


def test_that_many_ratings_are_one_act_or_many(c: store.Connection) -> None:
    drafts = [Draft(i, 1, "score", 5.0) for i in (1, 2, 3)]
    store.events.append_many(c, drafts)
    store.events.undo(c, 1)
    assert len(values(c)) == 2
    store.events.append_many(c, [Draft(i, 1, "score", 6.0) for i in (1, 2, 3)], one_act=True)
    store.events.undo(c, 1)
    assert values(c) == {1: 5.0, 2: 5.0}


def test_that_a_comment_goes_with_the_rating(c: store.Connection) -> None:
    score(c, 1, 5)
    score(c, 1, 6, criterion="style")
    store.events.append(c, rater_id=1, completion_id=1, kind="comment", body="odd")
    store.events.append(
        c, rater_id=1, completion_id=1, kind="comment", body="stilted", criterion="style"
    )
    found = {r.criterion: r.comment for r in store.events.current(c)}
    assert found == {"overall": "odd", "style": "stilted"}
    assert store.events.comment(c, 1, 1) == "stilted"
    assert store.events.comment(c, 1, 1, "overall") == "odd"
    assert store.events.comment(c, 2, 1) == ""


def test_that_current_ratings_are_found_by_who_and_where(c: store.Connection) -> None:
    store.prompts.set_split(c, [1], "evaluation")
    score(c, 1, 1)
    score(c, 4, 4)
    score(c, 4, 8, rater=2)
    ids = [(r.completion_id, r.rater_id) for r in store.events.current(c)]
    assert ids == [(1, 1), (4, 1), (4, 2)]
    assert len(store.events.current(c, rater_id=1)) == 2
    assert len(store.events.current(c, completion_id=4)) == 2
    assert [r.completion_id for r in store.events.current(c, split="evaluation")] == [1]
    assert store.events.current(c, checkpoint_id=99) == []


def test_that_history_is_read_page_by_page(c: store.Connection) -> None:
    made = [score(c, 1 + i % 3, i % 10, rater=1 + i % 2).uid for i in range(10)]
    seen: list[bytes] = []
    while page := store.events.history(c, after=seen[-1] if seen else None, limit=3):
        seen += [e.uid for e in page]
    assert seen == made
    assert [e.uid for e in store.events.history(c, rater_id=2, limit=2)] == made[1:4:2]
    assert {e.completion_id for e in store.events.history(c, completion_id=2)} == {2}


def test_that_undo_and_redo_work_after_a_restart(filled: Filled) -> None:
    path = filled.store.path
    for value in (1, 2, 3):
        filled.store.write(lambda c, v=value: score(c, v, v), urgent=True).result()  # type: ignore[misc]
    filled.store.write(lambda c: store.events.undo(c, 1), urgent=True).result()
    filled.store.close()
    with store.open(path) as again:
        with again.read() as c:
            assert values(c) == {1: 1.0, 2: 2.0}
            assert store.events.can_redo(c, 1) and not store.events.can_undo(c, 2)
        again.write(lambda c: store.events.undo(c, 1)).result()
        again.write(lambda c: store.events.redo(c, 1)).result()
        again.write(lambda c: store.events.redo(c, 1)).result()
        assert again.write(lambda c: store.events.redo(c, 1)).result() == ()
        with again.read() as c:
            assert values(c) == {1: 1.0, 2: 2.0, 3: 3.0}
            assert store.events.count(c) == 7
        assert again.check() == []


def test_that_undo_brings_back_what_was_there_before(c: store.Connection) -> None:
    score(c, 1, 3)
    score(c, 1, 8)
    new = store.events.undo(c, 1)
    assert [e.verb for e in new] == ["undo"] and [e.kind for e in new] == ["retract"]
    assert values(c) == {1: 3.0}


def test_that_moved_ratings_change_hands_and_come_back(c: store.Connection) -> None:
    mine = score(c, 1, 3, seconds=2.5)
    score(c, 2, 4)
    moved = store.events.move(c, 1, 2, [mine.uid])
    assert {e.verb for e in moved} == {"move"} and len({e.act for e in moved}) == 1
    assert values(c, 1) == {2: 4.0} and values(c, 2) == {1: 3.0}
    assert store.events.current(c, rater_id=2)[0].seconds == 2.5
    store.events.undo(c, 2)
    assert values(c, 1) == {1: 3.0, 2: 4.0} and values(c, 2) == {}
    store.events.redo(c, 1)
    assert values(c, 2) == {1: 3.0}


def test_that_only_living_ratings_of_the_rater_move(c: store.Connection) -> None:
    mine = score(c, 1, 3)
    with pytest.raises(InputError, match="not this rater's"):
        store.events.move(c, 2, 1, [mine.uid])
    with pytest.raises(InputError, match="already"):
        store.events.move(c, 1, 1, [mine.uid])
    with pytest.raises(InputError, match="no such rating"):
        store.events.move(c, 1, 2, [b"x" * 16])
    (undone,) = store.events.undo(c, 1)
    for uid in (mine.uid, undone.uid):
        with pytest.raises(InputError, match="taken back"):
            store.events.move(c, 1, 2, [uid])
    assert store.events.move(c, 1, 2, []) == ()


def test_that_an_events_uid_is_made_of_what_it_says(c: store.Connection) -> None:
    event = score(c, 1, 3)
    completion = store.completions.get(c, 1).uid.hex()
    rater = store.raters.get(c, 1).uid.hex()
    assert eventlog.uid_of(event, completion, rater) == event.uid
    c.execute("UPDATE event SET value = 9")
    changed = store.events.history(c)[0]
    assert eventlog.uid_of(changed, completion, rater) != event.uid


def test_that_a_thousand_ratings_take_few_statements_each(filled_path: Path) -> None:
    with store.open(filled_path) as opened:
        counted: list[str] = []

        def rate(c: store.Connection) -> None:
            for number in range(50):
                score(c, 1 + number % 12, number % 10)
            c.set_trace_callback(counted.append)
            score(c, 1, 5)
            c.set_trace_callback(None)

        opened.write(rate).result()
    assert len(counted) < 20, counted


def test_that_the_newest_judgements_are_the_last_of_all_that_count(c: store.Connection) -> None:
    for number, completion in enumerate((3, 1, 5, 2, 4, 3)):
        store.events.append(
            c, rater_id=1, completion_id=completion, kind="score", value=number, now_ms=number + 1
        )
    store.events.append(c, rater_id=1, completion_id=4, kind="comment", body="why", now_ms=20)
    store.events.append(c, rater_id=2, completion_id=6, kind="score", value=5, now_ms=21)
    store.events.append(c, rater_id=1, completion_id=7, kind="label", value=2, now_ms=22)
    store.events.append(c, rater_id=1, completion_id=8, kind="score", value=2, now_ms=23)
    store.events.undo(c, 1, now_ms=24)
    everything = sorted(store.events.current(c, rater_id=1), key=lambda r: -r.hlc)
    assert [r.completion_id for r in everything] == [7, 3, 4, 2, 5, 1]
    assert store.events.newest(c, 1, 99) == everything
    assert store.events.newest(c, 1, 3) == everything[:3]
    assert store.events.newest(c, 1, 2, without=3) == [everything[0], everything[2]]
    assert store.events.newest(c, 1, 9, kind="label") == everything[:1]
    assert [r.completion_id for r in store.events.newest(c, 1, 9, value=2.0)] == [7, 5]
    assert store.events.newest(c, 1, 9, criterion="style") == []
    assert store.events.count_current(c, 1) == 6
    assert store.events.count_judged(c, 1) == 6
    assert list(store.events.walk(c, rater_id=1)) == store.events.current(c, rater_id=1)
    some = store.events.walk(c, completion_ids=[7, 2, 99])
    assert [r.completion_id for r in some] == [2, 7]
