"""Commands that weigh raters: credibility by hand, what if, and which rating would teach most."""

import argparse
from typing import Any

from prefdesk.cli.named import known
from prefdesk.cli.opening import opened
from prefdesk.cli.output import counted, document, say, show
from prefdesk.cli.tables import table
from prefdesk.errors import InputError
from prefdesk.project import Project, WhatIf, WhatIfReport

SHOWN = 20


def credibility(options: argparse.Namespace) -> None:
    """Set a rater's weight by hand with a note, or let it be estimated again."""
    if (options.value is None) == (not options.estimated):
        raise InputError("Name a value from 0 to 3, or --estimated.", "1 is the panel's mean.")
    with opened(options.file) as project:
        rater = known(project, options.rater)
        value = None if options.estimated else options.value
        note = options.note or ("estimated again" if options.estimated else "")
        done = project.credibility.set(rater.id, value, note, author="command line")
    if options.json:
        document(done)
    elif value is None:
        say(f"The credibility of {rater.name} is estimated.")
    else:
        say(f"{rater.name} weighs {value:g} times the panel's mean rater.")


def asked(options: argparse.Namespace) -> bool:
    """True if `rewards` is asked for something that is supposed, or for the next rating."""
    return bool(options.next or options.without or options.weight or options.rule)


def answer(project: Project, options: argparse.Namespace) -> None:
    """Say what would move, or what to rate next."""
    if options.next:
        _next(project, options)
        return
    weights = {}
    for text in options.weight:
        name, _, value = text.rpartition("=")
        weights[known(project, name).id] = _number(value)
    change = WhatIf(
        leave_out_raters=[known(project, name).id for name in options.without],
        credibility=weights,
        rule=options.rule or "model",
    )
    found = project.judgement.what_if(change)
    if options.json:
        document(found)
    else:
        _print(found)


def _number(text: str) -> float | None:
    if text == "estimated":
        return None
    try:
        return float(text)
    except ValueError:
        raise InputError(f"{text!r} is no weight.", "Use NAME=0.5, or NAME=estimated.") from None


def _print(found: WhatIfReport) -> None:
    show(
        f"{counted(found.n_moved, 'advantage')} would move by more than 0.05 sd; "
        f"{found.n_advantages_turned} would change sign, and so would "
        f"{counted(found.n_rewards_turned, 'reward')}.\n"
        f"Verdict: {found.verdict_before.word}, then {found.verdict_after.word}. "
        f"Alpha: {_figure(found.alpha_before)}, then {_figure(found.alpha_after)}.\n"
        "Nothing was changed.\n"
    )
    head = ("completion", "prompt", "reward", "then", "rank", "then", "advantage", "then")
    table(
        head,
        [
            (
                *(m.completion_id, m.prompt_id, m.reward_before, m.reward_after),
                *(m.rank_before, m.rank_after, m.advantage_before, m.advantage_after),
            )
            for m in found.rows[:SHOWN]
        ],
    )
    if len(found.rows) > SHOWN:
        show(f"These move most; --json lists all {len(found.rows)}.")


def _figure(value: float | None) -> str:
    return "not to be had" if value is None else f"{value:.2f}"


def _next(project: Project, options: argparse.Namespace) -> None:
    found: list[Any] = project.next_best(SHOWN)
    if options.json:
        document(found)
    elif not found:
        show("No further rating would tell answers to a prompt apart: none are rated yet.")
    else:
        head = ("completion", "prompt", "ratings", "gain", "why")
        table(head, [(b.completion_id, b.prompt_id, b.n_ratings, b.gain, b.reason) for b in found])
