"""Commands about the project itself: make, fill, look, check, export."""

import argparse
import datetime as dt
import os
import shlex
import time
from pathlib import Path

from prefdesk.cli import trouble
from prefdesk.cli.following import following
from prefdesk.cli.models import model_folder
from prefdesk.cli.opening import opened
from prefdesk.cli.output import are, counted, document, documents, figure, say, show
from prefdesk.cli.tables import table
from prefdesk.errors import InputError, ProjectError, RowErrors
from prefdesk.models import folder as folders
from prefdesk.project import ImportReport, Project, Status, full_name
from prefdesk.project.checkpoints import is_elsewhere
from prefdesk.records import Checkpoint, Event

DAMAGED_HINT = (
    "Keep this file. prefdesk restore FILE goes back to a backup; prefdesk salvage FILE NEW saves "
    "what can be read."
)

COMMANDS = {
    "import": "import {} prompts.csv",
    "model": "model use {} starter",
    "sample": "sample {}",
    "rate": "rate {} --rater NAME",
    "train": "train {}",
    "keep": "import {} more-prompts.csv --split evaluation",
    "answer": "sample {} --split evaluation, and once more with --checkpoint 1",
    "compare": "evaluate {}",
}
"""What to type for each next step."""


def new(options: argparse.Namespace) -> None:
    """Make a project file, whole or not at all."""
    path = full_name(options.file)
    if os.path.lexists(path):
        raise ProjectError(f"{path.name} is there already.", "Open it, or choose another name.")
    model = model_folder(options.model) if options.model else None
    if model is not None:
        folders.inspect(model)
    with Project.create(path, title=options.title) as project:
        try:
            _fill(project, options, model)
        except BaseException:
            project.close()
            project.path.unlink()
            raise
        if options.json:
            document({"path": project.path, "uid": project.uid, "settings": project.settings})
        else:
            say(f"Made {project.path}.")


def _fill(project: Project, options: argparse.Namespace, model: Path | None) -> None:
    project.change_settings(system=options.system, question=options.question)
    if model is not None:
        project.checkpoints.use_model(model)


def import_(options: argparse.Namespace) -> None:
    """Take prompts from a file."""
    with opened(options.file) as project:
        report = _take(project, options)
        total = project.prompts.count()
    if options.json:
        document(report)
        return
    for row in report.bad:
        say(str(row))
    left_out = f", {counted(len(report.bad), 'bad row')} left out" if report.bad else ""
    there = f", {report.duplicates} there already" if report.duplicates else ""
    say(f"{counted(report.added, 'prompt')} added{there}{left_out}; {are(total)} in the project.")


def _take(project: Project, options: argparse.Namespace) -> ImportReport:
    if options.source == "starter":
        return project.prompts.add_starter()
    if Path(options.source).is_dir():
        raise InputError(f"{options.source} is a folder.", "Name a file in it.")
    try:
        with following(Path(options.source).name) as watch:
            return project.prompts.import_file(
                options.source,
                mapping=mapping_of(options.map),
                template=options.template,
                split=options.split,
                task=options.task,
                skip_bad=options.skip_bad,
                watch=watch,
            )
    except RowErrors as e:
        hint = "Mend them, or take the good rows anyway with --skip-bad."
        raise RowErrors(e.message, e.rows, hint) from e
    except InputError as e:
        raise trouble.of_column(e, "Rename a column, or name it with --map FIELD=COLUMN.") from e


def mapping_of(pairs: list[str]) -> dict[str, str]:
    """Columns by field, from what was typed."""
    for pair in pairs:
        if "=" not in pair:
            raise InputError(f"--map takes FIELD=COLUMN, not {pair!r}.")
    return dict(pair.split("=", 1) for pair in pairs)


def export(options: argparse.Namespace) -> None:
    """Write a table or a checkpoint."""
    with opened(options.file, "r") as project:
        if options.what == "model":
            chosen = project.checkpoints.chosen(options.checkpoint)
            made = project.checkpoints.export(chosen.id, options.out, merged=options.merged)
            body = {"checkpoint": chosen.id, "path": made}
            text = f"{chosen.name} is in {made}."
        else:
            n = _export_table(project, options)
            body = {"rows": n, "path": options.out}
            text = f"{counted(n, 'row')} in {options.out}."
    if options.json:
        document(body)
    else:
        say(text)


def _export_table(project: Project, options: argparse.Namespace) -> int:
    if options.checkpoint is not None or options.merged:
        raise InputError("--checkpoint and --merged go with model only.")
    if os.path.lexists(options.out) and not options.overwrite:
        raise InputError(
            f"{options.out} is there already.", "Name another file, or add --overwrite."
        )
    return project.export.write(options.what, options.out, overwrite=options.overwrite)


