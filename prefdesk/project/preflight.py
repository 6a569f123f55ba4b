"""What a round would train on, counted before any compute, and which prompts would move it."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import stdev
from typing import TYPE_CHECKING

from prefdesk import store
from prefdesk.config import RoundConfig
from prefdesk.project.core import Core
from prefdesk.project.sampling import SamplingKey
from prefdesk.records import Checkpoint, DrawSize, Reward, Sampling

if TYPE_CHECKING:
    from prefdesk.project.report import VerdictReport


@dataclass(frozen=True, slots=True)
class PromptShare:
    """How much of the gradient a prompt would make, between 0 and 1 (an estimate)."""

    prompt_id: int
    n_draws: int
    share: float


@dataclass(frozen=True, slots=True)
class Preflight:
    """Counts for one recipe and one checkpoint.

    `completions` can be used, in groups of one prompt each (`prompts`). Groups that teach
    nothing: `single` have one draw, `identical` have several draws of one and the same text,
    `flat` have different texts with equal rewards. `unsure` answers wait for more ratings,
    `older` belong to other checkpoints, `unrated` of this one have no rating. `truncated` draws
    came from top-p or top-k and stay out. `left_out` answers of this checkpoint belong to
    `left_out_prompts` that somebody decided to leave out; they are in no other count. `shares`
    names the prompts, those that would move the policy most first.
    """

    checkpoint: Checkpoint
    completions: int = 0
    prompts: int = 0
    single: int = 0
    identical: int = 0
    flat: int = 0
    unsure: int = 0
    older: int = 0
    unrated: int = 0
    steps: int = 0
    truncated: int = 0
    left_out: int = 0
    left_out_prompts: int = 0
    verdict: "VerdictReport | None" = None
    shares: tuple[PromptShare, ...] = ()

    @property
    def comparable(self) -> int:
        """Groups with two different answers whose rewards differ."""
        return self.prompts - self.single - self.identical - self.flat

    def carriers(self, part: float = 0.8) -> int:
        """The fewest prompts that together make this part of the gradient."""
        carried = 0.0
        for n, one in enumerate(self.shares, 1):
            carried += one.share
            if carried >= part - 1e-9:
                return n
        return len(self.shares)


def look(
    core: Core,
    start: Checkpoint,
    config: RoundConfig,
    everything: Sequence[Reward],
    judge: Callable[[set[int]], "VerdictReport"],
) -> Preflight:
    """Count, for a round from `start`.

    `everything` are the rewards of all rated training completions; `judge` gives the verdict on
    completions by their ids.
    """
    with core.read() as c:
        answers = store.completions.count(c, "train", start.id)
        own_ids = store.completions.drawn_by(c, [start.id], "train")
        sizes = store.completions.draw_sizes(c, None if config.take_older else [start.id], "train")
        samplings = store.completions.samplings(c)
        decided = store.prompt_decisions.left_out(c)
        left_out, of_prompts = store.completions.answers_to(c, decided, start.id, "train")
    own = [r for r in everything if r.completion_id in own_ids]
    chosen = everything if config.take_older else own
    used = [r for r in chosen if r.reliability >= config.min_reliability]
    kept, truncated = _whole(sizes, samplings, {r.completion_id for r in used})
    if config.mask_truncated:
        kept = [d for d in kept if d.finished]
    rewards = {r.completion_id: r for r in used}
    groups = _by_prompt(kept)
    kinds = Counter(_kind(group, rewards) for group in groups.values())
    return Preflight(
        checkpoint=start,
        completions=len({d.completion_id for d in kept}),
        prompts=len(groups),
        single=kinds["single"],
        identical=kinds["identical"],
        flat=kinds["flat"],
        unsure=len(chosen) - len(used),
        older=len(everything) - len(own),
        unrated=max(0, answers - left_out - len(own)),
        steps=math.ceil(len(groups) / config.batch_prompts) * config.epochs,
        truncated=truncated,
        left_out=left_out,
        left_out_prompts=of_prompts,
        verdict=judge(set(rewards)) if used else None,
        shares=shares(groups, rewards, config),
    )


def shares(
    groups: Mapping[int, Sequence[DrawSize]],
    rewards: Mapping[int, Reward],
    config: RoundConfig,
) -> tuple[PromptShare, ...]:
    """Each prompt's part of the gradient, largest first: `sum_i (w_i A_i)^2 L_i` over that of all.

    `A_i` is the advantage of a draw without the divergence from the reference, `w_i` the weight of
    its reward and `L_i` its tokens.
    """
    every = [rewards[d.completion_id] for group in groups.values() for d in group]
    mean = sum(r.weight * r.reward for r in every) / (sum(r.weight for r in every) or 1.0)
    power, scale = {}, _scale(groups, rewards, config)
    for prompt_id, group in groups.items():
        mine = [rewards[d.completion_id] for d in group]
        if config.compares:
            gaps = [gap / scale[prompt_id] for gap in _left_out(mine)]
        else:
            gaps = [r.weight * (r.reward - mean) for r in mine]
        power[prompt_id] = sum(a * a * d.n_tokens for a, d in zip(gaps, group))
    total = sum(power.values())
    found = [PromptShare(p, len(groups[p]), x / total if total else 0.0) for p, x in power.items()]
    return tuple(sorted(found, key=lambda one: (-one.share, one.prompt_id)))


def _scale(
    groups: Mapping[int, Sequence[DrawSize]],
    rewards: Mapping[int, Reward],
    config: RoundConfig,
) -> dict[int, float]:
    """What the advantages of each prompt are divided by; a common divisor leaves the shares."""
    if config.advantage_scale != "group":
        return dict.fromkeys(groups, 1.0)
    values = {p: [rewards[d.completion_id].reward for d in group] for p, group in groups.items()}
    # As in training, a ten-thousandth keeps equal rewards from being divided by nothing.
    return {p: (stdev(some) if len(some) > 1 else 0.0) + 1e-4 for p, some in values.items()}


def _left_out(group: Sequence[Reward]) -> list[float]:
    """Each reward less the weighted mean of the others, times its weight; 0 without others."""
    rows = [(r.weight, r.reward - group[0].reward) for r in group]  # equal ones leave exactly 0
    mass, total = sum(w for w, _ in rows), sum(w * x for w, x in rows)
    return [
        w * (x - (total - w * x) / (mass - w)) if len(rows) > 1 and mass > w else 0.0
        for w, x in rows
    ]


def _kind(group: Sequence[DrawSize], rewards: Mapping[int, Reward]) -> str:
    if len(group) == 1:
        return "single"
    if len({d.completion_id for d in group}) == 1:
        return "identical"
    # Rounded as the engine does when it asks whether they differ.
    values = {round(rewards[d.completion_id].reward, 9) for d in group}
    return "flat" if len(values) == 1 else "comparable"


def _by_prompt(draws: Sequence[DrawSize]) -> dict[int, list[DrawSize]]:
    groups: dict[int, list[DrawSize]] = defaultdict(list)
    for one in draws:
        groups[one.prompt_id].append(one)
    return dict(groups)


def _whole(
    sizes: Sequence[DrawSize], samplings: Iterable[Sampling], wanted: set[int]
) -> tuple[list[DrawSize], int]:
    """The draws of wanted completions from the whole distribution, and how many others."""
    narrow = {s.id for s in samplings if SamplingKey.from_json(s.settings).is_narrow}
    mine = [d for d in sizes if d.completion_id in wanted]
    kept = [d for d in mine if d.sampling_id not in narrow]
    return kept, len(mine) - len(kept)
