"""The job that turns prompts into token ids, once per tokenizer and template."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from prefdesk import store
from prefdesk.config import SamplingConfig
from prefdesk.events import JobEvent, JobStarted, PromptsEncoded, ReportReady
from prefdesk.models import encode, encoding_fingerprint, load_tokenizer
from prefdesk.project.work.context import Context, Pace

if TYPE_CHECKING:
    from prefdesk.project.project import Project

BATCH = 256


def preprocess(
    project: "Project", settings: dict[str, Any], context: Context
) -> Iterator[JobEvent]:
    """Encode every prompt that is not encoded yet; report lengths and what is too long."""
    config = SamplingConfig.from_json(settings["config"])
    ids = project.prompts.ids()
    yield JobStarted("preprocess", len(ids), "prompts")
    tokenizer = load_tokenizer(project.checkpoints.model_folder())
    encoded: dict[int, tuple[int, ...]] = {}
    system = project.settings.system
    yield from encode_missing(project, tokenizer, config, ids, encoded, context, system=system)
    lengths = {i: len(v) for i, v in encoded.items()}
    yield ReportReady(
        "preprocess",
        {
            "n_prompts": len(ids),
            "template": config.template,
            "lengths": {str(i): n for i, n in lengths.items()},
            "longest": max(lengths.values(), default=0),
            "limit": config.max_prompt_tokens,
            "too_long": sorted(i for i, n in lengths.items() if n > config.max_prompt_tokens),
        },
    )


def encode_missing(
    project: "Project",
    tokenizer: Any,
    config: SamplingConfig,
    ids: Sequence[int],
    into: dict[int, tuple[int, ...]],
    context: Context,
    *,
    system: str,
) -> Iterator[JobEvent]:
    """Fill `into` with the token ids of all prompts, from the project or encoded now."""
    fingerprint = encoding_fingerprint(tokenizer, system=system, template=config.template)
    into.update(project.core.query(lambda c: store.completions.encoded(c, fingerprint, ids)))
    missing = [i for i in ids if i not in into]
    pace = Pace(len(missing), "Preparing prompts")
    for start in range(0, len(missing), BATCH):
        context.check()
        prompts = project.prompts.by_ids(missing[start : start + BATCH])
        rows = tuple(
            (i, encode(tokenizer, p.content, system=system, template=config.template))
            for i, p in prompts.items()
        )
        into.update(rows)
        yield PromptsEncoded(fingerprint, rows)
        yield from pace.step(len(rows))
