"""The texts that a round learns along: the reference answers of its training prompts."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from prefdesk import store
from prefdesk.config import RoundConfig
from prefdesk.errors import TrainingError
from prefdesk.events import JobEvent, Note
from prefdesk.models import Policy, encode_answer
from prefdesk.project.sampling import SamplingKey
from prefdesk.project.work.context import Context
from prefdesk.project.work.preprocess import encode_missing
from prefdesk.training import Draft

if TYPE_CHECKING:
    from prefdesk.project.project import Project


def texts(
    project: "Project",
    policy: Policy,
    config: RoundConfig,
    parent_id: int,
    into: list[Draft],
    context: Context,
) -> Iterator[JobEvent]:
    """Fill `into` with every reference answer behind its prompt, where `mle_coef` asks for them.

    All training prompts count, rated or not, with the template and system text of the latest
    sampling of the checkpoint from which the round starts. What the model cannot read at once is
    left out and said. `TrainingError` where there are none.
    """
    if not config.mle_coef:
        return
    with project.core.read() as c:
        samplings = [s for s in store.completions.samplings(c) if s.checkpoint_id == parent_id]
        samplings = samplings or store.completions.samplings(c)
    prompts = {
        i: p
        for i, p in project.prompts.by_ids(project.prompts.ids("train")).items()
        if p.references
    }
    if not prompts:
        raise TrainingError(
            "mle_coef learns reference answers along, and no training prompt has one.",
            "Import prompts with reference answers, or set mle_coef to 0.",
        )
    key = SamplingKey.from_json(samplings[-1].settings)
    asked: dict[int, tuple[int, ...]] = {}
    yield from encode_missing(
        project, policy.tokenizer, key.config, sorted(prompts), asked, context, system=key.system
    )
    every = [
        Draft(asked[i], encode_answer(policy, text))
        for i in sorted(prompts)
        for text in prompts[i].references
    ]
    longest = policy.context or 10**9
    fitting = [d for d in every if d.token_ids and sum(map(len, d[:2])) <= longest]
    if len(fitting) < len(every):
        yield Note(
            f"{len(every) - len(fitting)} reference answers are empty or too long for the model "
            "and are not learnt along.",
            "warning",
        )
    into.extend(fitting)
