"""`agree` on any table of ratings: one document with every figure, the same as for a project."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from prefdesk.errors import InputError
from prefdesk.formats.rating_columns import Scores
from prefdesk.project.describe import Described, agreement_report, items_of
from prefdesk.project.methods import TITLES
from prefdesk.project.report import AgreementReport, Coefficient, Range, RaterReport
from prefdesk.ratings.flags import Rates
from prefdesk.ratings.sayings import NOTES
from prefdesk.records import Rater
from prefdesk.store.columns import Columns

Document = dict[str, Any]

LEAST_WIDTH = 1e-6
"""A scale narrower than this share of its distance from zero is refused."""
MOST_UNITS = 1e9
"""So is one that ends beyond this, or within its inverse of zero."""


@dataclass(frozen=True)
class Agreed:
    """What was found in a table: the document of `--json`, and the report it comes from."""

    document: Document
    report: AgreementReport
    items: tuple[str, ...]


def agree_scores(
    scores: Scores,
    *,
    scale: tuple[float, float] | None = None,
    fdr: float = 0.05,
    seed: int = 0,
    checks: Mapping[str, tuple[int, int]] | None = None,
) -> Agreed:
    """All figures of a table of scores. `checks`: attention checks found and missed by rater."""
    notes = list(scores.notes)
    if scale is None:
        scale = min(scores.score), max(scores.score)
        notes.append(
            f"The scale was taken to run from {scale[0]:g} to {scale[1]:g}, the least and the "
            "greatest score seen; another one can be named with --scale."
        )
    scale = _sound(scale)
    values = _rounded(scores.score, scale)
    items, owners = _items(scores, notes)
    rows, names = _rows(scores, values, items, owners)
    unmatched = _unmatched(checks, scores.rater)
    by_rater: dict[Hashable, tuple[int, int]] = {
        n: (checks or {})[r.name] for n, r in names.items() if r.name in (checks or {})
    }
    described = agreement_report(
        key="", computed_ms=0, rows=rows, kept=rows, training=rows, raters=names,
        reason=lambda r: "", fdr=fdr, timed=scores.order is not None, scale=scale, seed=seed,
        checks=by_rater,
    )  # fmt: skip
    keys = tuple(name for _, name in dict.fromkeys(items))
    body = document(described, lambda item: keys[item])
    body["scale"] = list(scale)
    body["warnings"] = notes + body["warnings"] + unmatched
    return Agreed(body, described.report, keys)


def document(described: Described, item_name: Callable[[int], Any]) -> Document:
    """The report in the names of `prefdesk agree --json`; what is undefined is null, with why."""
    report = described.report
    by_form = {c.form: c for c in report.coefficients}
    names = {r.rater_id: r.name for r in report.raters}
    return {
        "n_ratings": report.n_ratings,
        "n_raters": report.n_raters,
        "n_items": report.n_items,
        "alpha": {
            kind: _figure(by_form.get(f"alpha_{kind}"))
            for kind in ("nominal", "ordinal", "interval")
        },
        "alpha_within": _interval(report.alpha_within),
        "ac1": _figure(by_form.get("ac1")),
        "ac2": _figure(by_form.get("ac2")),
        "icc": [
            {"form": TITLES.get(c.form, c.form), "name": c.form, **_figure(c)}
            for c in report.coefficients
            if c.form.startswith("icc")
        ],
        "fleiss_kappa": _figure(by_form.get("fleiss_kappa")),
        "kendall_w": _figure(by_form.get("kendall_w")),
        "kendall_w_within": _figure(by_form.get("kendall_w_within")),
        "mean_kappa": _figure(by_form.get("kappa_quadratic")),
        "verdict": report.verdict.word,
        "verdict_sentence": report.verdict.sentence,
        "reliability": _interval(report.verdict.reliability)
        | _reason(report.verdict.reliability.value, report.verdict.sentence),
        "raters": [_rater(r) for r in report.raters],
        "outlier_ratings": [
            {
                "rater": names[o.rater_id],
                "item": item_name(o.completion_id),
                "score": o.score,
                "residual": o.student,
                "q": o.q,
                "kind": o.kind,
                "points": o.residual,
                "expected": o.expected,
            }
            for o in sorted(report.outliers, key=lambda o: -abs(o.residual))
        ],
        "items": items_of(described, item_name),
        "design": {
            "ratings_per_item": [list(c) for c in report.design.coverage],
            "components": report.design.components,
        },
        "labels": None if not report.labels.n else asdict(report.labels),
        "rate": report.fdr,
        "rates": None if report.fdr is None else _rates(report.fdr),
        "seed": report.seed,
        "warnings": list(report.design.warnings),
    }


def _rates(fdr: float) -> Document:
    """The false discovery rate of each kind of flag; together they are the user's."""
    rates = Rates.of(fdr)
    return {"agreement": rates.agreement, "conduct": rates.conduct, "ratings": rates.ratings}


def _rater(r: RaterReport) -> Document:
    flags = [{"rule": f.rule, "p": f.p, "q": f.q, "reason": f.sentence} for f in r.flags]
    return {
        "rater": r.name,
        "n": r.n,
        "bias": r.bias,
        "bias_se": r.bias_se,
        "inconsistency": r.inconsistency,
        "loo_r": r.loo.value,
        "loo_ci": _interval(r.loo)["ci"],
        **({} if r.loo.value is not None else {"reason": LOO_TOO_FEW}),
        "loo_rank": r.loo_rank.value,
        "credibility": r.weight,
        "excluded": r.excluded,
        "excluded_suggested": any(f.rule not in NOTES for f in r.flags),
        "flags": flags,
        "vitality": r.vitality,
        "modal_share": r.modal_share,
        "entropy": r.entropy,
        "median_s": r.median_s,
        "drift": _interval(r.drift),
    }


