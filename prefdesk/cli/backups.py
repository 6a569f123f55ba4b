"""Commands for bad days: a backup, the way back to one, and what can be read of a damaged file."""

import argparse
import datetime as dt
from pathlib import Path

from prefdesk import project
from prefdesk.cli.opening import opened
from prefdesk.cli.output import counted, document, say
from prefdesk.cli.tables import table
from prefdesk.errors import InputError
from prefdesk.project import BackupInfo, Salvaged


def backup(options: argparse.Namespace) -> None:
    """Make a backup, or list those that are there."""
    if options.list:
        _list(options)
        return
    with opened(options.file, "r") as one:
        made = one.file.backup(options.to)
    if made is None:
        raise InputError("Backups are switched off (PREFDESK_BACKUPS).", "Name a file with --to.")
    if options.json:
        document(made)
    else:
        say(f"Saved {_held(made)}, without weights, in {made.path} ({_size(made)}).")


def _list(options: argparse.Namespace) -> None:
    found = project.backups(options.file)
    if options.json:
        document(found)
    elif not found:
        say(f"There is no backup of {options.file} yet. They are made while you work.")
    else:
        head = ("made", "prompts", "answers", "ratings", "raters", "size", "file")
        table(head, [_row(one) for one in found])


def _row(one: BackupInfo) -> tuple[object, ...]:
    what = (one.prompts, one.completions, one.ratings, one.raters)
    return (_when(one), *what, _size(one), one.path)


def restore(options: argparse.Namespace) -> None:
    """Go back to a backup."""
    done = project.restore(options.file, options.source, options.to)
    if options.json:
        document(done)
        return
    say(f"{done.path} is as it was on {_when(done.backup)}: {_held(done.backup)}.")
    say("The weights of trained checkpoints are not in backups.")
    if done.kept is not None:
        say(f"The file that was there before is {done.kept.name}.")


def salvage(options: argparse.Namespace) -> None:
    """Save what can be read of a damaged project."""
    done = project.salvage(options.file, options.new)
    if options.json:
        document(done)
        return
    table(("table", "recovered", "lost"), _figures(done))
    for sentence in done.notes:
        say(sentence)
    say(f"Saved in {done.path}. {Path(options.file).name} is as it was.")


def _figures(done: Salvaged) -> list[tuple[object, ...]]:
    return [
        (one.name, one.recovered, "some, nobody knows how many" if one.lost is None else one.lost)
        for one in done.tables
        if one.recovered or one.lost != 0
    ]


def _held(one: BackupInfo) -> str:
    return (
        f"{counted(one.prompts, 'prompt')}, {counted(one.completions, 'completion')} and "
        f"{counted(one.ratings, 'rating')} by {counted(one.raters, 'rater')}"
    )


def _when(one: BackupInfo) -> str:
    return dt.datetime.fromtimestamp(one.made_ms / 1000).isoformat(" ", "seconds")


def _size(one: BackupInfo) -> str:
    return f"{one.size_bytes / 1e6:.1f} MB"
