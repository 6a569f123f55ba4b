"""Settings from the command line."""

import argparse
import datetime as dt
from collections.abc import Callable
from typing import Any, TypeVar

from prefdesk.config import PRESETS, Config, RoundConfig, Setting, check

C = TypeVar("C", bound=Config)

LARGEST = 2**63 - 1


def chosen(config: type[C], options: argparse.Namespace) -> C:
    """The settings given on the command line, over a preset's, over the defaults."""
    preset = getattr(options, "preset", None) if config is RoundConfig else None
    given: dict[str, Any] = dict(PRESETS[preset]) if preset else {}
    given |= {
        s.name: getattr(options, s.name)
        for s in config.describe()
        if getattr(options, s.name, None) is not None
    }
    return config.from_mapping(given)


def positive(text: str) -> int:
    """A whole number of 1 or more, as argparse wants its types."""
    try:
        value = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be a whole number, not {text!r}") from None
    if not 1 <= value <= LARGEST:
        raise argparse.ArgumentTypeError(f"must be 1 or more, not {text}")
    return value


def moment(text: str) -> int:
    """A date or time in ISO 8601, as ms since 1970 in UTC; without a zone it is local time."""
    try:
        return round(dt.datetime.fromisoformat(text).timestamp() * 1000)
    except (ValueError, OverflowError, OSError):
        raise argparse.ArgumentTypeError(
            f"must be a date or time such as 2026-03-01T14:30, not {text!r}"
        ) from None


def of_setting(one: Setting) -> Callable[[str], Any]:
    """The type of a setting: what its declaration forbids is wrong usage."""
    kind = {int: "a whole number", float: "a number"}.get(one.type, "text")

    def read(text: str) -> Any:
        try:
            value = one.type(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"must be {kind}, not {text!r}") from None
        problem = check(one, value)
        if problem:
            raise argparse.ArgumentTypeError(problem)
        return value

    return read
