"""Is it better? Checkpoints compared on prompts that were never trained on."""

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from prefdesk import evaluation, store
from prefdesk.errors import InputError
from prefdesk.events import JobSpec
from prefdesk.project.checkpoints import Checkpoints, is_elsewhere
from prefdesk.project.core import Core
from prefdesk.project.judgement import Judgement
from prefdesk.project.report import NO_RANGE, Range
from prefdesk.project.sampling import SamplingKey
from prefdesk.records import Checkpoint, Completion, Prompt

Caution = Literal["settings", "raters", "trained"]

CAUTIONS: dict[Caution, str] = {
    "settings": "The two were sampled with different settings.",
    "raters": "No rater judged both.",
    "trained": "Some of these prompts were trained on before they were kept for evaluation.",
}
"""Why a difference may not be the training's, in words."""

TIE = 0.5
"""Points below which two checkpoints tie on a prompt: half a step of the scale."""


@dataclass(frozen=True, slots=True)
class CheckpointScore:
    """How one checkpoint does on the evaluation prompts.

    `human` is the mean quality in points of the scale, corrected for the raters' biases, with a
    95 % interval over prompts. BLEU, chrF and self-BLEU run from 0 to 100, ROUGE from 0 to 1.
    `kl` is that to the base model in nats per token, as its round measured it at the end.
    """

    checkpoint_id: int
    name: str
    n_prompts: int
    n_completions: int
    n_rated: int
    human: Range
    mean_length: float
    truncated: float
    distinct_2: float
    bleu: float | None = None
    chrf: float | None = None
    rouge1: float | None = None
    rouge2: float | None = None
    rougeL: float | None = None
    perplexity: float | None = None
    self_bleu: float | None = None
    kl: float | None = None
    created_ms: int = 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two checkpoints on the prompts both answered and people judged: `b` against `a`.

    `win_rate` counts a tie as half a win, with its interval over prompts. `cautions` say why the
    difference may not be the training's; see `CAUTIONS`.
    """

    a: int
    b: int
    n_prompts: int
    difference: Range
    win: float
    tie: float
    loss: float
    cautions: tuple[Caution, ...] = ()
    win_rate: Range = NO_RANGE

    @property
    def caution(self) -> str:
        """The cautions as sentences; empty if nothing speaks against the difference."""
        return " ".join(CAUTIONS[c] for c in self.cautions)


@dataclass(frozen=True, slots=True)
class Divergence:
    """A figure that climbed from checkpoint `a` to `b` while people saw no gain.

    `measure` is the name of a field of `CheckpointScore`; `people` what they gave `b` more.
    """

    a: int
    b: int
    measure: str
    before: float
    after: float
    people: Range


PROXIES = {"bleu": 0.5, "chrf": 1.0, "rougeL": 0.02, "mean_length": 1.0, "kl": 0.01}
"""Figures that may climb without anybody liking the answers better, with the least climb each."""

CLIMB = 1.1
"""Times the value before, from which on a figure is said to have climbed."""


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """All checkpoints that answered evaluation prompts, and each compared with the first.

    `divergences` look at neighbours in time.
    """

    scores: tuple[CheckpointScore, ...]
    comparisons: tuple[Comparison, ...]
    divergences: tuple[Divergence, ...] = ()


@dataclass(frozen=True, slots=True)
class SideBySide:
    """One evaluation prompt with the answers of two checkpoints."""

    prompt: Prompt
    a: tuple[Completion, ...]
    b: tuple[Completion, ...]


class Evaluation:
    """`project.evaluation`."""

    def __init__(self, core: Core, checkpoints: Checkpoints, judgement: Judgement) -> None:
        self._core = core
        self._checkpoints = checkpoints
        self._judgement = judgement

    def report(self) -> EvaluationReport:
        """Scores of every checkpoint that has answered evaluation prompts."""
        quality = self._scores()
        scores, means = [], {}
        for checkpoint in self._checkpoints.all():
            answers = self._answers(checkpoint.id)
            if answers:
                means[checkpoint.id] = _prompt_means(answers, quality)
                scores.append(self._score(checkpoint, answers, means[checkpoint.id], quality))
        first = scores[0].checkpoint_id if scores else 0
        comparisons = [
            self._compare(first, s.checkpoint_id, means[first], means[s.checkpoint_id])
            for s in scores[1:]
        ]
        divergences = [
            found
            for a, b in itertools.pairwise(scores)
            for found in _divergences(a, b, means[a.checkpoint_id], means[b.checkpoint_id])
        ]
        return EvaluationReport(
            tuple(scores), tuple(c for c in comparisons if c.n_prompts), tuple(divergences)
        )

    def compare(self, a: int, b: int) -> Comparison:
        """Two checkpoints on the prompts people judged for both."""
        quality = self._scores()
        ours, theirs = (_prompt_means(self._answers(i), quality) for i in (a, b))
        return self._compare(a, b, ours, theirs)

    def side_by_side(self, a: int, b: int) -> list[SideBySide]:
        """Every evaluation prompt that either checkpoint has answered."""
        ours, theirs = self._by_prompt(a), self._by_prompt(b)
        ids = sorted(set(ours) | set(theirs))
        prompts = self._core.query(lambda c: store.prompts.by_ids(c, ids))
        return [
            SideBySide(prompts[i], tuple(ours.get(i, ())), tuple(theirs.get(i, ()))) for i in ids
        ]

    def perplexity_job(self, text_file: str | Path, checkpoint_ids: list[int]) -> JobSpec:
        """The job that measures perplexity on a text file, one text per paragraph."""
        path = Path(text_file)
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as e:
            raise InputError(f"{path} cannot be read: {e.strerror}.") from e
        except UnicodeDecodeError as e:
            raise InputError(f"{path.name} is not UTF-8 text.", "Save it as UTF-8.") from e
        texts = [t.strip() for t in text.split("\n\n") if t.strip()]
        if not texts:
            raise InputError(f"{path.name} holds no text.")
        return JobSpec(
            "evaluate", {"checkpoints": checkpoint_ids, "texts": texts, "source": path.name}
        )

    def _answers(self, checkpoint_id: int) -> list[Completion]:
        return self._core.query(
            lambda c: store.completions.page(
                c, after=0, limit=-1, split="evaluation", checkpoint_id=checkpoint_id
            )
        )

    def _scores(self) -> dict[int, float]:
        """Scores of evaluation answers; the same text to the same prompt has one score, whoever
        wrote it, so that raters' noise cannot make a difference where there is none."""
        found = self._judgement.scores()
        same: dict[tuple[int, str], list[Completion]] = {}
        for checkpoint in self._checkpoints.all():
            for one in self._answers(checkpoint.id):
                same.setdefault((one.prompt_id, one.text), []).append(one)
        for answers in same.values():
            judged = [found[a.id] for a in answers if a.id in found]
            if judged:
                found.update({a.id: sum(judged) / len(judged) for a in answers})
        return found

    def _compare(
        self, a: int, b: int, ours: dict[int, float], theirs: dict[int, float]
    ) -> Comparison:
        shared = sorted(set(ours) & set(theirs))
        return replace(_compare(a, b, ours, theirs), cautions=tuple(self._cautions(a, b, shared)))

    def _cautions(self, a: int, b: int, prompt_ids: list[int]) -> Iterator[Caution]:
        with self._core.read() as c:
            behind = [store.completions.samplings_behind(c, i, prompt_ids) for i in (a, b)]
            raters = [
                {r.rater_id for r in store.events.current(c, split="evaluation", checkpoint_id=i)}
                for i in (a, b)
            ]
            trained = store.rounds.trained_prompts(c)
        ours, theirs = (
            {SamplingKey.from_json(s.settings).distribution for s in samplings}
            for samplings in behind
        )
        if ours != theirs:
            yield "settings"
        if all(raters) and not raters[0] & raters[1]:
            yield "raters"
        if trained & set(prompt_ids):
            yield "trained"

    def _by_prompt(self, checkpoint_id: int) -> dict[int, list[Completion]]:
        found: dict[int, list[Completion]] = {}
        for one in self._answers(checkpoint_id):
            found.setdefault(one.prompt_id, []).append(one)
        return found

    def _score(
        self,
        checkpoint: Checkpoint,
        answers: list[Completion],
        means: dict[int, float],
        quality: dict[int, float],
    ) -> CheckpointScore:
        draws = sum(a.multiplicity for a in answers)
        human = _interval(list(means.values()))
        return CheckpointScore(
            checkpoint_id=checkpoint.id,
            name=checkpoint.name,
            n_prompts=len({a.prompt_id for a in answers}),
            n_completions=draws,
            n_rated=sum(a.multiplicity for a in answers if a.id in quality),
            human=human,
            mean_length=sum(a.n_tokens * a.multiplicity for a in answers) / draws,
            truncated=sum(a.multiplicity for a in answers if not a.finished) / draws,
            distinct_2=evaluation.distinct([a.text for a in _copies(answers)], 2),
            perplexity=self._perplexity(checkpoint.id),
            self_bleu=evaluation.self_bleu(_texts_by_prompt(answers)),
            kl=self._kl(checkpoint),
            created_ms=checkpoint.created_ms,
            **self._against_references(answers),
        )

    def _kl(self, checkpoint: Checkpoint) -> float | None:
        """What the round that made it measured at its end; nothing for imported answers."""
        if checkpoint.round_id is None:
            return 0.0 if checkpoint.kind == "base" and not is_elsewhere(checkpoint) else None
        found = self._core.query(lambda c: store.rounds.metrics(c, checkpoint.round_id or 0))
        values = {m.name: m.value for m in found if m.name in ("kl", "final/kl")}
        return values.get("final/kl", values.get("kl"))

    def _perplexity(self, checkpoint_id: int) -> float | None:
        text = self._core.query(lambda c: store.meta.get(c, f"report/perplexity/{checkpoint_id}"))
        with store.reading("the report of perplexity"):
            return float(json.loads(text)["perplexity"]) if text else None

    def _against_references(self, answers: list[Completion]) -> dict[str, float]:
        ids = sorted({a.prompt_id for a in answers})
        prompts = self._core.query(lambda c: store.prompts.by_ids(c, ids))
        pairs = [(a.text, prompts[a.prompt_id].references) for a in _copies(answers)]
        pairs = [p for p in pairs if p[1]]
        if not pairs:
            return {}
        texts, references = [p[0] for p in pairs], [p[1] for p in pairs]
        return {
            "bleu": evaluation.bleu(texts, references),
            "chrf": evaluation.chrf(texts, references),
            **evaluation.rouge(texts, references),
        }


