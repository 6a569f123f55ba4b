"""`agree` on any table of ratings: one document with every figure, the same as for a project."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from prefdesk.errors import InputError
from prefdesk.formats.rating_columns import Scores
from prefdesk.project.describe import Described, agreement_report, items_of
from prefdesk.project.fitting import table_of
from prefdesk.project.report import AgreementReport, Coefficient, Range, RaterReport
from prefdesk.ratings.sayings import NOTES
from prefdesk.records import Rater, Rating

Document = dict[str, Any]

MISSED_TOO_MANY = (
    "missed {missed} of {n} attention checks, where the other raters missed {usual:.0%}"
)
NO_FLAGS_BELOW = 2


@dataclass(frozen=True)
class Agreed:
    """What was found in a table: the document of `--json`, and the report it comes from."""

    document: Document
    report: AgreementReport
    items: tuple[str, ...]


FINEST = 1e-9
"""Scores that differ by less than this are the same, written differently."""


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
    if scale[1] - scale[0] < FINEST:
        scale = scale[0], scale[0] + 1.0
    items, owners = _items(scores, notes)
    rows, names = _rows(scores, items, owners)
    table = table_of(rows, timed=scores.order is not None)
    described = agreement_report(
        key="", computed_ms=0, rows=rows, everything=table, kept=table, training=table,
        raters=names, reason=lambda r: "", fdr=fdr, scale=scale, seed=seed,
    )  # fmt: skip
    keys = tuple(name for _, name in dict.fromkeys(items))
    body = document(described, lambda item: keys[item], checks=checks, fdr=fdr)
    body["scale"] = list(scale)
    body["warnings"] = notes + body["warnings"] + _unmatched(checks, scores.rater)
    return Agreed(body, described.report, keys)


def document(
    described: Described,
    item_name: Callable[[int], Any],
    *,
    checks: Mapping[str, tuple[int, int]] | None = None,
    fdr: float = 0.05,
) -> Document:
    """The report in the names of `prefdesk agree --json`; what is undefined is null, with why."""
    report = described.report
    by_form = {c.form: c for c in report.coefficients}
    names = {r.rater_id: r.name for r in report.raters}
    failed = failed_checks(checks or {}, fdr)
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
            {"form": c.form, **_figure(c)} for c in report.coefficients if c.form.startswith("icc")
        ],
        "fleiss_kappa": _figure(by_form.get("fleiss_kappa")),
        "kendall_w": _figure(by_form.get("kendall_w")),
        "verdict": report.verdict.word,
        "verdict_sentence": report.verdict.sentence,
        "reliability": _interval(report.verdict.reliability)
        | _reason(report.verdict.reliability.value, report.verdict.sentence),
        "raters": [_rater(r, failed.get(r.name, [])) for r in report.raters],
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
        "rate": report.fdr,
        "seed": report.seed,
        "warnings": list(report.design.warnings),
    }


def failed_checks(checks: Mapping[str, tuple[int, int]], fdr: float) -> dict[str, list[Document]]:
    """By rater: the flag of one who missed more attention checks than the others' share allows.

    An exact one-sided binomial test against the share that the rest of the panel missed, with
    the false discovery rate `fdr` over the raters tested.
    """
    tested = {k: v for k, v in checks.items() if sum(v)}
    if len(tested) < NO_FLAGS_BELOW:
        return {}
    missed_all, n_all = (sum(v[1] for v in tested.values()), sum(map(sum, tested.values())))
    found = []
    for name, (hit, missed) in tested.items():
        n = hit + missed
        # One miss in the rest, so that a flawless rest does not make a single miss a crime.
        usual = (missed_all - missed + 1) / (n_all - n + 1)
        found.append((float(stats.binomtest(missed, n, min(usual, 1), "greater").pvalue), name))
    found.sort()
    q = 1.0
    flags: dict[str, list[Document]] = {}
    for place in range(len(found), 0, -1):
        p, name = found[place - 1]
        q = min(q, p * len(found) / place)
        hit, missed = tested[name]
        usual = (missed_all - missed) / max(n_all - hit - missed, 1)
        if q <= fdr:
            said = MISSED_TOO_MANY.format(missed=missed, n=hit + missed, usual=usual)
            flags[name] = [{"rule": "checks", "p": p, "q": q, "reason": f"{name} {said}."}]
    return flags


def _rater(r: RaterReport, checks: Sequence[Document]) -> Document:
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
        "excluded_suggested": any(f["rule"] not in NOTES for f in [*flags, *checks]),
        "flags": [*flags, *checks],
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


def _rows(
    scores: Scores, items: Sequence[tuple[str, str]], owners: Sequence[str]
) -> tuple[list[Rating], dict[int, Rater]]:
    """The table as ratings with numbers for names, in the order of the file."""
    raters, item, prompt = _numbers(scores.rater), _numbers(items), _numbers(owners)
    order = _ranks(scores.order) if scores.order is not None else range(len(items))
    rows = [
        Rating(
            item[items[i]], prompt[owners[i]], raters[scores.rater[i]], "score", "", 0,
            scores.score[i], _known(scores.seconds, i), int(order[i]), scores.lines[i].to_bytes(8),
        )
        for i in range(len(items))
    ]  # fmt: skip
    return rows, {n: Rater(n, b"", name) for name, n in raters.items()}


def _numbers(names: Sequence[Any]) -> dict[Any, int]:
    found: dict[Any, int] = {}
    for name in names:
        found.setdefault(name, len(found))
    return found


def _ranks(order: Sequence[float]) -> list[int]:
    ranks = np.empty(len(order), dtype=np.int64)
    ranks[np.argsort(np.asarray(order), kind="stable")] = np.arange(len(order))
    found: list[int] = ranks.tolist()
    return found


def _known(seconds: Sequence[float] | None, i: int) -> float | None:
    return seconds[i] if seconds is not None and math.isfinite(seconds[i]) else None


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
