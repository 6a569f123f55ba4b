"""Commands about rating packs: out to a rater, back into the project."""

import argparse
import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any

from prefdesk.cli.opening import opened
from prefdesk.cli.output import counted, document, say, show
from prefdesk.cli.tables import table
from prefdesk.errors import InputError
from prefdesk.project import Listed, MergeReport, PackPreview, open_pack
from prefdesk.records import PackMerge

_SEALS = {
    "not signed": "not signed",
    "not checked": "signed, and not checked here (pip install 'prefdesk[sign]')",
    "first key": "signed with a key that is seen for the first time",
    "verified": "signed with the key known from before",
    "other key": "signed with ANOTHER key than before",
    "key missing": "NOT signed, unlike before",
}


def pack(options: argparse.Namespace) -> None:
    """Make a pack, open one, or give its ratings back."""
    if options.open:
        _open(options)
    elif options.back:
        with opened(options.file, "r") as project:
            n = project.packs.return_pack(options.out, overwrite=options.overwrite)
        _told(options, {"events": n}, f"{counted(n, 'act')} in {options.out}; send it back.")
    else:
        with opened(options.file) as project:
            rater = project.raters.by_name(options.rater)
            n = project.packs.make(
                rater,
                options.out,
                limit=options.limit,
                split=options.split,
                overwrite=options.overwrite,
            )
        _told(options, {"items": n}, f"{counted(n, 'item')} for {rater.name} in {options.out}.")


def _open(options: argparse.Namespace) -> None:
    if options.limit is not None or options.split or options.overwrite:
        raise InputError("A pack is opened as it is.", "Leave --limit, --split, --overwrite out.")
    made = open_pack(options.file, options.out)
    with opened(str(made), "r") as project:
        rater, n = project.raters.all()[0], project.completions.count()
    body = {"rater": rater.name, "items": n}
    _told(options, body, f"{made} is ready: {rater.name} rates {counted(n, 'item')} in it.", made)


def _told(
    options: argparse.Namespace, body: dict[str, Any], sentence: str, path: Path | None = None
) -> None:
    if options.json:
        document({"path": path or options.out, **body})
    else:
        say(sentence)


def merge(options: argparse.Namespace) -> None:
    """Take a pack in, look at it first, list merges, or take one back."""
    if options.list:
        _list(options)
    elif options.undo:
        _undo(options)
    elif options.redo:
        _redo(options)
    elif options.pack is None:
        raise InputError("There is nothing to merge.", "Name a pack that came back.")
    elif options.preview:
        with opened(options.file, "r") as project:
            _preview(options, project.packs.preview(options.pack, as_name=options.as_name))
    else:
        _merge(options)


def _merge(options: argparse.Namespace) -> None:
    asked = {"as_name": options.as_name, "unverified": options.unverified}
    # A pack that is refused must leave no trace, and opening for writing leaves one.
    with opened(options.file, "r") as project:
        project.packs.check(options.pack, **asked)
    with opened(options.file) as project:
        report = project.packs.merge(options.pack, progress=_progress, **asked)
    if options.json:
        document(report)
    else:
        _say_report(report)


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        say(f"{done} of {total}")


def _list(options: argparse.Namespace) -> None:
    with opened(options.file, "r") as project:
        names = {r.id: r.name for r in project.raters.all()}
        found = project.packs.merges()
    if options.json:
        document(found)
        return
    head = ("merge", "when", "pack", "rater", "state", "signature", "acts", "there", "refused")
    table(head, [_merge_row(one, names[one.rater_id]) for one in found])


def _merge_row(one: PackMerge, rater: str) -> tuple[object, ...]:
    said = json.loads(one.report)
    when = dt.datetime.fromtimestamp(one.started_ms / 1000).isoformat(" ", "minutes")
    refused = sum(said.get("refused", {}).values()) if said else None
    counts = (said.get("brought"), said.get("duplicate"), refused)
    return (one.id, when, said.get("file", ""), rater, one.state, one.seal, *counts)


def _redo(options: argparse.Namespace) -> None:
    if options.pack is not None or options.merge is None:
        raise InputError("Say which merge is to be brought back.", "See --list, then --merge N.")
    with opened(options.file) as project:
        done = project.packs.redo(options.merge, progress=_progress)
    if options.json:
        document(done)
    else:
        say(f"Merge {done.id} counts again.")


def _undo(options: argparse.Namespace) -> None:
    if options.pack is not None:
        raise InputError("A merge is taken back by its number.", "See --list, then --merge N.")
    with opened(options.file) as project:
        done = project.packs.undo(options.merge, progress=_progress)
    if options.json:
        document(done)
    else:
        say(f"Merge {done.id} is taken back; merging the same pack again restores it.")


def _preview(options: argparse.Namespace, found: PackPreview) -> None:
    if options.json:
        document(found)
        return
    who = found.identity
    here = f"goes to {who.target.name}" if who.target else "is not in this project yet"
    if who.target is None and who.found == "same name":
        here = "has the name of somebody else here; choose with --as NAME"
    show(f"{found.name}: {found.events} acts of {who.name}, who {here}.")
    show(f"It is {_SEALS[found.seal]}.")
    if found.earlier:
        show(f"An earlier merge of this pack is {found.earlier}.")
    kinds = ("new", "duplicate", "refused", "ahead")
    table(("rows", "count"), [(kind, getattr(found, kind).count) for kind in kinds])
    _rows("refused", found.refused)
    if found.conflicts:
        head = ("completion", "criterion", "here", "pack", "which counts")
        table(
            head, [(c.completion_id, c.criterion, c.here, c.pack, c.wins) for c in found.conflicts]
        )
    if found.ahead.count:
        show("A clock was more than 24 hours ahead; its ratings count until they are changed.")


def _rows(what: str, listed: Listed) -> None:
    if listed.count:
        head = (f"{what}: line", "completion", "reason")
        table(head, [(r.line, r.completion_id, r.reason) for r in listed.shown[:50]])


def _say_report(report: MergeReport) -> None:
    back = f", {report.restored} brought back" if report.restored else ""
    say(
        f"Merge {report.merge_id}: {counted(report.new, 'new act')} of {report.rater.name}{back}, "
        f"{report.duplicate} there already. It was {_SEALS[report.seal]}."
    )
    for reason, n in sorted(report.refused.items()):
        say(f"{n} refused: {reason}.")
    if report.ahead:
        say(f"{report.ahead} were written by a clock more than 24 hours ahead.")
