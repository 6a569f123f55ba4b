"""Near duplicates: what is measured is exact, what is found is nearly all, and always the same."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prefdesk.texts import Sketches, likeness, near_pairs
from prefdesk.texts.likeness import PLACES, sketch

WORDS = [
    "".join(random.Random(i).choices("abcdefghijklmnopqrstuvwxyz", k=3 + i % 7)) for i in range(400)
]


def text(rng: random.Random, n: int = 40) -> str:
    return " ".join(rng.choices(WORDS, k=n))


def changed(rng: random.Random, one: str, n: int) -> str:
    words = one.split()
    for _ in range(n):
        words[rng.randrange(len(words))] = rng.choice(WORDS)
    return " ".join(words)


def test_that_likeness_is_the_share_of_common_pieces() -> None:
    # abcde bcdef | abcde bcdef cdefg: 2 of 3.
    assert likeness("abcdef", "abcdefg") == pytest.approx(2 / 3)
    assert likeness("abc", "abc") == 1.0
    assert likeness("abc", "abd") == 0.0
    assert likeness("", "") == 1.0


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=6))
def test_that_a_sketch_does_not_depend_on_what_stands_beside_the_text(texts: list[str]) -> None:
    together = sketch(texts)
    assert together.shape == (len(texts), PLACES)
    for one, row in zip(texts, together):
        assert (sketch([one])[0] == row).all()


def test_that_sketches_agree_about_as_often_as_texts_are_alike() -> None:
    rng = random.Random(1)
    told, true = [], []
    for _ in range(200):
        one = text(rng)
        other = changed(rng, one, rng.randrange(12))
        a, b = sketch([one, other])
        told.append((a == b).mean())
        true.append(likeness(one, other))
    gaps = np.array(told) - np.array(true)
    # The standard error of one is sqrt(J (1 - J) / 64), at most 0.0625.
    assert abs(gaps.mean()) < 0.015
    assert gaps.std() < 0.075


def test_that_nearly_all_near_duplicates_are_found_and_nothing_else() -> None:
    rng = random.Random(2)
    texts = [text(rng, rng.randrange(8, 60)) for _ in range(300)]
    texts += [changed(rng, rng.choice(texts), rng.randrange(1, 4)) for _ in range(300)]
    true = {
        (i, j) for j in range(len(texts)) for i in range(j) if likeness(texts[i], texts[j]) >= 0.8
    }
    found = {(i, j) for i, j, _ in near_pairs(texts, 0.8)}
    assert len(true) > 50
    assert found <= true
    assert len(found) >= 0.97 * len(true)


def test_that_batches_make_no_difference_and_runs_agree() -> None:
    rng = random.Random(3)
    texts = [text(rng, 20) for _ in range(50)]
    texts += [changed(rng, one, 1) for one in texts]
    whole, parts = Sketches(), Sketches()
    whole.add(texts)
    for start in range(0, len(texts), 7):
        parts.add(texts[start : start + 7])
    assert (whole.pairs(0.8) == parts.pairs(0.8)).all()


def test_that_a_crowd_of_like_texts_costs_little_and_each_meets_the_first() -> None:
    texts = [
        f"translate this sentence into french and say why you chose the words: {i}"
        for i in range(2000)
    ]
    sketches = Sketches()
    sketches.add(texts)
    pairs = sketches.pairs(0.8)
    assert len(pairs) <= 16 * len(texts)
    met = {j for i, j in pairs.tolist() if i < 8}
    assert len(met) > 0.95 * len(texts)


def test_that_nothing_gives_no_pairs() -> None:
    assert Sketches().pairs(0.8).shape == (0, 2)
    one = Sketches()
    one.add([])
    one.add(["abc"])
    assert one.pairs(0.8).shape == (0, 2)


def test_that_lone_surrogates_are_letters_like_others() -> None:
    assert list(near_pairs(["ab\ud800cdef", "ab\ud800cdef"], 0.8)) == [(0, 1, 1.0)]
