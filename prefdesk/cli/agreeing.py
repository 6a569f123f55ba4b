"""`prefdesk agree`: agreement of a project's raters, or of those of any table of ratings.

What only a table of ratings needs is loaded when one is read, not when the parser is built.
"""

import argparse
import contextlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prefdesk.cli import trouble
from prefdesk.cli.opening import opened
from prefdesk.cli.output import counted, document, say, show
from prefdesk.cli.rating import print_agreement
from prefdesk.cli.tables import table
from prefdesk.errors import InputError, ProjectError
from prefdesk.project import AgreementReport, Project

if TYPE_CHECKING:
    from prefdesk.project.agreeing import Agreed

TABLES = (".csv", ".tsv", ".tab", ".jsonl", ".ndjson", ".json")
COLUMNS = ("rater", "item", "score", "prompt")


def options(agree: argparse.ArgumentParser) -> None:
    """The options of the command."""
    agree.add_argument(
        "file", metavar="FILE", nargs="?", help="the project, or a .csv, .tsv or .jsonl of ratings"
    )
    other = agree.add_mutually_exclusive_group()
    other.add_argument("--pairs", metavar="CSV", help="pairs: rater, winner, loser, group, tie")
    other.add_argument("--rankings", metavar="CSV", help="rankings: rater, item, rank, prompt")
    study = agree.add_argument_group("for a table of ratings")
    for name in COLUMNS:
        study.add_argument(
            f"--column-{name}", metavar="NAME", help=f"the column with the {name} (default: {name})"
        )
    study.add_argument(
        "--criterion", default="", metavar="NAME", help="only rows with this in column aspect"
    )
    study.add_argument(
        "--scale", type=scale, metavar="LO:HI", help="ends of the scale (default: scores seen)"
    )
    # A scale may begin below zero; argparse would take -100:100 for an option.
    agree._negative_number_matcher = re.compile(r"-[0-9.]")
    study.add_argument(
        "--checks", metavar="CSV", help="attention checks: columns rater, found, missed"
    )
    study.add_argument("--seed", type=int, default=0, metavar="N", help="of draws (default: 0)")
    study.add_argument(
        "--rate", type=_rate, default=None, metavar="Q",
        help="false discovery rate of what stands out (default: 0.05)",
    )  # fmt: skip
    agree.add_argument(
        "--methods", choices=("text", "latex"), help="print a paragraph for a paper instead"
    )
    agree.add_argument("--tables", metavar="DIR", help="also write all tables as CSV files there")


def agree(options: argparse.Namespace) -> None:
    """Say whether the raters agree, and what stands out."""
    given = [f for f in (options.file, options.pairs, options.rankings) if f]
    if len(given) != 1:
        raise InputError(
            "Name one file to look at.", "A project or a table of ratings, --pairs or --rankings."
        )
    if options.pairs or options.rankings:
        _other_kinds(options)
    elif Path(options.file).suffix.lower() in TABLES:
        _table(options)
    else:
        _project(options)


def _table(options: argparse.Namespace) -> None:
    from prefdesk.formats import rating_columns
    from prefdesk.project import agreeing

    chosen = {c: name for c in COLUMNS if (name := getattr(options, f"column_{c}"))}
    try:
        scores = rating_columns.read_scores(
            options.file, chosen, criterion=options.criterion, scale=options.scale
        )
    except InputError as e:
        raise trouble.of_column(
            e, "Say which one it is with --column-rater, --column-item or --column-score."
        ) from e
    checks = rating_columns.read_checks(options.checks) if options.checks else None
    found = agreeing.agree_scores(
        scores, scale=options.scale, fdr=options.rate or 0.05, seed=options.seed, checks=checks
    )
    _give(options, found)


def _project(options: argparse.Namespace) -> None:
    from prefdesk.project import agreeing

    for name in ("criterion", "scale", "checks", *(f"column_{c}" for c in COLUMNS)):
        if getattr(options, name):
            raise InputError(
                f"--{name.replace('_', '-')} is for a table of ratings; this is a project.",
                "Leave it out.",
            )
    with _writable_or_not(options.file) as project:
        report = _report(project, options)
        body: dict[str, Any] = {}
        if options.json:
            around = project.judgement.around(report)
            report = around.report
            body = _both(report, agreeing.document(around, int))
        if options.tables:
            _said_tables(project.judgement.write_tables(options.tables, report=report))
        if options.methods:
            show(project.judgement.methods(options.methods, report))
            return
    if options.json:
        document(body)
    else:
        print_agreement(report)
        print_more(report)


