"""The job that shows one prompt as the model sees it: the exact text, and its tokens."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prefdesk.events import JobEvent, JobStarted, ReportReady
from prefdesk.models import encode, load_tokenizer, templated, token_texts
from prefdesk.project.work.context import Context

if TYPE_CHECKING:
    from prefdesk.project.project import Project

MOST_TOKENS = 4096


def tokens(project: "Project", settings: dict[str, Any], context: Context) -> Iterator[JobEvent]:
    """The templated text of a prompt and its first tokens; nothing is stored."""
    prompt = project.prompts.get(int(settings["prompt_id"]))
    yield JobStarted("tokens", 1, "prompts")
    folder = Path(project.checkpoints.model_folder())
    tokenizer = _tokenizer(folder, _age(folder))
    given = {"system": project.settings.system, "template": str(settings["template"])}
    ids = encode(tokenizer, prompt.content, **given)
    yield ReportReady(
        "tokens",
        {
            "prompt_id": prompt.id,
            "template": given["template"],
            "text": templated(tokenizer, prompt.content, **given),
            "n_tokens": len(ids),
            "tokens": token_texts(tokenizer, ids[:MOST_TOKENS]),
        },
    )


@lru_cache(maxsize=1)
def _tokenizer(folder: Path, _age: int) -> Any:
    """Kept between two looks of one worker."""
    return load_tokenizer(folder)


def _age(folder: Path) -> int:
    files = ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja")
    return sum(f.stat().st_mtime_ns for name in files if (f := folder / name).exists())
