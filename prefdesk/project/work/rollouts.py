"""Join the stored draws with the frozen rewards: what a round trains on."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from prefdesk import store
from prefdesk.config import RoundConfig
from prefdesk.events import JobEvent, Note
from prefdesk.models import Policy
from prefdesk.project.sampling import SamplingKey
from prefdesk.project.work.context import Context
from prefdesk.project.work.preprocess import encode_missing
from prefdesk.records import Draw, Reward
from prefdesk.training import Rollout

if TYPE_CHECKING:
    from prefdesk.project.project import Project


def rollouts(
    project: "Project",
    policy: Policy,
    config: RoundConfig,
    parent_id: int,
    rewards: Mapping[int, Reward],
    into: list[Rollout],
    context: Context,
    *,
    last: int | None = None,
    owners: list[int] | None = None,
) -> Iterator[JobEvent]:
    """Fill `into` with one rollout per draw of a rewarded completion, up to the draw `last`: the
    newest that there was when the round was made. `owners` gets the checkpoint that drew each.

    A text drawn twice counts twice. Truncated distributions have no behaviour probability that
    a gradient could use: such draws are counted, said and left out. Prompts are read with the
    template and system text they were sampled with, whatever the project says now.
    """
    with project.core.read() as c:
        drawn = store.completions.draws(c, split="train", completion_ids=sorted(rewards))
        samplings = {s.id: s for s in store.completions.samplings(c)}
    drawn = [d for d in drawn if last is None or d.id <= last]
    keys = {i: SamplingKey.from_json(s.settings) for i, s in samplings.items()}
    whole = [d for d in drawn if not keys[d.sampling_id].is_narrow]
    if len(whole) < len(drawn):
        yield Note(
            f"{len(drawn) - len(whole)} completions were drawn with top-p or top-k and cannot "
            "be used here.",
            "warning",
        )
    usable = [d for d in whole if d.finished or not config.mask_truncated]
    for sampling_id in sorted({d.sampling_id for d in usable}):
        key, mine = keys[sampling_id], [d for d in usable if d.sampling_id == sampling_id]
        ids = sorted({d.prompt_id for d in mine})
        prompts: dict[int, tuple[int, ...]] = {}
        yield from encode_missing(
            project, policy.tokenizer, key.config, ids, prompts, context, system=key.system
        )
        drawn_by = samplings[sampling_id].checkpoint_id
        into.extend(
            _rollout(d, prompts[d.prompt_id], key, rewards[d.completion_id], drawn_by == parent_id)
            for d in mine
        )
        if owners is not None:
            owners.extend(drawn_by for _ in mine)


def _rollout(
    one: Draw, prompt_ids: tuple[int, ...], key: SamplingKey, reward: Reward, from_start: bool
) -> Rollout:
    return Rollout(
        prompt_id=one.prompt_id,
        prompt_ids=prompt_ids,
        token_ids=one.token_ids,
        logprobs=one.logprobs,
        temperature=key.config.temperature,
        reward=reward.reward,
        weight=reward.weight,
        truncated=not one.finished,
        from_start=from_start,
    )
