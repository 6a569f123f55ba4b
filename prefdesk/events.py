"""What a job says: small typed events, to and from one line of JSON.

Events carry ids, numbers and completions, never weights. The last event of every job is
exactly one `JobEnded`.
"""

import base64
import json
import struct
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from prefdesk.records import Draw, JobStatus, PromptFinding


@dataclass(frozen=True, slots=True)
class JobSpec:
    """What a job is asked to do: its kind and settings that fit into JSON."""

    kind: str
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class JobStarted:
    """The first word of a job: what it is, how much there is to do, where it runs."""

    kind: str
    total: int
    unit: str
    device: str = "cpu"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work is; `left_s` is the estimated time left in seconds, if known."""

    done: int
    total: int
    message: str = ""
    left_s: float | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence for the person who watches; `level` is info or warning."""

    message: str
    level: str = "info"


@dataclass(frozen=True, slots=True)
class Paused:
    """The job waits now, or goes on again."""

    on: bool


@dataclass(frozen=True, slots=True)
class PromptsEncoded:
    """Token ids of prompts under one tokenizer and template; each row is (prompt id, ids)."""

    fingerprint: str
    rows: tuple[tuple[int, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class FindingsMade:
    """What preprocessing found about prompts; a job sends several of these."""

    findings: tuple[PromptFinding, ...]


@dataclass(frozen=True, slots=True)
class DrawsMade:
    """Completions that a sampling job drew."""

    draws: tuple[Draw, ...]


@dataclass(frozen=True, slots=True)
class StepDone:
    """One optimiser step of a round with its metrics."""

    round_id: int
    step: int
    total: int
    metrics: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StateSaved:
    """What a round needs to go on behind `step` lies as a file in the spool folder."""

    round_id: int
    step: int
    total: int
    path: str


@dataclass(frozen=True, slots=True)
class StateDropped:
    """A round is over in a way that leaves nothing to go on from."""

    round_id: int


@dataclass(frozen=True, slots=True)
class CheckpointReady:
    """Weights lie as a safetensors file in the spool folder, to be taken into the project."""

    round_id: int
    kind: str
    path: str
    sha256: str
    header: str


@dataclass(frozen=True, slots=True)
class ReportReady:
    """A finished document: agreement, evaluation, a model that was fetched.

    One that is not `final` is for people who wait, and is not kept.
    """

    name: str
    document: Mapping[str, Any]
    final: bool = True


@dataclass(frozen=True, slots=True)
class JobEnded:
    """The last word: how it ended, in a sentence for a person; `detail` is for the log."""

    status: JobStatus
    message: str
    detail: str = ""


JobEvent = (
    JobStarted
    | Progress
    | Note
    | Paused
    | PromptsEncoded
    | FindingsMade
    | DrawsMade
    | StepDone
    | StateSaved
    | StateDropped
    | CheckpointReady
    | ReportReady
    | JobEnded
)

_KINDS: dict[str, type] = {
    c.__name__: c
    for c in (
        JobStarted,
        Progress,
        Note,
        Paused,
        PromptsEncoded,
        FindingsMade,
        DrawsMade,
        StepDone,
        StateSaved,
        StateDropped,
        CheckpointReady,
        ReportReady,
        JobEnded,
    )
}


def to_json(event: JobEvent) -> str:
    """One line of JSON without a newline; NaN and infinity are refused (`ValueError`)."""
    if isinstance(event, PromptsEncoded):
        return _packed(event)
    body = asdict(event)
    if isinstance(event, StepDone):
        body["metrics"] = {k: _finite(v) for k, v in event.metrics.items()}
    return json.dumps({"event": type(event).__name__, **body}, allow_nan=False)


def _finite(value: float) -> float | str:
    return value if abs(value) != float("inf") and value == value else repr(value)


def from_json(line: str) -> JobEvent:
    """The event that `to_json` wrote; anything else raises `ValueError`."""
    body = json.loads(line)
    kind = _KINDS.get(body.pop("event", "")) if isinstance(body, dict) else None
    if kind is None:
        raise ValueError(f"not a job event: {line[:80]!r}")
    if kind is DrawsMade:
        body["draws"] = tuple(_draw(d) for d in body["draws"])
    elif kind is PromptsEncoded:
        body["rows"] = tuple((i, _unpacked(ids)) for i, ids in body["rows"])
    elif kind is FindingsMade:
        body["findings"] = tuple(PromptFinding(**one) for one in body["findings"])
    elif kind is StepDone:
        body["metrics"] = {k: float(v) for k, v in body["metrics"].items()}
    try:
        event: JobEvent = kind(**body)
    except TypeError as e:
        raise ValueError(f"not a job event: {line[:80]!r}") from e
    return event


def _packed(event: PromptsEncoded) -> str:
    """Token ids as 32-bit numbers in base64: a tenth of the work, for there may be millions."""
    rows = [
        [i, base64.b64encode(struct.pack(f"<{len(ids)}I", *ids)).decode()] for i, ids in event.rows
    ]
    return json.dumps({"event": "PromptsEncoded", "fingerprint": event.fingerprint, "rows": rows})


def _unpacked(text: str) -> tuple[int, ...]:
    data = base64.b64decode(text, validate=True)
    if len(data) % 4:
        raise ValueError("token ids that are cut off")
    return struct.unpack(f"<{len(data) // 4}I", data)


def _draw(body: dict[str, Any]) -> Draw:
    return Draw(
        **{**body, "token_ids": tuple(body["token_ids"]), "logprobs": tuple(body["logprobs"])}
    )
