"""What a child makes of orders that come one after the other."""

import pytest

from prefdesk.jobs.child import _after
from prefdesk.project.work.context import patient


@pytest.mark.parametrize(
    ("present", "wanted", "holds"),
    [
        ("go", "pause", "pause"),
        ("pause", "go", "go"),
        ("pause", "stop", "stop"),
        ("stop", "pause", "stop"),
        ("stop", "go", "stop"),
        ("stop", "cancel", "cancel"),
        ("cancel", "stop", "cancel"),
        ("cancel", "go", "cancel"),
    ],
)
def test_that_nothing_softens_a_stop_or_a_cancel(present, wanted, holds):
    assert _after(present, wanted) == holds


def test_that_a_patient_control_never_answers_pause(monkeypatch):
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    words, told = iter(["go", "pause", "pause", "stop", "cancel"]), []
    ask = patient(lambda: next(words), told.append)
    assert [ask(), ask(), ask()] == ["go", "stop", "cancel"]
    assert told == [True, False]
