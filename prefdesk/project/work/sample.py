"""The job that draws completions: what is missing, batch by batch."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prefdesk import store
from prefdesk.config import SamplingConfig
from prefdesk.errors import Cancelled
from prefdesk.events import DrawsMade, JobEnded, JobEvent, JobStarted, Note
from prefdesk.models import DrawRequest, draw
from prefdesk.project.sampling import SamplingKey
from prefdesk.project.work.context import Context, Pace
from prefdesk.project.work.policy import load
from prefdesk.project.work.preprocess import encode_missing

if TYPE_CHECKING:
    from prefdesk.project.project import Project


def sample(project: "Project", settings: dict[str, Any], context: Context) -> Iterator[JobEvent]:
    """Draw completions until every prompt has as many as asked for.

    What an earlier run drew is not drawn again: the missing (prompt, index) pairs are asked of
    the project, and each pair's seed follows from the sampling's key (see `seed_of`).
    """
    config = SamplingConfig.from_json(settings["config"])
    sampling_id = int(settings["sampling_id"])
    with project.core.read() as c:
        ids = store.prompts.ids(c, settings["split"])[: settings.get("limit")]
        missing = store.completions.missing(c, sampling_id, ids, config.per_prompt)
    yield JobStarted("sample", len(missing), "completions", context.device.device)
    if not missing:
        yield JobEnded("done", "Every prompt has its completions already.")
        return
    context.check()
    checkpoint = project.checkpoints.get(int(settings["checkpoint_id"]))
    policy = load(project.checkpoints, checkpoint, Path(context.spool), context.device)
    encoded: dict[int, tuple[int, ...]] = {}
    wanted = list(dict.fromkeys(prompt_id for prompt_id, _ in missing))
    yield from encode_missing(
        project, policy.tokenizer, config, wanted, encoded, context, system=settings["system"]
    )
    key = SamplingKey.of(config, settings["system"])
    salt = _salt(checkpoint.id, settings["split"])
    requests, left_out = _requests(missing, encoded, config, key, salt)
    if left_out:
        yield Note(
            f"{left_out} prompts are longer than {config.max_prompt_tokens} tokens "
            "and are left out.",
            "warning",
        )
    pace = Pace(len(requests), f"Sampling from {checkpoint.name}")
    yield from pace.step(0)
    # Stopping keeps the batches that are stored already; the one in hand is drawn again later.
    with contextlib.suppress(Cancelled):
        for draws in draw(policy, requests, config, cancelled=context.stopped):
            yield DrawsMade(sampling_id, tuple(draws))
            yield from pace.step(len(draws))
    if pace.done < len(requests):
        context.check()
        yield JobEnded("stopped", f"Stopped after {pace.done} of {len(requests)} completions.")
    else:
        yield JobEnded("done", f"{pace.done} completions were drawn.")


def _requests(
    missing: Sequence[tuple[int, int]],
    encoded: Mapping[int, tuple[int, ...]],
    config: SamplingConfig,
    key: SamplingKey,
    salt: int,
) -> tuple[list[DrawRequest], int]:
    fits = {i for i, ids in encoded.items() if len(ids) <= config.max_prompt_tokens}
    requests = [
        DrawRequest(prompt_id, encoded[prompt_id], index, key.seed_of(prompt_id, index, salt))
        for prompt_id, index in missing
        if prompt_id in fits
    ]
    return requests, len(encoded) - len(fits)


def _salt(checkpoint_id: int, split: str) -> int:
    """Draws to learn from must not repeat the randomness that shaped the checkpoint itself.

    Draws to be judged may: the same randomness for all checkpoints makes them compare better.
    """
    return checkpoint_id if split == "train" else 0
