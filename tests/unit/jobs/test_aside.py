"""One verb in a process of its own: progress, a result or a known error, and an end on demand."""

import json
import subprocess
from pathlib import Path

import pytest

from prefdesk.errors import Cancelled, NotAProject, PrefdeskError, RowErrors
from prefdesk.jobs import aside
from prefdesk.jobs.worker import environment
from tests.worlds import make_project, rate_by_panel


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.prefdesk"
    with make_project(path, prompts=3) as project:
        rate_by_panel(project)
    return path


def said(*arguments: str, order: str | None = None) -> list[dict[str, object]]:
    child = subprocess.Popen(
        aside.command(*arguments),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    if order is None:
        assert child.stdout is not None
        lines = child.stdout.read()
        child.communicate()
    else:
        lines, _ = child.communicate(order)
    assert child.returncode == 0
    return [json.loads(line) for line in lines.splitlines()]


def test_that_a_verb_tells_how_far_it_is_and_ends_with_its_result(file: Path) -> None:
    *told, last = said("survey", str(file))
    assert {one["doing"] for one in told} >= {"prompt", "event", "chunk"}
    assert last["result"]["path"] == str(file)  # type: ignore[index]
    assert said("check", str(file))[-1] == {"result": []}


def test_that_a_known_error_arrives_as_itself(file: Path) -> None:
    file.write_bytes(b"nothing of the kind" * 1000)
    [*_, last] = said("survey", str(file))
    error = aside.error_of(last)
    assert type(error) is NotAProject and "Nothing of a project" in error.message


def test_that_an_order_to_stop_ends_the_work(file: Path) -> None:
    new = file.with_name("new.prefdesk")
    [*_, last] = said("salvage", str(file), str(new), order="stop\n")
    # The order may also come when all is done.
    assert last.get("error") == "Cancelled" or new.exists()
    if last.get("error"):
        assert not new.exists() and not list(file.parent.glob(".salvage-*"))


@pytest.mark.parametrize("name", ["Cancelled", "RowErrors", "int", "no such", "BadRow", None])
def test_that_every_line_makes_a_known_error(name: str | None) -> None:
    error = aside.error_of({"error": name, "message": "So it is.", "hint": "Go on."})
    assert isinstance(error, PrefdeskError) and str(error) == "So it is. Go on."
    assert isinstance(
        error, {"Cancelled": Cancelled, "RowErrors": RowErrors}.get(name or "", PrefdeskError)
    )
