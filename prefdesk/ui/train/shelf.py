"""What the list of checkpoints shows, read in the background. No widgets."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from prefdesk.config import RoundConfig
from prefdesk.errors import InputError

if TYPE_CHECKING:
    from prefdesk.project import CheckpointScore, Project
    from prefdesk.project.evaluation import Comparison
    from prefdesk.records import Checkpoint, Round


@dataclass(frozen=True, slots=True)
class CheckpointRow:
    """A checkpoint in its family: `depth` counts its ancestors that are still here.

    `above` is true if the current checkpoint descends from it; `score` comes a little later.
    """

    checkpoint: "Checkpoint"
    parent: str
    round: int | None
    depth: int = 0
    current: bool = False
    above: bool = False
    score: "CheckpointScore | None" = None


def read_checkpoints(project: "Project") -> list[CheckpointRow]:
    """All checkpoints as a tree: each is followed by what was made from it."""
    found = project.checkpoints.models()
    if not found:
        return []
    names = {c.id: c.name for c in found}
    parents = {c.id: _living(project, c, names) for c in found}
    numbers = {r.id: r.number for r in project.rounds.all()}
    current = project.checkpoints.current().id
    above = set(_ancestors(current, parents))
    return [
        CheckpointRow(
            c,
            names.get(parents[c.id] or 0, ""),
            numbers.get(c.round_id) if c.round_id is not None else None,
            depth,
            c.id == current,
            c.id in above,
        )
        for c, depth in _tree(found, parents)
    ]


def read_scores(project: "Project") -> "dict[int, CheckpointScore]":
    """What people think of each checkpoint, by id."""
    return {s.checkpoint_id: s for s in project.evaluation.report().scores}


def with_scores(
    rows: Sequence[CheckpointRow], scores: "dict[int, CheckpointScore]"
) -> list[CheckpointRow]:
    """The same rows with what people think of them."""
    return [replace(row, score=scores.get(row.checkpoint.id)) for row in rows]


def _living(project: "Project", one: "Checkpoint", names: dict[int, str]) -> int | None:
    """The nearest ancestor whose weights are still here."""
    at = one.parent_id
    while at is not None and at not in names:
        at = project.checkpoints.get(at).parent_id
    return at


def _ancestors(start: int, parents: dict[int, int | None]) -> Iterator[int]:
    at = parents.get(start)
    while at is not None:
        yield at
        at = parents.get(at)


def _tree(
    found: "Sequence[Checkpoint]", parents: dict[int, int | None]
) -> "Iterator[tuple[Checkpoint, int]]":
    """Depth first, oldest first; without recursion, because a chain may be long."""
    waiting = [(c, 0) for c in reversed(found) if parents[c.id] is None]
    while waiting:
        one, depth = waiting.pop()
        yield one, depth
        waiting += [(c, depth + 1) for c in reversed(found) if parents[c.id] == one.id]


@dataclass(frozen=True, slots=True)
class Side:
    """One of two checkpoints that are compared: the round that made it, and what people think."""

    checkpoint: "Checkpoint"
    round: "Round | None"
    answers: int
    kl: float | None
    score: "CheckpointScore | None"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two checkpoints, `a` the older, and what people think of `b` against it."""

    a: Side
    b: Side
    found: "Comparison"

    def settings(self) -> list[tuple[str, str, str]]:
        """Name and both values of every setting that differs; none if a round made one only."""
        if self.a.round is None or self.b.round is None:
            return []
        ours, theirs = _settings(self.a.round), _settings(self.b.round)
        names = [s.name for s in RoundConfig.describe()]
        return [
            (name, ours.get(name, ""), theirs.get(name, ""))
            for name in names
            if ours.get(name, "") != theirs.get(name, "")
        ]


def read_pair(project: "Project", a: int, b: int) -> Pair:
    """Two checkpoints, the older one first."""
    first, second = sorted((a, b))
    scores = read_scores(project)
    sides = [_side(project, i, scores.get(i)) for i in (first, second)]
    return Pair(sides[0], sides[1], project.evaluation.compare(first, second))


def _side(project: "Project", checkpoint_id: int, score: "CheckpointScore | None") -> Side:
    one = project.checkpoints.get(checkpoint_id)
    if one.round_id is None:
        return Side(one, None, 0, None, score)
    kl = [m.value for m in project.rounds.metrics(one.round_id) if m.name in ("kl", "final/kl")]
    answers = len(project.rounds.rewards(one.round_id))
    return Side(one, project.rounds.get(one.round_id), answers, kl[-1] if kl else None, score)


def _settings(round_: "Round | None") -> dict[str, str]:
    if round_ is None:
        return {}
    try:
        config = RoundConfig.from_json(round_.config)
    except (InputError, ValueError, TypeError):
        return {}
    return {s.name: _plain(getattr(config, s.name)) for s in config.describe()}


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def kind_word(kind: str) -> str:
    """What a checkpoint holds."""
    return {
        "base": QCoreApplication.translate("checkpoints", "the model as it came"),
        "lora": QCoreApplication.translate("checkpoints", "adapter"),
        "full": QCoreApplication.translate("checkpoints", "all weights"),
    }.get(kind, kind)
