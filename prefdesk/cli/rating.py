"""Commands about people: ratings in, agreement and rewards out."""

import argparse
import sys
import time

from prefdesk.cli.output import document, figure, say
from prefdesk.cli.tables import table
from prefdesk.errors import InputError
from prefdesk.formats import visible
from prefdesk.project import AgreementReport, Item, Project, RatingSession
from prefdesk.records import LABELS, Rater


def rate(options: argparse.Namespace) -> None:
    """Take ratings from a file, or by hand at a terminal."""
    with Project.open(options.file) as project:
        if options.source:
            n = project.ratings.import_file(options.source, new_raters=options.new_raters).added
        elif options.rater and sys.stdin.isatty():
            n = _by_hand(project, options.rater)
        else:
            raise InputError(
                "There is nothing to rate from.",
                "Name a file with --from, or yourself with --rater at a terminal.",
            )
    if options.json:
        document({"ratings": n})
    else:
        say(f"{n} ratings are in the project.")


def _by_hand(project: Project, name: str) -> int:
    session = project.ratings.session(_rater(project, name))
    question = "0 to 10" if session.question == "score" else "bad, medium or good"
    say(f"Answer {question}; s skips, u takes the last one back, q ends.")
    n = 0
    while items := session.upcoming(1):
        answer = _ask(items[0], session.remaining())
        if answer == "q":
            break
        n += _apply(session, items[0], answer)
    return n


def _rater(project: Project, name: str) -> Rater:
    known = {r.name.casefold(): r for r in project.raters.all()}
    return known.get(name.casefold()) or project.raters.add(name)


def _ask(item: Item, remaining: int) -> str:
    print(f"\n--- {remaining} left ---\n{visible(item.prompt.text)}\n\n> {visible(item.text)}\n")
    return input("? ").strip().lower()


def _apply(session: RatingSession, item: Item, answer: str) -> int:
    """Do what was typed; how many ratings it added."""
    began = time.monotonic()
    if answer == "u":
        return -1 if session.undo().result() else 0
    if answer == "s":
        session.skip(item.completion_id).result()
        return 0
    try:
        for criterion in session.criteria:
            seconds = time.monotonic() - began
            _answer(session, item, answer, criterion.name, seconds)
    except (InputError, ValueError) as e:
        say(str(e) if isinstance(e, InputError) else f"{answer!r} is no answer here.")
        return 0
    return 1


def _answer(
    session: RatingSession, item: Item, answer: str, criterion: str, seconds: float
) -> None:
    if session.question == "score":
        session.score(
            item.completion_id, float(answer), criterion=criterion, seconds=seconds
        ).result()
    else:
        label = next((name for name in LABELS if answer and name.startswith(answer)), answer)
        session.label(item.completion_id, label, criterion=criterion, seconds=seconds).result()


def agree(options: argparse.Namespace) -> None:
    """Say whether the raters agree."""
    with Project.open(options.file, "r") as project:
        report = project.agreement()
    if options.json:
        document(report.to_document())
    else:
        print_agreement(report)


def print_agreement(report: AgreementReport) -> None:
    """The report as tables for people."""
    print(
        f"{report.n_ratings} ratings by {report.n_raters} raters on {report.n_items} completions\n"
        f"Krippendorff's alpha (interval): {figure(report.alpha)}; "
        f"within prompts: {figure(report.alpha_within)}\n"
        f"{report.verdict.sentence}\n"
    )
    table(
        ("rater", "ratings", "bias", "inconsistency", "agreement with the rest", "flags"),
        [
            (
                r.name + (" [excluded]" if r.excluded else ""),
                r.n,
                r.bias,
                r.inconsistency,
                figure(r.loo),
                ", ".join(f.rule for f in r.flags),
            )
            for r in report.raters
        ],
    )
    for r in report.raters:
        for flag in r.flags:
            print(f"{r.name}: {flag.sentence}")
    print(f"{len(report.outliers)} single ratings stand out.")


def rewards(options: argparse.Namespace) -> None:
    """List rewards, or open one."""
    with Project.open(options.file, "r") as project:
        if options.completion is not None:
            parts = project.reward_parts(options.completion)
            if options.json:
                document(parts)
            else:
                head = ("rater", "score", "bias", "weight", "kept", "rule", "comment")
                table(
                    head,
                    [
                        (p.rater, p.score, p.bias, p.weight, p.kept, p.rule, p.comment)
                        for p in parts
                    ],
                )
            return
        found = project.rewards()
    if options.json:
        document(found)
    else:
        head = ("completion", "prompt", "ratings", "quality", "se", "reliability", "reward")
        table(
            head,
            [
                (
                    r.completion_id,
                    r.prompt_id,
                    r.n_ratings,
                    r.quality,
                    r.se,
                    r.reliability,
                    r.reward,
                )
                for r in found
            ],
        )


def exclude(options: argparse.Namespace) -> None:
    """Leave a rater out of the rewards, or take that back."""
    with Project.open(options.file) as project:
        rater = project.raters.by_name(options.rater)
        if options.restore:
            mine = [
                e
                for e in project.exclusions.active()
                if e.scope == "rater" and e.rater_id == rater.id
            ]
            if not mine:
                raise InputError(f"{rater.name} is not excluded.")
            done = [project.exclusions.restore(e.uid, author="command line") for e in mine][-1]
        else:
            done = project.exclusions.exclude_rater(rater.id, options.reason, author="command line")
    if options.json:
        document(done)
    else:
        say(f"{rater.name} is {'back' if options.restore else 'left out'}.")
