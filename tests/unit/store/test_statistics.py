"""The figures of completions: what they say, that they are rebuilt alike, that check sees them."""

import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefdesk import store
from prefdesk.store import merging, statistics
from prefdesk.store.events import Draft

from .conftest import Filled, fill, in_memory, score


def tables(c: store.Connection) -> list[object]:
    # How many raters nobody has any more may stay as a row of zeros.
    counted = "coverage_stat WHERE n_completions <> 0 OR n_ratings <> 0"
    return [
        c.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall()
        for name in ("item_stat", counted)
    ]


def test_that_the_figures_of_a_completion_count_each_kind_and_criterion(
    c: store.Connection,
) -> None:
    score(c, 3, 4.0)
    score(c, 3, 7.0, rater=2)
    score(c, 3, 9.0, rater=2, criterion="style")
    store.events.append(c, rater_id=1, completion_id=3, kind="label", value=2, criterion="style")
    store.events.append(c, rater_id=1, completion_id=3, kind="skip", criterion="style")
    store.events.append(c, rater_id=1, completion_id=3, kind="comment", body="well")
    [overall] = statistics.of_items(c, [3], "overall")
    assert (overall.n_raters, overall.n_scores, overall.n_labels, overall.n_skips) == (2, 2, 0, 0)
    assert overall.score_mean == 5.5
    assert overall.score_spread == pytest.approx(2.1213203)
    assert overall.label_mean is None and overall.label_spread is None
    [style] = statistics.of_items(c, [3], "style")
    assert (style.n_raters, style.n_scores, style.n_labels, style.n_skips) == (2, 1, 1, 1)
    assert style.label_mean == 2 and style.score_spread is None
    [both] = statistics.of_items(c, [3, 4])
    assert (both.n_raters, both.n_scores, both.n_labels, both.n_skips) == (2, 3, 1, 1)
    assert [one.completion_id for one in statistics.walk(c)] == [3]
    assert statistics.coverage_of(c, [3, 4]) == {3: 2, 4: 0}
    assert statistics.raters_of(c, 1, 12) == {3: 2}


def test_that_a_comment_alone_and_what_was_taken_back_leave_no_figures(
    c: store.Connection,
) -> None:
    store.events.append(c, rater_id=1, completion_id=1, kind="comment", body="hm")
    score(c, 2, 5.0)
    store.events.undo(c, 1)
    assert tables(c) == [[], []]


values = st.floats(0, 10, allow_subnormal=False)


@given(
    acts=st.lists(
        st.tuples(
            st.sampled_from(("score", "label", "skip", "undo", "redo", "move", "pack")),
            st.integers(1, 3),
            st.integers(1, 12),
            st.sampled_from(("overall", "style")),
            values,
        ),
        max_size=30,
    ),
    few=st.booleans(),
)
def test_that_after_any_acts_the_figures_are_those_of_a_rebuild(
    acts: list[tuple[str, int, int, str, float]], few: bool
) -> None:
    c, other = in_memory(), in_memory()
    for one in (c, other):
        fill(one)
        for i, name in enumerate(("Cem", "Ana", "Ben")):
            if name == "Cem":
                store.raters.add(one, name)
            one.execute("UPDATE rater SET uid = ? WHERE name = ?", (bytes([i] * 16), name))
    for number, (what, rater, completion, criterion, value) in enumerate(acts):
        act(c, other, what, (rater, completion, criterion, value), number)
    maintained = tables(c)
    assert not list(statistics.differences(c))
    statistics.rebuild(c)
    assert tables(c) == maintained
    sums = [(r[0], r[4]) for r in maintained[0] if r[1] == "overall"]  # type: ignore[attr-defined]
    for id, total in sums:
        found = c.execute(
            "SELECT value FROM rating WHERE completion_id = ? AND criterion = 'overall'"
            " AND kind = 'score'",
            (id,),
        ).fetchall()
        assert total == float(sum((Fraction(v) for (v,) in found), Fraction(0)))
    c.close()
    other.close()


def act(
    c: store.Connection,
    other: store.Connection,
    what: str,
    judged: tuple[int, int, str, float],
    number: int,
) -> None:
    rater, completion, criterion, value = judged
    now_ms = 1_700_000_000_000 + number
    if what in ("undo", "redo"):
        getattr(store.events, what)(c, rater, now_ms=now_ms)
    elif what == "move":
        own = store.events.current(c, rater_id=rater)
        to = rater % 3 + 1
        store.events.move(c, rater, to, [r.event_uid for r in own[:2]], now_ms=now_ms)
    elif what == "pack":
        drafts = [
            Draft(i, rater, "score", value=(value + i) % 10, criterion=criterion)
            for i in range(1, completion + 1)
        ] * 3
        merging.add_events(c, store.events.append_many(other, drafts, now_ms=now_ms))
    else:
        given = {"score": value, "label": float(number % 3), "skip": None}[what]
        store.events.append(
            c, rater_id=rater, completion_id=completion, kind=what, value=given,
            criterion=criterion, now_ms=now_ms,
        )  # fmt: skip


def test_that_a_large_rebuild_gives_what_single_saves_gave(c: store.Connection) -> None:
    chance = random.Random(0)
    for _ in range(200):
        rater, completion = chance.randint(1, 2), chance.randint(1, 12)
        score(c, completion, chance.uniform(0, 10), rater)
    before = tables(c)
    store.events.rebuild(c)
    assert tables(c) == before and before[0]


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("UPDATE item_stat SET score_sum = score_sum + 1", "The figures of completion 2 are not"),
        ("DELETE FROM item_stat", "The figures of completion 2 are not those of its ratings"),
        (
            "INSERT INTO item_stat VALUES(3, 'overall', 1, 1, 5, 25, 0, 0, 0, 0)",
            "The figures of completion 3 are not",
        ),
        ("UPDATE coverage_stat SET n_ratings = 7", "How many completions have how many raters"),
        ("UPDATE queue SET coverage = 1 WHERE completion_id = 5", "1 completions stand in the"),
        ("DELETE FROM queue WHERE completion_id = 5", "1 completions are wrongly in the queue"),
        (
            "INSERT INTO queue VALUES(1, 1, 0, 2)",
            "1 completions are wrongly in the queue of rater 1 or miss there",
        ),
    ],
)
def test_that_check_names_figures_and_queues_that_are_wrong(
    filled: Filled, sql: str, sentence: str
) -> None:
    def prepare(c: store.Connection) -> None:
        store.queue.fill(c, 1, 1)
        score(c, 2, 5.0)

    filled.store.write(prepare).result()
    assert filled.store.check() == []
    filled.store.write(lambda c: c.execute(sql)).result()
    [found] = filled.store.check()[:1]
    assert sentence in found
    filled.store.write(store.events.rebuild).result()
    assert filled.store.check() == []
