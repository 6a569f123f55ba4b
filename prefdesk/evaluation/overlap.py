"""Overlap with references: BLEU and chrF by sacrebleu, ROUGE by rouge_score.

Every hypothesis comes with the list of its references. Both libraries are imported when they
are first needed: together they take one to two seconds.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, Literal

from prefdesk.evaluation.words import words

ROUGE_TYPES = ("rouge1", "rouge2", "rougeL")

References = Sequence[Sequence[str]]


def bleu(hypotheses: Sequence[str], references: References, *, tokenize: str = "13a") -> float:
    """Corpus BLEU, 0-100 (Papineni et al. 2002, in sacrebleu's form: case kept, 4-grams).

    `tokenize` is sacrebleu's name of a tokenisation; "zh" for Chinese. `ValueError` if the lists
    differ in length, are empty, or a hypothesis has no reference.
    """
    return float(_score(_bleu(tokenize), hypotheses, references))


def chrf(hypotheses: Sequence[str], references: References) -> float:
    """Corpus chrF2, 0-100 (Popovic 2015: character 6-grams, beta 2, no words).

    Errors as for `bleu`.
    """
    return float(_score(_chrf(), hypotheses, references))


def signature(
    metric: Literal["bleu", "chrf", "rouge"],
    references: References = (("",),),
    *,
    tokenize: str = "13a",
) -> str:
    """How a figure was computed, to be printed beside it: tokens, smoothing, version.

    The number of references is part of sacrebleu's signature: hand in the references used.
    """
    if metric == "rouge":
        from importlib.metadata import version

        return f"F1|tok:words|stem:no|best of references|version:{version('rouge_score')}"
    scorer = _bleu(tokenize) if metric == "bleu" else _chrf()
    scorer.corpus_score([""] * len(references), _streams(references))
    return str(scorer.get_signature())


def rouge(hypotheses: Sequence[str], references: References) -> dict[str, float]:
    """Mean F1 of ROUGE-1, ROUGE-2 and ROUGE-L, 0-1 (Lin 2004), the best reference for each.

    Words are not stemmed. Unlike the library's own tokenisation, which drops every letter
    outside a-z, words of all scripts count. Errors as for `bleu`.
    """
    _check(hypotheses, references)
    scorer = _rouge()
    totals = dict.fromkeys(ROUGE_TYPES, 0.0)
    for hypothesis, targets in zip(hypotheses, references):
        found = scorer.score_multi(list(targets), hypothesis)
        for name in ROUGE_TYPES:
            totals[name] += found[name].fmeasure
    return {name: total / len(hypotheses) for name, total in totals.items()}


def self_bleu(groups: Sequence[Sequence[str]]) -> float | None:
    """Corpus BLEU of every text against the others of its group, 0-100: lower is more varied.

    The measure of Zhu et al. 2018 (Texygen) within groups, such as the answers to one prompt.
    None where no group has two texts.
    """
    several = [list(group) for group in groups if len(group) > 1]
    if not several:
        return None
    texts = [text for group in several for text in group]
    others = [group[:i] + group[i + 1 :] for group in several for i in range(len(group))]
    return bleu(texts, others)


def _score(scorer: Any, hypotheses: Sequence[str], references: References) -> Any:
    _check(hypotheses, references)
    return scorer.corpus_score(list(hypotheses), _streams(references)).score


def _check(hypotheses: Sequence[str], references: References) -> None:
    if len(hypotheses) != len(references):
        raise ValueError(f"{len(hypotheses)} hypotheses but {len(references)} lists of references")
    if not hypotheses or not all(references):
        raise ValueError("every hypothesis needs a reference")
    if any(isinstance(targets, str) for targets in references):
        raise ValueError("references are lists of texts, not texts")


def _streams(references: References) -> list[list[str | None]]:
    """References as sacrebleu wants them: one stream for each place, None where there is none."""
    most = max(map(len, references))
    return [[r[i] if i < len(r) else None for r in references] for i in range(most)]


def _bleu(tokenize: str) -> Any:
    from sacrebleu.metrics import BLEU

    # Without `force` it prints a warning about texts that look tokenised.
    return BLEU(tokenize=tokenize, force=True)


def _chrf() -> Any:
    from sacrebleu.metrics import CHRF

    return CHRF()


class _Words:
    """Our words behind the method that rouge_score calls."""

    def tokenize(self, text: str) -> list[str]:
        return words(text)


@cache
def _rouge() -> Any:
    from rouge_score.rouge_scorer import RougeScorer

    return RougeScorer(list(ROUGE_TYPES), tokenizer=_Words())
