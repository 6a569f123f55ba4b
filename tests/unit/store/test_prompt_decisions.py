"""Findings of a run and the decisions about them: appended, undone by appending, never erased."""

import pytest

from prefdesk import store
from prefdesk.errors import InputError, ProjectError
from prefdesk.records import Draw, Message, NewPrompt, PromptFinding

LONG = PromptFinding("too-long", 1, None, 900.0, {"keep": 3, "tokens": 10})
EMPTY = PromptFinding("empty", 2)
NEAR = PromptFinding("near", 3, 1, 0.9, {"across": True})


def found(c: store.Connection, *findings: PromptFinding, run: int = 1) -> None:
    store.prompt_findings.add(c, run, findings)
    store.prompt_findings.complete(c, run)


def decide(c: store.Connection, prompt_id: int, kind: str, choice: str) -> int:
    return store.prompt_decisions.decide(c, [(prompt_id, kind, choice)], now_ms=5)


def out(c: store.Connection) -> set[int]:
    return store.prompt_decisions.left_out(c)


def test_that_findings_count_once_their_run_is_complete(c: store.Connection) -> None:
    store.prompt_findings.add(c, 1, [LONG, EMPTY])
    assert store.prompt_findings.page(c) == []
    store.prompt_findings.complete(c, 1)
    assert store.prompt_findings.page(c) == [EMPTY, LONG]
    store.prompt_findings.add(c, 2, [NEAR])
    assert store.prompt_findings.page(c) == [EMPTY, LONG]
    store.prompt_findings.complete(c, 2)
    assert store.prompt_findings.page(c) == [NEAR]
    assert c.execute("SELECT count(*) FROM prompt_finding").fetchone() == (1,)


def test_that_a_run_that_was_cut_off_is_swept(c: store.Connection) -> None:
    found(c, LONG)
    store.prompt_findings.add(c, 2, [EMPTY])
    store.prompt_findings.sweep(c)
    assert store.prompt_findings.page(c) == [LONG]


def test_that_findings_are_read_by_kind_choice_and_page(c: store.Connection) -> None:
    found(c, *(PromptFinding("near", i, 1, 0.9) for i in (2, 3, 4)), LONG)
    decide(c, 3, "near", "keep")
    page = store.prompt_findings.page
    assert [f.prompt_id for f in page(c, "near")] == [2, 3, 4]
    assert [f.prompt_id for f in page(c, "near", choice="open")] == [2, 4]
    assert [f.prompt_id for f in page(c, after=("near", 2), limit=2)] == [3, 4]
    assert [f.kind for f in page(c, after=("near", 4))] == ["too-long"]
    assert store.prompt_findings.counts(c) == {
        "near": {"keep": 1, "open": 2},
        "too-long": {"open": 1},
    }
    with pytest.raises(InputError):
        page(c, "odd")


def test_that_findings_of_prompts_that_are_gone_are_skipped_and_go_with_them(
    c: store.Connection,
) -> None:
    [added], _ = store.prompts.add(c, [NewPrompt("soon gone")])
    found(c, PromptFinding("empty", 999), PromptFinding("near", added, 1, 0.9), LONG)
    assert len(store.prompt_findings.page(c)) == 2
    store.prompts.delete(c, [added])
    assert store.prompt_findings.page(c) == [LONG]


def test_that_what_is_no_detail_is_a_sentence(c: store.Connection) -> None:
    found(c, EMPTY)
    c.execute("UPDATE prompt_finding SET detail = '[1]'")
    with pytest.raises(ProjectError, match="prompt 2"):
        store.prompt_findings.page(c)


