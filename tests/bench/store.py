"""The project file at scale: a million answers, three million ratings, and weights beside them.

The first run makes that project and keeps it (`store_build`; minutes). Each part works on the
same fresh copy, in this order; `--only open,save` runs some of them. With --quick everything is
a hundredth, and the figures say little.
"""

import os
import tempfile
import time
from collections.abc import Collection
from pathlib import Path

from prefdesk.models import starter
from prefdesk.paths import models_dir
from prefdesk.project import Project
from tests.bench import merge, store_build, store_ingest, store_rating, weights
from tests.bench import search as searching
from tests.bench.report import Report

PARTS = ("open", "fill", "save", "figures", "search", "ingest", "merge", "weights")
MERGED, QUICK_MERGED = 100_000, 10_000


def measure(*, quick: bool, only: Collection[str] = PARTS) -> Report:
    """Every figure of the project file beside its bar."""
    unknown = sorted(set(only) - set(PARTS))
    if unknown:
        raise SystemExit(f"There is no part {unknown[0]}; there are {', '.join(PARTS)}.")
    # A copy of a gigabyte at every close is not what is measured here.
    os.environ["PREFDESK_BACKUPS"] = "off"
    report = Report("store")
    with tempfile.TemporaryDirectory(dir=os.environ.get("PREFDESK_BENCH_FOLDER")) as name:
        if set(only) - {"weights", "search"}:
            _large(report, Path(name), only, quick)
    if "search" in only:
        # A project of its own, with words of which is known how often they come.
        _add(report, searching.measure(quick=quick))
    if "weights" in only:
        _weights(report, quick)
    return report


def _large(report: Report, folder: Path, only: Collection[str], quick: bool) -> None:
    path, row = store_build.project(folder, quick=quick)
    report.runs.append(row)
    if "open" in only:
        store_rating.opening(report, path, quick=quick)
    with Project.open(path) as project:
        if "fill" in only:
            store_rating.filling(report, project, quick=quick)
        if "save" in only:
            store_rating.saving(report, project, folder, quick=quick)
        if "figures" in only:
            store_rating.figures(report, project, quick=quick)
        if "ingest" in only:
            store_ingest.ingest(report, project, folder, quick=quick)
        if "merge" in only:
            n = QUICK_MERGED if quick else MERGED
            merge.merge_into(report, project, folder, n, quick=quick)
        started = time.perf_counter()
    report.runs.append({"run": "close", "seconds": round(time.perf_counter() - started, 2)})


def _weights(report: Report, quick: bool) -> None:
    """What `weights` finds, beside the rest."""
    if starter.installed(models_dir()) is None:
        report.runs.append({"run": "weights", "left_out": store_ingest.NO_MODEL})
        return
    _add(report, weights.measure(quick=quick))


def _add(report: Report, found: Report) -> None:
    report.runs += found.runs
    report.bars += found.bars
