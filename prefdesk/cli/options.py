"""Settings from the command line."""

import argparse
from typing import TypeVar

from prefdesk.config import Config

C = TypeVar("C", bound=Config)


def chosen(config: type[C], options: argparse.Namespace) -> C:
    """The settings given on the command line over the defaults."""
    given = {
        s.name: getattr(options, s.name)
        for s in config.describe()
        if getattr(options, s.name, None) is not None
    }
    return config.from_mapping(given)
