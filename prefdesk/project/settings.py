"""What a project sets once: title, system text, the question put to raters, how much to ask."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal

from prefdesk import store
from prefdesk.errors import InputError
from prefdesk.records import DEFAULT_CRITERION


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing to judge, with the guideline raters read and its weight in the reward."""

    name: str = DEFAULT_CRITERION
    guideline: str = "How good is this answer to the prompt?"
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class ProjectSettings:
    """Settings of a project; `change` returns a checked copy."""

    title: str = ""
    system: str = ""
    question: Literal["score", "label"] = "score"
    criteria: tuple[Criterion, ...] = (Criterion(),)
    target_ratings: int = 3
    fdr: float = 0.05
    model_path: str = ""

    def change(self, values: Mapping[str, Any]) -> "ProjectSettings":
        """A copy with other values; unknown names and impossible values raise `InputError`."""
        unknown = set(values) - {f.name for f in fields(self)}
        if unknown:
            raise InputError(f"There is no project setting called {sorted(unknown)[0]!r}.")
        changed = replace(self, **values)
        problem = _text_problem(changed) or _problem(changed)
        if problem:
            raise InputError(problem)
        return changed

    def to_json(self) -> str:
        """One line of JSON."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "ProjectSettings":
        """Settings as stored; names of later versions are passed over."""
        with store.reading("the list of settings"):
            values = json.loads(text or "{}")
            known = {f.name for f in fields(cls)}
            kept = {k: v for k, v in values.items() if k in known}
            if "criteria" in kept:
                kept["criteria"] = tuple(Criterion(**c) for c in kept["criteria"])
            stored = cls(**kept)
            if _problem(stored) or not all(map(_is_text, (stored.title, stored.system))):
                raise ValueError(text)
            return stored


def _text_problem(s: ProjectSettings) -> str:
    for text in (s.title, s.system, *(t for c in s.criteria for t in (c.name, c.guideline))):
        # Half a character comes from a terminal of another encoding; no file can hold it.
        if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
            return f"The text {text[:40]!a} holds a character that cannot be stored."
    return ""


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _problem(s: ProjectSettings) -> str:
    names = [c.name.casefold() for c in s.criteria]
    if s.question not in ("score", "label"):
        return f"The question is score or label, not {s.question!r}."
    if not names or any(not n.strip() for n in names):
        return "A project needs at least one criterion, and each needs a name."
    if len(set(names)) < len(names):
        return "Two criteria have the same name."
    if any(not 0 <= c.weight < float("inf") for c in s.criteria) or not sum(
        c.weight for c in s.criteria
    ):
        return "Criteria need weights of 0 or more, and one above 0."
    if not 1 <= s.target_ratings <= 100:
        return "The wanted number of ratings for each answer is between 1 and 100."
    if not 0 < s.fdr < 1:
        return "The false discovery rate is a share between 0 and 1."
    return ""
