"""A working copy of a damaged file, with as much put right as is known of every project.

All projects have the same tables, made in the same order, so the first page can be replaced: its
header and the places where tables begin are the same in every file, or in every file that was
compacted.
"""

import shutil
import struct
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from prefdesk.store import engine, generation, header, migrations, schema
from prefdesk.store.backup import build_empty
from prefdesk.store.engine import Connection

_KNOWN = ("event", "completion", "prompt", "rater")
_LEAF, _INNER = 0x0A, 0x02
# Tables begin on the first pages. SQLite reads none where one begins behind the end of the file.
_LEAST_PAGES = 96
_PIECE_BYTES = 16 * 2**20


def take_copy(
    path: Path, folder: Path, tell: Callable[[int, int], None] = lambda done, total: None
) -> Path:
    """Copy a file with the log that belongs to it into a folder, as one plain file.

    `tell` is called with the bytes done and in all; what it raises ends the copying.
    """
    copy = folder / "copy"
    _copy_file(path, copy, tell)
    if header.log_size_bytes(path):
        log = Path(f"{copy}-wal")
        shutil.copyfile(f"{path}-wal", log)
        if not _took_log_in(copy):
            for end in ("-wal", "-shm"):
                Path(f"{copy}{end}").unlink(missing_ok=True)
            shutil.copyfile(path, copy)
    _fill_last_page(copy)
    return copy


def _copy_file(path: Path, copy: Path, tell: Callable[[int, int], None]) -> None:
    total = path.stat().st_size
    with path.open("rb") as source, copy.open("wb") as out:
        while piece := source.read(_PIECE_BYTES):
            out.write(piece)
            tell(out.tell(), total)


def _took_log_in(copy: Path) -> bool:
    with suppress(engine.dbapi.Error, UnicodeDecodeError), closing(_connect(copy)) as c:
        if generation.judge(c, copy) == "foreign":
            return False
        engine.empty_log(c)
        engine.end_log(c)
        return True
    return False


def _fill_last_page(copy: Path) -> None:
    size = copy.stat().st_size
    with copy.open("r+b") as file:
        pages = max(_LEAST_PAGES, -(-size // engine.PAGE_SIZE))
        file.truncate(pages * engine.PAGE_SIZE)


def mend_first_page(copy: Path, folder: Path) -> bool:
    """Give the copy the first page with which most of its rows can be read; False without one."""
    with copy.open("rb") as file:
        own = file.read(engine.PAGE_SIZE)
    templates = _templates(folder)
    candidates = [templates[0][: header.SIZE] + own[header.SIZE :], *templates]
    scores = []
    for page in candidates:
        _put_first_page(copy, page)
        scores.append(_score(copy))
    best = max(range(len(candidates)), key=lambda i: (scores[i], -i))
    _put_first_page(copy, candidates[best])
    return scores[best] >= 0


def _templates(folder: Path) -> list[bytes]:
    """The first page of a new project, and of one that was compacted, in every format."""
    found = []
    for n, tables in enumerate(migrations.released()):
        plain, compacted = folder / f"plain{n}", folder / f"compacted{n}"
        plain.touch()
        with closing(engine.connect(plain, read_only=False)) as c:
            build_empty(c, tables)
            c.execute("VACUUM INTO ?", (str(compacted),))
        found += [path.read_bytes()[: engine.PAGE_SIZE] for path in (plain, compacted)]
    return found


def _put_first_page(copy: Path, page: bytes) -> None:
    n_pages = copy.stat().st_size // engine.PAGE_SIZE
    head = bytearray(page)
    head[28:32] = n_pages.to_bytes(4, "big")
    # No list of free pages: nothing is written to the copy but its first page.
    head[32:40] = bytes(8)
    head[92:96] = head[24:28]
    with copy.open("r+b") as file:
        file.write(head)


def _score(copy: Path) -> int:
    """How many rows of the most important tables have an identity where it belongs."""
    total = 0
    with suppress(engine.dbapi.Error, UnicodeDecodeError), reading(copy) as c:
        if migrations.actual(c) not in [schema.entries(t) for t in migrations.released()]:
            return -1
        for table in _KNOWN:
            with suppress(engine.dbapi.Error, UnicodeDecodeError):
                sql = f"SELECT typeof(uid) = 'blob' AND length(uid) = 16 FROM {table} NOT INDEXED"
                for (fits,) in c.execute(sql):
                    total += fits or 0
        return total
    return -1


@contextmanager
def reading(copy: Path) -> Iterator[Connection]:
    """A connection to the copy that takes texts as they are; half a character becomes a mark."""
    with closing(_connect(copy)) as c:
        c.text_factory = lambda data: data.decode("utf-8", "replace")
        yield c


def _connect(copy: Path) -> Connection:
    c = engine.connect(copy, read_only=False)
    c.execute("PRAGMA synchronous=OFF")
    return c


def stray_pages(copy: Path) -> list[int]:
    """Numbers of the pages that may hold rating events, whether a table leads to them or not.

    Inner pages hold rows too. They are made leaves in the copy, so that each page can be read
    without those below it; nothing but `begin_at` may use the copy afterwards.
    """
    found = []
    with copy.open("r+b") as file:
        for number in range(1, copy.stat().st_size // engine.PAGE_SIZE):
            file.seek(number * engine.PAGE_SIZE)
            kind = file.read(1)[0]
            if kind == _INNER:
                file.seek(number * engine.PAGE_SIZE)
                page = _as_leaf(file.read(engine.PAGE_SIZE))
                file.seek(number * engine.PAGE_SIZE)
                file.write(page)
            if kind in (_LEAF, _INNER):
                found.append(number + 1)
    return found


def _as_leaf(page: bytes) -> bytes:
    """An inner page of an index without the pages below it.

    Its header is 4 bytes longer than that of a leaf, and each cell begins with the 4 bytes of a
    page number.
    """
    n = min(struct.unpack_from(">H", page, 3)[0], (len(page) - 12) // 2)
    cells = struct.unpack_from(f">{n}H", page, 12)
    kept = [cell + 4 for cell in cells if cell + 4 < len(page)]
    out = bytearray(page)
    out[0] = _LEAF
    # No list of free blocks, which nobody reads.
    struct.pack_into(">HH", out, 1, 0, len(kept))
    struct.pack_into(f">{len(kept)}H", out, 8, *kept)
    return bytes(out)


def begin_at(copy: Path, table: str, page: int) -> None:
    """Leave nothing in the copy but one table, which begins at this page."""
    with closing(_connect(copy)) as c:
        c.execute("PRAGMA writable_schema=ON")
        # Two entries with one page would make the whole schema invalid.
        c.execute("DELETE FROM sqlite_schema WHERE name <> ?", (table,))
        c.execute("UPDATE sqlite_schema SET rootpage = ? WHERE name = ?", (page, table))
