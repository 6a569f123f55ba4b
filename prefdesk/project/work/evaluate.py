"""The job that measures perplexity of checkpoints on given text."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prefdesk import evaluation
from prefdesk.errors import InputError
from prefdesk.events import JobEvent, JobStarted, ReportReady
from prefdesk.project.work.context import Context, Pace
from prefdesk.project.work.policy import load
from prefdesk.training import text_logprob

if TYPE_CHECKING:
    from prefdesk.project.project import Project


def evaluate(project: "Project", settings: dict[str, Any], context: Context) -> Iterator[JobEvent]:
    """Perplexity of each checkpoint on the same texts (`texts`), reported by checkpoint id."""
    texts = [t for t in settings["texts"] if t.strip()]
    if not texts:
        raise InputError("There is no text to measure perplexity on.")
    ids = [int(i) for i in settings["checkpoints"]]
    yield JobStarted("evaluate", len(ids) * len(texts), "texts", context.device.device)
    pace = Pace(len(ids) * len(texts), "Measuring perplexity")
    for checkpoint_id in ids:
        context.check()
        checkpoint = project.checkpoints.get(checkpoint_id)
        policy = load(project.checkpoints, checkpoint, Path(context.spool), context.device)
        total, tokens = 0.0, 0
        for text in texts:
            context.check()
            [(logprob, n)] = text_logprob(policy, [text])
            total, tokens = total + logprob, tokens + n
            yield from pace.step()
        if not tokens:
            raise InputError("The text is too short: perplexity needs at least two tokens.")
        yield ReportReady(
            "perplexity",
            {
                "checkpoint_id": checkpoint_id,
                "perplexity": evaluation.perplexity(total, tokens),
                "n_tokens": tokens,
                "source": str(settings.get("source", "")),
            },
        )
        del policy
