"""Which column of a file holds what: names people use, and the choice they made instead."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from prefdesk.errors import InputError

FIELDS = ("prompt", "references", "source", "task", "split", "tags")

ALIASES: dict[str, tuple[str, ...]] = {
    "prompt": (
        "prompt", "question", "instruction", "input", "query", "messages", "conversation", "text",
    ),
    "references": (
        "references", "reference", "answer", "answers", "target", "targets", "output", "ideal",
    ),
    "source": ("source", "passage", "context", "document", "article"),
    "task": ("task", "category"),
    "split": ("split", "subset"),
    "tags": ("tags", "tag"),
}  # fmt: skip
"""For each field the column names that are taken for it, best first."""

KEPT = "columns"
"""The column in which our own files keep a prompt's imported columns, as one JSON object."""

SPLITS: dict[str, str] = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(
        ("evaluation", "eval", "test", "validation", "valid", "val", "dev", "held_out", "heldout"),
        "evaluation",
    ),
}


def plain(name: str) -> str:
    """A column name without regard to case, blanks and hyphens."""
    return name.strip().casefold().replace(" ", "_").replace("-", "_")


def find(name: str, columns: Iterable[str]) -> str | None:
    """The column of that name: exactly, or else without regard to case, blanks and hyphens."""
    columns = tuple(columns)
    if name in columns:
        return name
    return next((c for c in columns if plain(c) == plain(name)), None)


def checked(mapping: Mapping[str, str] | None) -> dict[str, str]:
    """A choice of columns by field; an empty column means that the field is not read."""
    made: dict[str, str] = {}
    for field, column in (mapping or {}).items():
        known = "references" if field == "reference" else field
        if known not in FIELDS:
            raise InputError(
                f"There is no field called {field!r}.", f"Fields are {', '.join(FIELDS)}."
            )
        made[known] = column
    return made


@lru_cache(maxsize=64)
def choose(columns: tuple[str, ...], mapping: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Field to column for these columns: the mapping first, then the aliases."""
    asked = dict(mapping)
    chosen = {field: find(name, columns) for field, name in asked.items() if name}
    by_name = {plain(c): c for c in reversed(columns) if c not in chosen.values()}
    for field in FIELDS:
        if field not in asked:
            chosen[field] = next((by_name[a] for a in ALIASES[field] if a in by_name), None)
    return {field: column for field, column in chosen.items() if column is not None}


def missing(name: str, what: str, columns: Iterable[str]) -> InputError:
    """The error for a column that is needed and not there; it names those that are."""
    found = [repr(c[:40]) for c in columns]
    shown = ", ".join(found[:12]) + (f" and {len(found) - 12} more" if len(found) > 12 else "")
    return InputError(f"{name} has no {what}; its columns are {shown or 'none'}.", _HINT)


_HINT = "Rename a column, or say which one it is."
