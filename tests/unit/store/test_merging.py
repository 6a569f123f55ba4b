"""Events from other copies: added once, folded as if they were made here, taken back by record."""

import random
from dataclasses import replace

import pytest

from prefdesk import store
from prefdesk.errors import InputError
from prefdesk.records import Event, NewPrompt
from prefdesk.store import eventlog, merges, merging
from prefdesk.store.eventlog import AHEAD_MS, Draft

NOW_MS = 1_800_000_000_000


def drafts(c: store.Connection, n: int, chance: random.Random) -> list[Draft]:
    """Random judgements of both raters on all completions."""
    raters = [rater.id for rater in store.raters.all(c)]
    made = []
    for _ in range(n):
        kind = chance.choice(("score", "score", "label", "skip", "comment"))
        value = {"score": float(chance.randint(0, 10)), "label": 1.0}.get(kind)
        body = "a remark" if kind == "comment" else ""
        criterion = chance.choice(("overall", "style"))
        place = (chance.randint(1, 12), chance.choice(raters))
        made.append(Draft(*place, kind, value=value, criterion=criterion, body=body))
    return made


def everything(c: store.Connection) -> tuple[list[object], list[object]]:
    ratings = c.execute("SELECT * FROM rating ORDER BY 1, 2, 3, 4, 5").fetchall()
    ratings += c.execute("SELECT * FROM item_stat ORDER BY 1, 2").fetchall()
    return ratings, c.execute("SELECT * FROM queue ORDER BY 1, 2, 3, 4").fetchall()


@pytest.mark.parametrize("criteria", [(), ("overall",), ("overall", "style")])
@pytest.mark.parametrize("seed", range(5))
def test_that_folding_many_at_once_gives_what_folding_each_gives(
    c: store.Connection, seed: int, criteria: tuple[str, ...]
) -> None:
    chance = random.Random(seed)
    store.queue.set_criteria(c, criteria)
    for rater in store.raters.all(c):
        store.queue.fill(c, rater.id, rater.id)
    made = store.events.append_many(c, drafts(c, 40, chance))
    for rater in store.raters.all(c) * 3:
        store.events.undo(c, rater.id)
    pairs = {(e.completion_id, e.rater_id) for e in made}
    assert len(pairs) > 12
    eventlog.refold(c, pairs)
    at_once = everything(c)
    for pair in pairs:
        eventlog.refold(c, [pair])
    assert everything(c) == at_once
    eventlog.rebuild(c)
    assert everything(c) == at_once


def test_that_events_are_added_once_and_change_nothing_the_second_time(
    c: store.Connection,
) -> None:
    made = store.events.append_many(c, drafts(c, 60, random.Random(1)))
    before = everything(c)
    c.execute("DELETE FROM rating")
    c.execute("DELETE FROM event")
    assert sorted(merging.add_events(c, made)) == sorted(e.uid for e in made)
    assert everything(c) == before
    assert merging.add_events(c, made) == []
    assert merging.add_events(c, [made[0], made[0]]) == []
    assert everything(c) == before


def test_that_one_event_twice_in_one_batch_is_one(c: store.Connection) -> None:
    event = store.events.append(c, rater_id=1, completion_id=1, kind="score", value=5)
    c.execute("DELETE FROM rating")
    c.execute("DELETE FROM event")
    assert merging.add_events(c, [event, event]) == [event.uid]


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"verb": "delete"}, "no act"),
        ({"kind": "vote"}, "no kind"),
        ({"kind": "retract"}, "without saying what"),
        ({"kind": "retract", "target": b"t" * 16}, "without saying what"),
        ({"target": b"t" * 16}, "names a target"),
        ({"value": 11.0}, "0 to 10"),
        ({"value": None}, "0 to 10"),
        ({"seconds": -1.0}, "seconds"),
        ({"kind": "label", "value": 0.5}, "bad, medium, good"),
    ],
)
def test_that_an_event_that_nobody_could_have_made_is_named(changes, word: str) -> None:
    good = Event(b"", b"", "rate", 1, 1, "score", "overall", 0, 1, 0, value=5.0)
    assert merging.problem(good) == ""
    assert word in merging.problem(replace(good, **changes))


def test_that_a_raters_clock_never_goes_back_and_moves_nobody_elses(c: store.Connection) -> None:
    def score(rater_id: int, now_ms: int) -> int:
        given = {"rater_id": rater_id, "completion_id": 1, "kind": "score", "value": 5}
        return store.events.append(c, **given, now_ms=now_ms).hlc  # type: ignore[arg-type]

    ahead = score(1, NOW_MS + AHEAD_MS + 1)
    assert score(2, NOW_MS) == NOW_MS << 16
    assert score(1, NOW_MS) == ahead + 1
    assert score(2, NOW_MS) == (NOW_MS << 16) + 1
    near = score(1, NOW_MS + 2 * AHEAD_MS)
    assert score(2, NOW_MS + AHEAD_MS + 1) == near + 1, "within a day all share one order"


