"""A prompt made from columns: "Translate into German: {text}"."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from prefdesk.errors import InputError
from prefdesk.formats.fields import find
from prefdesk.formats.jsontext import Refused

_PART = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


@dataclass(frozen=True, slots=True)
class Template:
    """A template taken apart: texts and names of columns by turns, a text first and last."""

    texts: tuple[str, ...]
    names: tuple[str, ...]

    def fill(self, values: Mapping[str, str]) -> str:
        """The text with the columns filled in; a missing or blank one is `Refused`."""
        made = [self.texts[0]]
        for name, text in zip(self.names, self.texts[1:]):
            column = find(name, values)
            if column is None:
                raise Refused(f"no column {name!r} for the template")
            if not values[column].strip():
                raise Refused(f"column {name!r} is empty")
            made += values[column], text
        return "".join(made)


def parse(template: str) -> Template:
    """Take a template apart; `{{` and `}}` stand for braces. `InputError` says what is wrong."""
    texts, names, at = [""], [], 0
    for part in _PART.finditer(template):
        texts[-1] += template[at : part.start()]
        at = part.end()
        if part[0] in ("{{", "}}"):
            texts[-1] += part[0][0]
        elif part[1] is None or not part[1].strip():
            raise InputError(
                f"The template has a lone brace at character {part.start() + 1}.",
                "Write {column} for a column, {{ and }} for braces.",
            )
        else:
            names.append(part[1].strip())
            texts.append("")
    texts[-1] += template[at:]
    if not names:
        raise InputError("The template names no column.", "Write {column} where its text belongs.")
    return Template(tuple(texts), tuple(names))
