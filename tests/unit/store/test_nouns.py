"""Prompts, completions, raters, queue, exclusions, rounds, jobs, counts: rows in and out."""

import math
import struct
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prefdesk import store
from prefdesk.errors import InputError
from prefdesk.records import Completion, Draw, Message, NewPrompt, Prompt, Reward
from prefdesk.store import rows

from .conftest import fill, in_memory

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
CONTENT = st.one_of(
    TEXT,
    st.lists(st.builds(Message, st.sampled_from(["user", "assistant"]), TEXT), max_size=3).map(
        tuple
    ),
)
PROMPT = st.builds(
    NewPrompt,
    content=CONTENT,
    task=TEXT,
    split=st.sampled_from(["train", "evaluation"]),
    references=st.lists(TEXT, max_size=2).map(tuple),
    source=TEXT,
    tags=st.lists(TEXT, max_size=2).map(tuple),
    columns=st.dictionaries(TEXT, TEXT, max_size=2),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(PROMPT, max_size=6))
def test_that_prompts_come_back_as_they_went_in(prompts: list[NewPrompt]) -> None:
    c = in_memory()
    new_ids, duplicates = store.prompts.add(c, prompts)
    kept = [p for i, p in enumerate(prompts) if i not in duplicates]
    assert len(new_ids) == len(kept) == len({p.content for p in prompts})
    found = store.prompts.by_ids(c, new_ids)
    for id, new in zip(new_ids, kept, strict=True):
        p = found[id]
        back = NewPrompt(p.content, p.task, p.split, p.references, p.source, p.tags, p.columns)
        assert back == new
    assert store.prompts.add(c, prompts) == ([], list(range(len(prompts))))
    c.close()


def test_that_a_prompts_uid_depends_on_its_content_alone(c: store.Connection) -> None:
    other = in_memory()
    messages = (Message("user", "hello"), Message("assistant", "yes"))
    (one,), _ = store.prompts.add(c, [NewPrompt(messages, task="a", split="evaluation")])
    (two,), _ = store.prompts.add(other, [NewPrompt(messages, task="b", columns={"x": "y"})])
    assert store.prompts.get(c, one).uid == store.prompts.get(other, two).uid
    assert store.prompts.get(c, one).uid != store.prompts.get(c, 1).uid


def test_that_pages_of_prompts_follow_their_ids(c: store.Connection) -> None:
    store.prompts.add(c, [NewPrompt(f"more {i}", task="t", split="evaluation") for i in range(5)])
    seen: list[int] = []
    while page := store.prompts.page(c, after=seen[-1] if seen else 0, limit=2):
        seen += [p.id for p in page]
    assert seen == store.prompts.ids(c) == list(range(1, 10))
    assert store.prompts.ids(c, "evaluation") == [5, 6, 7, 8, 9]
    assert [p.id for p in store.prompts.page(c, task="t", after=6)] == [7, 8, 9]
    assert store.prompts.count(c, "train") == 4 and store.prompts.count(c) == 9
    assert store.prompts.tasks(c) == ["t"]


def test_that_search_takes_every_character_as_itself(c: store.Connection) -> None:
    texts = ["100%", "100 of", "a_b", "axb", "back\\slash", "Größe", "quote ' \"", "MIXED case"]
    store.prompts.add(c, [NewPrompt(t) for t in texts])
    store.prompts.add(c, [NewPrompt("with a source", source="hidden 100% passage")])

    def found(words: str) -> list[str]:
        return [p.text for p in store.prompts.page(c, search=words)]

    assert found("100%") == ["100%", "with a source"]
    assert found("a_b") == ["a_b"]
    assert found("k\\s") == ["back\\slash"]
    assert found("Größe") == ["Größe"]
    assert found("' \"") == ["quote ' \""]
    assert found("mixed CASE") == ["MIXED case"]
    assert found("nothing like it") == []


def test_that_only_prompts_nobody_answered_are_removed(c: store.Connection) -> None:
    (new,), _ = store.prompts.add(c, [NewPrompt("lonely")])
    store.completions.put_encoded(c, "f", [(new, [1, 2])])
    with pytest.raises(InputError, match="1 of these prompts"):
        store.prompts.delete(c, [1, new])
    store.prompts.delete(c, [new])
    assert store.prompts.ids(c) == [1, 2, 3, 4]
    assert store.completions.encoded(c, "f", [new]) == {}


