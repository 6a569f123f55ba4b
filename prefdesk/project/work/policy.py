"""Load the policy of a checkpoint: the model folder, and the weights kept in the project."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from prefdesk.config import DeviceConfig, RoundConfig
from prefdesk.errors import ModelError, TrainingError
from prefdesk.models import ModelInfo, Policy, inspect, load_policy, weights
from prefdesk.project.checkpoints import header_of
from prefdesk.project.rounds import method_problem

if TYPE_CHECKING:
    from prefdesk.project.checkpoints import Checkpoints
    from prefdesk.records import Checkpoint


def load(
    checkpoints: "Checkpoints",
    checkpoint: "Checkpoint",
    spool: Path,
    device: DeviceConfig | None = None,
    **options: Any,
) -> Policy:
    """The policy of `checkpoint`.

    Full weights go from the project straight into the model; an adapter, which is small, passes
    through a file in `spool`.

    Raises `ModelError` if the model folder holds another model than the project started from.
    """
    device = device or DeviceConfig()
    folder = _unchanged(checkpoints)
    options = {"device": device.device, "threads": device.threads, **options}
    if checkpoint.kind == "base":
        return load_policy(folder, **options)
    if checkpoint.kind == "full":
        stream = checkpoints.open_weights(checkpoint.id)
        return load_policy(folder, weights=stream, **options)
    file = spool / f"checkpoint-{checkpoint.id}.safetensors"
    checkpoints.write_weights(checkpoint.id, file)
    try:
        return load_policy(folder, adapter=file, header=checkpoint.header, **options)
    finally:
        file.unlink(missing_ok=True)


def _unchanged(checkpoints: "Checkpoints") -> ModelInfo:
    """The model folder, if it still holds what the project started from.

    Every checkpoint rests on it: its draws, its reference and the shape of its weights.
    """
    info, base = inspect(checkpoints.model_folder()), checkpoints.base()
    assert base is not None
    if header_of(base)["fingerprint"] != info.fingerprint:
        raise ModelError(
            f"The model folder {info.path} holds another model than the one this project was "
            "started with.",
            "Put the first one back, or make a new project for this one.",
        )
    return info


def make_trainable(policy: Policy, parent: "Checkpoint", config: RoundConfig) -> None:
    """Free the weights that a round with this method changes, its adapter attached if it is new."""
    problem = method_problem(parent.kind, config.method)
    if problem:
        raise TrainingError(problem)
    if config.method == "lora" and parent.kind == "base":
        weights.lora(policy, config.lora_rank, config.lora_alpha, config.seed)
    else:
        weights.unfreeze(policy)
