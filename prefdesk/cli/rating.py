"""Commands about people: ratings in, agreement and rewards out."""

import argparse
import sys
from dataclasses import asdict
from pathlib import Path

from prefdesk.cli import by_hand, trouble, weighing
from prefdesk.cli.following import following
from prefdesk.cli.named import known
from prefdesk.cli.opening import opened
from prefdesk.cli.output import are, counted, document, figure, say, show
from prefdesk.cli.tables import table
from prefdesk.errors import InputError, RowErrors
from prefdesk.project import AgreementReport, Ledger, Project
from prefdesk.project.ratings_file import RatingsReport
from prefdesk.records import SCALE, Rater, Reward, RewardPart


def rate(options: argparse.Namespace) -> None:
    """Take ratings from a file, or by hand at a terminal."""
    with opened(options.file) as project:
        if options.source:
            report = _take(project, options)
        elif options.rater and sys.stdin.isatty():
            report = RatingsReport(by_hand.rate(project, options.rater), 0)
        else:
            raise InputError(
                "There is nothing to rate from.",
                "Name a file with --from, or yourself with --rater at a terminal.",
            )
        total = project.status().ratings
    if options.json:
        document({**asdict(report), "in_project": total})
    else:
        _tell(report, total)


def _take(project: Project, options: argparse.Namespace) -> RatingsReport:
    if Path(options.source).is_dir():
        raise InputError(f"{options.source} is a folder.", "Name a file in it.")
    try:
        with following(Path(options.source).name) as watch:
            return project.ratings.import_file(
                options.source,
                new_raters=options.new_raters,
                scale=options.scale or SCALE,
                watch=watch,
            )
    except RowErrors:
        raise
    except InputError as e:
        raise trouble.of_column(e, "Rename a column.") from e


def _tell(report: RatingsReport, total: int) -> None:
    there = f", {report.unchanged} there already" if report.unchanged else ""
    say(f"{counted(report.added, 'rating')} added{there}; {are(total)} in the project.")
    if report.new_raters:
        say(f"New raters: {', '.join(report.new_raters)}.")
    if report.excluded:
        say(
            f"{report.excluded} of them are left out where the file comes from; here they count "
            "until you leave their rater out (prefdesk exclude)."
        )


def print_agreement(report: AgreementReport) -> None:
    """The report as tables for people."""
    alpha, within = figure(report.alpha), figure(report.alpha_within)
    show(
        f"{counted(report.n_ratings, 'rating')} by {counted(report.n_raters, 'rater')} "
        f"on {counted(report.n_items, 'completion')}\n"
        f"Krippendorff's alpha (interval): {alpha or 'not enough ratings'}; "
        f"within prompts: {within or 'not enough ratings'}\n"
        f"{report.verdict.sentence}\n"
    )
    if not report.raters:
        return
    table(
        ("rater", "ratings", "bias", "inconsistency", "agreement with the rest", "flags"),
        [
            (
                r.name + (" [excluded]" if r.excluded else ""),
                *(r.n, r.bias, r.inconsistency, figure(r.loo)),
                ", ".join(f.rule for f in r.flags),
            )
            for r in report.raters
        ],
    )
    for r in report.raters:
        for flag in r.flags:
            show(f"{r.name}: {flag.sentence}")
    n = len(report.outliers)
    show(f"{counted(n, 'single rating')} {'stands' if n == 1 else 'stand'} out.")


def rewards(options: argparse.Namespace) -> None:
    """List rewards, or open one."""
    with opened(options.file, "r") as project:
        if weighing.asked(options):
            weighing.answer(project, options)
            return
        if options.completion is not None:
            one = project.judgement.ledger(project.completions.get(options.completion).id)
        found = project.rewards()
    if options.completion is not None:
        _open_one(options, one)
    elif options.json:
        document(found)
    elif not found:
        show("No completion has a reward yet: none of the training prompts' is rated.")
    else:
        _print_rewards(found)


def _open_one(options: argparse.Namespace, one: Ledger) -> None:
    if options.json:
        document(
            {"reward": one.reward, "ratings": one.parts, "n_eff": one.n_eff, "rounds": one.rounds}
        )
        return
    if one.reward is None:
        show(
            f"Completion {options.completion} has no reward: it answers an evaluation prompt, or "
            "all of its ratings are left out.\n"
        )
    else:
        _print_rewards([one.reward])
        show(f"Its ratings come to {one.n_eff:.1f} equally credible ones.\n")
    head = ("rater", "score", "bias", "credibility", "weight", "counts", "left out because")
    table(
        (*head, "comment"),
        [
            (p.rater, p.score, p.bias, _believed(p), p.weight, p.kept, p.rule, p.comment)
            for p in one.parts
        ],
    )
    for used in one.rounds:
        show(
            f"Round {used.number} ({used.status}) used it with reward {used.reward:.3f} "
            f"({used.rule}) and weight {used.weight:.2f}."
        )


def _believed(part: RewardPart) -> str:
    if part.credibility is None:
        return ""
    return f"{part.credibility:.2f}{' by hand' if part.by_hand else ''}"


def _print_rewards(rewards: list[Reward]) -> None:
    head = ("completion", "prompt", "ratings", "quality", "se", "reliability", "reward")
    table(
        head,
        [
            (r.completion_id, r.prompt_id, r.n_ratings, r.quality, r.se, r.reliability, r.reward)
            for r in rewards
        ],
    )


def exclude(options: argparse.Namespace) -> None:
    """Leave a rater out of the rewards, all of it or from one rating on, or take that back."""
    with opened(options.file) as project:
        rater = known(project, options.rater)
        if options.restore:
            mine = [
                e
                for e in project.exclusions.active()
                if e.scope != "rating" and e.rater_id == rater.id
            ]
            if not mine:
                raise InputError(f"{rater.name} is not left out.")
            done = [project.exclusions.restore(e.uid, author="command line") for e in mine][-1]
        elif not options.reason.strip():
            raise InputError("Leaving a rater out needs a reason.", "Give one with --reason.")
        elif options.from_order is not None:
            event = _rating_number(project, rater, options.from_order)
            done = project.exclusions.exclude_from(
                rater.id, event, options.reason, author="command line"
            )
        elif options.since is not None:
            done = project.exclusions.exclude_since(
                rater.id, options.since, options.reason, author="command line"
            )
        else:
            done = project.exclusions.exclude_rater(rater.id, options.reason, author="command line")
    if options.json:
        document(done)
    elif options.from_order is not None and not options.restore:
        say(f"{rater.name} is left out from rating {options.from_order} on.")
    elif options.since is not None and not options.restore:
        say(f"{rater.name} is left out from that time on.")
    else:
        say(f"{rater.name} is {'back' if options.restore else 'left out'}.")


def _rating_number(project: Project, rater: Rater, number: int) -> bytes:
    own = sorted(project.ratings.current(rater_id=rater.id), key=lambda r: (r.hlc, r.event_uid))
    if number > len(own):
        raise InputError(f"{rater.name} has {counted(len(own), 'rating')}.")
    return own[number - 1].event_uid
