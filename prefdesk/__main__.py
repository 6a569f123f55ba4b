"""`prefdesk`: no arguments or one project file open the window, anything else is a command."""

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

SUFFIX = ".prefdesk"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["--worker"]:
        from prefdesk.jobs.child import main as serve

        return serve(given[1])
    if given[:1] == ["--aside"]:
        from prefdesk.jobs.aside import main as do_aside

        return do_aside(given[1:])
    if given[:1] == ["--look"]:
        from prefdesk.store.looking import main as look

        return look(given[1], float(given[2]))
    if given[:1] == ["--try-template"]:
        from prefdesk.models.template_trial import main as try_template

        return try_template()
    if not given:
        return _window(None)
    if len(given) == 1 and given[0].lower().endswith(SUFFIX):
        return _window(given[0]) if _is_file(given[0]) else _missing(given[0])
    from prefdesk.cli import main as command

    return command(given)


def _is_file(name: str) -> bool:
    try:
        return Path(name).is_file()
    except OSError:  # a folder on the way that nobody may look into
        return False


def _window(path: str | None) -> int:
    try:
        from prefdesk.ui.app import run

        return run(path)
    except ImportError as e:
        return _complain(
            f"The window cannot start: {e}. The README names the system packages that it needs; "
            "the commands work without them (prefdesk --help)."
        )
    except OSError as e:
        from prefdesk.cli import trouble

        return _complain(trouble.of_system(e))


def _missing(name: str) -> int:
    return _complain(f"There is no file {name}. Make it: prefdesk new {shlex.quote(name)}")


def _complain(sentence: str) -> int:
    from prefdesk.cli import complain, streams

    streams.prepare()
    return complain(sentence)


if __name__ == "__main__":
    sys.exit(main())
