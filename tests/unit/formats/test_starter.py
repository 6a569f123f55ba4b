"""The prompts that come with the program."""

import json
from collections import Counter
from itertools import product

import pytest

from prefdesk import formats
from prefdesk.paths import resource
from prefdesk.records import NewPrompt

TASKS = {"help", "explain", "story", "rewrite", "qa", "translate"}


@pytest.fixture(scope="module")
def starter() -> tuple[NewPrompt, ...]:
    read = formats.read_prompts(resource("starter/prompts.jsonl"))
    assert read.bad == ()
    return read.rows


def test_that_there_are_enough_of_every_task_in_both_splits(
    starter: tuple[NewPrompt, ...],
) -> None:
    assert len(starter) >= 72
    counts = Counter((p.task, p.split) for p in starter)
    assert {task for task, _ in counts} == TASKS
    for task in TASKS:
        train, held_out = counts[task, "train"], counts[task, "evaluation"]
        assert train + held_out >= 12
        assert 0.25 <= held_out / (train + held_out) <= 0.4


def test_that_only_known_keys_are_used() -> None:
    known = {"prompt", "task", "split", "references", "source"}
    with resource("starter/prompts.jsonl").open(encoding="utf-8") as handle:
        for line in handle:
            assert set(json.loads(line)) <= known


def test_that_questions_and_translations_have_references_and_their_text(
    starter: tuple[NewPrompt, ...],
) -> None:
    for p in starter:
        if p.task in ("qa", "translate"):
            assert p.references
            assert all(r.strip() == r for r in p.references)
        if p.task in ("qa", "translate", "rewrite"):
            assert p.source in p.content
            assert len(p.source) < len(p.content)
        else:
            assert p.source == ""


def test_that_prompts_are_short_plain_and_different(starter: tuple[NewPrompt, ...]) -> None:
    texts = [p.content for p in starter]
    assert len(set(texts)) == len(texts)
    for text in texts:
        assert isinstance(text, str)
        assert text == text.strip()
        assert 3 <= len(text.split()) <= 60
        assert formats.reveal(text) == (text, 0, False)


def test_that_no_evaluation_prompt_resembles_a_training_prompt(
    starter: tuple[NewPrompt, ...],
) -> None:
    def words(p: NewPrompt) -> set[str]:
        return set((p.source or str(p.content)).lower().split())

    train = [p for p in starter if p.split == "train"]
    held_out = [p for p in starter if p.split == "evaluation"]
    for a, b in product(train, held_out):
        shared = len(words(a) & words(b)) / len(words(a) | words(b))
        assert shared < 0.5, (a.content, b.content)


def test_that_the_licence_lies_beside_them() -> None:
    assert "Apache-2.0" in resource("starter/README.md").read_text()
