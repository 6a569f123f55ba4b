"""`prefdesk preprocess`: tokens of every prompt, what was found about them, and decisions."""

import argparse
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, cast

from prefdesk.cli.monitor import Monitor
from prefdesk.cli.opening import opened
from prefdesk.cli.options import chosen
from prefdesk.cli.output import are, counted, document, documents, say, show
from prefdesk.cli.tables import table
from prefdesk.config import PreprocessConfig
from prefdesk.errors import InputError
from prefdesk.project import PreprocessReport, Project
from prefdesk.records import PROMPT_FINDINGS, PromptChoice, PromptFinding, PromptFindingKind

AUTHOR = "command line"
PAGE = 1000
WORDS: dict[str, str] = {
    "empty": "no text",
    "refused": "refused by the chat template",
    "control": "control strings in the text, read as text",
    "duplicate": "repeats another prompt",
    "near": "nearly repeats another prompt",
    "too-long": "longer than the limit",
    "language": "in another language",
}


def preprocess(options: argparse.Namespace) -> None:
    """Look at the prompts, list what was found, or decide about it."""
    wanted = [name for name in ("list", "keep", "leave_out", "shorten") if getattr(options, name)]
    wanted += [name for name in ("undo", "redo") if getattr(options, name)]
    if options.prompt and (not wanted or wanted[0] in ("list", "undo", "redo")):
        raise InputError("--prompt goes with --keep, --leave-out or --shorten.")
    with opened(options.file, "r" if wanted == ["list"] else "w") as project:
        if not wanted:
            _run(project, options)
        elif wanted == ["list"]:
            _list(project, options)
        else:
            _decide(project, options, wanted[0])


def _run(project: Project, options: argparse.Namespace) -> None:
    Monitor(project).run(project.preprocessing.job(chosen(PreprocessConfig, options)))
    report = project.preprocessing.report()
    assert report is not None
    counts, out = project.preprocessing.counts(), len(project.preprocessing.left_out())
    if options.json:
        document({**asdict(report), "decided": counts, "left_out": out})
        return
    _say(report)
    rows = [
        (kind, WORDS[kind], sum(of.values()), of.get("open", 0))
        for kind in PROMPT_FINDINGS
        if (of := counts.get(kind))
    ]
    if rows:
        show()
        table(("finding", "what it is", "prompts", "undecided"), rows)
        show(
            "Nothing is left out by itself. See them with --list KIND; decide with --keep, "
            "--leave-out or --shorten KIND."
        )
    if out:
        show(f"{are(out)} left out by decision.")


def _say(report: PreprocessReport) -> None:
    show(
        f"{counted(report.n_prompts, 'prompt')}, the longest has "
        f"{counted(report.longest, 'token')}; {are(report.n_too_long)} longer than {report.limit}."
    )
    told = ", ".join(f"{code} {n}" for code, n in list(report.languages.items())[:8])
    unknown = sum(report.unknown_languages.values())
    if told:
        rest = f"; of {unknown} it cannot be told" if unknown else ""
        show(f"Languages: {told}{rest}.")


def _list(project: Project, options: argparse.Namespace) -> None:
    kind = cast(PromptFindingKind, options.list)
    if options.json:
        documents(asdict(f) for f in _all(project, kind))
        return
    rows = [
        (f.prompt_id, f.choice, f.other_id, _what(f), _text(project, f.prompt_id))
        for f in _all(project, kind)
    ]
    table(("prompt", "decision", "other", "what", "text"), rows)


def _all(project: Project, kind: PromptFindingKind) -> Iterable[PromptFinding]:
    after: tuple[str, int] = ("", 0)
    while page := project.preprocessing.findings(kind, after=after, limit=PAGE):
        yield from page
        after = (page[-1].kind, page[-1].prompt_id)


def _what(found: PromptFinding) -> str:
    detail = found.detail
    return {
        "refused": str(detail.get("reason", "")),
        "control": " ".join(map(str, detail.get("strings", ()))),
        "near": f"{found.value or 0:.0%} alike",
        "too-long": f"{found.value or 0:.0f} tokens",
        "language": str(detail.get("language", "")),
    }.get(found.kind, "") + (" (in the other split)" if detail.get("across") else "")


def _text(project: Project, prompt_id: int) -> str:
    return " ".join(project.prompts.get(prompt_id).text[:60].split())


def _decide(project: Project, options: argparse.Namespace, verb: str) -> None:
    preprocessing = project.preprocessing
    before = len(preprocessing.left_out())
    if verb in ("undo", "redo"):
        act = getattr(preprocessing, verb)(author=AUTHOR)
    else:
        choice = cast(PromptChoice, verb.replace("_", "-"))
        kind = cast(PromptFindingKind, getattr(options, verb))
        more: dict[str, Any] = {"author": AUTHOR, "note": options.note}
        if options.prompt:
            act = preprocessing.decide(options.prompt, kind, choice, **more)
        else:
            act = preprocessing.decide_open(kind, choice, **more)
    n = sum(d.act == act for d in preprocessing.log(-1)) if act else 0
    out = len(preprocessing.left_out())
    if options.json:
        document({"act": act, "decisions": n, "left_out": out})
    elif not act:
        say("There is nothing to decide, undo or redo: nothing was changed.")
    else:
        say(f"{counted(n, 'decision')}; {counted(out, 'prompt')} left out now, {before} before.")
