"""Log-probs of older draws, read once more by training from the checkpoint that drew them.

Importance weights compare log-probs of one numeric path, and the sampler's is another one than
training's. What was read is kept in the user's cache folder, a file for each checkpoint and way of
computing; it can be made again at any time, so it is no part of the project.
"""

import contextlib
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from prefdesk.config import RoundConfig
from prefdesk.errors import ModelError
from prefdesk.events import JobEvent, Note
from prefdesk.models import Policy, tensor_file
from prefdesk.paths import cache_dir
from prefdesk.project.checkpoints import header_of
from prefdesk.project.work.context import Context
from prefdesk.project.work.policy import load
from prefdesk.training import Rollout, Team, logprobs, numeric_path

if TYPE_CHECKING:
    from prefdesk.project.project import Project
    from prefdesk.records import Checkpoint

KEPT_FILES = 32
"""So many checkpoints are remembered; the ones read longest ago are forgotten."""


def read_again(
    project: "Project",
    policy: Policy,
    config: RoundConfig,
    drawn: list[Rollout],
    owners: Sequence[int],
    context: Context,
) -> Iterator[JobEvent]:
    """Give every draw in `drawn` that is not from the start its `behaviour`, in place.

    `owners` are the ids of the checkpoints that drew them. Each is loaded beside `policy`, unless
    everything is known already.
    """
    older = sorted({o for o, r in zip(owners, drawn) if not r.from_start})
    for checkpoint_id in older:
        mine = [i for i, o in enumerate(owners) if o == checkpoint_id]
        checkpoint = project.checkpoints.get(checkpoint_id)
        cache = Cache(_place(project, checkpoint, policy))
        missing = [i for i in mine if cache.get(drawn[i]) is None]
        if missing:
            context.check()
            yield Note(f"Reading {len(missing)} older answers with {checkpoint.name}.")
            cache.add(*_read(project, checkpoint, config, [drawn[i] for i in missing], context))
        for i in mine:
            found = cache.get(drawn[i])
            assert found is not None
            drawn[i] = replace(drawn[i], behaviour=found)


def _read(
    project: "Project",
    checkpoint: "Checkpoint",
    config: RoundConfig,
    drawn: list[Rollout],
    context: Context,
) -> tuple[list[Rollout], list[list[float]]]:
    policy = load(project.checkpoints, checkpoint, Path(context.spool), context.device)
    return drawn, logprobs(policy, drawn, budget=config.micro_batch_tokens)


def _place(project: "Project", checkpoint: "Checkpoint", policy: Policy) -> Path:
    base = project.checkpoints.base()
    assert base is not None
    about = [checkpoint.uid.hex(), header_of(base)["fingerprint"], numeric_path(policy)]
    name = hashlib.blake2b(json.dumps(about, sort_keys=True).encode(), digest_size=16).hexdigest()
    return cache_dir() / "logprobs" / f"{name}.safetensors"


class Cache:
    """Log-probs by what was read: prompt, answer and temperature; one file.

    A file that cannot be read counts as empty, and one that cannot be written is done without.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._found: dict[str, tuple[float, ...]] = {}
        with contextlib.suppress(ModelError, OSError, KeyError, ValueError, RuntimeError):
            tensors, facts = tensor_file.read(path)
            rows = torch.split(tensors["values"], tensors["length"].tolist())
            self._found = {n: tuple(row.tolist()) for n, row in zip(facts["names"], rows)}
            path.touch()

    def get(self, one: Rollout) -> tuple[float, ...] | None:
        """Log-probs of the tokens of `one`, None if they are not known."""
        found = self._found.get(_name(one))
        return found if found and len(found) == len(one.token_ids) else None

    def add(self, some: Sequence[Rollout], values: Sequence[Sequence[float]]) -> None:
        """Remember what was read."""
        self._found |= {_name(one): tuple(row) for one, row in zip(some, values)}
        tensors = {
            "length": torch.tensor([len(row) for row in self._found.values()]),
            # Every float32 is a float64 too, so nothing is rounded.
            "values": torch.tensor(
                [x for row in self._found.values() for x in row], dtype=torch.float64
            ),
        }
        if Team().rank:
            return  # of several processes, only the first one writes
        with contextlib.suppress(ModelError, OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            tensor_file.write(self._path, tensors, {"names": list(self._found)})
            _forget(self._path.parent)


def _name(one: Rollout) -> str:
    read = repr((one.prompt_ids, one.token_ids, one.temperature))
    return hashlib.blake2b(read.encode(), digest_size=16).hexdigest()


def _forget(folder: Path) -> None:
    files = sorted(folder.glob("*.safetensors"), key=lambda p: p.stat().st_mtime, reverse=True)
    for path in files[KEPT_FILES:]:
        path.unlink(missing_ok=True)
