"""The job that turns prompts into token ids, once, and looks for what is wrong with them."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from prefdesk import store
from prefdesk.config import PreprocessConfig, SamplingConfig
from prefdesk.errors import InputError
from prefdesk.events import FindingsMade, JobEvent, JobStarted, PromptsEncoded, ReportReady
from prefdesk.models import encode_many, encoding_fingerprint, load_tokenizer
from prefdesk.project.work.context import Context, Pace
from prefdesk.project.work.looking import Looks
from prefdesk.project.work.repeats import repeats, require_going

if TYPE_CHECKING:
    from prefdesk.project.project import Project

BATCH = 512


def preprocess(
    project: "Project", settings: dict[str, Any], context: Context
) -> Iterator[JobEvent]:
    """Encode every prompt that is not encoded yet, and say what was found.

    Prompts pass page by page; what stays of each is its length and a sketch of 260 bytes.
    """
    config = PreprocessConfig.from_json(settings["config"])
    ids = _in_order(project)
    yield JobStarted("preprocess", len(ids), "prompts")
    tokenizer = load_tokenizer(project.checkpoints.model_folder())
    system = project.settings.system
    fingerprint = encoding_fingerprint(tokenizer, system=system, template=config.template)
    looks = Looks(tokenizer, config, system)
    pace = Pace(len(ids), "Preparing prompts")
    for start in range(0, len(ids), BATCH):
        require_going(context)
        page = ids[start : start + BATCH]
        prompts = project.prompts.by_ids(page)
        with project.core.read() as c:
            lengths = store.completions.encoded_sizes(c, fingerprint, page)
        missing = [i for i in page if i in prompts and i not in lengths]
        made = encode_many(
            tokenizer,
            [prompts[i].content for i in missing],
            system=system,
            template=config.template,
        )
        rows = [(i, one) for i, one in zip(missing, made) if not isinstance(one, InputError)]
        if rows:
            yield PromptsEncoded(fingerprint, tuple(rows))
        lengths.update((i, len(one)) for i, one in rows)
        refused = {i: one for i, one in zip(missing, made) if isinstance(one, InputError)}
        found = looks.look([prompts[i] for i in page if i in prompts], lengths, refused)
        if found:
            yield FindingsMade(tuple(found))
        yield from pace.step(len(page))
    yield from repeats(project, looks, config.likeness, context)
    yield ReportReady("preprocess", {**looks.report(), "fingerprint": fingerprint})


def _in_order(project: "Project") -> list[int]:
    """All prompts; of two that are alike the earlier one here is the one to keep.

    Evaluation prompts come first, since training on what repeats one of them would be cheating;
    prompts that were left out come last.
    """
    with project.core.read() as c:
        evaluation, train = store.prompts.ids(c, "evaluation"), store.prompts.ids(c, "train")
        out = store.prompt_decisions.left_out_otherwise(c)
    ids = evaluation + train
    return [i for i in ids if i not in out] + [i for i in ids if i in out]


def encode_missing(
    project: "Project",
    tokenizer: Any,
    config: SamplingConfig,
    ids: Sequence[int],
    into: dict[int, tuple[int, ...]],
    context: Context,
    *,
    system: str,
    refused: dict[int, InputError] | None = None,
) -> Iterator[JobEvent]:
    """Fill `into` with the token ids of all prompts, from the project or encoded now.

    A prompt that the chat template refuses raises `InputError`, or comes into `refused`.
    """
    fingerprint = encoding_fingerprint(tokenizer, system=system, template=config.template)
    into.update(project.core.query(lambda c: store.completions.encoded(c, fingerprint, ids)))
    missing = [i for i in ids if i not in into]
    pace = Pace(len(missing), "Preparing prompts")
    for start in range(0, len(missing), BATCH):
        context.check()
        prompts = project.prompts.by_ids(missing[start : start + BATCH])
        made = encode_many(
            tokenizer,
            [p.content for p in prompts.values()],
            system=system,
            template=config.template,
        )
        rows = []
        for i, one in zip(prompts, made, strict=True):
            if not isinstance(one, InputError):
                rows.append((i, one))
            elif refused is None:
                raise one
            else:
                refused[i] = one
        into.update(rows)
        yield PromptsEncoded(fingerprint, tuple(rows))
        yield from pace.step(len(prompts))
