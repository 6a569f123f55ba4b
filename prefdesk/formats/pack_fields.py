"""Fields of a pack's JSON, each taken by name and checked; whatever is not foreseen is refused."""

import re
from collections.abc import Mapping
from typing import Any

from prefdesk.formats.jsontext import Refused, parse, storable

LARGEST = 2**63 - 1
_HEX = re.compile(r"(?:[0-9a-f]{2})*")


class Fields:
    """One JSON object whose keys are exactly `names`; each method raises `Refused`."""

    def __init__(self, body: Any, names: tuple[str, ...], what: str) -> None:
        if not isinstance(body, dict):
            raise Refused(f"{what} is not an object")
        if set(body) != set(names):
            odd = sorted(set(body) ^ set(names))[0]
            word = "no" if odd in names else "an unknown"
            raise Refused(f"{what} has {word} field {odd[:40]!r}")
        self._body: Mapping[str, Any] = body

    def raw(self, name: str) -> Any:
        """The value as it came."""
        return self._body[name]

    def text(self, name: str, most: int = LARGEST, least: int = 0) -> str:
        """A text of `least` to `most` characters that a file can hold."""
        value = self._body[name]
        if not isinstance(value, str) or not least <= len(value) <= most:
            raise Refused(f"{name} is no text of the right length")
        return whole_characters(value, name)

    def whole(self, name: str, most: int = LARGEST) -> int:
        """A whole number from 0 to `most`."""
        value = self._body[name]
        if type(value) is not int or not 0 <= value <= most:
            raise Refused(f"{name} is no whole number from 0 to {most}")
        return value

    def number(self, name: str) -> float | None:
        """A number or null. Minus zero is none: a file would give it back as zero."""
        value = self._body[name]
        if value is None:
            return None
        if type(value) not in (int, float) or str(value) == "-0.0" or abs(value) > 1e300:
            raise Refused(f"{name} is no number")
        return float(value)

    def uid(self, name: str, size: int = 16) -> bytes:
        """Bytes written as small hexadecimal digits."""
        value = self._body[name]
        if not isinstance(value, str) or len(value) != 2 * size or not _HEX.fullmatch(value):
            raise Refused(f"{name} is no identity of {size} bytes")
        return bytes.fromhex(value)

    def optional_uid(self, name: str, size: int = 16) -> bytes | None:
        """As `uid`, or None for null."""
        return None if self._body[name] is None else self.uid(name, size)

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        value = self._body[name]
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise Refused(f"{name} is no list of texts")
        return tuple(whole_characters(one, name) for one in value)


def whole_characters(text: str, what: str) -> str:
    """The text, if a file can hold it. A model may well have written a NUL; half characters
    no file has."""
    return text if text.isascii() else storable(text.replace("\0", ""), what) and text


def decoded(line: bytes) -> Any:
    """The JSON value of one line; `Refused` for other encodings than UTF-8 and for bad JSON."""
    try:
        return parse(line.decode("utf-8"))
    except UnicodeDecodeError:
        raise Refused("not UTF-8 text") from None
