"""Projects with answers to rate, made without a model; and a window on them."""

from pathlib import Path

from prefdesk import store
from prefdesk.project import Project
from prefdesk.records import Draw, NewPrompt

PASSAGE = (
    "The town library opened in 1911. It closed for repairs in 1987 after a flood and opened "
    "again three years later with a new reading room."
)


def make_project(
    path: Path, n_prompts: int = 10, per_prompt: int = 4, raters: tuple[str, ...] = ("Ana",)
) -> Path:
    """A project with distinct short answers, and raters who did nothing yet."""
    prompts = [NewPrompt(f"Question {i}: what is {i} plus {i}?") for i in range(n_prompts)]
    with Project.create(path) as project:
        answer(project, prompts, [f"Number {k}" for k in range(per_prompt)])
        for name in raters:
            project.raters.add(name)
        return project.path


def answer(project: Project, prompts: list[NewPrompt], texts: list[str]) -> list[int]:
    """Add prompts and give each the same texts as answers; the ids of the completions."""

    def write(c: store.Connection) -> None:
        ids, _ = store.prompts.add(c, prompts)
        base = store.checkpoints.all(c)
        checkpoint = (
            base[0]
            if base
            else store.checkpoints.add_base(c, "tiny", '{"path": "", "fingerprint": ""}')
        )
        sampling = store.completions.create_sampling(c, checkpoint.id, "train", "{}")
        store.completions.add_draws(
            c,
            sampling,
            [
                Draw(prompt, index, index, (index,), (-1.0,), text, True, "1x1")
                for prompt in ids
                for index, text in enumerate(texts)
            ],
        )

    before = {c.id for c in project.completions.page(limit=100_000)}
    project.core.mutate(write, "prompts", "completions")
    return [c.id for c in project.completions.page(limit=100_000) if c.id not in before]