LOO_TOO_FEW = "Fewer than 8 of the ratings can be compared with those of others."


def _figure(found: Coefficient | None) -> Document:
    if found is None:
        return {"value": None, "ci": None, "reason": "It is not defined for these ratings."}
    body = _interval(found.these)
    if found.like_these.low is not None:
        body["ci_raters"] = [found.like_these.low, found.like_these.high]
    if found.these.value is None:
        return body | {"reason": found.reason or "It is not defined for these ratings."}
    return body | ({"note": found.reason} if found.reason else {})


def _interval(found: Range) -> Document:
    known = found.low is not None and found.high is not None
    return {"value": found.value, "ci": [found.low, found.high] if known else None}


def _reason(value: float | None, why: str) -> Document:
    return {} if value is not None else {"reason": why}


def _items(scores: Scores, notes: list[str]) -> tuple[list[tuple[str, str]], list[str]]:
    """Each row's item as (prompt, name) and its prompt; an item without one is its own group.

    Names such as a system's that stand under several prompts mean several items.
    """
    if scores.prompt is None:
        return [("", i) for i in scores.item], scores.item
    blank = scores.prompt.count("")
    if blank:
        notes.append(
            f"{blank} ratings name no prompt; the items among them are compared with none."
        )
    owners: dict[str, set[str]] = {}
    for item, prompt in zip(scores.item, scores.prompt, strict=True):
        owners.setdefault(item, set()).add(prompt)
    several = {i for i, p in owners.items() if len(p) > 1}
    if several:
        notes.append(
            f"{len(several)} items stand under more than one prompt; each was taken as another "
            "item under each, called prompt|item."
        )
    rows = [
        (p, f"{p}|{i}" if i in several else i)
        for i, p in zip(scores.item, scores.prompt, strict=True)
    ]
    return rows, [p or f"\0{i}" for p, i in rows]


def _sound(scale: tuple[float, float]) -> tuple[float, float]:
    """The scale, one point wide where it has no width; `InputError` beyond what figures can hold.

    On a scale that is tiny beside its distance from zero, or in absurd units, squares lose all
    their digits, and a wrong number is worse than none.
    """
    low, high = scale
    width, far = high - low, max(abs(low), abs(high))
    if far > MOST_UNITS or 0 < far < 1 / MOST_UNITS or 0 < width < LEAST_WIDTH * far:
        raise InputError(
            f"Scores from {low:g} to {high:g} cannot be calculated with.",
            "Write them in other units, such as 0 to 100.",
        )
    return scale if width else (low, low + max(1.0, far * LEAST_WIDTH))


def _rounded(scores: Sequence[float], scale: tuple[float, float]) -> list[float]:
    """Scores without digits that nobody meant: other than whole ones to a billionth of the scale.

    Scores that differ by less are the same, written differently.
    """
    low, unit = scale[0], (scale[1] - scale[0]) * 1e-9
    column = np.asarray(scores)
    near = low + np.round((column - low) / unit) * unit
    found: list[float] = np.where(column == np.round(column), column, near).tolist()
    return found


def _rows(
    scores: Scores,
    values: Sequence[float],
    items: Sequence[tuple[str, str]],
    owners: Sequence[str],
) -> tuple[Columns, dict[int, Rater]]:
    """The table as ratings with numbers for names, in the order of the file."""
    raters, item, prompt = _numbers(scores.rater), _numbers(items), _numbers(owners)
    n = len(items)
    order = _ranks(scores.order) if scores.order is not None else np.arange(n)
    seconds = np.full(n, np.nan) if scores.seconds is None else np.array(scores.seconds)
    seconds[~np.isfinite(seconds)] = np.nan
    uid = np.zeros((n, 2), dtype=">u8")
    uid[:, 1] = scores.lines
    nothing = np.zeros(n, dtype=np.int64)
    rows = Columns(
        _column(item, items), _column(prompt, owners), _column(raters, scores.rater),
        nothing, nothing, nothing > 0, np.array(values), seconds, order,
        uid.view("V16").ravel(), ("",),
    )  # fmt: skip
    return rows, {n: Rater(n, b"", name) for name, n in raters.items()}


def _column(numbers: Mapping[Any, int], names: Sequence[Any]) -> NDArray[np.int64]:
    return np.fromiter((numbers[name] for name in names), np.int64, len(names))


def _numbers(names: Sequence[Any]) -> dict[Any, int]:
    found: dict[Any, int] = {}
    for name in names:
        found.setdefault(name, len(found))
    return found


def _ranks(order: Sequence[float]) -> NDArray[np.int64]:
    ranks = np.empty(len(order), dtype=np.int64)
    ranks[np.argsort(np.asarray(order), kind="stable")] = np.arange(len(order))
    return ranks


def _unmatched(checks: Mapping[str, tuple[int, int]] | None, raters: Sequence[str]) -> list[str]:
    there = set(raters)
    missing = sorted(set(checks or ()) - there)
    if not missing:
        return []
    if len(missing) == len(checks or ()):
        raise InputError(
            "None of the raters with attention checks is among the raters of the ratings.",
            "Use the same names in both files.",
        )
    return [f"Attention checks of raters without ratings were not used: {', '.join(missing[:8])}."]
