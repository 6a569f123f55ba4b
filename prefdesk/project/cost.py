"""What a round was measured to cost, and what to do where that is too much."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Cost:
    """Estimates for one round.

    Seconds of all processors together (`cpu_s`) and by the clock (`wall_low_s` to `wall_high_s`,
    for other programs come and go). `memory_bytes` is the most that is held at once, on the
    graphics card where the model lies there. On the disk `kept_bytes` stay, and `disk_bytes` are
    needed at most while it runs.
    """

    cpu_s: float
    wall_low_s: float
    wall_high_s: float
    memory_bytes: int
    kept_bytes: int
    disk_bytes: int
    steps: int
    micro_batch_tokens: int


@dataclass(frozen=True, slots=True)
class MeasuredCost(Cost):
    """A cost with what it was measured for: recipe, checkpoint, device, to how many prompts answers
    would be shown as the round goes, and what was free then."""

    config: str
    checkpoint_id: int
    device: str
    free_memory_bytes: int | None
    free_disk_bytes: int
    gallery: int = 0

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """From the report of a `trial` job."""
        known = [f.name for f in fields(cls) if f.name != "gallery"]
        return cls(**{n: document[n] for n in known}, gallery=int(document.get("gallery", 0)))

    @property
    def fits_memory(self) -> bool:
        """False if the round would hold more than was free."""
        return self.free_memory_bytes is None or self.memory_bytes <= self.free_memory_bytes

    @property
    def fits_disk(self) -> bool:
        """False if the disk of the project would run full."""
        return self.disk_bytes <= self.free_disk_bytes