def _report(project: Project, options: argparse.Namespace) -> AgreementReport:
    """The project's own report, or one at the rate and seed that were asked for."""
    usual = project.settings.fdr if options.rate is None else options.rate
    if usual != project.settings.fdr or options.seed:
        say("The project keeps its report at its own rate and seed; this one is not kept.")
        return project.judgement.compute(fdr=usual, seed=options.seed)
    try:
        return project.agreement()
    except ProjectError as e:
        say(f"The report is not kept: {e.message}")
        return project.judgement.compute()


def _both(report: AgreementReport, body: dict[str, Any]) -> dict[str, Any]:
    """The project's own report with the names that every document of agreement has."""
    own = report.to_document()
    raters = [{**a, **b} for a, b in zip(own["raters"], body["raters"], strict=True)]
    return {
        **own,
        **body,
        "alpha": {**own["alpha"], **body["alpha"]},
        "alpha_within": {**own["alpha_within"], **body["alpha_within"]},
        "design": {**own["design"], **body["design"]},
        "raters": raters,
    }


def _give(options: argparse.Namespace, found: "Agreed") -> None:
    from prefdesk.project import agreement_tables, methods

    if options.tables:
        made = agreement_tables.tables(
            found.report, found.document["items"], names=dict(enumerate(found.items))
        )
        _said_tables(agreement_tables.write(options.tables, made))
    if options.methods:
        show(methods.paragraph(found.report, form=options.methods))
    elif options.json:
        document(found.document)
    else:
        print_agreement(found.report)
        print_more(found.report)
        for sentence in found.document["warnings"]:
            say(sentence)


def print_more(report: AgreementReport) -> None:
    """The other figures of agreement, and what the design allows to say."""
    from prefdesk.project.methods import TITLES

    if report.coefficients:
        show()
        table(
            ("agreement", "value", "low", "high", "remark"),
            [
                (TITLES.get(c.form, c.form), c.these.value, c.these.low, c.these.high, c.reason)
                for c in report.coefficients
            ],
        )
    for sentence in (*report.design.warnings, report.labels.sentence):
        if sentence:
            show(sentence)


def _other_kinds(options: argparse.Namespace) -> None:
    from prefdesk.formats import rating_columns
    from prefdesk.project import other_kinds

    if options.pairs:
        body = other_kinds.pairs(
            rating_columns.read_pairs(options.pairs), fdr=options.rate or 0.05, seed=options.seed
        )
    else:
        ranks = rating_columns.read_ranks(options.rankings, criterion=options.criterion)
        body = other_kinds.rankings(ranks, fdr=options.rate or 0.05, seed=options.seed)
    if options.json:
        document(body)
        return
    _print_comparisons(body)


def _print_comparisons(body: dict[str, Any]) -> None:
    n, what = (
        (body["n_pairs"], "comparison")
        if body["kind"] == "pairs"
        else (body["n_rankings"], "ranking")
    )
    show(
        f"{counted(n, what)} of {counted(body['n_items'], 'item')} by "
        f"{counted(body['n_raters'], 'rater')}\n{body['verdict_sentence']}\n"
    )
    table(
        ("rater", "judged", "reliability", "low", "high", "agreement with the rest"),
        [
            (
                r["rater"],
                r["n"],
                r["reliability"]["value"],
                *(r["reliability"]["ci"] or (None, None)),
                r["agreement"]["value"],
            )
            for r in body["raters"]
        ],
    )
    for r in body["raters"]:
        for flag in r["flags"]:
            show(f"{r['rater']}: {flag['reason']}")
    show()
    table(("item", "quality", "se"), [(i["item"], i["quality"], i["se"]) for i in body["items"]])
    for sentence in body["warnings"]:
        say(sentence)


def _said_tables(files: list[Path]) -> None:
    say(f"{counted(len(files), 'table')} written: {', '.join(f.name for f in files)}.")


def _writable_or_not(file: str) -> Project:
    """The project for writing, or only to read where somebody else writes it or nobody may."""
    try:
        return opened(file)
    except ProjectError as e:
        with contextlib.suppress(ProjectError):
            project = opened(file, "r")
            say(f"The report is not kept: {e.message}")
            return project
        raise


def scale(text: str) -> tuple[float, float]:
    """The ends of a scale, from `LO:HI`."""
    try:
        low, high = (float(part) for part in text.split(":"))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not of the form LO:HI, such as 1:5"
        ) from None
    if not -1e100 < low < high < 1e100:
        raise argparse.ArgumentTypeError(f"{text!r}: the lower end comes first")
    return low, high


def _rate(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a rate between 0 and 1")
    return value
