"""S7: small files that would become large ones in memory."""

import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import zstandard

from prefdesk import formats, store
from prefdesk.errors import InputError, ProjectError, RowErrors
from prefdesk.formats import jsontext, lines
from prefdesk.project import Project
from prefdesk.store import codec, engine

GIB = 2**30


def sql(path: Path, *statements: str, values: tuple[object, ...] = ()) -> None:
    c = engine.dbapi.connect(str(path), isolation_level=None)
    c.execute("PRAGMA foreign_keys=OFF")
    c.execute("PRAGMA ignore_check_constraints=ON")
    for statement in statements:
        c.execute(statement, values)
    c.close()


def frame_of(n_bytes: int, *, declared: bool = True) -> bytes:
    """A zstandard frame of so many zeros."""
    made = zstandard.ZstdCompressor(level=1, write_content_size=declared).compressobj(
        size=n_bytes if declared else -1
    )
    block = bytes(2**20)
    data = b"".join(made.compress(block) for _ in range(n_bytes // len(block)))
    return data + made.flush()


def test_that_a_frame_of_a_gibibyte_is_refused_before_it_is_unpacked() -> None:
    data = frame_of(GIB)
    assert len(data) < 200_000
    out = np.empty(2**20, np.uint8)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(codec.CodecError, match="another size"):
        codec.unpack(1, data, out)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


@pytest.mark.parametrize("size", [2**20, 2**20 - 1, 4 * 2**20])
def test_that_a_frame_that_hides_its_size_is_refused(size: int) -> None:
    with pytest.raises(codec.CodecError):
        codec.unpack(1, frame_of(2**20, declared=False), np.empty(size, np.uint8))


@pytest.mark.parametrize("size", [1, 2**20 - 1, 2**20 + 1, 4 * 2**20])
def test_that_a_size_that_lies_is_refused(size: int) -> None:
    with pytest.raises(codec.CodecError):
        codec.unpack(1, frame_of(2**20), np.empty(size, np.uint8))


def test_that_the_schema_keeps_pieces_small(study: Path) -> None:
    with pytest.raises(engine.dbapi.IntegrityError):
        c = engine.dbapi.connect(str(study))
        try:
            c.execute("INSERT INTO chunk VALUES (1, zeroblob(32), 1, 1073741824, NULL, x'00')")
        finally:
            c.close()


@pytest.mark.usefixtures("looks")
@pytest.mark.parametrize("mode", ["r", pytest.param("w", marks=pytest.mark.heavy)])
@pytest.mark.parametrize(
    "statement, words",
    [
        ("INSERT INTO chunk VALUES (1, zeroblob(32), 0, 1, NULL, zeroblob(300000000))", "300 MB"),
        ("UPDATE prompt SET text = printf('%.300000000c', 'x') WHERE id = 1", "prompt.text"),
        ("INSERT INTO meta VALUES ('report/x', printf('%.100000000c', 'x'))", "meta.value"),
    ],
    ids=["a piece of weights", "a prompt", "a report"],
)
def test_that_a_huge_cell_is_refused_with_its_place(
    study: Path, statement: str, words: str, mode: store.Mode
) -> None:
    sql(study, statement)
    started = time.monotonic()
    with pytest.raises(ProjectError, match=words) as caught:
        Project.open(study, mode)
    assert "study.prefdesk was not opened" in caught.value.message
    assert time.monotonic() - started < 3


@pytest.mark.usefixtures("looks")
def test_that_a_cell_whose_pages_go_round_in_a_circle_is_refused(study: Path) -> None:
    """Sixty megabytes in a file of one: the page that holds the text is its own next page."""
    sql(study, "UPDATE prompt SET columns = printf('%.60000000c', 'x') WHERE id = 1")
    data = bytearray(study.read_bytes())
    page = engine.PAGE_SIZE
    first = next(
        n for n in range(2, len(data) // page) if data[n * page + 4 : n * page + 904] == b"x" * 900
    )
    data[first * page : first * page + 4] = (first + 1).to_bytes(4, "big")
    data[28:32] = (first + 1).to_bytes(4, "big")
    study.write_bytes(data[: (first + 1) * page])
    c = engine.dbapi.connect(str(study))
    assert len(c.execute("SELECT columns FROM prompt WHERE id = 1").fetchone()[0]) == 60_000_000
    c.close()
    assert study.stat().st_size < 2 * 2**20
    with pytest.raises(ProjectError, match="claims to hold more than the whole file"):
        Project.open(study)


@pytest.mark.usefixtures("looks")
def test_that_many_cells_below_the_limit_are_no_reason(study: Path) -> None:
    sql(study, "UPDATE prompt SET text = printf('%.1000000c', 'x') || id WHERE id <= 30")
    with Project.open(study) as project:
        assert project.prompts.count() == 50


HUNGRY = """
import resource, sys
from pathlib import Path
from prefdesk import formats
from prefdesk.errors import PrefdeskError
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
read = {"prompts": formats.read_prompts, "ratings": formats.read_ratings}[sys.argv[2]]
try:
    found = read(Path(sys.argv[1]))
    print("bad", len(found.bad), "good", len(found.rows))
except PrefdeskError as error:
    print("refused", error.message[:150])
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def read_apart(path: Path, what: str) -> tuple[str, int]:
    """What came of a file, read in a process of its own, and its extra memory in MiB."""
    done = subprocess.run(
        [sys.executable, "-c", HUNGRY, str(path), what],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    said, mib = done.stdout.splitlines()
    return said, int(mib)


BOMBS: dict[str, tuple[str, bytes, bytes, bytes]] = {
    "a line of 100 MB": (".jsonl", b'{"prompt": "', b"x" * 2**20, b'"}\n{"prompt": "b"}\n'),
    "a cell of 100 MB": (".csv", b'rater,completion,score,prompt\n"', b"x" * 2**20, b'"\n'),
    "a text of 100 MB": (".txt", b"", b"x" * 2**20, b"\nb\n"),
    "a quote that never closes": (".csv", b'prompt\n"', b"line\n" * 200_000, b""),
}


@pytest.mark.parametrize("what", ["prompts", pytest.param("ratings", marks=pytest.mark.heavy)])
@pytest.mark.parametrize("name", BOMBS)
def test_that_a_huge_line_is_a_bad_row_in_little_memory(
    tmp_path: Path, name: str, what: str
) -> None:
    suffix, head, block, tail = BOMBS[name]
    path = tmp_path / f"bomb{suffix}"
    with path.open("wb") as file:
        file.write(head)
        file.writelines([block] * 100)
        file.write(tail)
    said, mib = read_apart(path, what)
    assert said.startswith(("bad", "refused"))
    assert mib < 300


@pytest.mark.heavy
def test_that_a_million_columns_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text(",".join(f"c{i}" for i in range(10**6)) + "\n1\n")
    with pytest.raises(InputError, match="1000000 columns"):
        formats.read_prompts(path)
    path = tmp_path / "wide.jsonl"
    path.write_text("{" + ",".join(f'"c{i}":1' for i in range(10**6)) + "}\n")
    read = formats.read_prompts(path)
    assert read.rows == () and "column names" in read.bad[0].reason


@pytest.mark.parametrize(
    "text, words",
    [
        ("[" * 200_000, "nested too deeply"),
        ('{"a":' * 200_000, "nested too deeply"),
        ("9" * 5000, "5000 digits"),
        ("-" + "9" * 5000, "digits"),
        ("1e999", "too large"),
        ("0." + "1" * 5000, "too large or too long"),
        ("NaN", "not a number that JSON knows"),
        ("-Infinity", "not a number that JSON knows"),
        ('{"a": 1, "a": 2}', "appears twice"),
    ],
)
def test_that_json_that_is_a_trap_is_refused_at_once(text: str, words: str) -> None:
    started = time.monotonic()
    with pytest.raises(jsontext.Refused, match=words):
        jsontext.parse(text)
    assert time.monotonic() - started < 1


def test_that_a_line_at_the_limit_is_read_and_one_above_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "MAX_LINE_BYTES", 1000)
    path = tmp_path / "a.txt"
    path.write_text("x" * 999 + "\n" + "y" * 1000 + "\n")
    read = formats.read_prompts(path)
    assert [len(str(row.content)) for row in read.rows] == [999]
    assert [bad.line for bad in read.bad] == [2]


def test_that_a_table_of_nothing_but_errors_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"{\n" + b"x\n" * 2_000_000)
    started = time.monotonic()
    with pytest.raises((InputError, RowErrors)):
        formats.read_prompts(path)
    assert time.monotonic() - started < 5
