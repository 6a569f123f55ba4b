"""The event log against a plain model: acts in any order, undone, redone and moved."""

from dataclasses import dataclass, field
from statistics import mean, stdev
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from prefdesk import store
from prefdesk.store.events import Draft

from .conftest import fill, in_memory

RATERS = 3
COMPLETIONS = 4
CRITERIA = ("overall", "style")


@dataclass
class Entry:
    """One judgement in the model, and the uid of the event that carries it."""

    rater: int
    completion: int
    kind: str
    criterion: str
    value: float | None
    body: str
    uid: bytes


@dataclass
class Act:
    """What somebody did at once: judgements that came, and judgements that went elsewhere."""

    order: int
    raters: set[int]
    entries: list[Entry]
    taken: list[Entry] = field(default_factory=list)
    done: bool = True


@dataclass
class Undone:
    """An undo that can be redone as long as it is open."""

    order: int
    act: Act
    open: bool = True


class EventMachine(RuleBasedStateMachine):
    """Every rule acts on the tables and on the model; the invariants compare them."""

    @initialize(seed=st.integers(0, 99))
    def start(self, seed: int) -> None:
        self.c = in_memory()
        fill(self.c)
        store.raters.add(self.c, "Cem")
        self.now_ms = 1_700_000_000_000
        self.order = 0
        self.acts: list[Act] = []
        self.undone: list[Undone] = []
        self.events = 0
        self.uids: set[bytes] = set()
        for rater in range(1, RATERS + 1):
            store.queue.fill(self.c, rater, seed)

    def teardown(self) -> None:
        if hasattr(self, "c"):
            self.c.close()

    @rule(jump_ms=st.integers(-10_000_000, 10_000_000))
    def let_the_clock_jump(self, jump_ms: int) -> None:
        self.now_ms += jump_ms

    @rule(
        rater=st.integers(1, RATERS),
        judged=st.lists(
            st.tuples(
                st.integers(1, COMPLETIONS),
                st.sampled_from(["score", "label", "skip", "comment"]),
                st.sampled_from(CRITERIA),
                st.integers(0, 2),
            ),
            min_size=1,
            max_size=3,
        ),
    )
    def judge(self, rater: int, judged: list[tuple[int, str, str, int]]) -> None:
        drafts = [
            Draft(
                completion,
                rater,
                kind,
                criterion=criterion,
                value=float(number) if kind in ("score", "label") else None,
                body=str(number) if kind == "comment" else "",
            )
            for completion, kind, criterion, number in judged
        ]
        new = store.events.append_many(self.c, drafts, one_act=True, now_ms=self.now_ms)
        self._keep(new)
        entries = [
            Entry(rater, d.completion_id, d.kind, d.criterion, d.value, d.body, e.uid)
            for d, e in zip(drafts, new, strict=True)
        ]
        self._did(Act(self._next(), {rater}, entries))

    @precondition(lambda self: self._living())
    @rule(data=st.data(), to=st.integers(1, RATERS))
    def move(self, data: st.DataObject, to: int) -> None:
        living = self._living()
        first = data.draw(st.sampled_from(living))
        if first.rater == to:
            return
        others = [e for e in living if e.rater == first.rater and e is not first][:1]
        moved = [first, *others]
        new = store.events.move(self.c, first.rater, to, [e.uid for e in moved], now_ms=self.now_ms)
        self._keep(new)
        arrived = [e for e in new if e.kind != "retract"]
        entries = [
            Entry(to, e.completion, e.kind, e.criterion, e.value, e.body, event.uid)
            for e, event in zip(moved, arrived, strict=True)
        ]
        self._did(Act(self._next(), {first.rater, to}, entries, taken=moved))

    @rule(rater=st.integers(1, RATERS))
    def undo(self, rater: int) -> None:
        target = next((a for a in reversed(self.acts) if a.done and rater in a.raters), None)
        assert store.events.can_undo(self.c, rater) == (target is not None)
        new = store.events.undo(self.c, rater, now_ms=self.now_ms)
        self._keep(new)
        assert bool(new) == (target is not None)
        if target is not None:
            target.done = False
            self.undone.append(Undone(self._next(), target))

    @rule(rater=st.integers(1, RATERS))
    def redo(self, rater: int) -> None:
        newest = max((a.order for a in self.acts if rater in a.raters), default=0)
        target = next(
            (
                u
                for u in reversed(self.undone)
                if u.open and rater in u.act.raters and u.order > newest
            ),
            None,
        )
        assert store.events.can_redo(self.c, rater) == (target is not None)
        new = store.events.redo(self.c, rater, now_ms=self.now_ms)
        self._keep(new)
        assert bool(new) == (target is not None)
        if target is not None:
            target.open = False
            target.act.done = True

    @invariant()
    def what_counts_is_what_the_model_says(self) -> None:
        if not hasattr(self, "c"):
            return
        wanted = self._counting()
        found = self.c.execute(
            "SELECT completion_id, rater_id, criterion, kind, value, body FROM rating"
        ).fetchall()
        assert {tuple(row[:4]): tuple(row[4:]) for row in found} == wanted
        current = store.events.current(self.c)
        assert {(r.completion_id, r.rater_id, r.criterion, r.kind): r.value for r in current} == {
            key: value[0] for key, value in wanted.items() if key[3] in ("score", "label")
        }

    @invariant()
    def the_fold_is_what_a_rebuild_makes(self) -> None:
        if not hasattr(self, "c"):
            return
        before = self._tables()
        store.events.rebuild(self.c)
        assert self._tables() == before

    @invariant()
    def the_queue_holds_who_is_left(self) -> None:
        if not hasattr(self, "c"):
            return
        settled = {
            (e.rater, e.completion) for e in self._living() if e.kind in ("score", "label", "skip")
        }
        judges: dict[int, set[int]] = {}
        for e in self._living():
            if e.kind in ("score", "label"):
                judges.setdefault(e.completion, set()).add(e.rater)
        for rater in range(1, RATERS + 1):
            upcoming = store.queue.upcoming(self.c, rater, 99)
            assert store.queue.remaining(self.c, rater) == len(upcoming)
            everything = {k.id for k in store.completions.page(self.c)}
            assert set(upcoming) == {k for k in everything if (rater, k) not in settled}
            coverage = [len(judges.get(k, ())) for k in upcoming]
            assert coverage == sorted(coverage)

    @invariant()
    def the_figures_are_those_of_what_counts(self) -> None:
        if not hasattr(self, "c"):
            return
        scores: dict[int, list[float]] = {}
        raters: dict[int, set[int]] = {}
        for key, (value, _) in self._counting().items():
            if key[3] in ("score", "label"):
                raters.setdefault(key[0], set()).add(key[1])
            if key[3] == "score":
                scores.setdefault(key[0], []).append(value or 0.0)
        for one in store.statistics.of_items(self.c, range(1, COMPLETIONS + 1)):
            own = scores.get(one.completion_id, [])
            assert one.n_raters == len(raters.get(one.completion_id, ()))
            assert one.n_scores == len(own)
            assert one.score_mean == (pytest.approx(mean(own)) if own else None)
            assert one.score_spread == (pytest.approx(stdev(own)) if len(own) > 1 else None)
        found = store.summary(self.c, 2)
        assert found.rated_completions == len(raters)
        assert found.coverage == sum(len(r) > 1 for r in raters.values()) / found.completions
        assert not list(store.statistics.differences(self.c))
        assert not list(store.queue.differences(self.c))

    @invariant()
    def the_log_only_grows(self) -> None:
        if hasattr(self, "c"):
            assert store.events.count(self.c) == self.events == len(self.uids)

    def _tables(self) -> list[Any]:
        return [
            self.c.execute(f"SELECT * FROM {name} ORDER BY 1, 2, 3").fetchall()
            for name in ("rating", "item_stat", "queue", "event")
        ]

    def _counting(self) -> dict[tuple[int, int, str, str], tuple[float | None, str]]:
        """What the newest living entries say, by (completion, rater, criterion, kind)."""
        return {
            (e.completion, e.rater, e.criterion, e.kind): (e.value, e.body) for e in self._living()
        }

    def _living(self) -> list[Entry]:
        gone = {id(e) for a in self.acts if a.done for e in a.taken}
        return [e for a in self.acts if a.done for e in a.entries if id(e) not in gone]

    def _next(self) -> int:
        self.order += 1
        return self.order

    def _did(self, act: Act) -> None:
        self.acts.append(act)

    def _keep(self, new: Any) -> None:
        self.events += len(new)
        self.uids |= {e.uid for e in new}


EventMachine.TestCase.settings = settings(max_examples=100, stateful_step_count=25, deadline=None)
TestThatTheLogAgreesWithAPlainModel = EventMachine.TestCase
