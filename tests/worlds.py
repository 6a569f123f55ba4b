"""Small projects for tests: a tiny model, a few prompts, answers that nobody had to wait for."""

import random
from pathlib import Path

from prefdesk.project import Project
from prefdesk.project.simulated import PANEL, rate_all
from prefdesk.records import Draw, NewPrompt
from prefdesk.store import completions as completion_rows
from prefdesk.store import events

ANSWERS = (
    "Yes.",
    "A short answer that ends well.",
    "A longer answer that goes on for a while, with one more thought, and then stops in the",
    "The longest answer of them all: "
    + "it says the same thing again and again, " * 6
    + "and ends.",
)


def make_project(
    path: Path,
    *,
    prompts: int = 10,
    evaluation_prompts: int = 0,
    answers: int = 4,
    model: Path | None = None,
) -> Project:
    """A project whose completions were put in by hand, from a base checkpoint without a model
    folder unless `model` names one."""
    project = Project.create(path)
    if model is not None:
        checkpoint_id = project.checkpoints.use_model(model).id
    else:
        checkpoint_id = project.core.mutate(_base).id
    for split, n in (("train", prompts), ("evaluation", evaluation_prompts)):
        if n:
            rows = [NewPrompt(f"{split} question {i}?", split=split) for i in range(n)]
            project.prompts.add(rows)
            add_answers(project, checkpoint_id, split, answers)
    return project


def answered_project(path: Path, model: Path, *, max_new_tokens: int = 6) -> Path:
    """A project of 8 prompts whose answers a model really drew, judged by the panel; its path."""
    with make_project(path, prompts=8, answers=0, model=model) as project:
        list(project.completions.sample(4, max_new_tokens=max_new_tokens))
        rate_by_panel(project)
    return path


def _base(c):
    from prefdesk.store import checkpoints

    return checkpoints.add_base(c, "base", '{"path": "", "fingerprint": ""}')


def add_answers(project: Project, checkpoint_id: int, split: str, answers: int = 4) -> None:
    """Give every prompt of a split its answers, as if a sampler had drawn them."""

    def write(c):
        sampling = completion_rows.create_sampling(c, checkpoint_id, split, "{}")
        draws = [
            _draw(prompt_id, index)
            for prompt_id in project.prompts.ids(split)
            for index in range(answers)
        ]
        completion_rows.add_draws(c, sampling, draws)

    project.core.mutate(write, "completions")


def _draw(prompt_id: int, index: int) -> Draw:
    text = f"{ANSWERS[index % len(ANSWERS)]} ({prompt_id})" if index else f"Yes, {prompt_id}."
    tokens = tuple(text.encode()[:40])
    return Draw(prompt_id, index, index, tokens, (-1.0,) * len(tokens), text, index % 4 != 2, "{}")


def rate_by_panel(project: Project, *, seed: int = 1, panel=PANEL) -> int:
    """Let the simulated panel judge every completion."""
    return rate_all(project, list(project.completions.each()), seed=seed, panel=panel)


def rate_at_random(project: Project, raters: int, *, seed: int = 0) -> None:
    """Let so many people score every completion without reading it."""
    rng = random.Random(seed)
    ids = [c.id for c in project.completions.each()]
    drafts = [
        {
            "completion_id": id,
            "rater_id": rater,
            "kind": "score",
            "value": float(rng.randint(0, 10)),
        }
        for rater in [project.raters.add(f"Rater {n}").id for n in range(raters)]
        for id in ids
    ]
    project.core.mutate(lambda c: events.append_many(c, drafts), "ratings")
