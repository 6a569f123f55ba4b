"""What every command's grammar is made of: its own parser, and options from declared settings."""

import argparse
from typing import Any

from prefdesk.cli.options import of_setting
from prefdesk.config import (
    Config,
    DeviceConfig,
    PreprocessConfig,
    RoundConfig,
    SamplingConfig,
)

Verbs = Any

TITLES = {
    PreprocessConfig: "how prompts are looked at",
    SamplingConfig: "how completions are drawn",
    RoundConfig: "how the round trains",
    DeviceConfig: "where it runs",
}
METAVARS = {int: "N", float: "NUMBER", str: "TEXT"}


class Formatter(argparse.HelpFormatter):
    """Names of commands and options in a column that holds most of them."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=30)


def verb(
    verbs: Verbs, name: str, call: Any, help: str, more: str = "", *, file: bool = True
) -> argparse.ArgumentParser:
    """The parser of one command; `call` carries it out."""
    one: argparse.ArgumentParser = verbs.add_parser(
        name, help=help, description=f"{help} {more}".strip(), formatter_class=Formatter
    )
    if file:
        one.add_argument("file", metavar="FILE", help="the project, NAME.prefdesk")
    one.add_argument("--json", action="store_true", help="print one JSON document instead")
    one.set_defaults(verb=call)
    return one


def settings(
    parser: argparse.ArgumentParser, config: type[Config], only: tuple[str, ...] = ()
) -> None:
    """An option for each setting that a config declares, or for those of `only`."""
    group = parser.add_argument_group(TITLES[config])
    for one in config.describe():
        if only and one.name not in only:
            continue
        flag = "--" + one.name.replace("_", "-")
        if one.type is bool:
            group.add_argument(flag, action="store_true", default=None, help=_percent(one.help))
            continue
        default = f" (default: {one.default})" if one.default != "" else ""
        group.add_argument(
            flag,
            type=of_setting(one),
            default=None,
            choices=one.choices,
            help=_percent(one.help + default),
            metavar=None if one.choices else METAVARS[one.type],
        )


def _percent(help: str) -> str:
    return help.replace("%", "%%")
