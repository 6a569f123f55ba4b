"""The command line: every verb of the window, for terminals, scripts and machines without a
screen. Results go to standard output (`--json`: one document and nothing else), progress to
standard error. Knows the engine and the jobs, never the window.
"""

import sys
from collections.abc import Sequence

from prefdesk.cli.parser import build
from prefdesk.errors import Cancelled, PrefdeskError, RowErrors

DONE, FAILED, WRONG_USAGE, CANCELLED = 0, 1, 2, 130

__all__ = ["main"]


def main(arguments: Sequence[str]) -> int:
    """Run one command; the exit status: 0 done, 1 a known error, 2 wrong usage, 130 cancelled."""
    parser = build()
    try:
        options = parser.parse_args(list(arguments))
    except SystemExit as e:
        return int(e.code or 0)
    try:
        return int(options.verb(options) or DONE)
    except (Cancelled, KeyboardInterrupt):
        print("Cancelled.", file=sys.stderr)
        return CANCELLED
    except RowErrors as e:
        for row in e.rows[:MOST_ROWS]:
            print(row, file=sys.stderr)
        if len(e.rows) > MOST_ROWS:
            print(f"… and {len(e.rows) - MOST_ROWS} more", file=sys.stderr)
        print(f"prefdesk: {e}", file=sys.stderr)
        return FAILED
    except PrefdeskError as e:
        print(f"prefdesk: {e}", file=sys.stderr)
        return FAILED
    except BrokenPipeError:
        return FAILED


MOST_ROWS = 50
