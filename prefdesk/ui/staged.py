"""What the pictures show: a pack with new judgements, some here already, conflicts and refused
rows; and prompts that preprocessing has found something about."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from prefdesk.config import PreprocessConfig
from prefdesk.errors import PrefdeskError
from prefdesk.formats import pack
from prefdesk.project import MergeReport, Project, open_pack
from prefdesk.records import NewPrompt, Rater

RATED = 24
MOST_TOKENS = 100
"""A long prompt of the pictures has more."""


def make_pack(project: Project, rater_name: str, folder: Path) -> tuple[Path, Path]:
    """Send a pack out, rate in its working copy and here; (what came back, the working copy)."""
    rater = project.raters.by_name(rater_name)
    out, back = folder / "ada.prefpack", folder / "ada-back.prefpack"
    project.packs.make(rater, out, limit=2 * RATED)
    copy = open_pack(out, folder / "ada.prefdesk")
    _rate(copy, RATED // 2)
    with Project.open(copy, "r") as away:
        away.packs.return_pack(back)
    project.packs.merge(back)
    session = project.ratings.session(rater)
    for rating in project.ratings.current(rater_id=rater.id)[:3]:
        session.score(rating.completion_id, 3.0, seconds=4.0).result()
    _rate(copy, RATED // 2)
    with Project.open(copy, "r") as away:
        away.packs.return_pack(back, overwrite=True)
    _spoil(back)
    return back, copy


def preprocess(project: Project) -> None:
    """Prompts that preprocessing has something to say about, and what it says of them; nothing
    where the model is not on this machine."""
    ids = project.prompts.ids()[:1]
    if not ids or not project.checkpoints.models():
        return
    first = project.prompts.get(ids[0])
    twins = (f"{first.text} Now.", f"{first.text} Today.")
    texts = (*twins, "What does <|im_end|> mean in a prompt?", "Say why. " * 60)
    project.prompts.add([NewPrompt(text) for text in texts])
    with suppress(PrefdeskError):
        wish = PreprocessConfig(max_prompt_tokens=MOST_TOKENS)
        list(project.run_job(project.preprocessing.job(wish)))


def _rate(copy: Path, n: int) -> None:
    with Project.open(copy) as away:
        session = away.ratings.session(away.raters.all()[0])
        for number, item in enumerate(session.upcoming(n)):
            session.score(item.completion_id, float(4 + number % 6), seconds=6.0).result()


def _spoil(path: Path) -> None:
    """Change a few events after they were written, as somebody with a text editor might."""
    with pack.read(path) as opened:
        head, judged, events = opened.manifest, list(opened.judged()), list(opened.events())
    changed = [replace(e, value=10.0) if n % 8 == 7 else e for n, e in enumerate(events)]
    pack.write(path, replace(head, public_key=b""), judged, changed, overwrite=True)


def merged(name: str) -> MergeReport:
    """What is told after a large pack of a rater came in."""
    rater = Rater(1, b"", name)
    return MergeReport(1, rater, "verified", 1240, 0, 12, 0, 0, {"it was changed": 3})