def test_that_splits_are_known_words(c: store.Connection) -> None:
    store.prompts.set_split(c, [1, 2], "evaluation")
    assert store.prompts.ids(c, "evaluation") == [1, 2]
    with pytest.raises(InputError):
        store.prompts.set_split(c, [1], "test")


def draw(prompt: int, index: int, text: str, **more: Any) -> Draw:
    return Draw(prompt, index, 7, (1, 2, 3), (-0.1, -0.2, -0.3), text, True, "2x8:1", **more)


def test_that_a_sampling_is_continued_where_it_stopped(c: store.Connection) -> None:
    id = store.completions.create_sampling(c, 1, "train", '{"k": 2}')
    assert store.completions.create_sampling(c, 1, "train", '{"k": 2}') == id
    assert store.completions.create_sampling(c, 1, "evaluation", '{"k": 2}') != id
    assert store.completions.missing(c, id, [2, 1], 2) == [(2, 0), (2, 1), (1, 0), (1, 1)]
    assert store.completions.add_draws(c, id, [draw(2, 1, "x"), draw(1, 0, "y")]) == 2
    assert store.completions.missing(c, id, [2, 1], 2) == [(2, 0), (1, 1)]
    assert store.completions.add_draws(c, id, [draw(2, 1, "other"), draw(1, 1, "z")]) == 1


def test_that_equal_texts_of_one_checkpoint_are_one_completion(c: store.Connection) -> None:
    first = store.completions.create_sampling(c, 1, "train", "a")
    second = store.completions.create_sampling(c, 1, "train", "b")
    store.completions.add_draws(c, first, [draw(1, 0, "same"), draw(1, 1, "same"), draw(1, 2, "x")])
    store.completions.add_draws(c, second, [draw(1, 0, "same"), draw(2, 0, "same")])
    found = {(k.prompt_id, k.text): k for k in store.completions.page(c, limit=99)}
    assert found[1, "same"].multiplicity == 3
    assert found[1, "x"].multiplicity == found[2, "same"].multiplicity == 1
    other = store.checkpoints.add_base(c, "other", "{}").id
    third = store.completions.create_sampling(c, other, "train", "a")
    store.completions.add_draws(c, third, [draw(1, 0, "same")])
    assert found[1, "same"].multiplicity == 3
    assert store.completions.count(c, checkpoint_id=other) == 1
    drawn = store.completions.draws(c, completion_ids=[found[1, "same"].id])
    assert [(d.sampling_id, d.index) for d in drawn] == [(first, 0), (first, 1), (second, 0)]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 2**32 - 1),
            st.one_of(st.floats(max_value=0, allow_nan=False), st.floats(-9, 0, width=32)),
        ),
        max_size=20,
    ),
    TEXT,
)
def test_that_draws_come_back_bit_for_bit(pairs: list[tuple[int, float]], text: str) -> None:
    c = in_memory()
    _, sampling, prompts, _, _ = fill(c)
    given_draw = Draw(
        prompts[0], 9, 5, tuple(i for i, _ in pairs), tuple(p for _, p in pairs), text, False, "1x2"
    )
    store.completions.add_draws(c, sampling, [given_draw])
    (found,) = [d for d in store.completions.draws(c) if d.index == 9]
    assert (found.token_ids, found.text, found.finished) == (given_draw.token_ids, text, False)
    assert [struct.pack("<d", p) for p in found.logprobs] == [
        struct.pack("<d", p) for p in given_draw.logprobs
    ]
    assert store.completions.draw(c, found.id) == found
    c.close()


def test_that_single_precision_log_probabilities_take_four_bytes() -> None:
    assert len(rows.pack_floats([-0.5, -0.25])) == 8
    assert len(rows.pack_floats([-0.1, -0.25])) == 16


def test_that_a_draw_with_missing_log_probabilities_is_refused(c: store.Connection) -> None:
    with pytest.raises(InputError, match="2 tokens and 1 log"):
        store.completions.add_draws(c, 1, [Draw(1, 9, 0, (1, 2), (-0.1,), "x", True, "")])
    with pytest.raises(InputError, match="no prompt 99"):
        store.completions.add_draws(c, 1, [draw(99, 0, "x")])
    with pytest.raises(InputError, match="no sampling 99"):
        store.completions.add_draws(c, 99, [draw(1, 0, "x")])


