"""The command that gives a project's free space back."""

import argparse

from prefdesk.cli.output import document, say
from prefdesk.project import Project


def compact(options: argparse.Namespace) -> None:
    """Rewrite the file without its free space."""
    with Project.open(options.file) as project:
        done = project.file.compact()
    if options.json:
        document(done)
    else:
        before, after = (f"{n / 1e6:.1f} MB" for n in (done.before_bytes, done.after_bytes))
        say(f"{options.file} had {before} and has {after} now.")
