"""Rating by hand: every answer is kept with its seconds, however the sitting ends."""

import os
import subprocess
import sys
import time

import pytest

from prefdesk.project import Criterion, Project
from tests.worlds import make_project, rate_by_panel

pty = pytest.mark.skipif(not hasattr(os, "openpty"), reason="no pseudo-terminals on this system")


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "a.prefdesk"
    with make_project(file, prompts=1):
        pass
    return file


class Terminal:
    def isatty(self) -> bool:
        return True


@pytest.fixture
def sit(monkeypatch, run, path):
    """`sit(answer, …)`: rate as Ana; an exception among the answers is raised there."""

    def call(*answers, name="Ana"):
        left = list(answers)

        def read():
            answer = left.pop(0) if left else EOFError()
            if isinstance(answer, BaseException):
                raise answer
            return answer

        monkeypatch.setattr("builtins.input", read)
        monkeypatch.setattr(sys, "stdin", Terminal())
        return run("rate", path, "--rater", name)

    return call


def ratings(path):
    with Project.open(path, "r") as project:
        return project.ratings.current()


def test_that_ctrl_d_ends_as_q_does_and_keeps_what_was_rated(sit, path):
    status, out, err = sit("7", "3")
    assert (status, out) == (0, "")
    assert err.endswith("2 ratings added; 2 are in the project.\n")
    assert sit("q")[0] == 0
    assert sorted(r.value for r in ratings(path)) == [3.0, 7.0]


def test_that_ctrl_c_keeps_what_was_rated(sit, path):
    status, _, err = sit("7", KeyboardInterrupt())
    assert status == 130
    assert "Every answer so far is kept." in err
    assert [r.value for r in ratings(path)] == [7.0]


def test_that_the_clock_runs_from_the_moment_an_item_is_shown(sit, path, monkeypatch):
    now = iter(range(0, 1000, 4))
    monkeypatch.setattr("prefdesk.cli.by_hand.time.monotonic", lambda: float(next(now)))
    sit("7")
    assert [r.seconds for r in ratings(path)] == [4.0]


@pytest.mark.parametrize("wrong", ["", "eleven", "11", "-1", "nan", "1e999"])
def test_that_a_wrong_answer_is_asked_again_with_the_reason(sit, path, wrong):
    _, _, err = sit(wrong, "7")
    assert "A score is 0 to 10" in err or "A score lies between 0 and 10" in err
    assert err.endswith("1 rating added; 1 is in the project.\n")


def test_that_u_takes_back_what_this_sitting_gave_and_nothing_older(sit, path):
    with Project.open(path) as project:
        n = rate_by_panel(project)
        name = project.raters.all()[0].name
    _, _, err = sit("u", "q", name=name)
    assert "No completion waits for you." in err
    _, _, err = sit("u", "7", "u", "u", "q", name="Ana")
    assert err.count("nothing to take back") == 2
    assert len(ratings(path)) == n


def test_that_skipped_items_are_not_ratings(sit, path):
    _, _, err = sit("s", "s", "s", "s")
    assert "No completion waits for you." in err
    assert err.endswith("0 ratings added; 0 are in the project.\n")


def test_that_a_label_may_be_shortened(sit, path):
    with Project.open(path) as project:
        project.change_settings(question="label")
    sit("g", "medium", "worse", "b")
    assert [r.value for r in sorted(ratings(path), key=lambda r: r.hlc)] == [2.0, 1.0, 0.0]


def test_that_every_criterion_is_asked_by_its_name(sit, path):
    with Project.open(path) as project:
        project.change_settings(criteria=(Criterion("truth"), Criterion("style")))
    _, _, err = sit("7", "3")
    assert "truth? " in err
    assert "style? " in err
    assert {(r.criterion, r.value) for r in ratings(path)} == {("truth", 7.0), ("style", 3.0)}
    assert len({r.completion_id for r in ratings(path)}) == 1


def test_that_nobody_is_asked_where_there_is_no_terminal(run, path):
    status, _, err = run("rate", path, "--rater", "Ana")
    assert status == 1
    assert "at a terminal" in err


@pty
def test_that_a_real_terminal_rates_with_time_and_ends_at_ctrl_d(path):
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "prefdesk", "rate", str(path), "--rater", "Ana"]
    child = subprocess.Popen(command, stdin=theirs, stderr=subprocess.PIPE)
    os.close(theirs)
    said = b""
    while not said.endswith(b"\n? "):
        piece = child.stderr.read1()
        assert piece, said
        said += piece
    time.sleep(0.2)
    os.write(ours, b"7\n\x04")
    said += child.stderr.read()
    assert child.wait(20) == 0
    child.stderr.close()
    os.close(ours)
    assert said.endswith(b"1 rating added; 1 is in the project.\n")
    [rating] = ratings(path)
    assert rating.value == 7.0
    assert rating.seconds > 0.1
