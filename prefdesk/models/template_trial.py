"""A model's chat template is run once, on harmless turns, by a process with little memory and time.

A template is a program in a sandbox: it can open nothing, but it can loop for ever or ask for
gigabytes. The trial finds those before the model is used. A template that refuses the turns or
fails is no danger and is told when it is used.
"""

import json
import os
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

from prefdesk.errors import ModelError
from prefdesk.models.folder import read_json
from prefdesk.paths import data_dir, own_command, own_environment

LIMIT_S = 2.0
"""Templates of real models take a millisecond."""

MOST_CHARACTERS = 16 * 2**20
_MEMORY_BYTES = 256 * 2**20

_TURNS = (
    [{"role": "user", "content": "Hello"}],
    [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hello"}],
    [
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": "Hello."},
        {"role": "user", "content": "How are you?"},
    ],
)


def require_harmless(folder: Path) -> None:
    """Raise `ModelError` if a chat template of this model folder does not come to an end."""
    for text in templates(folder):
        _try(text)


def templates(folder: Path) -> list[str]:
    """The texts of all chat templates in a model folder."""
    found: list[Any] = []
    file = folder / "chat_template.jinja"
    if file.is_file():
        if file.stat().st_size > MOST_CHARACTERS:
            raise _refused("is too large")
        found.append(file.read_text(encoding="utf-8", errors="replace"))
    for name in ("chat_template.json", "tokenizer_config.json"):
        if (folder / name).is_file():
            found += _texts(read_json(folder / name).get("chat_template"))
    return [text for text in found if isinstance(text, str) and text]


def _texts(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, list):
        return [one.get("template") for one in value if isinstance(one, dict)]
    return [value]


@lru_cache(maxsize=64)
def _try(text: str) -> None:
    try:
        done = subprocess.run(
            [*own_command(), "--try-template"],
            input=json.dumps(text).encode(),
            capture_output=True,
            # The start of an interpreter on a busy machine comes on top.
            timeout=LIMIT_S + 10,
            cwd=data_dir(),
            env={**own_environment(), "PYTHONIOENCODING": "utf-8"},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _refused("does not come to an end") from None
    except OSError as error:
        raise ModelError(
            f"The chat template cannot be tried: {error.strerror or error}.",
            "Close other programs, then try again.",
        ) from error
    if done.returncode or done.stdout != b"fine":
        said = done.stdout.decode(errors="replace")[:100] if not done.returncode else ""
        raise _refused(said or "takes more time or memory than any template needs")


def _refused(why: str) -> ModelError:
    return ModelError(
        f"The chat template of this model {why}.",
        "It is damaged or made to do harm. Get the model from its makers.",
    )


def main() -> int:
    """The child: read a template from standard input, fill it in, say how that went."""
    text = json.loads(sys.stdin.buffer.read())
    _environment()  # what it imports is not the template's memory
    _limit()
    try:
        said = _outcome(text)
    except MemoryError:
        said = "asks for more memory than any template needs"
    os.write(1, said.encode())
    return 0


def _outcome(text: str) -> str:
    import jinja2

    try:
        template = _environment().from_string(text)
    except (jinja2.TemplateError, TypeError, ValueError):
        return "fine"
    for turns in _TURNS:
        for wanted in (True, False):
            size = 0
            try:
                for part in template.generate(messages=turns, add_generation_prompt=wanted):
                    size += len(part)
                    if size > MOST_CHARACTERS:
                        return "makes a text without end"
            except MemoryError:
                raise
            except Exception:  # whatever a template may raise is told when it is used
                continue
    return "fine"


def _environment() -> Any:
    """The sandbox in which transformers fills in chat templates."""
    from jinja2.ext import loopcontrols
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    made = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols]
    )
    made.filters["tojson"] = lambda value, **_how: json.dumps(value, ensure_ascii=False)
    made.globals["raise_exception"] = _raise
    made.globals["strftime_now"] = lambda form: form
    for name in ("bos_token", "eos_token", "pad_token", "unk_token"):
        made.globals[name] = ""
    return made


def _raise(message: str) -> None:
    raise ValueError(message)


def _limit() -> None:
    # Where the system knows no limits, a watching thread keeps the time.
    import threading

    watch = threading.Timer(LIMIT_S, _give_up)
    watch.daemon = True
    watch.start()
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (int(LIMIT_S), int(LIMIT_S) + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except (OSError, ValueError):
        return
    most = pages * os.sysconf("SC_PAGE_SIZE") + _MEMORY_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _give_up() -> None:
    os.write(1, b"does not come to an end")
    os._exit(0)
