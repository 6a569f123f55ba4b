"""`prefdesk`: no arguments or one project file open the window, anything else is a command."""

import sys
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["--worker"]:
        from prefdesk.jobs.child import main as serve

        return serve(given[1])
    if not given or (
        len(given) == 1 and given[0].endswith(".prefdesk") and Path(given[0]).exists()
    ):
        from prefdesk.ui.app import run

        return run(given[0] if given else None)
    from prefdesk.cli import main as command

    return command(given)


if __name__ == "__main__":
    sys.exit(main())
