"""The job that draws completions: what is missing, batch by batch."""

import contextlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prefdesk import store
from prefdesk.config import SamplingConfig
from prefdesk.errors import Cancelled, InputError
from prefdesk.events import DrawsMade, JobEnded, JobEvent, JobStarted, Note
from prefdesk.models import DrawRequest, Policy, draw, fits
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
    key, of = SamplingKey.of_job(settings), int(settings["checkpoint_id"])
    with project.core.read() as c:
        out = store.prompt_decisions.left_out(c)
        kept_long = store.prompt_decisions.kept_long(c)
        every = store.prompts.ids(c, settings["split"])
        ids = [i for i in every if i not in out][: settings.get("limit")]
        earlier = store.completions.find_sampling(c, of, settings["split"], key.to_json())
        missing = store.completions.missing(c, earlier, ids, config.per_prompt)
    yield JobStarted("sample", len(missing), "completions", context.device.device)
    n_out = len(out.intersection(every))
    if n_out:
        yield Note(f"{_prompts_are(n_out)} left out by decision.")
    if not missing:
        rest = "Every prompt has its completions already."
        yield JobEnded("done", rest if ids else "Every prompt is left out by decision.")
        return
    context.check()
    checkpoint = project.checkpoints.get(of)
    policy = load(project.checkpoints, checkpoint, Path(context.spool), context.device)
    encoded: dict[int, tuple[int, ...]] = {}
    wanted = list(dict.fromkeys(prompt_id for prompt_id, _ in missing))
    refused: dict[int, InputError] = {}
    yield from encode_missing(
        *(project, policy.tokenizer, config, wanted, encoded, context),
        system=settings["system"],
        refused=refused,
    )
    left_out = {
        i: why
        for i, ids in encoded.items()
        if (why := unfit(len(ids), policy, config, wanted=i in kept_long))
    }
    left_out |= dict.fromkeys(refused, "the model's chat template refuses them")
    for why, n in Counter(left_out.values()).items():
        yield Note(f"{_prompts_are(n)} left out: {why}.", "warning")
    salt = _salt(checkpoint.id, settings["split"])
    requests = [
        DrawRequest(i, encoded[i], index, key.seed_of(i, index, salt))
        for i, index in missing
        if i not in left_out
    ]
    remarks: list[str] = []
    pace = Pace(len(requests), f"Sampling from {checkpoint.name}")
    yield from pace.step(0)
    # Stopping keeps the batches that are stored already; the one in hand is drawn again later.
    with contextlib.suppress(Cancelled):
        for draws in draw(policy, requests, config, cancelled=context.stopped, note=remarks.append):
            yield from map(Note, remarks)
            remarks.clear()
            yield DrawsMade(tuple(draws))
            yield from pace.step(len(draws))
    if pace.done < len(requests):
        context.check()
        yield JobEnded("stopped", f"Stopped after {pace.done} of {len(requests)} completions.")
    else:
        yield JobEnded("done", f"{pace.done} completions were drawn.")


def _prompts_are(n: int) -> str:
    return f"{n} {'prompts are' if n > 1 else 'prompt is'}"


def unfit(n_tokens: int, policy: Policy, config: SamplingConfig, *, wanted: bool = False) -> str:
    """Why a prompt of `n_tokens` is left out, as part of a sentence, or an empty string.

    `wanted`: somebody decided to keep it although it is long.
    """
    if not n_tokens:
        return "without any text for the model"
    if n_tokens > config.max_prompt_tokens and not wanted:
        return f"longer than {config.max_prompt_tokens} tokens, the longest that is allowed"
    if not fits(policy, n_tokens, config):
        return (
            f"with {config.max_new_tokens} tokens for the answer, longer than the "
            f"{policy.context} tokens that this model reads at once"
        )
    return ""


def _salt(checkpoint_id: int, split: str) -> int:
    """Draws to learn from must not repeat the randomness that shaped the checkpoint itself.

    Draws to be judged may: the same randomness for all checkpoints makes them compare better.
    """
    return checkpoint_id if split == "train" else 0
