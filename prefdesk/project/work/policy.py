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
    """The policy of `checkpoint`.

    Full weights go from the project straight into the model; an adapter, which is small, passes
    through a file in `spool`.
    """
    device = device or DeviceConfig()
    folder = checkpoints.model_folder()
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
