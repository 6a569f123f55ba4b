"""Wall time in milliseconds and the identities that are made from it."""

import hashlib
import json
import os
import time
from collections.abc import Sequence


def now_ms() -> int:
    """Milliseconds since 1970 in UTC, by the wall clock."""
    return time.time_ns() // 1_000_000


def given_or_now(value_ms: int | None) -> int:
    """`value_ms`, or the wall clock where none was given (tests hand in their own)."""
    return now_ms() if value_ms is None else value_ms


def content_uid(parts: Sequence[object], size: int = 16) -> bytes:
    """The blake2b digest of canonical JSON, so that equal content has one uid everywhere."""
    text = json.dumps(parts, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return hashlib.blake2b(text.encode("ascii"), digest_size=size).digest()


def timed_uid(utc_ms: int, rest: bytes) -> bytes:
    """Six bytes of time, then ten bytes of `rest`: new rows land at the end of their index."""
    return max(0, utc_ms).to_bytes(6, "big") + rest[:10]


def random_uid() -> bytes:
    """A uid of something whose identity is not its content, such as a rater."""
    return os.urandom(16)