def test_that_decisions_leave_prompts_out_and_undo_brings_them_back(c: store.Connection) -> None:
    found(c, EMPTY, NEAR)
    assert decide(c, 2, "empty", "leave-out") == 1
    assert decide(c, 2, "empty", "leave-out") == 0  # as it is already
    decide(c, 3, "near", "keep")
    decide(c, 3, "near", "leave-out")
    assert out(c) == {2, 3}
    for left in ({2}, {2}, set()):
        assert store.prompt_decisions.undo(c)
        assert out(c) == left
    assert store.prompt_decisions.undo(c) == 0
    for left in ({2}, {2}, {2, 3}):
        assert store.prompt_decisions.redo(c)
        assert out(c) == left
    assert store.prompt_decisions.redo(c) == 0
    store.prompt_decisions.undo(c)
    decide(c, 2, "empty", "keep")
    assert store.prompt_decisions.can_undo(c) == (True, False)
    choices = [(d.prompt_id, d.choice) for d in store.prompt_decisions.log(c)][::-1]
    assert choices == [
        *((2, "leave-out"), (3, "keep"), (3, "leave-out")),
        *((3, "keep"), (3, "open"), (2, "open")),
        *((2, "leave-out"), (3, "keep"), (3, "leave-out")),
        *((3, "keep"), (2, "keep")),
    ]


def test_that_one_act_decides_about_many_and_is_undone_at_once(c: store.Connection) -> None:
    wishes = [(i, "near", "leave-out") for i in (2, 3, 4)]
    store.prompt_decisions.decide(c, wishes, author="Ana", note=" twins ")
    assert out(c) == {2, 3, 4}
    assert {(d.author, d.note) for d in store.prompt_decisions.log(c)} == {("Ana", "twins")}
    store.prompt_decisions.undo(c)
    assert out(c) == set()


def test_that_a_prompt_left_out_for_one_reason_stays_out_whatever_the_others(
    c: store.Connection,
) -> None:
    decide(c, 2, "empty", "leave-out")
    decide(c, 2, "near", "keep")
    assert out(c) == {2}


def test_that_impossible_decisions_change_nothing(c: store.Connection) -> None:
    for prompt_id, kind, choice in (
        (999, "empty", "keep"),
        (2, "odd", "keep"),
        (2, "empty", "odd"),
        (2, "empty", "shorten"),
    ):
        with pytest.raises(InputError):
            decide(c, prompt_id, kind, choice)
    assert store.prompt_decisions.log(c) == []


def test_that_a_shorter_prompt_takes_the_place_and_goes_again(c: store.Connection) -> None:
    found(c, LONG)
    decide(c, 1, "too-long", "shorten")
    [made] = [d.made_id for d in store.prompt_decisions.log(c)]
    assert made is not None
    assert store.prompts.get(c, made).content == "pro"
    assert out(c) == {1}
    store.prompt_decisions.undo(c)
    assert out(c) == set() and store.prompts.by_ids(c, [made]) == {}
    store.prompt_decisions.redo(c)
    assert [p.content for p in store.prompts.page(c)][-1] == "pro"
    decide(c, 1, "too-long", "keep")
    assert out(c) == set() and store.prompts.count(c) == 4
    assert store.prompt_decisions.kept_long(c) == {1}


def test_that_a_shorter_prompt_with_answers_stays_and_is_left_out(c: store.Connection) -> None:
    found(c, LONG)
    decide(c, 1, "too-long", "shorten")
    made = store.prompt_decisions.log(c)[0].made_id
    assert made is not None
    store.completions.add_draws(c, 1, [Draw(made, 0, 1, (1,), (-1.0,), "a", True, "1x1")])
    store.prompt_decisions.undo(c)
    assert store.prompts.get(c, made).content == "pro"
    assert out(c) == {made}
    store.prompt_decisions.redo(c)
    assert out(c) == {1}


def test_that_only_the_last_turn_of_a_conversation_is_cut(c: store.Connection) -> None:
    turns = (Message("system", "Be brief."), Message("user", "abcdef"))
    [id], _ = store.prompts.add(c, [NewPrompt(turns, task="t", tags=("x",))])
    found(c, PromptFinding("too-long", id, None, 9.0, {"keep": 2, "tokens": 4}))
    decide(c, id, "too-long", "shorten")
    made = store.prompts.page(c)[-1]
    assert made.content == (turns[0], Message("user", "ab"))
    assert (made.task, made.tags) == ("t", ("x",))
