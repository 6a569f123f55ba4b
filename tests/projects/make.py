"""Makes the small project that stands for the current format: `python -m tests.projects.make`.

Run it once when a format is released, and never again for that format: the test opens the file
as users of that release have it on their disks.
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from prefdesk.config import RoundConfig
from prefdesk.project import Project, open_pack
from prefdesk.records import Figures, NewPrompt
from prefdesk.store import schema
from tests.tiny import make_model
from tests.worlds import make_project, rate_by_panel

HERE = Path(__file__).parent


def fill(path: Path, folder: Path) -> None:
    """Something of everything that a project can hold."""
    model = make_model(folder / "tiny")
    with make_project(path, prompts=6, evaluation_prompts=2, answers=0, model=model) as project:
        list(project.completions.sample(3, max_new_tokens=6))
        rate_by_panel(project)
        judge(project)
        merge(project, folder)
        project.agreement(fresh=True)
        base = project.checkpoints.latest()
        train(project, "lora", base.id)
        train(project, "full", base.id)
        list(project.completions.sample(2, max_new_tokens=6))
        rate_by_panel(project)
        train(project, "full", project.checkpoints.latest().id)
        project.checkpoints.note(project.checkpoints.latest().id, "the last of them")
        preprocess(project)
    # The path of a folder that is gone says nothing to anybody.
    shutil.rmtree(model)


def train(project: Project, method: Any, parent_id: int) -> None:
    """One short round."""
    config = RoundConfig(
        method=method, override="a sample of the format", batch_prompts=2, epochs=1
    )
    list(project.rounds.create(config, checkpoint_id=parent_id).run())


def judge(project: Project) -> None:
    """Each kind of act, some undone; a rater and a rating excluded, one taken back."""
    ana = project.raters.add("Ana")
    session = project.ratings.session(ana)
    ids = [item.completion_id for item in session.upcoming(6)]
    session.score(ids[0], 7.5, seconds=3.25).result()
    session.comment(ids[0], "well said, „gut“, 好").result()
    session.label(ids[1], "good").result()
    session.skip(ids[2]).result()
    session.score(ids[3], 2.0).result()
    session.undo().result()
    session.score(ids[4], 9.0).result()
    session.undo().result()
    session.redo().result()
    first = project.raters.all()[0]
    project.exclusions.exclude_rater(first.id, reason="a sample", author="Ana")
    excluded = project.exclusions.active()[0]
    project.exclusions.restore(excluded.uid, author="Ben")
    current = next(r for r in project.ratings.current() if r.rater_id == ana.id)
    project.exclusions.exclude_rating(ana.id, current.event_uid, reason="a slip", author="Ben")
    weigh(project)


def weigh(project: Project) -> None:
    """Weights by hand, one taken back; a rater left out from a moment on, with its figures."""
    first, second, third = project.raters.all()[:3]
    project.credibility.set(first.id, 2.0, "an expert", author="Ben")
    taken = project.credibility.set(second.id, 0.5, "a guess", author="Ben")
    project.credibility.restore(taken.uid, author="Ana")
    last = max((r for r in project.ratings.current(rater_id=third.id)), key=lambda r: r.hlc)
    project.exclusions.exclude_from(
        third.id, last.event_uid, "lazy", author="Ben", figures=Figures(0.01, 0.04, 0.05, "1")
    )


def preprocess(project: Project) -> None:
    """Findings of several kinds; decisions of every kind, one taken back."""
    project.prompts.add([NewPrompt(""), NewPrompt("train  question 0?"), NewPrompt("long " * 40)])
    list(project.preprocessing.run(max_prompt_tokens=100))
    decide = project.preprocessing.decide
    for kind, choice in (("empty", "leave-out"), ("too-long", "shorten"), ("duplicate", "keep")):
        ids = [f.prompt_id for f in project.preprocessing.findings(kind)]
        decide(ids, kind, choice, author="Ana", note="a sample")
    project.preprocessing.undo(author="Ben")


def merge(project: Project, folder: Path) -> None:
    """A pack that came back."""
    project.packs.make(project.raters.add("Ben"), folder / "out.prefpack", limit=4)
    copy = open_pack(folder / "out.prefpack", folder / "copy.prefdesk")
    with Project.open(copy) as away:
        session = away.ratings.session(away.raters.all()[0])
        for item in session.upcoming(4):
            session.score(item.completion_id, 6.0).result()
        away.packs.return_pack(folder / "back.prefpack")
    project.packs.merge(folder / "back.prefpack")


def weighed(project: Project, format: int) -> dict[str, Any]:
    """What came with format 2."""
    if format < 2:
        return {}
    return {
        "figures": [
            [e.after_hlc, e.figures.p, e.figures.q, e.figures.threshold, e.figures.model]
            for e in project.exclusions.log()
        ],
        "credibility": [
            [w.rater_id, w.value, w.note, w.author, w.restored] for w in project.credibility.log()
        ],
    }


def preprocessed(project: Project, format: int) -> dict[str, Any]:
    """What came with format 3."""
    if format < 3:
        return {}
    return {
        "findings": [
            [f.kind, f.prompt_id, f.other_id, f.value, dict(f.detail), f.choice]
            for f in project.preprocessing.findings()
        ],
        "prompt_decisions": [
            [d.act, d.undoes, d.prompt_id, d.kind, d.choice, d.made_id, d.author, d.note]
            for d in project.preprocessing.log()
        ],
        "left_out": sorted(project.preprocessing.left_out()),
    }


def contents(path: Path, format: int = schema.FORMAT) -> dict[str, Any]:
    """What the test expects to find again of a file made in `format`, through the public ways."""
    with Project.open(path) as project:
        return {
            "prompts": project.prompts.count(),
            "completions": sorted([c.id, c.text] for c in project.completions.each()),
            "raters": [r.name for r in project.raters.all()],
            "events": [e.uid.hex() for e in project.ratings.history()],
            "current": sorted(
                [r.completion_id, r.rater_id, r.kind, r.criterion, r.value, r.comment]
                for r in project.ratings.current()
            ),
            "exclusions": [
                [e.scope, e.reason, e.author, e.restored] for e in project.exclusions.log()
            ],
            **weighed(project, format),
            **preprocessed(project, format),
            "merges": [m.state for m in project.packs.merges()],
            "rounds": [
                [
                    r.number,
                    r.status,
                    len(project.rounds.metrics(r.id)),
                    len(project.rounds.rewards(r.id)),
                ]
                for r in project.rounds.all()
            ],
            "checkpoints": [
                [
                    c.name,
                    c.kind,
                    c.size_bytes,
                    c.note,
                    digest(project, c.id) if c.kind != "base" else "",
                ]
                for c in project.checkpoints.all()
            ],
        }


def digest(project: Project, checkpoint_id: int) -> str:
    """A hash of all the bytes of its weights, which are verified while they are read."""
    import hashlib

    found, buffer = hashlib.sha256(), bytearray(2**20)
    stream = project.checkpoints.open_weights(checkpoint_id)
    while n := stream.readinto(buffer):
        found.update(buffer[:n])
    return found.hexdigest()


def main() -> None:
    """Make the sample of the current format, unless there is one."""
    sample = HERE / f"format-{schema.FORMAT}.prefdesk"
    if sample.exists():
        sys.exit(f"{sample.name} is there already: a released format does not change.")
    with tempfile.TemporaryDirectory() as name:
        made = Path(name) / sample.name
        fill(made, Path(name))
        found = contents(made)
        shutil.copyfile(made, sample)
    text = json.dumps(found, ensure_ascii=False, indent=1)
    sample.with_suffix(".json").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
