"""What the window asks about packs, read in the background."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from prefdesk.formats import pack
from prefdesk.records import Rater

if TYPE_CHECKING:
    from prefdesk.project import PackPreview, Project
    from prefdesk.ui.errand import Errand


@dataclass(frozen=True)
class Glance:
    """What a pack is, before anything is done with it; `kind` is rate or ratings."""

    path: Path
    kind: str
    rater: str
    n_items: int


@dataclass(frozen=True)
class Look:
    """A preview, and the raters who could get the ratings."""

    found: "PackPreview"
    raters: tuple[Rater, ...]


@dataclass(frozen=True)
class Waiting:
    """A rater, and how many items wait for them."""

    rater: Rater
    n: int


@dataclass(frozen=True)
class CopyFacts:
    """Whose working copy this is, and how far they are."""

    rater: str
    rated: int
    total: int


def glance(path: Path) -> Glance:
    """Open a pack and check it from end to end; `InputError` if it cannot be used."""
    with pack.read(path) as opened:
        head = opened.manifest
        return Glance(path, head.kind, head.rater_name, opened.n_items)


def people(project: "Project") -> tuple[Rater, ...]:
    """Everybody who is not simulated."""
    return tuple(r for r in project.raters.all() if not r.simulated)


def look(project: "Project", path: Path, as_name: str, errand: "Errand") -> Look:
    """What merging a pack would do."""
    found = project.packs.preview(
        path, as_name=as_name, progress=errand.progress, cancelled=errand.is_stopped
    )
    return Look(found, people(project))


def waiting(project: "Project") -> tuple[Waiting, ...]:
    """How many items wait for each rater."""
    return tuple(Waiting(r, project.ratings.session(r).remaining()) for r in people(project))


def copy_facts(project: "Project") -> CopyFacts:
    """How far the rater of a working copy is."""
    mark = project.packs.mark
    uid = bytes.fromhex(mark.rater) if mark else b""
    rater = next(r for r in project.raters.all() if r.uid == uid)
    session, total = project.ratings.session(rater), project.completions.count()
    return CopyFacts(rater.name, total - session.remaining(), total)
