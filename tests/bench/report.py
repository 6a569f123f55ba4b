"""The one document every benchmark prints: machine, raw figures, and bars that hold or not."""

import os
import platform
import time
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PACKAGES = (
    "torch",
    "transformers",
    "peft",
    "numpy",
    "PySide6-Essentials",
    "pysqlite3",
    "zstandard",
    "blake3",
)


@dataclass(frozen=True)
class Bar:
    """A figure beside the line it should keep to."""

    name: str
    figure: float
    bar: float
    unit: str
    holds: bool


@dataclass
class Report:
    """What a benchmark found."""

    name: str
    runs: list[dict[str, Any]] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)

    def at_most(self, name: str, figure: float, bar: float, unit: str) -> None:
        """A figure that should not exceed its bar."""
        self.bars.append(Bar(name, round(figure, 4), bar, unit, figure <= bar))

    def at_least(self, name: str, figure: float, bar: float, unit: str) -> None:
        """A figure that should reach its bar."""
        self.bars.append(Bar(name, round(figure, 4), bar, unit, figure >= bar))

    def document(self) -> dict[str, Any]:
        """Plain dicts and lists."""
        return {"name": self.name, "machine": machine(), **asdict(self)}


def since(started: float) -> float:
    """Seconds since a moment of `time.perf_counter`, to the hundredth."""
    return round(time.perf_counter() - started, 2)


def machine() -> dict[str, Any]:
    """Processor, cores, load and versions."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load": [round(x, 2) for x in os.getloadavg()] if hasattr(os, "getloadavg") else None,
        "python": platform.python_version(),
        "system": platform.platform(),
        "versions": {name: _version(name) for name in PACKAGES},
    }


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor()
