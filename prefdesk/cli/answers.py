"""The command that takes answers written elsewhere."""

import argparse
from pathlib import Path

from prefdesk import formats
from prefdesk.cli import trouble
from prefdesk.cli.following import following
from prefdesk.cli.opening import opened
from prefdesk.cli.output import counted, document, say
from prefdesk.cli.projects import mapping_of
from prefdesk.errors import InputError, RowErrors
from prefdesk.project import AnswersReport, Project


def answers(options: argparse.Namespace) -> None:
    """Take prompts with answers from a file; say, if asked, which number each answer got."""
    numbers = Path(options.numbers) if options.numbers else None
    if numbers is not None and numbers.exists():
        raise InputError(f"{numbers.name} is there already.", "Choose another name for --numbers.")
    with opened(options.file) as project:
        report = _take(project, options)
        if numbers is not None:
            formats.write_table(numbers, _numbered(report))
    if options.json:
        document(report)
        return
    for row in report.bad:
        say(str(row))
    left_out = f", {counted(len(report.bad), 'bad row')} left out" if report.bad else ""
    there = f", {report.there} there already" if report.there else ""
    say(
        f"{counted(report.added, 'answer')} by {counted(len(report.writers), 'writer')} and "
        f"{counted(report.prompts, 'prompt')} added{there}{left_out}."
    )


def _take(project: Project, options: argparse.Namespace) -> AnswersReport:
    if Path(options.source).is_dir():
        raise InputError(f"{options.source} is a folder.", "Name a file in it.")
    try:
        with following(Path(options.source).name) as watch:
            return project.completions.import_file(
                options.source,
                mapping=mapping_of(options.map),
                template=options.template,
                split=options.split,
                writer=options.writer,
                skip_bad=options.skip_bad,
                watch=watch,
            )
    except RowErrors as e:
        hint = "Mend them, or take the good rows anyway with --skip-bad."
        raise RowErrors(e.message, e.rows, hint) from e
    except InputError as e:
        raise trouble.of_column(e, "Rename a column, or name it with --map FIELD=COLUMN.") from e


def _numbered(report: AnswersReport) -> list[dict[str, object]]:
    """Each answer's number with its row's other columns, to join a table of ratings with."""
    names = dict.fromkeys(c for a in report.answers for c in a.columns)
    return [
        {"completion": a.completion_id, "writer": a.writer}
        | {n: a.columns.get(n, "") for n in names if n not in ("completion", "writer")}
        for a in report.answers
    ]
