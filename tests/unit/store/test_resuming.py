"""What an interrupted round needs to go on: one in the project, and gone when nobody needs it."""

from pathlib import Path

import numpy as np
import pytest

from prefdesk import store
from prefdesk.errors import DiskFull, InputError
from prefdesk.records import Round
from prefdesk.store import transfer, weights
from prefdesk.store.resuming import Kept

from .conftest import Filled

MIB = 2**20


@pytest.fixture
def state(tmp_path: Path) -> Path:
    path = tmp_path / "state"
    path.write_bytes(np.random.default_rng(4).bytes(2 * MIB))
    return path


def begin(filled: Filled) -> Round:
    return filled.store.write(lambda c: store.rounds.create(c, "{}", filled.base, [])).result()


def keep(filled: Filled, one: Round, path: Path, step: int = 1) -> int:
    return store.checkpoints.keep_resume_state(filled.store, one.id, path, step=step, total=9)


def newest(filled: Filled) -> Kept | None:
    with filled.store.read() as c:
        return store.resuming.newest(c)


def finish(filled: Filled, one: Round, status: str) -> None:
    filled.store.write(lambda c: store.rounds.finish(c, one.id, status)).result()
    store.checkpoints.finish_deleting(filled.store)


def stored(filled: Filled) -> tuple[int, int]:
    """Checkpoints of any kind, and pieces."""
    with filled.store.read() as c:
        counted = [
            c.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("checkpoint", "chunk")
        ]
    return counted[0], counted[1]


def test_that_a_state_is_found_and_is_no_checkpoint(filled: Filled, state: Path) -> None:
    one = begin(filled)
    id = keep(filled, one, state, step=4)
    found = newest(filled)
    assert found is not None and found[:5] == (id, one.id, 4, 9, 2 * MIB)
    store.checkpoints.export_to(filled.store, id, state.with_name("out"))
    assert state.with_name("out").read_bytes() == state.read_bytes()
    with filled.store.read() as c:
        assert store.resuming.of_round(c, one.id) == found
        assert store.resuming.of_round(c, one.id + 1) is None
        assert [k.id for k in store.checkpoints.all(c)] == [filled.base]
        assert (id, f"the resume state of round {one.number}") in weights.all_stored(c)
        with pytest.raises(InputError):
            store.checkpoints.get(c, id)
    assert filled.store.check() == []


def test_that_the_next_state_takes_the_place_of_the_one_before(filled: Filled, state: Path) -> None:
    one = begin(filled)
    keep(filled, one, state)
    before = stored(filled)
    changed = bytearray(state.read_bytes())
    changed[::7] = bytes(len(changed[::7]))  # near enough to be kept as a difference
    state.write_bytes(changed)
    second = keep(filled, one, state, step=2)
    store.checkpoints.finish_deleting(filled.store)
    found = newest(filled)
    assert found is not None and (found.id, found.step) == (second, 2)
    assert stored(filled) == before, "every piece of the first is gone"


def test_that_a_state_of_another_round_takes_its_place_too(filled: Filled, state: Path) -> None:
    first, second = begin(filled), begin(filled)
    keep(filled, first, state)
    finish(filled, first, "failed")
    keep(filled, second, state)
    found = newest(filled)
    assert found is not None and found.round_id == second.id
    assert stored(filled)[0] == 2


@pytest.mark.parametrize("status", ["done", "cancelled"])
def test_that_a_round_that_is_over_keeps_no_state(filled: Filled, state: Path, status: str) -> None:
    before = stored(filled)
    one = begin(filled)
    keep(filled, one, state)
    finish(filled, one, status)
    assert newest(filled) is None and stored(filled) == before


@pytest.mark.parametrize("status", ["failed", "stopped"])
def test_that_a_round_that_may_go_on_keeps_its_state(
    filled: Filled, state: Path, status: str
) -> None:
    one = begin(filled)
    keep(filled, one, state)
    finish(filled, one, status)
    assert newest(filled) is not None


def test_that_a_crash_leaves_the_state(filled: Filled, state: Path) -> None:
    one = begin(filled)
    keep(filled, one, state)
    filled.store.write(store.rounds.mark_crashed).result()
    found = newest(filled)
    assert found is not None and found.round_id == one.id


def test_that_a_checkpoint_drops_only_the_states_of_other_rounds(
    filled: Filled, state: Path
) -> None:
    one, other = begin(filled), begin(filled)

    def made_by(round_: Round) -> None:
        store.checkpoints.ingest(
            filled.store, state, kind="full", name="", parent_id=filled.base,
            round_id=round_.id, header="{}",
        )  # fmt: skip

    keep(filled, one, state)
    made_by(one)
    assert newest(filled) is not None
    made_by(other)
    assert newest(filled) is None


def test_that_only_a_running_round_has_a_state(filled: Filled, state: Path) -> None:
    one = begin(filled)
    finish(filled, one, "done")
    with pytest.raises(InputError, match="does not run"):
        keep(filled, one, state)


def test_that_the_state_before_stays_where_there_is_no_room(
    filled: Filled, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = begin(filled)
    keep(filled, one, state)
    monkeypatch.setattr(transfer, "_SPARE_BYTES", 2**60)
    with pytest.raises(DiskFull):
        keep(filled, one, state, step=2)
    found = newest(filled)
    assert found is not None and found.step == 1


def test_that_the_state_goes_with_the_checkpoint_it_started_from(
    filled: Filled, state: Path
) -> None:
    child = store.checkpoints.ingest(
        filled.store, state, kind="full", name="", parent_id=filled.base, round_id=None, header="{}"
    )
    one = filled.store.write(lambda c: store.rounds.create(c, "{}", child, [])).result()
    keep(filled, one, state)
    filled.store.write(lambda c: store.checkpoints.delete(c, child)).result()
    assert newest(filled) is None and filled.store.check() == []


def test_that_numbers_that_are_made_again_go(filled: Filled) -> None:
    one = begin(filled)

    def fill(c: store.Connection) -> None:
        for step in (1, 2, 3):
            store.rounds.add_metrics(c, one.id, step, {"loss": float(step), "final/kl": 0.0})

    filled.store.write(fill).result()
    finish(filled, one, "failed")
    again = filled.store.write(lambda c: store.rounds.go_on(c, one.id, 2, "final/*")).result()
    assert again.status == "running" and again.message == ""
    with filled.store.read() as c:
        found = [(m.step, m.name) for m in store.rounds.metrics(c, one.id)]
    assert found == [(1, "loss"), (2, "loss")]


def test_that_a_checkpoint_of_an_earlier_end_stays_with_the_round(filled: Filled) -> None:
    one = begin(filled)

    def stop_then_fail(c: store.Connection) -> Round:
        store.rounds.finish(c, one.id, "stopped", checkpoint_id=filled.base)
        return store.rounds.finish(c, one.id, "failed")

    assert filled.store.write(stop_then_fail).result().checkpoint_id == filled.base


def test_that_a_state_whose_round_was_lost_is_nobodys(filled: Filled, state: Path) -> None:
    keep(filled, begin(filled), state)
    assert newest(filled) is not None
    filled.store.write(lambda c: c.execute("UPDATE checkpoint SET round_id = NULL")).result()
    assert newest(filled) is None