def test_that_completions_are_found_by_split_and_checkpoint(c: store.Connection) -> None:
    store.prompts.set_split(c, [4], "evaluation")
    assert store.completions.count(c) == 12
    assert store.completions.count(c, split="evaluation", checkpoint_id=1) == 3
    page = store.completions.page(c, after=3, limit=2, split="train")
    assert [k.id for k in page] == [4, 5]
    assert {d.prompt_id for d in store.completions.draws(c)} == {1, 2, 3}
    assert len(store.completions.draws(c, split=None, checkpoint_ids=[1])) == 12
    assert store.completions.draws(c, checkpoint_ids=[]) == []
    assert [k.id for k in store.completions.of_prompt(c, 2)] == [4, 5, 6]
    assert isinstance(store.completions.get(c, 1), Completion)
    assert list(store.completions.by_ids(c, [3, 1, 77])) == [1, 3]


def test_that_encoded_prompts_belong_to_a_fingerprint(c: store.Connection) -> None:
    store.completions.put_encoded(c, "f", [(1, [5, 6]), (2, [])])
    store.completions.put_encoded(c, "f", [(1, [7])])
    store.completions.put_encoded(c, "g", [(1, [8])])
    assert store.completions.encoded(c, "f", [1, 2, 3]) == {1: (7,), 2: ()}


def test_that_a_raters_name_is_used_once_whatever_its_case(c: store.Connection) -> None:
    for name in ("ANA", " ana ", "Ana"):
        with pytest.raises(InputError, match="already a rater called Ana"):
            store.raters.add(c, name)
    for blank in ("", " \t"):
        with pytest.raises(InputError, match="needs a name"):
            store.raters.add(c, blank)
    cem = store.raters.add(c, "Cem  Straße", simulated=True)
    assert cem.name == "Cem Straße" and cem.simulated
    assert store.raters.by_name(c, "cem STRASSE") == cem
    assert store.raters.by_name(c, "nobody") is None
    assert store.raters.rename(c, cem.id, "CEM STRASSE").name == "CEM STRASSE"
    with pytest.raises(InputError, match="already"):
        store.raters.rename(c, cem.id, "ben")
    assert [r.name for r in store.raters.all(c)] == ["Ana", "Ben", "CEM STRASSE"]


def test_that_each_rater_has_an_order_of_their_own_that_stays(c: store.Connection) -> None:
    assert store.queue.fill(c, 1, seed=1) == 12
    assert store.queue.fill(c, 2, seed=1) == 12
    one, two = (store.queue.upcoming(c, r, 99) for r in (1, 2))
    assert sorted(one) == sorted(two) == list(range(1, 13))
    assert one != two != sorted(two) and one != sorted(one)
    assert store.queue.fill(c, 1, seed=2) == 0
    assert store.queue.upcoming(c, 1, 99) == one
    assert store.queue.upcoming(c, 1, 3, exclude=one[:2]) == one[2:5]


def test_that_new_completions_join_a_queue(c: store.Connection) -> None:
    store.queue.fill(c, 1, seed=1)
    store.events.append(c, rater_id=2, completion_id=3, kind="score", value=1)
    store.completions.add_draws(c, 1, [draw(1, 9, "new")])
    assert store.queue.fill(c, 1, seed=1) == 1
    assert store.queue.remaining(c, 1) == 13
    store.queue.fill(c, 2, seed=1)
    assert store.queue.remaining(c, 2) == 12, "what was judged before the queue began is left out"
    assert store.queue.upcoming(c, 1, 99)[-1] == 3, "what somebody judged already comes last"


