"""BLEU, chrF and ROUGE against numbers worked out by hand and against the libraries."""

import math

import pytest
import sacrebleu
from hypothesis import given
from hypothesis import strategies as st
from rouge_score.rouge_scorer import RougeScorer

from prefdesk import evaluation
from prefdesk.evaluation.words import words

HYPOTHESES = ["the cat sat on a mat today", "It is raining again, he said.", "Der Hund schläft."]
REFERENCES = [
    ["the cat sat on the mat today"],
    ["It rains again, he said.", "Again it is raining, he said."],
    ["Der Hund schläft."],
]


def test_that_bleu_is_the_number_worked_out_by_hand() -> None:
    # 7 words; matches 6/7, 4/6, 2/5, 1/4 (the cat sat on); no brevity penalty.
    found = evaluation.bleu(HYPOTHESES[:1], REFERENCES[:1])
    assert found == pytest.approx(100 * (6 / 7 * 4 / 6 * 2 / 5 * 1 / 4) ** 0.25, rel=1e-12)


def test_that_bleu_is_of_the_corpus_and_punishes_brevity() -> None:
    found = evaluation.bleu(["a b c d", "e f g h"], [["a b c d x x"], ["e f g h"]])
    assert found == pytest.approx(100 * math.exp(1 - 10 / 8), rel=1e-12)


def test_that_chrf_is_the_number_worked_out_by_hand() -> None:
    # Characters abc/abd: 1-grams 2 of 3, 2-grams 1 of 2, 3-grams 0 of 1; P = R, so F is the mean.
    assert evaluation.chrf(["abc"], [["abd"]]) == pytest.approx(
        100 * (2 / 3 + 1 / 2 + 0) / 3, rel=1e-12
    )


def test_that_both_are_what_sacrebleu_gives() -> None:
    streams = [["the cat sat on the mat today", "It rains again, he said.", "Der Hund schläft."]]
    single = [[r[0]] for r in REFERENCES]
    assert evaluation.bleu(HYPOTHESES, single) == sacrebleu.corpus_bleu(HYPOTHESES, streams).score
    assert evaluation.chrf(HYPOTHESES, single) == sacrebleu.corpus_chrf(HYPOTHESES, streams).score


def test_that_the_best_of_several_references_counts() -> None:
    texts = ["it is raining again", "a b c d"]
    for metric in (evaluation.bleu, evaluation.chrf):
        both = metric(texts, [["again it rains", "it is raining again"], ["a b c d"]])
        assert both == pytest.approx(100)
        assert metric(texts, [["again it rains"], ["a b c d"]]) < 90


def test_that_figures_carry_their_signature() -> None:
    assert evaluation.signature("bleu").startswith("nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|")
    assert evaluation.signature("bleu", REFERENCES, tokenize="zh").startswith("nrefs:var|")
    assert "tok:zh" in evaluation.signature("bleu", REFERENCES, tokenize="zh")
    assert "nc:6|nw:0" in evaluation.signature("chrf", REFERENCES)
    assert evaluation.signature("rouge").startswith("F1|tok:words|stem:no|")


def test_that_chinese_is_split_into_characters_for_bleu() -> None:
    pair = ["我喜欢猫和狗"], [["我喜欢猫和鸟"]]
    # Characters: 5/6, 4/5, 3/4, 2/3 match, so the product of the precisions is 1/3.
    assert evaluation.bleu(*pair, tokenize="zh") == pytest.approx(100 * (1 / 3) ** 0.25, rel=1e-12)


def test_that_rouge_is_the_number_worked_out_by_hand() -> None:
    # Hypothesis 3 words, reference 4; 3 shared words, 1 shared pair (the cat), longest common
    # subsequence of 2 (the cat, or the sat).
    found = evaluation.rouge(["the sat cat"], [["the cat sat down"]])
    assert found["rouge1"] == pytest.approx(2 * 3 / 7)
    assert found["rouge2"] == 0
    assert found["rougeL"] == pytest.approx(2 * 2 / 7)
    pair = evaluation.rouge(["down the cat"], [["the cat sat down"]])
    assert pair["rouge2"] == pytest.approx(2 * 1 / (2 + 3))


def test_that_rouge_takes_the_best_reference_and_the_mean_over_texts() -> None:
    found = evaluation.rouge(["a b", "c"], [["x y", "a b"], ["d"]])
    assert found == {"rouge1": 0.5, "rouge2": 0.5, "rougeL": 0.5}


def test_that_rouge_on_english_is_what_the_library_gives() -> None:
    english = HYPOTHESES[:2], REFERENCES[:2]
    scorer = RougeScorer(["rouge1", "rouge2", "rougeL"])
    found = evaluation.rouge(*english)
    for name, value in found.items():
        theirs = [scorer.score_multi(r, h)[name].fmeasure for h, r in zip(*english)]
        assert value == pytest.approx(sum(theirs) / 2, rel=1e-12)


def test_that_rouge_counts_words_of_other_scripts() -> None:
    assert evaluation.rouge(["über Öl"], [["über Öl"]])["rouge2"] == 1
    assert evaluation.rouge(["猫睡觉"], [["猫睡觉"]])["rougeL"] == 1
    assert evaluation.rouge(["über"], [["ober"]])["rouge1"] == 0


def test_that_empty_answers_score_nothing() -> None:
    assert evaluation.bleu([""], [["a"]]) == 0
    assert evaluation.chrf([""], [["a"]]) == 0
    assert evaluation.rouge([""], [["a"]]) == {"rouge1": 0, "rouge2": 0, "rougeL": 0}


@pytest.mark.parametrize(
    ("hypotheses", "references"), [([], []), (["a"], []), (["a"], [[]]), (["a"], ["ab"])]
)
@pytest.mark.parametrize("metric", [evaluation.bleu, evaluation.chrf, evaluation.rouge])
def test_that_missing_references_are_an_error(
    metric: object, hypotheses: list[str], references: list[list[str]]
) -> None:
    assert callable(metric)
    with pytest.raises(ValueError, match="reference"):
        metric(hypotheses, references)


@given(st.text(st.characters(max_codepoint=127)))
def test_that_words_of_ascii_are_those_of_the_library(text: str) -> None:
    from rouge_score.tokenize import tokenize

    assert words(text) == tokenize(text, None)


def test_that_words_are_whole_in_scripts_with_signs() -> None:
    assert words("e\u0301te\u0301 हिन्दी שלום don't snake_case 3.5 我们go") == [
        "e\u0301te\u0301", "हिन्दी", "שלום", "don", "t", "snake", "case", "3", "5", "我", "们", "go",
    ]  # fmt: skip


def test_that_answers_that_repeat_each_other_have_the_highest_self_bleu() -> None:
    same = ["one two three four five"] * 3
    apart = ["one two three four five", "six seven eight nine ten", "a b c d e"]
    assert evaluation.self_bleu([same]) == pytest.approx(100.0)
    assert evaluation.self_bleu([apart]) == pytest.approx(0.0, abs=1e-6)
    mixed = evaluation.self_bleu([["one two three four five six", "one two three four nine ten"]])
    assert mixed is not None and 20 < mixed < 70


def test_that_one_answer_alone_has_no_self_bleu() -> None:
    assert evaluation.self_bleu([["alone"], []]) is None
    assert evaluation.self_bleu([["alone"], ["x y z w", "x y z w"]]) == pytest.approx(100.0)
