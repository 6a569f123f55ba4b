import numpy as np
import pytest

from prefdesk.errors import InputError
from prefdesk.ratings import fit, parts, rewards
from tests.unit.ratings.panels import PANEL, hidden, judged, sparse_panel


def test_that_the_reward_is_one_affine_map_of_quality() -> None:
    table = sparse_panel(0).table
    model = fit(table)
    found = rewards(model, table)
    assert [r.item for r in found] == list(table.items)
    for one in found:
        assert one.reward == pytest.approx((one.quality - model.mu) / np.sqrt(model.tau2))
    assert sum(r.n for r in found) == table.n


def test_that_reliability_is_one_minus_p_over_tau2() -> None:
    table = sparse_panel(0).table
    model = fit(table)
    for one, p in zip(rewards(model, table), model.within_variance, strict=True):
        assert one.reliability == pytest.approx(1 - p / model.tau2)
        assert 0 < one.reliability < 1


def test_that_more_ratings_make_a_reward_more_reliable() -> None:
    few = fit(sparse_panel(0, per_item=1).table).reliability.mean()
    many = fit(sparse_panel(0, per_item=6).table).reliability.mean()
    assert few < many


def test_that_an_unrated_item_has_no_reliability() -> None:
    table = sparse_panel(0).table
    table = table.rows(table.item != 3)
    one = rewards(fit(table), table)[3]
    assert one.n == 0
    assert one.reliability == 0
    assert one.se > 1


def test_that_the_parts_of_a_reward_add_up_to_it() -> None:
    table = judged(hidden(0), PANEL, 0, share=0.6)
    model = fit(table, credibility={PANEL[5].name: 0.0, PANEL[0].name: 2.0})
    for code, one in enumerate(rewards(model, table)):
        opened = parts(model, table, one.item)
        assert opened.quality == one.quality and opened.reward == one.reward
        assert sum(p.weight for p in opened) == pytest.approx(1)
        mean = sum(p.weight * (p.score - p.bias) for p in opened)
        total = opened.shrinkage * opened.prior + (1 - opened.shrinkage) * mean
        assert total == pytest.approx(one.quality, abs=1e-9)
        assert mean == pytest.approx(model.means[code])
        assert len(opened.rows) == one.n
        assert all(p.rater != PANEL[5].name for p in opened)
        assert all(table.score[p.row] == p.score for p in opened)


def test_that_the_unshrunk_reward_is_the_corrected_mean_and_its_weight_undoes_it_on_average() -> (
    None
):
    table = sparse_panel(0).table
    model = fit(table)
    found = rewards(model, table)
    for one, mean in zip(found, model.means.tolist(), strict=True):
        assert one.unshrunk == pytest.approx((mean - model.mu) / np.sqrt(model.tau2))
    own = np.array([o.unshrunk for o in found]) - model.posterior.prompt[table.item_prompt] / (
        np.sqrt(model.tau2)
    )
    shrunk = model.within / np.sqrt(model.tau2)
    rho = 1 - model.posterior.shrink
    np.testing.assert_allclose(own * rho, shrunk, atol=1e-9)


def test_that_an_item_nobody_rated_has_no_unshrunk_reward_and_no_weight() -> None:
    table = sparse_panel(0).table
    table = table.rows(table.item != 3)
    one = rewards(fit(table), table)[3]
    assert (one.unshrunk, one.reliability) == (0.0, 0.0)


def test_that_an_item_without_ratings_opens_into_nothing() -> None:
    table = sparse_panel(0).table
    table = table.rows(table.item != 3)
    opened = parts(fit(table), table, table.items[3])
    assert opened.rows == ()
    assert opened.shrinkage == 1
    assert opened.quality == pytest.approx(opened.prior)


def test_that_an_unknown_item_is_refused() -> None:
    table = sparse_panel(0).table
    with pytest.raises(InputError, match="'nowhere' has no rating"):
        parts(fit(table), table, "nowhere")
