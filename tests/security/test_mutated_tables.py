"""R14: thousands of damaged tables, each imported whole or refused with the line, by the real way.

All ten thousand: python -m pytest tests/security/test_mutated_tables.py -m heavy
"""

import random
import resource
import time
from collections import Counter
from pathlib import Path

import pytest

from prefdesk.errors import InputError, RowErrors
from prefdesk.project import Project
from tests.worlds import make_project

SLOW_S = 5.0
EXTRA_MIB = 300

PROMPTS: dict[str, bytes] = {
    ".csv": 'prompt,task,references,split\r\nWhat is 1?,sums,"[""1"", ""one""]",train\r\n'
    '"Two\r\nlines, and ""quotes""?",,,evaluation\r\n\'=SUM(1),x,y,\r\nÜber\u2028was?,,,\r\n'
    "".encode(),
    ".tsv": b'prompt\ttask\nWhat?\ta\n"Tab\there?"\tb\n\'@x\tc\n',
    ".jsonl": b'{"prompt": "What?", "tags": ["a"]}\n{"messages": [{"role": "system", "content": '
    b'"Be kind."}, {"role": "user", "content": "Hi"}]}\n"just text"\n{"prompt": "\\u00fc\\n"}\n',
    ".json": b'[\n {"prompt": "What?", "n": 1.5},\n {"prompt": "[,]", "columns": {"a": [1, {}]}}\n'
    b"]",
    ".txt": "One question?\nAnother one?\r\nÜber?\n".encode(),
}
RATINGS: dict[str, bytes] = {
    ".csv": b'rater,completion,score,comment,seconds,occasion,simulated\r\nAna,1,7.5,"so, so",3.2,'
    b"0,false\r\nBen,2,0,,,,\r\nAna,3,10,'=x,1e1,1,no\r\n",
    ".tsv": b"rater\tcompletion\tlabel\nAna\t4\tgood\nBen\t5\tbad\n",
    ".jsonl": b'{"rater": "Ana", "completion": 6, "score": 3}\n{"rater": "Ben", "completion": 7, '
    b'"label": "medium", "comment": "\\u00fc"}\n',
    ".json": b'[{"rater": "Ana", "completion": 8, "score": 3},\n{"rater": "Cleo", "completion": 9, '
    b'"score": 4}]\n',
}

PIECES = (
    *(b'"', b"'", b",", b";", b"\t", b"\n", b"\r", b"\r\n", b"\0", b"\\", b"{", b"}", b"[", b"]"),
    *(b":", b"NaN", b"Infinity", b"-Infinity", b"1e999", b"-0", b"9" * 500, b"1_0", b"\xd9\xa1"),
    *(b"\xe2\x80\xa8", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xed\xa0\x80", b"\\ud800"),
    *(b"\\u0000", b"\xe4", b"\x0c", b"\x85", b"null", b"true", b"[[" * 2000, b'{"a":' * 2000),
    *(b'"prompt": "b", ', b'"completion": 1, ', b"x" * 200_000, b"=cmd|' /C calc'!A0", b"\x1b[2J"),
)


def recoded(data: bytes, chance: random.Random) -> bytes:
    """The same table as another program would save it."""
    codec = chance.choice(("utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252", "latin-1"))
    return data.decode().encode(codec, "replace")


def damaged(data: bytes, chance: random.Random) -> bytes:
    """The bytes with one to four faults."""
    made = recoded(data, chance) if not chance.randrange(8) else data
    for _ in range(chance.randint(1, 4)):
        at, some = chance.randrange(len(made) + 1), chance.randint(1, 30)
        before, after = made[:at], made[at:]
        match chance.randrange(7):
            case 0:
                made = before + bytes([chance.randrange(256)]) + after[1:]
            case 1:
                made = before + after[some:]
            case 2:
                made = before
            case 3:
                made = before + after[:some] + after
            case 4:
                lines = made.splitlines(keepends=True)
                made += chance.choice(lines) if lines else b""
            case _:
                made = before + chance.choice(PIECES) + after
    return made


def imported(project: Project, path: Path, what: str) -> int:
    """What an import added."""
    if what == "prompts":
        return project.prompts.import_file(path).added
    return project.ratings.import_file(path, new_raters=True).added


def counts(project: Project) -> tuple[int, int, int]:
    with project.core.read() as c:
        events = c.execute("SELECT count(*) FROM event").fetchone()[0]
        return project.prompts.count(), events, project.core.store.writes


def meet(folder: Path, n: int, seed: int) -> Counter[str]:
    """Import `n` damaged tables; counts what became of them."""
    chance, became = random.Random(seed), Counter[str]()
    sources = [("prompts", *one) for one in PROMPTS.items()]
    sources += [("ratings", *one) for one in RATINGS.items()]
    before_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with make_project(folder / "a.prefdesk", prompts=5) as project:
        for number in range(n):
            what, suffix, data = sources[number % len(sources)]
            path = folder / f"damaged{suffix}"
            path.write_bytes(damaged(data, chance))
            before, started = counts(project), time.monotonic()
            try:
                added = imported(project, path, what)
            except RowErrors as error:
                assert error.rows and all(row.line > 0 and row.reason for row in error.rows)
                assert str(len(error.rows)) in error.message
                became["rows refused"] += 1
            except InputError as error:
                assert error.message.endswith(".") and path.name in error.message
                became["file refused"] += 1
            else:
                assert counts(project)[what == "ratings"] >= before[what == "ratings"] + added
                became["imported"] += 1
                before = counts(project)
            assert time.monotonic() - started < SLOW_S
            assert counts(project) == before
        assert project.check() == []
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kib
    assert grown < EXTRA_MIB * 1024
    return became


def test_that_every_table_is_imported_while_it_is_whole(tmp_path: Path) -> None:
    with make_project(tmp_path / "a.prefdesk", prompts=5) as project:
        for what, tables in (("prompts", PROMPTS), ("ratings", RATINGS)):
            for suffix, data in tables.items():
                path = tmp_path / f"whole{suffix}"
                path.write_bytes(data)
                # Some of these prompts stand in several of the files.
                assert imported(project, path, what) >= 1


def test_that_600_damaged_tables_end_whole_or_in_words(tmp_path: Path) -> None:
    became = meet(tmp_path, 600, seed=1)
    assert min(became[k] for k in ("rows refused", "file refused", "imported")) > 20


@pytest.mark.heavy
def test_that_10000_damaged_tables_end_whole_or_in_words(tmp_path: Path) -> None:
    became = meet(tmp_path, 10_000, seed=2)
    assert min(became[k] for k in ("rows refused", "file refused", "imported")) > 300


def test_that_a_refused_import_leaves_every_byte(tmp_path: Path) -> None:
    path, table = tmp_path / "a.prefdesk", tmp_path / "t.jsonl"
    make_project(path, prompts=5).close()
    before = path.read_bytes()
    for what, data in (("prompts", b'{"prompt": ""}\n'), ("ratings", b'{"rater": "A"}\n')):
        table.write_bytes(PROMPTS[".jsonl"] + data)
        with Project.open(path) as project, pytest.raises(InputError):
            imported(project, table, what)
    # Opening for writing counts up in the header; everything else is as it was.
    assert path.read_bytes()[100:] == before[100:]