def status(options: argparse.Namespace) -> None:
    """Say where the project stands."""
    with opened(options.file, "r") as project:
        found = project.status()
    if options.json:
        document(found)
        return
    by = f"{counted(found.ratings, 'rating')} by {counted(found.raters, 'rater')}"
    table(
        ("station", "now"),
        (
            ("prompts", f"{found.train_prompts} train, {found.evaluation_prompts} evaluation"),
            ("completions", f"{found.completions}, {found.rated_completions} of them rated"),
            ("ratings", f"{by}; {found.coverage:.0%} of the completions have enough"),
            ("agreement", _agreement(found, options.file)),
            ("rounds", str(found.rounds)),
            ("checkpoints", str(found.checkpoints)),
        ),
    )
    show(f"\nNext: {found.next_step.sentence}")
    if found.next_step.action in COMMANDS:
        show(f"    prefdesk {COMMANDS[found.next_step.action].format(shlex.quote(options.file))}")


def _agreement(found: Status, file: str) -> str:
    if found.alpha is None:
        command = f"prefdesk agree {shlex.quote(file)}"
        return f"not worked out yet: {command}" if found.ratings else "no ratings yet"
    alpha = figure(found.alpha)
    text = f"alpha {alpha}, {found.verdict.replace('_', ' ')}" if alpha else "not enough ratings"
    return text if found.agreement_is_current else f"{text} (older than the latest ratings)"


def check(options: argparse.Namespace) -> int:
    """Look for damage."""
    with opened(options.file, "r") as project:
        problems = project.check()
    if options.json:
        document({"whole": not problems, "problems": problems})
    else:
        show("\n".join(problems) or "The project is whole.")
    if problems:
        say(DAMAGED_HINT)
    return 1 if problems else 0


def history(options: argparse.Namespace) -> None:
    """List rating events."""
    with opened(options.file, "r") as project:
        names = {r.id: r.name for r in project.raters.all()}
        rater = project.raters.by_name(options.rater) if options.rater else None
        chosen = {"rater_id": rater and rater.id, "completion_id": options.completion}
        if options.json:
            documents(project.ratings.each_event(**chosen))
            return
        newest = project.ratings.recent(**chosen, limit=options.limit + 1)
    events = newest[: options.limit][::-1]
    if len(newest) > options.limit:
        say(f"The newest {options.limit} are shown; --limit N shows more, --json all.")
    if not events:
        show("Nothing of it." if any(chosen.values()) else "Nobody has rated anything yet.")
        return
    head = ("time", "rater", "act", "kind", "completion", "value", "text")
    table(head, [_event(e, names[e.rater_id]) for e in events])


def _event(e: Event, rater: str) -> tuple[object, ...]:
    when = _local(e.utc_ms) + (" (in the future)" if e.is_ahead(int(time.time() * 1000)) else "")
    return (when, rater, e.verb, e.kind, e.completion_id, e.value, e.body)


def _local(utc_ms: int) -> str:
    """Local time to the second; a clock that was far off is shown as it was."""
    try:
        return dt.datetime.fromtimestamp(utc_ms / 1000).isoformat(" ", "seconds")
    except (ValueError, OverflowError, OSError):
        return f"{utc_ms} ms"


def kind_of(checkpoint: Checkpoint) -> str:
    """What a checkpoint holds, in a word."""
    return "imported answers" if is_elsewhere(checkpoint) else checkpoint.kind


def checkpoints(options: argparse.Namespace) -> None:
    """List checkpoints; promote, name or annotate one, or delete its weights."""
    changes = [options.promote, options.delete, options.rename, options.note]
    with opened(options.file, "w" if any(changes) else "r") as project:
        _change_checkpoints(project, options)
        found = project.checkpoints.all()
        current = project.checkpoints.current().id if project.checkpoints.models() else None
    if options.json:
        document(found)
        return
    if not found:
        show("This project has no model yet: prefdesk model use FILE FOLDER.")
        return
    table(
        ("id", "name", "kind", "parent", "MB", "current", "note"),
        [
            # The base is a folder outside; 0.00 would say that it weighs nothing.
            (
                *(c.id, c.name, kind_of(c), c.parent_id, c.size_bytes / 1e6 or None),
                *("current" if c.id == current else None, c.note),
            )
            for c in found
        ],
    )


def _change_checkpoints(project: Project, options: argparse.Namespace) -> None:
    """What was asked for, in this order; the first refusal ends it."""
    if options.rename:
        project.checkpoints.rename(_number(options.rename[0]), options.rename[1])
    if options.note:
        project.checkpoints.note(_number(options.note[0]), options.note[1])
    if options.promote is not None:
        before = project.checkpoints.promote(options.promote)
        say(f"{project.checkpoints.current().name} is current now; it was {before.name}.")
    if options.delete is not None:
        project.checkpoints.delete(options.delete)


def _number(text: str) -> int:
    if not text.isdecimal():
        raise InputError(f"A checkpoint is named by its number, not {text!r}.")
    return int(text)
