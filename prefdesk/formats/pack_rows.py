"""What a pack holds, as records and as lines of JSON: items, judgements, and their hashes.

Everything is named by uids, which mean the same in every copy of a project. An item carries no
word about the model that wrote it, and no number of the sampler.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from prefdesk.formats.conversation import ROLES
from prefdesk.formats.jsontext import Refused
from prefdesk.formats.pack_fields import Fields
from prefdesk.records import Message

Content = str | tuple[Message, ...]

MAX_TEXT = 1_000_000


@dataclass(frozen=True, slots=True)
class PackItem:
    """What a rater judges: `content_hash` covers all that they see and are asked (32 bytes)."""

    completion: bytes
    content_hash: bytes
    content: Content
    source: str
    references: tuple[str, ...]
    answer: str


@dataclass(frozen=True, slots=True)
class JudgedItem:
    """An item of a pack that comes back: which one, and the hash of what was judged."""

    completion: bytes
    content_hash: bytes


@dataclass(frozen=True, slots=True)
class PackEvent:
    """One rating event by uids; its fields are those of `records.Event`."""

    uid: bytes
    act: bytes
    verb: str
    completion: bytes
    rater: bytes
    kind: str
    criterion: str
    occasion: int
    hlc: int
    utc_ms: int
    value: float | None
    body: str
    target: bytes | None
    seconds: float | None


_ITEM = ("completion", "hash", "prompt", "messages", "source", "references", "answer", "order")
_JUDGED = ("completion", "hash")
_EVENT = tuple(PackEvent.__dataclass_fields__)
_MESSAGE = ("role", "content")


def question_version(question: str, criteria: Sequence[tuple[str, str]]) -> bytes:
    """The hash of what raters are asked: the question, and each criterion with its guideline."""
    return _hash(["prefdesk question 1", question, [list(one) for one in criteria]])


def content_hash(
    content: Content, source: str, references: Sequence[str], answer: str, asked: bytes
) -> bytes:
    """The hash of an item as it is judged; `asked` is a `question_version`."""
    turns: Any = content if isinstance(content, str) else _turns(content)
    return _hash(["prefdesk item 1", turns, source, list(references), answer, asked.hex()])


def _turns(content: tuple[Message, ...]) -> list[list[str]]:
    return [[m.role, m.content] for m in content]


def _hash(parts: list[Any]) -> bytes:
    text = json.dumps(parts, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).digest()


def line(body: Mapping[str, Any]) -> bytes:
    """One line of JSON with its end."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode() + b"\n"


def item_body(item: PackItem, order: int) -> dict[str, Any]:
    """An item that goes out; `order` counts from 0."""
    text, turns = (item.content, None) if isinstance(item.content, str) else (None, item.content)
    return {
        "completion": item.completion.hex(),
        "hash": item.content_hash.hex(),
        "prompt": text,
        "messages": None if turns is None else [_message_body(m) for m in turns],
        "source": item.source,
        "references": list(item.references),
        "answer": item.answer,
        "order": order,
    }


def _message_body(message: Message) -> dict[str, str]:
    return {"role": message.role, "content": message.content}


def judged_body(item: JudgedItem) -> dict[str, Any]:
    """An item that comes back."""
    return {"completion": item.completion.hex(), "hash": item.content_hash.hex()}


def event_body(event: PackEvent) -> dict[str, Any]:
    """A rating event."""
    found = {name: getattr(event, name) for name in _EVENT}
    return {k: v.hex() if isinstance(v, bytes) else v for k, v in found.items()}


def item_of(body: Any, order: int, asked: bytes) -> PackItem:
    """The item of a line of a pack that goes out; `Refused` if it is not what its hash says."""
    row = Fields(body, _ITEM, "the item")
    if row.whole("order") != order:
        raise Refused("it is out of order")
    item = PackItem(
        completion=row.uid("completion"),
        content_hash=row.uid("hash", 32),
        content=_content(row),
        source=row.text("source"),
        references=row.texts("references"),
        answer=row.text("answer"),
    )
    made = content_hash(item.content, item.source, item.references, item.answer, asked)
    if made != item.content_hash:
        raise Refused("it was changed after it was written")
    return item


def _content(row: Fields) -> Content:
    turns = row.raw("messages")
    if turns is None:
        return row.text("prompt")
    if row.raw("prompt") is not None or not isinstance(turns, list) or not turns:
        raise Refused("it needs either a prompt or messages")
    return tuple(_message(turn) for turn in turns)


def _message(turn: Any) -> Message:
    row = Fields(turn, _MESSAGE, "a message")
    if row.raw("role") not in ROLES:
        raise Refused("a message has an unknown role")
    return Message(row.raw("role"), row.text("content"))


def judged_of(body: Any) -> JudgedItem:
    """The item of a line of a pack that comes back."""
    row = Fields(body, _JUDGED, "the item")
    return JudgedItem(row.uid("completion"), row.uid("hash", 32))


def event_of(body: Any) -> PackEvent:
    """The event of a line; only its form is checked here."""
    row = Fields(body, _EVENT, "the event")
    return PackEvent(
        uid=row.uid("uid"),
        act=row.uid("act"),
        verb=row.text("verb", 20),
        completion=row.uid("completion"),
        rater=row.uid("rater"),
        kind=row.text("kind", 20),
        criterion=row.text("criterion", 1000),
        occasion=row.whole("occasion", 2**31),
        hlc=row.whole("hlc"),
        utc_ms=row.whole("utc_ms", 2**47),
        value=row.number("value"),
        body=row.text("body", MAX_TEXT),
        target=row.optional_uid("target"),
        seconds=row.number("seconds"),
    )
