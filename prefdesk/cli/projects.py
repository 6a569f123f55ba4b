"""Commands about the project itself: make, fill, look, check, export."""

import argparse

from prefdesk.cli.models import model_folder
from prefdesk.cli.output import document, figure, say
from prefdesk.cli.tables import table
from prefdesk.errors import InputError
from prefdesk.project import Project


def new(options: argparse.Namespace) -> None:
    """Make a project file."""
    with Project.create(options.file, title=options.title) as project:
        project.change_settings(system=options.system, question=options.question)
        if options.model:
            project.checkpoints.use_model(model_folder(options.model))
        if options.json:
            document({"path": project.path, "uid": project.uid, "settings": project.settings})
        else:
            say(f"Made {project.path}.")


def import_(options: argparse.Namespace) -> None:
    """Take prompts from a file."""
    with Project.open(options.file) as project:
        if options.source == "starter":
            report = project.prompts.add_starter()
        else:
            report = project.prompts.import_file(
                options.source,
                mapping=_mapping(options.map),
                template=options.template,
                split=options.split,
                task=options.task,
                skip_bad=options.skip_bad,
            )
    if options.json:
        document(report)
    else:
        for row in report.bad:
            say(str(row))
        say(f"{report.added} prompts added, {report.duplicates} were there already.")


def _mapping(pairs: list[str]) -> dict[str, str]:
    for pair in pairs:
        if "=" not in pair:
            raise InputError(f"--map takes FIELD=COLUMN, not {pair!r}.")
    return dict(pair.split("=", 1) for pair in pairs)


def export(options: argparse.Namespace) -> None:
    """Write a table or a checkpoint."""
    with Project.open(options.file, "r") as project:
        if options.what == "model":
            chosen = project.checkpoints.chosen(options.checkpoint)
            made = project.checkpoints.export(chosen.id, options.out, merged=options.merged)
            body = {"checkpoint": chosen.id, "path": made}
            text = f"{chosen.name} is in {made}."
        else:
            n = project.export.write(options.what, options.out, overwrite=options.overwrite)
            body = {"rows": n, "path": options.out}
            text = f"{n} rows in {options.out}."
    if options.json:
        document(body)
    else:
        say(text)


def status(options: argparse.Namespace) -> None:
    """Say where the project stands."""
    with Project.open(options.file, "r") as project:
        found = project.status()
    if options.json:
        document(found)
        return
    table(
        ("station", "now"),
        (
            ("prompts", f"{found.train_prompts} train, {found.evaluation_prompts} evaluation"),
            ("completions", f"{found.completions}, {found.rated_completions} of them rated"),
            ("ratings", f"{found.ratings} by {found.raters} raters, coverage {found.coverage:.0%}"),
            ("agreement", f"alpha {figure(found.alpha)} {found.verdict}".rstrip()),
            ("rounds", found.rounds),
            ("checkpoints", found.checkpoints),
        ),
    )
    print(f"\nNext: {found.next_step.sentence}")


def check(options: argparse.Namespace) -> int:
    """Look for damage."""
    with Project.open(options.file, "r") as project:
        problems = project.check()
    if options.json:
        document({"whole": not problems, "problems": problems})
    elif problems:
        print("\n".join(problems))
    else:
        print("The project is whole.")
    return 1 if problems else 0


def history(options: argparse.Namespace) -> None:
    """List rating events."""
    with Project.open(options.file, "r") as project:
        names = {r.id: r.name for r in project.raters.all()}
        events = project.ratings.history(limit=1_000_000)
    if options.json:
        document(events)
        return
    head = ("time ms", "rater", "act", "kind", "completion", "value", "text")
    table(
        head,
        [
            (e.utc_ms, names[e.rater_id], e.verb, e.kind, e.completion_id, e.value, e.body)
            for e in events
        ],
    )


def checkpoints(options: argparse.Namespace) -> None:
    """List checkpoints."""
    with Project.open(options.file, "r") as project:
        found = project.checkpoints.all()
    if options.json:
        document(found)
        return
    table(
        ("id", "name", "kind", "parent", "MB", "note"),
        [(c.id, c.name, c.kind, c.parent_id, c.size_bytes / 1e6, c.note) for c in found],
    )
