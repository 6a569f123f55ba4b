import numpy as np
import pytest

from prefdesk.errors import InputError
from prefdesk.ratings import fit, group_score, paired_difference
from tests.unit.ratings.panels import HONEST, judged


def test_that_prompts_weigh_equally() -> None:
    found = group_score([1, 3, 8, float("nan")], ["p", "p", "q", "q"])
    assert found.value == pytest.approx((2 + 8) / 2)


def test_that_only_shared_prompts_are_paired() -> None:
    found = paired_difference(([1, 2, 9], ["p", "q", "r"]), ([4, 5, 0], ["p", "q", "s"]))
    assert found.value == pytest.approx(3)
    assert (found.low, found.high) == (3, 3)


def test_that_pairing_removes_what_prompts_have_in_common() -> None:
    rng = np.random.default_rng(0)
    prompt = rng.standard_normal(100) * 3
    names = list(range(100))
    before, after = prompt + rng.standard_normal(100) * 0.3, prompt + 0.5
    paired = paired_difference((before, names), (after, names))
    alone = group_score(before, names)
    assert paired.low < 0.5 < paired.high
    assert paired.high - paired.low < 0.2 * (alone.high - alone.low)


def test_that_nothing_shared_gives_nothing() -> None:
    assert not paired_difference(([1.0], ["p"]), ([2.0], ["q"])).known


def test_that_columns_must_be_equally_long() -> None:
    with pytest.raises(InputError, match="same length"):
        group_score([1, 2], ["p"])


def test_that_bias_corrected_means_do_not_shrink_a_true_difference() -> None:
    # Items 0 and 1 of each prompt are worth 2 points less than items 2 and 3.
    quality = {i: 4.0 + 2.0 * (i % 4 >= 2) for i in range(400)}
    table = judged(quality, HONEST, 0, share=0.4)
    model = fit(table)
    late = np.array([int(i) % 4 >= 2 for i in table.items])
    prompts = np.array([int(i) // 4 for i in table.items])
    gaps = [
        paired_difference((v[~late], prompts[~late].tolist()), (v[late], prompts[late].tolist()))
        for v in (model.means, model.quality)
    ]
    assert gaps[0].low < 2 < gaps[0].high
    assert gaps[1].value < gaps[0].value - 0.1
