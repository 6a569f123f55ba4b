import numpy as np
import pytest

from prefdesk.ratings import RatingTable, fit, flag, part
from prefdesk.ratings.part import part_of
from tests.unit.ratings.panels import sparse_panel


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of panels that are small enough for a test."""
    monkeypatch.setattr(part, "MOST_SIMULATED", 1200)
    monkeypatch.setattr(part, "LEAST_EACH", 150)


def big(seed: int = 0) -> RatingTable:
    return sparse_panel(seed, prompts=400, raters=8).table


def test_that_a_small_panel_is_simulated_whole() -> None:
    table = big()
    assert part_of(table) is table


@pytest.mark.usefixtures("small")
def test_that_a_part_is_made_of_whole_prompts_and_leaves_no_rater_short() -> None:
    table = big()
    some = part_of(table)
    assert some.n < table.n / 2 and some.raters == table.raters
    assert (np.bincount(some.rater) >= 150).all()
    ours = {p: set() for p in some.prompts}
    for row in range(some.n):
        prompt = some.prompts[some.prompt[row]]
        assert some.prompts[some.item_prompt[some.item[row]]] == prompt
        ours[prompt].add((some.raters[some.rater[row]], some.items[some.item[row]]))
    theirs: dict[object, set[tuple[object, object]]] = {}
    for row in range(table.n):
        pair = (table.raters[table.rater[row]], table.items[table.item[row]])
        theirs.setdefault(table.prompts[table.prompt[row]], set()).add(pair)
    assert all(theirs[p] == found for p, found in ours.items())


@pytest.mark.usefixtures("small")
def test_that_a_rater_of_few_answers_keeps_them_all_and_huge_prompts_are_cut() -> None:
    table = big()
    few = np.flatnonzero(table.rater == 0)[10:]
    table = table.rows(~np.isin(np.arange(table.n), few))
    assert (part_of(table).rater == 0).sum() == 10
    two = table._replace(
        prompt=table.prompt % 2, item_prompt=table.item_prompt % 2, prompts=table.prompts[:2]
    )
    assert part_of(two).n < 0.6 * table.n


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("bad", [0, 1])
def test_that_a_big_panel_is_judged_by_its_part(bad: int) -> None:
    table = big(3)
    scores = table.score.copy()
    mine = table.rater < bad
    scores[mine] = np.random.default_rng(1).integers(0, 11, mine.sum())
    table = table.with_scores(scores)
    found = flag(table, fit(table), seed=4)
    proposed = {f.rater for f in found.raters if f.rule != "biased"}
    assert proposed == {table.raters[i] for i in range(bad)}
    assert len(found.ratings) <= 2
