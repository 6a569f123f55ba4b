"""What a model card tells of a checkpoint: how it was trained, and what people think of it.

Markdown in English, without names of raters. The part about the base model and its licence is
added where the folder is written.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from prefdesk import store
from prefdesk.config import RoundConfig
from prefdesk.errors import InputError
from prefdesk.project.core import Core
from prefdesk.project.report import Range
from prefdesk.records import Checkpoint, Round

if TYPE_CHECKING:
    from prefdesk.project.checkpoints import Checkpoints
    from prefdesk.project.evaluation import CheckpointScore

HEAD = (
    "| round | from | objective | method | rated answers | prompts | steps | learning rate | "
    "KL weight | KL per token at the end |\n|---|---|---|---|---|---|---|---|---|---|"
)


def about(core: Core, checkpoints: "Checkpoints", one: Checkpoint) -> str:
    """The sections on data, training and evaluation of `one`, ended by an empty line."""
    parts = [*_training(core, checkpoints, one), *_people(core), *_scores(core, checkpoints, one)]
    return "\n".join(parts)


def _training(core: Core, checkpoints: "Checkpoints", one: Checkpoint) -> Iterator[str]:
    rounds = list(_lineage(core, checkpoints, one))
    if not rounds:
        return
    yield from (
        "## How it was trained",
        "",
        "Policy gradient from the scores that people gave the model's own answers, "
        f"{'one round' if len(rounds) == 1 else f'{len(rounds)} rounds'} after the base model:",
        "",
        HEAD,
    )
    for round_, parent in rounds:
        yield _row(core, round_, parent)
    yield ""


def _lineage(
    core: Core, checkpoints: "Checkpoints", one: Checkpoint
) -> list[tuple[Round, Checkpoint]]:
    """The rounds from the base to `one`, oldest first, each with where it started."""
    found, at = [], one
    while at.parent_id is not None:
        parent, id = checkpoints.get(at.parent_id), at.round_id
        if id is not None:
            found.append((_round(core, id), parent))
        at = parent
    return found[::-1]


def _round(core: Core, id: int) -> Round:
    return core.query(lambda c: store.rounds.get(c, id))


def _row(core: Core, one: Round, parent: Checkpoint) -> str:
    rewards = core.query(lambda c: store.rounds.rewards(c, one.id))
    metrics = core.query(lambda c: store.rounds.metrics(c, one.id))
    kl = [m.value for m in metrics if m.name in ("kl", "final/kl")]
    try:
        config: RoundConfig | None = RoundConfig.from_json(one.config)
    except (InputError, ValueError, TypeError):
        config = None  # of another version of prefdesk
    cells = (
        one.number,
        _plain(parent.name),
        config.objective if config else "",
        config.method if config else "",
        len(rewards),
        len({r.prompt_id for r in rewards}),
        max((m.step for m in metrics), default=0),
        f"{config.learning_rate:g}" if config else "",
        f"{config.kl_coef:g}" if config else "",
        f"{kl[-1]:.4f}" if kl else "",
    )
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def _people(core: Core) -> Iterator[str]:
    with core.read() as c:
        ratings = store.events.current(c)
        raters = {r.id: r for r in store.raters.all(c)}
    judged = {r.rater_id for r in ratings}
    answers, prompts = ({getattr(r, of) for r in ratings} for of in ("completion_id", "prompt_id"))
    simulated = sum(raters[i].simulated for i in judged)
    yield "## Data"
    yield ""
    made_up = (
        f" {simulated} of the raters are simulated: programs, not people." if simulated else ""
    )
    yield (
        f"{len(ratings):,} ratings by {len(judged)} raters of {len(answers):,} answers to "
        f"{len(prompts):,} prompts, on a scale from 0 to 10, corrected for each rater's habits."
        f"{made_up}"
    )
    yield ""


def _scores(core: Core, checkpoints: "Checkpoints", one: Checkpoint) -> Iterator[str]:
    from prefdesk.project.evaluation import Evaluation  # it needs the checkpoints itself
    from prefdesk.project.judgement import Judgement

    evaluation = Evaluation(core, checkpoints, Judgement(core))
    found = {s.checkpoint_id: s for s in evaluation.report().scores}
    own, base = found.get(one.id), checkpoints.base()
    yield "## Evaluation"
    yield ""
    if own is None:
        yield "It has not answered prompts kept for evaluation; nothing is known of its quality."
        yield ""
        return
    first = found.get(base.id) if base is not None and base.id != one.id else None
    yield f"On {own.n_prompts} prompts that were kept out of training, with 95 % intervals:"
    yield ""
    yield f"|  | {' | '.join(_plain(s.name) for s in (own, first) if s)} |"
    yield f"|---|{'---|' * (2 if first else 1)}"
    for name, field in FIGURES:
        cells = [_figure(s, field) for s in (own, first) if s]
        if any(cells):
            yield f"| {name} | {' | '.join(cells)} |"
    yield ""
    if base is not None and first is not None:
        pair = evaluation.compare(base.id, one.id)
        if pair.difference.value is not None:
            yield (
                f"Against {_plain(first.name)} on {pair.n_prompts} prompts: "
                f"{_range(pair.difference, 2)} points; better on {pair.win:.0%}, equal on "
                f"{pair.tie:.0%}, worse on {pair.loss:.0%}. {pair.caution}".rstrip()
            )
            yield ""


FIGURES = (
    ("Human score, 0 to 10", "human"),
    ("Rated answers", "n_rated"),
    ("BLEU", "bleu"),
    ("chrF", "chrf"),
    ("ROUGE-L", "rougeL"),
    ("Perplexity", "perplexity"),
    ("Mean length, tokens", "mean_length"),
    ("Share cut off", "truncated"),
    ("Distinct-2", "distinct_2"),
)


def _figure(score: "CheckpointScore", field: str) -> str:
    value = getattr(score, field)
    if isinstance(value, Range):
        return _range(value, 1)
    if value is None:
        return ""
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def _range(found: Range, decimals: int) -> str:
    if found.value is None:
        return ""
    text = f"{found.value:.{decimals}f}"
    if found.low is None or found.high is None:
        return text
    return f"{text} ({found.low:.{decimals}f} to {found.high:.{decimals}f})"


def _plain(text: str) -> str:
    """A name inside a table: on one line, without what Markdown or HTML would read."""
    return "".join(c if c.isalnum() or c in " .,_-+()" else " " for c in " ".join(text.split()))