def _copies(answers: list[Completion]) -> list[Completion]:
    """A text drawn twice stands twice, so that a model that repeats itself shows it."""
    return [a for a in answers for _ in range(a.multiplicity)]


def _prompt_means(answers: list[Completion], quality: dict[int, float]) -> dict[int, float]:
    """Mean quality per prompt over its judged draws (a text drawn twice counts twice)."""
    sums: dict[int, tuple[float, int]] = {}
    for a in answers:
        if a.id in quality:
            total, n = sums.get(a.prompt_id, (0.0, 0))
            sums[a.prompt_id] = (total + quality[a.id] * a.multiplicity, n + a.multiplicity)
    return {i: total / n for i, (total, n) in sums.items()}


def _interval(values: list[float]) -> Range:
    if len(values) < 2:
        return Range(values[0] if values else None, None, None)
    found = evaluation.mean_interval(values, seed=0)
    return Range(found.value, found.low, found.high)


def _compare(a: int, b: int, ours: dict[int, float], theirs: dict[int, float]) -> Comparison:
    shared = sorted(set(ours) & set(theirs))
    if len(shared) < 2:
        return Comparison(a, b, len(shared), Range(None, None, None), 0.0, 0.0, 0.0)
    found = evaluation.paired(
        [ours[i] for i in shared], [theirs[i] for i in shared], seed=0, margin=TIE
    )
    return Comparison(
        a,
        b,
        len(shared),
        Range(found.difference.value, found.difference.low, found.difference.high),
        found.win,
        found.tie,
        found.loss,
        win_rate=Range(found.win_rate.value, found.win_rate.low, found.win_rate.high),
    )


def _texts_by_prompt(answers: list[Completion]) -> list[list[str]]:
    groups: dict[int, list[str]] = {}
    for one in _copies(answers):
        groups.setdefault(one.prompt_id, []).append(one.text)
    return list(groups.values())


def _divergences(
    a: CheckpointScore, b: CheckpointScore, ours: dict[int, float], theirs: dict[int, float]
) -> Iterator[Divergence]:
    """What climbed from `a` to `b` although the interval of what people think holds no gain."""
    people = _compare(a.checkpoint_id, b.checkpoint_id, ours, theirs).difference
    if people.low is None or people.low > 0:
        return
    for measure, least in PROXIES.items():
        before, after = getattr(a, measure), getattr(b, measure)
        if before is None or after is None:
            continue
        if after >= max(CLIMB * before, before + least):
            yield Divergence(a.checkpoint_id, b.checkpoint_id, measure, before, after, people)
