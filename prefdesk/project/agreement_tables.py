"""The report on raters as tables for a spreadsheet, one CSV file each."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from prefdesk import formats
from prefdesk.errors import InputError
from prefdesk.formats.tables import exists, unwritable
from prefdesk.project.report import AgreementReport, Range, RaterReport

Row = Mapping[str, Any]
Tables = dict[str, tuple[tuple[str, ...], list[Row]]]

COLUMNS: dict[str, tuple[str, ...]] = {
    "raters": (
        *("rater", "simulated", "excluded", "n", "bias", "bias_se", "inconsistency"),
        *("loo_r", "loo_r_low", "loo_r_high", "loo_rank", "credibility", "vitality"),
        *("drift", "drift_low", "drift_high", "modal_share", "entropy", "median_s"),
        *("repeat_r", "n_repeats", "flags", "reasons"),
    ),
    "coefficients": ("form", "value", "low", "high", "low_raters", "high_raters", "reason"),
    "outlying_ratings": (
        *("rater", "item", "score", "expected", "residual", "studentised", "q", "kind"),
        *("excluded", "position"),
    ),
    "items": ("item", "n", "mean", "quality", "se"),
    "exclusions": ("rater", "what", "reason"),
}


def tables(
    report: AgreementReport,
    items: Sequence[Row],
    exclusions: Sequence[tuple[str, str, str]] = (),
    names: Mapping[int, Any] | None = None,
) -> Tables:
    """Columns and rows by table. `names` says what an item is called (default: its number)."""
    raters, named = {r.rater_id: r.name for r in report.raters}, names or {}
    rows: dict[str, list[Row]] = {
        "raters": [_rater(r) for r in report.raters],
        "coefficients": [
            {"form": c.form, **_range(c.these), "low_raters": c.like_these.low,
             "high_raters": c.like_these.high, "reason": c.reason}
            for c in report.coefficients
        ],
        "outlying_ratings": [
            {"rater": raters[o.rater_id], "item": named.get(o.completion_id, o.completion_id),
             "score": o.score, "expected": o.expected, "residual": o.residual,
             "studentised": o.student, "q": o.q, "kind": o.kind, "excluded": o.excluded,
             "position": o.position}
            for o in report.outliers
        ],
        "items": list(items),
        "exclusions": [dict(zip(COLUMNS["exclusions"], e, strict=True)) for e in exclusions],
    }  # fmt: skip
    return {name: (COLUMNS[name], rows[name]) for name in COLUMNS}


def write(folder: str | Path, made: Tables, *, overwrite: bool = False) -> list[Path]:
    """Write each table as NAME.csv into `folder`, which is made where it is missing.

    `InputError` if one of the files exists and `overwrite` is off; then none is written.
    """
    folder = Path(folder)
    files = {folder / f"{name}.csv": one for name, one in made.items()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise InputError(f"{folder.name} is no folder.", "Name a folder for the tables.") from None
    except OSError as error:
        raise unwritable(folder, error) from error
    if not overwrite and (there := next((f for f in files if f.exists()), None)):
        raise exists(there)
    for path, (columns, rows) in files.items():
        formats.write_csv(path, rows, columns=columns, overwrite=overwrite)
    return list(files)


def _rater(r: RaterReport) -> Row:
    return {
        "rater": r.name, "simulated": r.simulated, "excluded": r.excluded, "n": r.n,
        "bias": r.bias, "bias_se": r.bias_se, "inconsistency": r.inconsistency,
        "loo_r": r.loo.value, "loo_r_low": r.loo.low, "loo_r_high": r.loo.high,
        "loo_rank": r.loo_rank.value, "credibility": r.weight, "vitality": r.vitality,
        "drift": r.drift.value, "drift_low": r.drift.low, "drift_high": r.drift.high,
        "modal_share": r.modal_share, "entropy": r.entropy, "median_s": r.median_s,
        "repeat_r": r.repeat.value, "n_repeats": r.n_repeats,
        "flags": ", ".join(f.rule for f in r.flags),
        "reasons": " ".join(f.sentence for f in r.flags),
    }  # fmt: skip


def _range(r: Range) -> Row:
    return {"value": r.value, "low": r.low, "high": r.high}
