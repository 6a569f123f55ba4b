"""The checkpoints of a project: the model it started from, and what rounds made of it."""

import contextlib
import json
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

from prefdesk import store
from prefdesk.errors import InputError, ModelError
from prefdesk.project import card
from prefdesk.project.core import Core
from prefdesk.records import Checkpoint

PROMOTED = "promoted_checkpoint"
"""Which checkpoint is current, and which was the newest when that was said."""

EXPORT_STAGES = ("Writing the model card", "Reading the weights", "Writing the folder")


def header_of(checkpoint: Checkpoint) -> dict[str, Any]:
    """What is written at the head of a checkpoint; a base names its `path` and `fingerprint`."""
    with store.reading(f"the header of {checkpoint.name}"):
        header = dict(json.loads(checkpoint.header))
        if checkpoint.kind == "base":
            Path(header["path"]), header["fingerprint"]
        return header


def is_elsewhere(checkpoint: Checkpoint) -> bool:
    """True if it stands for somebody whose answers were imported: no model is behind it."""
    with store.reading(f"the header of {checkpoint.name}"):
        header = dict(json.loads(checkpoint.header)) if checkpoint.kind == "base" else {}
    return bool(header.get("elsewhere"))


class Checkpoints:
    """`project.checkpoints`."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def all(self) -> list[Checkpoint]:
        """Complete checkpoints, oldest first, also those that stand for imported answers."""
        return self._core.query(store.checkpoints.all)

    def models(self) -> list[Checkpoint]:
        """Those that are a model, oldest first; the first is the model as it came."""
        return [c for c in self.all() if not is_elsewhere(c)]

    def get(self, checkpoint_id: int) -> Checkpoint:
        """One checkpoint; `InputError` if there is none."""
        return self._core.query(lambda c: store.checkpoints.get(c, checkpoint_id))

    def base(self) -> Checkpoint | None:
        """The model the project started from."""
        return next((c for c in self.models() if c.kind == "base"), None)

    def latest(self) -> Checkpoint:
        """The newest checkpoint; `InputError` if the project has no model yet."""
        found = self.models()
        if not found:
            raise InputError(
                "This project has no model yet.",
                "Name a model folder, or get the starter model: prefdesk model get starter.",
            )
        return found[-1]

    def current(self) -> Checkpoint:
        """The checkpoint that work starts from where none is named.

        That is the promoted one until a newer one is made, otherwise the newest; `InputError` if
        the project has no model yet.
        """
        newest = self.latest()
        text = self._core.query(lambda c: store.meta.get(c, PROMOTED))
        with store.reading("which checkpoint was promoted"):
            kept = dict(json.loads(text)) if text else {}
            wanted, newest_then = kept.get("id"), kept.get("newest")
        if newest_then != newest.id:
            return newest
        return next((c for c in self.models() if c.id == wanted), newest)

    def promote(self, checkpoint_id: int) -> Checkpoint:
        """Make a checkpoint the current one; the one that was so before comes back.

        An older one may be promoted too: that is the way back from a round that made things
        worse. Nothing is deleted, and the next round's checkpoint is current again.
        """
        before, wanted = self.current(), self.chosen(checkpoint_id)
        self._require_weights(wanted)
        text = json.dumps({"id": wanted.id, "newest": self.latest().id})
        self._core.mutate(lambda c: store.meta.put(c, PROMOTED, text), "checkpoints")
        return before

    def _require_weights(self, wanted: Checkpoint) -> None:
        if wanted.id not in {c.id for c in self.models()}:
            raise InputError(f"The weights of {wanted.name} were deleted.", "Choose another one.")

    def chosen(self, checkpoint_id: int | None) -> Checkpoint:
        """The checkpoint of this id, or the current; `InputError` for one without a model."""
        if checkpoint_id is not None:
            one = self.get(checkpoint_id)
            if is_elsewhere(one):
                raise InputError(
                    f"The answers of {one.name} were imported; there is no model behind them.",
                    "Choose another checkpoint.",
                )
            return one
        return self.current()

    def use_model(self, folder: str | Path) -> Checkpoint:
        """Start the project from this model folder; the folder is inspected first.

        A project keeps its first model: asking again for the same one returns it, another one
        raises `ModelError`. A folder that was moved is found again by its fingerprint.
        """
        from prefdesk.models import folder as folders
        from prefdesk.models import template_trial

        info = folders.inspect(Path(folder))
        template_trial.require_harmless(Path(folder))
        header = {
            "path": str(Path(folder).resolve()),
            "fingerprint": info.fingerprint,
            "model_type": info.model_type,
        }
        base = self.base()
        if base is None:
            return self._core.mutate(
                lambda c: store.checkpoints.add_base(c, Path(folder).name, json.dumps(header)),
                "checkpoints",
            )
        known = header_of(base)
        if known["fingerprint"] != info.fingerprint:
            raise ModelError(
                f"This project was started with another model ({base.name}).",
                "Make a new project for this one.",
            )
        if known["path"] != header["path"]:
            self._core.mutate(
                lambda c: store.checkpoints.set_header(c, base.id, json.dumps(header)),
                "checkpoints",
            )
        return self.get(base.id)

    def model_folder(self) -> Path:
        """The folder of the model the project started from; `ModelError` if it is gone."""
        base = self.base()
        if base is None:
            raise InputError("This project has no model yet.", "Name a model folder.")
        folder = Path(header_of(base)["path"])
        if not folder.is_dir():
            raise ModelError(
                f"The model folder {folder} is not there any more.",
                "Put it back, or name its new place: prefdesk model use FILE FOLDER.",
            )
        return folder

    def write_weights(self, checkpoint_id: int, path: Path) -> None:
        """Write a checkpoint's weights as a safetensors file, every piece verified."""
        store.checkpoints.export_to(self._core.store, checkpoint_id, path)

    def open_weights(self, checkpoint_id: int) -> store.checkpoints.WeightsStream:
        """A checkpoint's weights as a stream of the bytes of its safetensors file, verified."""
        return store.checkpoints.open_weights(self._core.store, checkpoint_id)

    def write_state(self, round_id: int, path: Path) -> bool:
        """Write what an interrupted round needs to go on as a file; False where there is none."""
        kept = self._core.query(lambda c: store.resuming.of_round(c, round_id))
        if kept is None:
            return False
        store.checkpoints.export_to(self._core.store, kept.id, path)
        return True

    def take_in(
        self,
        path: Path,
        *,
        kind: str,
        name: str,
        parent_id: int,
        round_id: int | None,
        header: str,
        progress: Callable[[int, int], None] | None = None,
    ) -> int:
        """Store a safetensors file piece by piece; it is visible only when all of it is in.

        `ModelError` before anything is stored if one of its numbers is NaN or infinite.
        """
        from prefdesk.models import finite

        finite.require(path)
        checkpoint_id: int = store.checkpoints.ingest(
            self._core.store,
            path,
            kind=kind,
            name=name,
            parent_id=parent_id,
            round_id=round_id,
            header=header,
            progress=progress,
        )
        return checkpoint_id

    def note(self, checkpoint_id: int, text: str) -> None:
        """Write a note on a checkpoint."""
        self._core.mutate(lambda c: store.checkpoints.note(c, checkpoint_id, text), "checkpoints")

    def rename(self, checkpoint_id: int, name: str) -> None:
        """Give a checkpoint another name."""
        self._core.mutate(lambda c: store.checkpoints.rename(c, checkpoint_id, name), "checkpoints")

    def delete(self, checkpoint_id: int) -> None:
        """Remove a checkpoint that nothing else needs; `InputError` says what does."""
        self._core.mutate(lambda c: store.checkpoints.delete(c, checkpoint_id), "checkpoints")
        store.checkpoints.finish_deleting(self._core.store)

    def export(self, checkpoint_id: int, folder: str | Path, *, merged: bool = False) -> Path:
        """Write a checkpoint as a model folder: an adapter in peft's form, or merged weights.

        Beside the weights lie tokenizer, chat template, the base model's licence and a model card.
        """
        for _stage in self.exporting(checkpoint_id, folder, merged=merged):
            pass
        return Path(folder)

    def exporting(
        self, checkpoint_id: int, folder: str | Path, *, merged: bool = False
    ) -> Generator[str, None, None]:
        """The same stage by stage (see `EXPORT_STAGES`), each named before it begins."""
        from prefdesk.models import building, weights

        checkpoint, model, folder = self.get(checkpoint_id), self.model_folder(), Path(folder)
        self._require_weights(checkpoint)
        building.require_absent(folder)
        yield EXPORT_STAGES[0]
        story = card.about(self._core, self, checkpoint)
        with contextlib.ExitStack() as stack:
            yield EXPORT_STAGES[1]
            file: Path | None = None
            if checkpoint.kind != "base":
                # The weights pass beside the target: the system's own folder may be small.
                stack.enter_context(building.disk_errors(folder.parent))
                beside = folder.with_name(f"{folder.name}-weights")
                file = stack.enter_context(building.scratch(beside)) / "weights.safetensors"
                self.write_weights(checkpoint_id, file)
            yield EXPORT_STAGES[2]
            header = header_of(checkpoint)
            weights.export(model, file, header, folder, merged=merged, about=story)

    def load(self, checkpoint_id: int | None = None, **options: Any) -> Any:
        """The policy of a checkpoint, ready to sample (loads torch)."""
        import tempfile

        from prefdesk.project.work.policy import load

        with tempfile.TemporaryDirectory() as temporary:
            return load(self, self.chosen(checkpoint_id), Path(temporary), **options)
