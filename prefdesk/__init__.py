"""Train a language model on what people think of its answers.

Public names only. Importing this package loads neither Qt nor torch; the rooms behind it are
described in the README. Names are resolved on first use, so a script that only rates pays
nothing for training.
"""

from typing import TYPE_CHECKING, Any

from prefdesk.config import RoundConfig, SamplingConfig
from prefdesk.errors import PrefdeskError

if TYPE_CHECKING:
    from prefdesk.project import Project

__version__ = "0.1.0"
__all__ = ["PrefdeskError", "Project", "RoundConfig", "SamplingConfig", "__version__"]


def __getattr__(name: str) -> Any:
    if name == "Project":
        from prefdesk.project import Project

        return Project
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