def test_that_several_raters_in_one_append_keep_their_own_time(c: store.Connection) -> None:
    far = NOW_MS + 10 * AHEAD_MS
    store.events.append(c, rater_id=1, completion_id=1, kind="score", value=5, now_ms=far)
    one, two = store.events.append_many(
        c, [Draft(1, 1, "score", 6.0), Draft(1, 2, "score", 6.0)], now_ms=NOW_MS
    )
    assert one.hlc == (far << 16) + 1
    assert two.hlc == NOW_MS << 16


def test_that_a_floor_puts_new_events_after_what_another_copy_knew(c: store.Connection) -> None:
    floor = (NOW_MS + AHEAD_MS * 100) << 16
    merging.set_floor(c, floor)
    event = store.events.append(
        c, rater_id=1, completion_id=1, kind="score", value=5, now_ms=NOW_MS
    )
    assert event.hlc == floor + 1


def test_that_items_of_a_pack_come_with_their_uids_and_without_draws(
    opened: store.Store,
) -> None:
    base = opened.write(lambda c: store.checkpoints.add_base(c, "hidden", "{}").id).result()
    rows = [(bytes([i]) * 16, NewPrompt("Why?", source="s"), f"answer {i}") for i in range(3)]
    opened.write(lambda c: merging.add_items(c, base, rows)).result()
    with opened.read() as c:
        assert {k: v.text for k, v in merging.find_items(c, [rows[1][0], b"x" * 16]).items()} == {
            rows[1][0]: "answer 1"
        }
        assert len(store.prompts.ids(c)) == 1
    assert opened.check() == []
    with pytest.raises(InputError, match="one item twice"):
        opened.write(lambda c: merging.add_items(c, base, rows[:1])).result()
    other = [(b"y" * 16, NewPrompt("Why?", source="else"), "answer")]
    with pytest.raises(InputError, match="two sources"):
        opened.write(lambda c: merging.add_items(c, base, other)).result()


class TestRecords:
    def begun(self, c: store.Connection, uid: bytes = b"m" * 16) -> int:
        return merges.begin(c, uid, b"p" * 16, 1, "not signed").id

    def test_that_one_pack_for_one_rater_has_one_record(self, c: store.Connection) -> None:
        id = self.begun(c)
        assert self.begun(c) == id
        assert self.begun(c, b"n" * 16) != id
        assert [one.state for one in merges.all(c)] == ["running", "running"]

    def test_that_an_undo_takes_retracted_events_too_and_a_restore_brings_back_all(
        self, c: store.Connection
    ) -> None:
        score = store.events.append(c, rater_id=1, completion_id=1, kind="score", value=5)
        back = store.events.undo(c, 1)[0]
        id = self.begun(c)
        merges.add_part(c, id, [score.uid, back.uid])
        assert merges.brought(c, id) == 2
        act = merges.begin_undo(c, id)
        assert merges.undo_parts(c, id, merges.parts(c, id), act) == 2
        assert merges.undo_parts(c, id, [0], act) == 0, "the same again takes nothing twice"
        merges.finish(c, id, "undone")
        assert store.events.current(c) == []
        restored = merges.restore(c, 1, [score.uid, back.uid], eventlog.new_act())
        assert sorted(restored) == sorted([score.uid, back.uid])
        assert not store.events.is_alive(c, score)
        assert store.events.is_alive(c, back)

    def test_that_a_restore_minds_only_what_was_undone_in_this_file(
        self, c: store.Connection
    ) -> None:
        score = store.events.append(c, rater_id=1, completion_id=1, kind="score", value=5)
        appender = eventlog.Appender(c, None)
        appender.act("unmerge", [Draft(1, 1, "retract", target=score.uid)])
        appender.finish()
        self.begun(c)
        merges.begin_undo(c, 1)
        assert merges.restore(c, 1, [score.uid], eventlog.new_act()) == []
        assert store.events.current(c) == []

    def test_that_an_interrupted_merging_again_can_be_undone_and_merged_again(
        self, c: store.Connection
    ) -> None:
        events = [
            store.events.append(c, rater_id=1, completion_id=i, kind="score", value=5)
            for i in (1, 2)
        ]
        uids = [e.uid for e in events]
        id = self.begun(c)
        merges.add_part(c, id, uids)
        act = merges.begin_undo(c, id)
        merges.undo_parts(c, id, [0], act)
        merges.finish(c, id, "undone")
        self.begun(c)
        merges.add_part(c, id, merges.restore(c, 1, uids[:1], eventlog.new_act()))
        again = merges.begin_undo(c, id)
        merges.undo_parts(c, id, merges.parts(c, id), again)
        merges.finish(c, id, "undone")
        assert store.events.current(c) == []
        assert sorted(merges.restore(c, 1, uids, eventlog.new_act())) == sorted(uids)
        assert len(store.events.current(c)) == 2

    def test_that_unknown_records_are_said_to_be_unknown(self, c: store.Connection) -> None:
        with pytest.raises(InputError, match="no merge 9"):
            merges.begin_undo(c, 9)
