"""What a job says survives the pipe."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefdesk.events import (
    CheckpointReady,
    DrawsMade,
    FindingsMade,
    JobEnded,
    JobStarted,
    Note,
    Paused,
    Progress,
    PromptsEncoded,
    ReportReady,
    StepDone,
    from_json,
    to_json,
)
from prefdesk.records import Draw, PromptFinding

DRAW = Draw(3, 0, 9, (1, 2), (-0.5, -1.25), "hé\u2028llo", True, "{}")

EVENTS = [
    JobStarted("sample", 4, "completions"),
    Progress(1, 4, "Sampling", 2.5),
    Note("careful", "warning"),
    Paused(True),
    PromptsEncoded("f", ((1, (5, 6)), (2, ()))),
    FindingsMade((PromptFinding("near", 3, 1, 0.9, {"across": True}), PromptFinding("empty", 4))),
    DrawsMade((DRAW,)),
    StepDone(1, 2, 3, {"loss": 0.5}),
    CheckpointReady(1, "lora", "/x", "00", "{}"),
    ReportReady("agreement", {"alpha": {"value": None}}),
    JobEnded("done", "Done."),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda e: type(e).__name__)
def test_that_an_event_is_the_same_after_the_pipe(event):
    line = to_json(event)
    assert "\n" not in line
    assert from_json(line) == event


def test_that_a_loss_that_is_not_a_number_still_reaches_the_other_side():
    event = from_json(to_json(StepDone(1, 1, 1, {"loss": float("nan"), "kl": float("inf")})))
    assert isinstance(event, StepDone)
    assert event.metrics["loss"] != event.metrics["loss"]
    assert event.metrics["kl"] == float("inf")


TORN = [
    *("", "[]", "{}", '{"event": "Rm"}', '{"event": "Progress"', "7"),
    '{"event": "PromptsEncoded", "fingerprint": "f", "rows": [[1, "AAA="]]}',
    '{"event": "PromptsEncoded", "fingerprint": "f", "rows": [[1, "?"]]}',
]


@pytest.mark.parametrize("line", TORN)
def test_that_a_torn_or_foreign_line_is_no_event(line):
    with pytest.raises(ValueError):
        from_json(line)


@given(st.text())
def test_that_any_text_of_a_completion_fits_into_one_line(text):
    draw = Draw(1, 0, 1, (), (), text.encode("utf-8", "replace").decode(), False, "")
    line = to_json(DrawsMade((draw,)))
    assert len(line.splitlines()) == 1
    assert json.loads(line)["draws"][0]["text"] == draw.text
