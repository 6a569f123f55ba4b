"""The command line: every verb of the window, for terminals, scripts and machines without a
screen. Results go to standard output (`--json`: one document and nothing else), progress to
standard error. Knows the engine and the jobs, never the window.
"""

import argparse
from collections.abc import Sequence

from prefdesk.cli import streams, trouble
from prefdesk.cli.output import say
from prefdesk.cli.parser import build
from prefdesk.errors import Cancelled, PrefdeskError, RowErrors

DONE, FAILED, WRONG_USAGE, CANCELLED = 0, 1, 2, 130

__all__ = ["complain", "main"]


def main(arguments: Sequence[str]) -> int:
    """Run one command; the exit status: 0 done, 1 a known error, 2 wrong usage, 130 cancelled."""
    streams.prepare()
    try:
        options = build().parse_args(list(arguments))
    except SystemExit as e:
        status = int(e.code or DONE)
    else:
        status = _run(options)
    refused = streams.finish()
    if refused is None or status:
        return status
    return (
        FAILED if isinstance(refused, BrokenPipeError) else complain(str(streams.refused(refused)))
    )


def _run(options: argparse.Namespace) -> int:
    try:
        return int(options.verb(options) or DONE)
    except (Cancelled, KeyboardInterrupt) as e:
        say(str(e) or "Cancelled.")
        return CANCELLED
    except RowErrors as e:
        trouble.of_rows(e)
        return complain(str(e))
    except PrefdeskError as e:
        return complain(str(e))
    except BrokenPipeError:
        return FAILED
    except OSError as e:
        return complain(trouble.of_system(e))
    except MemoryError:
        return complain("There is not enough memory for this. What was saved before is there.")


def complain(sentence: str) -> int:
    """Say what could not be done; the exit status for it."""
    say(f"prefdesk: {sentence}")
    return FAILED