def test_that_all_criteria_must_be_answered_where_there_are_several(c: store.Connection) -> None:
    store.queue.fill(c, 1, seed=1)
    store.queue.set_criteria(c, ["help", "style"])
    order = store.queue.upcoming(c, 1, 99)
    store.events.append(c, rater_id=1, completion_id=3, kind="score", value=1, criterion="help")
    assert 3 in store.queue.upcoming(c, 1, 99)
    store.events.append(c, rater_id=1, completion_id=3, kind="score", value=1, criterion="style")
    assert 3 not in store.queue.upcoming(c, 1, 99)
    store.events.append(c, rater_id=1, completion_id=4, kind="skip")
    assert store.queue.remaining(c, 1) == 10
    store.queue.set_criteria(c, [])
    assert store.queue.upcoming(c, 1, 99) == [k for k in order if k not in (3, 4)]


def test_that_exclusions_are_lifted_and_never_erased(c: store.Connection) -> None:
    event = store.events.append(c, rater_id=1, completion_id=1, kind="score", value=1)
    rater = store.exclusions.add(
        c, scope="rater", rater_id=1, reason="random", statistic="r=0.0", author="me", now_ms=10
    )
    rating = store.exclusions.add(
        c, scope="rating", rater_id=1, event_uid=event.uid, reason="outlier", now_ms=11
    )
    assert store.exclusions.active(c) == [rater, rating]
    lifted = store.exclusions.restore(c, rater.uid, "you", now_ms=12)
    assert lifted.restored and store.exclusions.active(c) == [rating]
    log = [(e.scope, e.author, e.utc_ms, e.restored) for e in store.exclusions.log(c)]
    assert log == [
        ("rater", "me", 10, False),
        ("rating", "", 11, False),
        ("rater", "you", 12, True),
    ]
    store.exclusions.add(c, scope="rater", rater_id=1, reason="again", now_ms=13)
    assert len(store.exclusions.log(c)) == 4


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"scope": "rater", "rater_id": 1, "reason": " "}, "needs a reason"),
        ({"scope": "rater", "rater_id": 9, "reason": "x"}, "no rater 9"),
        ({"scope": "rating", "rater_id": 1, "reason": "x"}, "needs its event"),
        ({"scope": "all", "rater_id": 1, "reason": "x"}, "no scope"),
        (
            {"scope": "rating", "rater_id": 1, "event_uid": b"?" * 16, "reason": "x"},
            "no such rating",
        ),
    ],
)
def test_that_an_exclusion_names_what_is_there(
    c: store.Connection, wrong: dict[str, Any], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        store.exclusions.add(c, **wrong)
    assert store.exclusions.log(c) == []


def test_that_an_exclusion_is_made_and_lifted_once(c: store.Connection) -> None:
    made = store.exclusions.add(c, scope="rater", rater_id=1, reason="x")
    with pytest.raises(InputError, match="excluded already"):
        store.exclusions.add(c, scope="rater", rater_id=1, reason="y")
    store.exclusions.restore(c, made.uid, "me")
    with pytest.raises(InputError, match="lifted already"):
        store.exclusions.restore(c, made.uid, "me")


def test_that_a_round_keeps_its_rewards_as_they_were(c: store.Connection) -> None:
    given_rows = [(2, 5.5, 0.5, 0.75, 1.25, 2.0, 3), (1, 1.0, 0.1, 0.5, -1.0, 1.0, 2)]
    made = store.rounds.create(c, '{"x": 1}', 1, given_rows, now_ms=5)
    assert (made.number, made.status, made.created_ms) == (1, "running", 5)
    wanted = [Reward(1, 1, 1.0, 0.1, 0.5, -1.0, 2), Reward(2, 1, 5.5, 0.5, 0.75, 1.25, 3, 2.0)]
    assert store.rounds.rewards(c, made.id) == wanted
    assert store.rounds.weights(c, made.id) == {1: 1.0, 2: 2.0}
    second = store.rounds.create(c, "{}", 1, wanted)
    assert store.rounds.rewards(c, second.id) == wanted
    assert store.rounds.weights(c, second.id) == {1: 1.0, 2: 2.0}
    ended = store.rounds.finish(c, second.id, "done", "Good.", checkpoint_id=1)
    assert (ended.status, ended.message, ended.checkpoint_id) == ("done", "Good.", 1)
    assert [r.number for r in store.rounds.all(c)] == [1, 2]


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_that_a_reward_is_a_number(c: store.Connection, value: float) -> None:
    with pytest.raises(InputError, match="reward of completion 1"):
        store.rounds.create(c, "{}", 1, [(1, 1.0, 1.0, 1.0, value, 1.0, 1)])


def test_that_metrics_are_kept_by_step_and_name(c: store.Connection) -> None:
    id = store.rounds.create(c, "{}", 1, []).id
    store.rounds.add_metrics(c, id, 2, {"loss": 1.5, "kl": math.nan})
    store.rounds.add_metrics(c, id, 1, {"loss": 2.5, "ess": math.inf})
    store.rounds.add_metrics(c, id, 2, {"loss": 1.25})
    found = [(m.step, m.name, m.value) for m in store.rounds.metrics(c, id)]
    assert found[:2] == [(1, "ess", math.inf), (1, "loss", 2.5)]
    assert found[2][:2] == (2, "kl") and math.isnan(found[2][2])
    assert found[3] == (2, "loss", 1.25)


def test_that_jobs_are_followed(c: store.Connection) -> None:
    id = store.jobs.start(c, "sample", "{}", now_ms=1)
    store.jobs.beat(c, id, 3, 10, now_ms=5)
    row = store.jobs.get(c, id)
    assert (row.status, row.done, row.total, row.heartbeat_ms) == ("running", 3, 10, 5)
    store.jobs.end(c, id, "done", "Good.", "log", now_ms=9)
    assert (store.jobs.get(c, id).status, store.jobs.get(c, id).detail) == ("done", "log")
    assert store.jobs.crashed(c) == []


def test_that_what_is_not_there_is_said(c: store.Connection) -> None:
    for look in (
        store.prompts.get, store.completions.get, store.completions.draw, store.raters.get,
        store.completions.sampling, store.rounds.get, store.jobs.get, store.checkpoints.get,
    ):  # fmt: skip
        with pytest.raises(InputError, match="There is no"):
            look(c, 12345)


def test_that_the_summary_counts_everything(c: store.Connection) -> None:
    store.prompts.set_split(c, [4], "evaluation")
    for rater, completion, kind in [
        (1, 1, "score"),
        (2, 1, "label"),
        (1, 2, "score"),
        (1, 3, "skip"),
    ]:
        value = None if kind == "skip" else 1.0
        store.events.append(c, rater_id=rater, completion_id=completion, kind=kind, value=value)
    store.events.append(c, rater_id=1, completion_id=1, kind="score", value=2, criterion="style")
    found = store.summary(c, target_ratings=2)
    assert found == store.Summary(3, 1, 12, 2, 4, 2, 0, 1, 1 / 12)
    assert store.summary(in_memory(), 3).coverage == 0.0


def test_that_prompts_are_records(c: store.Connection) -> None:
    assert isinstance(store.prompts.get(c, 1), Prompt)


@pytest.mark.parametrize("few", [0, 2, 100])
def test_that_pages_and_counts_of_a_split_are_the_same_from_either_side(
    c: store.Connection, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("prefdesk.store.completions._FEW", few)
    store.prompts.set_split(c, [2], "evaluation")
    everything = store.completions.page(c)
    for split, wanted in (("train", {1, 3, 4}), ("evaluation", {2})):
        own = [k.id for k in everything if k.prompt_id in wanted]
        for checkpoint in (None, 1):
            found = store.completions.page(c, 0, 99, split, checkpoint)
            assert [k.id for k in found] == own
            assert [k.id for k in store.completions.page(c, own[0], 2, split)] == own[1:3]
            assert store.completions.count(c, split, checkpoint) == len(own)
            assert store.completions.page(c, 0, 9, split, 7) == []
        assert store.completions.any_of(c, split, 1)
        assert not store.completions.any_of(c, split, 7)
    assert list(store.completions.walk(c)) == everything
    store.prompts.set_split(c, [2], "train")
    assert not store.completions.any_of(c, "evaluation", 1)


def test_that_few_prompts_of_a_split_are_looked_up_by_prompt(c: store.Connection) -> None:
    seen: list[str] = []
    c.set_trace_callback(seen.append)
    store.completions.page(c, 3, 5, "evaluation", 1)
    c.set_trace_callback(None)
    plan = c.execute(f"EXPLAIN QUERY PLAN {seen[-1]}").fetchall()
    assert any("completion_prompt" in row[-1] for row in plan)
    assert not any("SCAN c" in row[-1] for row in plan)
