"""Ctrl-C while a job runs: stop and keep, then cancel, then the end."""

import signal

import pytest

from prefdesk.cli.monitor import Monitor
from prefdesk.errors import Cancelled, PrefdeskError
from prefdesk.events import DrawsMade, JobEnded, JobSpec, Note, StepDone
from prefdesk.project import Project
from tests.tiny import make_model
from tests.worlds import make_project, rate_by_panel


class Busy:
    """A project whose only job asks for orders, with a Ctrl-C before each question."""

    def __init__(self, presses: int, end: str) -> None:
        self.presses = presses
        self.end = end
        self.orders: list[str] = []

    def run_job(self, spec, *, device, control):
        self.orders.append(control())
        for _ in range(self.presses):
            signal.raise_signal(signal.SIGINT)
            self.orders.append(control())
            yield Note("working")
        yield JobEnded(self.end, "The end.")


def watch(busy, kind="round", **options):
    monitor = Monitor(busy, **options)
    ended = monitor.run(JobSpec(kind))
    return monitor.exit_status(ended)


@pytest.mark.parametrize("kind", ["round", "sample"])
def test_that_the_first_ctrl_c_stops_and_keeps_and_says_so(kind, capsys):
    busy = Busy(1, "stopped")
    assert watch(busy, kind) == 130
    assert busy.orders == ["go", "stop"]
    assert "Stopping at the next safe point; what is done is kept." in capsys.readouterr().err


def test_that_the_second_ctrl_c_cancels(capsys):
    busy = Busy(2, "cancelled")
    with pytest.raises(Cancelled):
        watch(busy)
    assert busy.orders == ["go", "stop", "cancel"]
    assert "Cancelling." in capsys.readouterr().err


def test_that_the_third_ctrl_c_ends_the_program():
    busy = Busy(3, "done")
    with pytest.raises(KeyboardInterrupt):
        watch(busy)
    assert busy.orders == ["go", "stop", "cancel"]


@pytest.mark.parametrize(
    ("kind", "keep"), [("preprocess", True), ("evaluate", True), ("round", False)]
)
def test_that_the_first_ctrl_c_cancels_where_nothing_can_be_kept(kind, keep):
    busy = Busy(1, "cancelled")
    with pytest.raises(Cancelled):
        watch(busy, kind, keep=keep)
    assert busy.orders == ["go", "cancel"]


def test_that_a_round_stopped_before_its_first_step_counts_as_cancelled():
    with pytest.raises(Cancelled, match=r"The end\."):
        watch(Busy(1, "failed"))
    with pytest.raises(PrefdeskError, match=r"The end\.") as caught:
        watch(Busy(0, "failed"))
    assert not isinstance(caught.value, Cancelled)


def test_that_work_which_ends_by_itself_is_done_even_if_it_ends_early():
    assert watch(Busy(0, "stopped")) == 0
    assert watch(Busy(1, "done")) == 0


def test_that_the_terminal_s_own_ctrl_c_is_back_afterwards():
    before = signal.getsignal(signal.SIGINT)
    watch(Busy(1, "stopped"))
    assert signal.getsignal(signal.SIGINT) is before


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "a.prefdesk"
    with make_project(file, prompts=8, answers=0, model=make_model(tmp_path / "tiny")):
        pass
    return file


@pytest.fixture
def press(monkeypatch):
    """`press(kind)`: Ctrl-C once, at the first event of this kind."""

    def arrange(kind):
        show, pressed = Monitor._show, []

        def watched(self, event):
            show(self, event)
            if isinstance(event, kind) and not pressed:
                pressed.append(True)
                signal.raise_signal(signal.SIGINT)

        monkeypatch.setattr(Monitor, "_show", watched)

    return arrange


SHORT = ("--max-new-tokens", 8, "--per-prompt", 3, "--batch-prompts", 2)


def test_that_ctrl_c_in_sampling_keeps_what_was_drawn_and_goes_on_later(path, run, press):
    press(DrawsMade)
    status, _, err = run("sample", path, *SHORT)
    assert status == 130
    assert "Stopped after 6 of 24 completions." in err
    with Project.open(path, "r") as project:
        assert project.jobs()[0].status == "stopped"
    assert "18 completions were drawn." in run("sample", path, *SHORT)[2]


def test_that_ctrl_c_in_training_keeps_the_steps_that_were_taken(path, run, press):
    run("sample", path, *SHORT)
    with Project.open(path) as project:
        rate_by_panel(project)
    press(StepDone)
    status, _, err = run("train", path, "--override", "a test", "--batch-prompts", 2)
    assert status == 130, err
    assert "what the steps so far have made is kept" in err
    with Project.open(path, "r") as project:
        assert [c.kind for c in project.checkpoints.all()] == ["base", "lora"]
        assert [r.status for r in project.rounds.all()] == ["stopped"]


def test_that_ratings_without_a_signal_are_refused_with_the_option_that_insists(path, run):
    run("sample", path, *SHORT)
    with Project.open(path) as project:
        for name in ("Ana", "Ben"):
            session = project.ratings.session(project.raters.add(name))
            for one in project.completions.each():
                score = 1 + one.id * 7 % 9
                score = score if name == "Ana" else 10 - score + one.id % 2
                session.score(one.id, score).result()
    status, _, err = run("train", path)
    assert status == 1
    assert "say in --override why" in err
