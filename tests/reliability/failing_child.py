"""Rates and brings the log in, on a disk on which one call fails; says what was acknowledged.

Each line of standard output: `rated TEXT` after the disk has it, `refused TYPE` with the error's
type, `late TEXT` for a rating that was acknowledged after the disk had failed. Argument: project.
"""

import os
import sys

from prefdesk import store
from prefdesk.errors import PrefdeskError
from prefdesk.records import NewPrompt

N = 12


def say(text: str) -> None:
    os.write(1, f"{text}\n".encode())


def main() -> None:
    """Open, write, close, whatever the disk does."""
    try:
        with store.open(sys.argv[1]) as opened:
            broken = False
            for number in range(N):
                text = f"prompt of {os.getpid()}, {number}"
                broken |= not write(opened, text, broken, urgent=number % 3 > 0)
    except PrefdeskError as error:
        say(f"refused {type(error).__name__}")


def write(opened: store.Store, text: str, broken: bool, *, urgent: bool) -> bool:
    """One write, True if it is acknowledged; those that are not urgent bring the log in."""
    try:
        opened.write(lambda c: store.prompts.add(c, [NewPrompt(text)]), urgent=urgent).result()
    except PrefdeskError as error:
        say(f"refused {type(error).__name__}")
        return False
    say(f"{'late' if broken else 'rated'} {text}")
    return True


if __name__ == "__main__":
    main()
