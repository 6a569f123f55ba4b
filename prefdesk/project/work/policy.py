"""Load the policy of a checkpoint: the model folder, and the weights kept in the project."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from prefdesk.config import DeviceConfig
from prefdesk.models import Policy, load_policy

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
    """The policy of `checkpoint`; its weights pass through a file in `spool`."""
    device = device or DeviceConfig()
    folder = checkpoints.model_folder()
    options = {"device": device.device, "threads": device.threads, **options}
    if checkpoint.kind == "base":
        return load_policy(folder, **options)
    file = spool / f"checkpoint-{checkpoint.id}.safetensors"
    checkpoints.write_weights(checkpoint.id, file)
    try:
        if checkpoint.kind == "lora":
            return load_policy(folder, adapter=file, header=checkpoint.header, **options)
        return load_policy(folder, weights=file, **options)
    finally:
        file.unlink(missing_ok=True)
