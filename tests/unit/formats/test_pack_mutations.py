"""Thousands of damaged packs: each is refused in words, or was not damaged where it matters."""

import random
import time
from pathlib import Path

import pytest

from prefdesk.errors import PrefdeskError
from prefdesk.formats import pack
from tests.unit.formats.packs import event, items, manifest, parts, repack

SLOW_S = 5.0


def originals(folder: Path) -> list[Path]:
    judged = [pack.JudgedItem(one.completion, one.content_hash) for one in items()]
    pack.write(folder / "a.prefpack", manifest(), items())
    pack.write(folder / "b.prefpack", manifest("ratings"), judged, [event(i) for i in range(3)])
    return [folder / "a.prefpack", folder / "b.prefpack"]


def damaged(data: bytes, chance: random.Random) -> bytes:
    """The bytes with one to four faults: flipped, cut out, doubled, put in, overwritten."""
    made = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(made) + 1)
        some = chance.randint(1, 40)
        match chance.randrange(6):
            case 0 if at < len(made):
                made[at] ^= 1 << chance.randrange(8)
            case 1:
                del made[at : at + some]
            case 2:
                made[at:at] = made[at : at + some]
            case 3:
                made[at:at] = chance.randbytes(some)
            case 4:
                made[at : at + 4] = chance.choice((b"\xff" * 4, b"\0" * 4, b"PK\x01\x02"))
            case _:
                made[at : at + 1] = chance.choice((b'"', b"{", b"[", b"\n", b"e9", b"NaN", b"-"))
    return bytes(made)


def go_through(path: Path) -> None:
    with pack.read(path) as opened:
        if opened.manifest.kind == "rate":
            list(opened.items())
        else:
            list(opened.judged()), list(opened.events())


def meet(folder: Path, n: int, seed: int) -> dict[str, int]:
    """Read `n` damaged packs; anything but a known error fails. Counts what became of them."""
    chance = random.Random(seed)
    sources = [(path.read_bytes(), parts(path)) for path in originals(folder)]
    path, counts = folder / "damaged.prefpack", {"refused": 0, "read": 0}
    for number in range(n):
        whole, inside = sources[number % 2]
        if number % 3:
            member = chance.choice(sorted(inside))
            changed = {**inside, member: damaged(inside[member], chance)}
            # Every other one with hashes that fit, so that the rows themselves are met.
            try:
                repack(path, changed, honest=bool(number % 2 or number % 5))
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                repack(path, changed, honest=False)
        else:
            path.write_bytes(damaged(whole, chance))
        started = time.monotonic()
        try:
            go_through(path)
            counts["read"] += 1
        except PrefdeskError as error:
            assert str(error).strip()
            counts["refused"] += 1
        assert time.monotonic() - started < SLOW_S
    return counts


def test_that_2000_damaged_packs_end_in_words(tmp_path: Path) -> None:
    counts = meet(tmp_path, 2000, seed=1)
    assert counts["refused"] > 1500


@pytest.mark.heavy
def test_that_10000_damaged_packs_end_in_words(tmp_path: Path) -> None:
    counts = meet(tmp_path, 10_000, seed=2)
    assert counts["refused"] > 7500
