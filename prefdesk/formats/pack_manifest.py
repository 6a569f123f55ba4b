"""The first part of a pack: what it is, whose it is, and the hash of everything else in it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from prefdesk.errors import InputError
from prefdesk.formats.jsontext import Refused
from prefdesk.formats.pack_fields import Fields, decoded
from prefdesk.formats.pack_zip import refused

FORMAT = 1
NAME = "manifest.json"
ITEMS, EVENTS, SIGNATURE = "items.jsonl", "events.jsonl", "signature"
MAX_MANIFEST_BYTES = 2**20

# Beyond the year 2200 no clock is believed, so that there is always room for a later time.
LATEST_MS = 7_258_118_400_000

Kind = Literal["rate", "ratings"]

MEMBERS: dict[Kind, tuple[str, ...]] = {"rate": (ITEMS,), "ratings": (ITEMS, EVENTS)}
"""What each kind of pack holds beside its manifest and, perhaps, a signature."""

MOST_ROWS = {ITEMS: 200_000, EVENTS: 500_000}
MOST_BYTES = {ITEMS: 2**30, EVENTS: 2**29, NAME: MAX_MANIFEST_BYTES, SIGNATURE: 200}

_TOP = (
    *("format", "kind", "project", "pack", "made_ms", "rater", "question", "criteria", "after_hlc"),
    *("public_key", "members"),
)


@dataclass(frozen=True, slots=True)
class MemberSum:
    """What the manifest says of another member."""

    sha256: str
    size_bytes: int
    rows: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """`kind` is rate (going out) or ratings (coming back); `criteria` are (name, guideline).

    Judgements made from the pack get clock readings above `after_hlc`, so they count as later
    than all that the rater did before the pack was made. `public_key` is empty without a
    signature, else the raw ed25519 key.
    """

    kind: Kind
    project: str
    pack: bytes
    made_ms: int
    rater: bytes
    rater_name: str
    question: Literal["score", "label"]
    criteria: tuple[tuple[str, str], ...]
    after_hlc: int = 0
    public_key: bytes = b""


def to_bytes(manifest: Manifest, sums: Mapping[str, MemberSum]) -> bytes:
    """The manifest as it stands in the pack; the same one has the same bytes."""
    body = {
        "format": FORMAT,
        "kind": manifest.kind,
        "project": manifest.project,
        "pack": manifest.pack.hex(),
        "made_ms": manifest.made_ms,
        "rater": {"uid": manifest.rater.hex(), "name": manifest.rater_name},
        "question": manifest.question,
        "criteria": [{"name": name, "guideline": text} for name, text in manifest.criteria],
        "after_hlc": manifest.after_hlc,
        "public_key": manifest.public_key.hex(),
        "members": {
            name: {"sha256": one.sha256, "bytes": one.size_bytes, "rows": one.rows}
            for name, one in sums.items()
        },
    }
    return json.dumps(body, ensure_ascii=False, indent=1, sort_keys=True).encode()


def from_bytes(raw: bytes, name: str) -> tuple[Manifest, dict[str, MemberSum]]:
    """The manifest of the pack called `name`; `InputError` for newer formats and for damage."""
    try:
        body = decoded(raw)
        _check_format(body, name)
        row = Fields(body, _TOP, "its manifest")
        manifest = _manifest(row)
        return manifest, _sums(row.raw("members"), MEMBERS[manifest.kind])
    except Refused as error:
        raise refused(name, str(error)) from None


def _check_format(body: Any, name: str) -> None:
    number = body.get("format") if isinstance(body, dict) else None
    if type(number) is not int or number < 1:
        raise Refused("its manifest names no format")
    if number > FORMAT:
        raise InputError(
            f"{name} was made by a newer prefdesk (format {number}, this one reads {FORMAT}).",
            "Update prefdesk to use it.",
        )


def _manifest(row: Fields) -> Manifest:
    if row.raw("kind") not in MEMBERS or row.raw("question") not in ("score", "label"):
        raise Refused("its manifest names an unknown kind or question")
    rater = Fields(row.raw("rater"), ("uid", "name"), "the rater")
    return Manifest(
        kind=row.raw("kind"),
        project=row.text("project", 64, 1),
        pack=row.uid("pack"),
        made_ms=row.whole("made_ms", LATEST_MS),
        rater=rater.uid("uid"),
        rater_name=_name(rater),
        question=row.raw("question"),
        criteria=_criteria(row.raw("criteria")),
        after_hlc=row.whole("after_hlc", LATEST_MS << 16),
        public_key=_key(row),
    )


def _name(rater: Fields) -> str:
    name = rater.text("name", 200, 1)
    if not name.strip() or name != " ".join(name.split()):
        raise Refused("the rater has no proper name")
    return name


def _key(row: Fields) -> bytes:
    return b"" if row.raw("public_key") == "" else row.uid("public_key", 32)


def _criteria(found: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(found, list) or not 1 <= len(found) <= 100:
        raise Refused("its manifest has no list of criteria")
    rows = [Fields(one, ("name", "guideline"), "a criterion") for one in found]
    criteria = tuple((row.text("name", 1000, 1), row.text("guideline")) for row in rows)
    names = [name.casefold() for name, _ in criteria]
    if len(set(names)) < len(names) or not all(name.strip() for name in names):
        raise Refused("two criteria have one name, or one has none")
    return criteria


def _sums(found: Any, members: tuple[str, ...]) -> dict[str, MemberSum]:
    whole = Fields(found, members, "its list of hashes")
    return {name: _sum(whole.raw(name), name) for name in members}


def _sum(found: Any, name: str) -> MemberSum:
    row = Fields(found, ("sha256", "bytes", "rows"), f"the entry of {name}")
    return MemberSum(
        row.uid("sha256", 32).hex(),
        row.whole("bytes", MOST_BYTES[name]),
        row.whole("rows", MOST_ROWS[name]),
    )
