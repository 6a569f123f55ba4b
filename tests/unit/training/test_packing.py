"""How sequences become rows and rows become batches."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from prefdesk.training import Draft
from prefdesk.training.packing import build, cost, is_split, micro_batches, rows_of, width

CPU = torch.device("cpu")


def drafts(*shape: tuple[int, int]) -> list[Draft]:
    """Drafts with prompts and completions of these lengths, all tokens different."""
    return [
        Draft(tuple(range(p)), tuple(range(50 + 10 * i, 50 + 10 * i + c)))
        for i, (p, c) in enumerate(shape)
    ]


def test_that_a_tree_holds_its_prompt_once() -> None:
    items = drafts((3, 2), (3, 1))
    batch = build(items, [(0, 1)], CPU, torch.float64)
    assert batch.input_ids.tolist() == [[0, 1, 2, 50, 51, 60]]
    assert batch.position_ids.tolist() == [[0, 1, 2, 3, 4, 3]]
    assert batch.where.tolist() == [2, 3, 2]
    assert batch.targets.tolist() == [50, 51, 60]
    assert batch.owner.tolist() == [0, 0, 1]
    seen = (batch.attention_mask[0, 0] == 0).int().tolist()
    assert seen == [
        [1, 0, 0, 0, 0, 0],
        [1, 1, 0, 0, 0, 0],
        [1, 1, 1, 0, 0, 0],
        [1, 1, 1, 1, 0, 0],
        [1, 1, 1, 1, 1, 0],
        [1, 1, 1, 0, 0, 1],
    ]


def test_that_single_rows_are_padded_on_the_right() -> None:
    items = drafts((2, 1), (3, 2))
    batch = build(items, [(0,), (1,)], CPU, torch.float64)
    assert batch.input_ids.tolist() == [[0, 1, 50, 0, 0], [0, 1, 2, 60, 61]]
    assert batch.attention_mask.tolist() == [[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]]
    assert batch.where.tolist() == [1, 5 + 2, 5 + 3]


def test_that_padding_beside_a_tree_sees_padding_and_is_not_seen() -> None:
    items = drafts((3, 2), (3, 2), (2, 1))
    batch = build(items, [(0, 1), (2,)], CPU, torch.float64)
    seen = batch.attention_mask[1, 0] == 0
    assert seen[4].nonzero().flatten().tolist() == [3, 4]
    assert not seen[:3, 3:].any()


def test_that_prompts_are_shared_only_where_it_saves_work() -> None:
    long_prompt, short_prompt = drafts((20, 2), (20, 2)), drafts((1, 9), (1, 9))
    assert rows_of(long_prompt, (0, 1), share=True) == [(0, 1)]
    assert rows_of(long_prompt, (0, 1), share=False) == [(0,), (1,)]
    assert rows_of(short_prompt, (0, 1), share=True) == [(0,), (1,)]
    assert rows_of(drafts((1500, 400), (1500, 400)), (0, 1), share=True) == [(0,), (1,)]


def test_that_a_group_too_big_for_the_budget_is_split_and_told() -> None:
    items = drafts((2, 3), (2, 3), (2, 3), (2, 3))
    groups = [(0, 1, 2, 3)]
    assert not is_split(micro_batches(items, groups, 20, share=False), groups)
    batches = micro_batches(items, groups, 10, share=False)
    assert batches == [[(0,), (1,)], [(2,), (3,)]]
    assert is_split(batches, groups)


@given(
    st.lists(
        st.tuples(st.integers(1, 9), st.lists(st.integers(1, 9), min_size=1, max_size=5)),
        min_size=1,
        max_size=6,
    ),
    st.integers(1, 80),
    st.booleans(),
)
def test_that_everything_is_packed_once_and_within_the_budget(shape, budget, share) -> None:  # type: ignore[no-untyped-def]
    items, groups = [], []
    for n, (prompt, lengths) in enumerate(shape):
        groups.append(tuple(range(len(items), len(items) + len(lengths))))
        items += [Draft((n,) * prompt, (1,) * length) for length in lengths]
    batches = micro_batches(items, groups, budget, share=share)
    assert sorted(i for rows in batches for row in rows for i in row) == list(range(len(items)))
    for rows in batches:
        tree = len(rows) == 1 and len(rows[0]) > 1
        assert cost(items, rows) <= budget * (2 if tree else 1) or len(rows) == len(rows[0]) == 1
        assert all(items[i].prompt_ids == items[row[0]].prompt_ids for row in rows for i in row)
    longest = [max(width(items, row) for row in rows) for rows in batches]
    assert longest == sorted(longest)


def test_that_a_tree_stays_whole_up_to_twice_the_budget() -> None:
    items, group = drafts(*[(20, 5)] * 4), (0, 1, 2, 3)
    assert micro_batches(items, [group], 20, share=True) == [[group]]
    assert micro_batches(items, [group], 19, share=True) == [[(0, 1)], [(2, 3)]]


def test_that_tokens_keep_the_temperature_of_their_sequence() -> None:
    items = [Draft((1,), (2, 3), 0.5), Draft((1,), (4,), 2.0)]
    batch = build(items, [(1,), (0,)], CPU, torch.float64)
    assert batch.members == (1, 0)
    assert batch.temperature.tolist() == [2.0, 0.5, 0.5]
    assert batch.targets.tolist() == [4, 2, 3]
