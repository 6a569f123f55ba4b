"""Packs for tests: a small one that is whole, and the ways to write one that is not."""

import hashlib
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from prefdesk.formats import pack
from prefdesk.records import Message

CRITERIA = (("overall", "How good is it?"),)
ASKED = pack.question_version("score", CRITERIA)
CONTENTS = ("Why?", (Message("system", "Be brief."), Message("user", "And why not?")))
RATER, PACK = b"r" * 16, b"p" * 16


def manifest(kind: str = "rate", **changes: Any) -> pack.Manifest:
    values = {
        "kind": kind,
        "project": "home",
        "pack": PACK,
        "made_ms": 1000,
        "rater": RATER,
        "rater_name": "Ana",
        "question": "score",
        "criteria": CRITERIA,
    }
    return pack.Manifest(**{**values, **changes})


def items(n: int = 4) -> list[pack.PackItem]:
    made = []
    for i in range(n):
        content, answer = CONTENTS[i % 2], f"Answer {i} \u2028\0 ü"
        seen = pack.content_hash(content, "source", ("one", "two"), answer, ASKED)
        made.append(pack.PackItem(bytes([i]) * 16, seen, content, "source", ("one", "two"), answer))
    return made


def event(i: int = 0, **changes: Any) -> pack.PackEvent:
    values = {
        "uid": bytes([i]) * 16,
        "act": b"a" * 16,
        "verb": "rate",
        "completion": b"c" * 16,
        "rater": RATER,
        "kind": "score",
        "criterion": "overall",
        "occasion": 0,
        "hlc": 5,
        "utc_ms": 0,
        "value": 7.0,
        "body": "",
        "target": None,
        "seconds": 1.5,
    }
    return pack.PackEvent(**{**values, **changes})


def parts(path: Path) -> dict[str, bytes]:
    """The unpacked parts of a pack."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def repack(path: Path, found: dict[str, bytes], *, honest: bool = True) -> None:
    """Write parts as a pack; an `honest` one has a manifest that fits them."""
    found = dict(found)
    if honest:
        head = json.loads(found["manifest.json"])
        for name in head["members"]:
            if name in found:
                head["members"][name] = {
                    "sha256": hashlib.sha256(found[name]).hexdigest(),
                    "bytes": len(found[name]),
                    "rows": found[name].count(b"\n"),
                }
        found["manifest.json"] = json.dumps(head).encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in found.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w") as target:
                target.write(data)
    path.write_bytes(buffer.getvalue())


def raw_zip(members: list[tuple[str, bytes, int]], gap: bytes = b"") -> bytes:
    """An archive of (name, deflated bytes, CRC), with `gap` between the first and the second."""
    body, directory = b"", b""
    for name, packed, crc in members:
        sizes = struct.pack("<IIIHH", crc, len(packed), 0, len(name), 0)
        head = struct.pack("<HHHHH", 20, 0, 8, 0, 33) + sizes
        directory += b"PK\x01\x02" + struct.pack("<H", 20) + head
        directory += struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + name.encode()
        body += b"PK\x03\x04" + head + name.encode() + packed
        body, gap = body + gap, b""
    n = len(members)
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, n, n, len(directory), len(body), 0)
    return body + directory + end


def deflated(data: bytes, *, ended: bool = True) -> bytes:
    """Raw deflated bytes; without `ended` the stream lacks its last block."""
    engine = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return engine.compress(data) + engine.flush(zlib.Z_FINISH if ended else zlib.Z_SYNC_FLUSH)


def change(path: Path, member: str, edit: Callable[[bytes], bytes], *, honest: bool = True) -> None:
    """Change one part of a pack in place."""
    found = parts(path)
    found[member] = edit(found[member])
    repack(path, found, honest=honest)


def change_head(path: Path, **changes: Any) -> None:
    """Change fields of a pack's manifest in place."""
    head = json.loads(parts(path)["manifest.json"])
    change(path, "manifest.json", lambda _: json.dumps({**head, **changes}).encode())
