"""The paragraph about raters for a paper: what was computed, how, and what came out."""

import re
from collections.abc import Sequence
from typing import Literal

from prefdesk import __version__
from prefdesk.project.report import AgreementReport, Coefficient, Range, RaterReport

Form = Literal["text", "latex"]

TITLES: dict[str, str] = {
    "alpha_nominal": "Krippendorff's alpha (nominal)",
    "alpha_ordinal": "Krippendorff's alpha (ordinal)",
    "alpha_interval": "Krippendorff's alpha (interval)",
    "ac1": "Gwet's AC1",
    "ac2": "Gwet's AC2",
    "fleiss_kappa": "Fleiss' kappa",
    "kendall_w": "Kendall's W",
    "kappa_quadratic": "Cohen's kappa with quadratic weights (mean over pairs of raters)",
    "kendall_w_within": "Kendall's W within prompts (mean over prompts)",
    "icc_1": "ICC(1,1)",
    "icc_1_k": "ICC(1,k)",
    "icc_2_1": "ICC(2,1)",
    "icc_2_k": "ICC(2,k)",
    "icc_3_1": "ICC(3,1)",
    "icc_3_k": "ICC(3,k)",
    "icc_model": "model-based ICC (single rating)",
    "icc_model_k": "model-based ICC (mean of the ratings)",
    "icc_model_within": "model-based ICC within prompts (single rating)",
    "icc_model_within_k": "model-based ICC within prompts (mean of the ratings)",
}
"""What each figure is called in English."""

_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#",
    "%": r"\%", "_": r"\_", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", '"': r"\textquotedbl{}",
}  # fmt: skip


def paragraph(
    report: AgreementReport, exclusions: Sequence[tuple[str, str, str]] = (), form: Form = "text"
) -> str:
    """One paragraph. `exclusions` holds (rater, what was left out, reason) of those in force.

    `latex` escapes every character that means something to it and sets minus signs.
    """
    if not report.n_ratings:
        return "No ratings were collected."
    parts = [
        _data(report), _agreement(report), _model(report), _verdict(report), _flags(report),
        _left_out(report, exclusions), _program(report),
    ]  # fmt: skip
    text = " ".join(" ".join(p.split()) for p in parts if p)
    return latex(text) if form == "latex" else text


def latex(text: str) -> str:
    """The text with every character that LaTeX reads as a command written out."""
    written = "".join(_SPECIAL.get(c, c) for c in text if c.isprintable())
    return re.sub(r"(?<=[ \[])-(?=[0-9])", "$-$", written)


def _data(report: AgreementReport) -> str:
    spread = report.design.coverage
    least, most = (spread[0][0], spread[-1][0]) if spread else (0, 0)
    each = f"{least}" if least == most else f"{least} to {most}"
    said = (
        f"{_count(report.n_raters, 'rater')} gave {_count(report.n_ratings, 'rating')} of "
        f"{_count(report.n_items, 'item')} ({each} ratings per item that counts)."
    )
    if report.design.components > 1:
        said += f" The raters fall into {report.design.components} sets without a shared item."
    simulated = sum(r.simulated for r in report.raters)
    if simulated:
        said += f" {simulated} of the raters are simulated."
    return f"{said} {report.labels.sentence}".strip()


def _agreement(report: AgreementReport) -> str:
    known = [c for c in report.coefficients if c.these.value is not None]
    if not known:
        why = next((c.reason for c in report.coefficients if c.reason), "")
        return f"Agreement was not estimated. {why}"
    said = (
        f"Agreement was {_listed([_titled(c) for c in known])}, each with a 95% percentile "
        "bootstrap interval over the items where one is given"
    )
    if any(c.like_these.low is not None for c in known):
        said += "; intervals for raters like these draw items and raters"
    within = report.alpha_within
    if within.value is not None:
        said += f". Within prompts, interval alpha was {figure(within)}"
    return said + "."


def _titled(c: Coefficient) -> str:
    return f"{TITLES.get(c.form, c.form)} = {figure(c.these)}"


def _model(report: AgreementReport) -> str:
    counted = [r for r in report.raters if not r.excluded and r.bias is not None]
    said = (
        "Qualities were estimated with a random-effects model (score = prompt + answer + bias of "
        "the rater + noise of the rater) fitted by expectation-maximisation; biases were "
        "corrected, and ratings weigh by the precision of their rater."
    )
    biases = [r.bias for r in counted if r.bias is not None]
    noise = [r.inconsistency for r in counted if r.inconsistency is not None]
    if biases and noise:
        said += (
            f" Biases ranged from {min(biases):.2f} to {max(biases):.2f} and standard deviations "
            f"of the noise from {min(noise):.2f} to {max(noise):.2f} points."
        )
    return said


def _verdict(report: AgreementReport) -> str:
    reliability = report.verdict.reliability
    if reliability.value is None:
        return "The reliability of the estimated qualities could not be estimated."
    return (
        f"The mean reliability of the estimated qualities was {figure(reliability)} "
        "(95% interval by profile likelihood)."
    )


def _flags(report: AgreementReport) -> str:
    flagged = [r for r in report.raters if r.flags]
    single = len(report.outliers)
    said = (
        "Raters and single ratings that stand out were sought by tests against panels simulated "
        "from the fitted model, with the Benjamini-Hochberg procedure"
        + (f" at a false discovery rate of {report.fdr:g}" if report.fdr is not None else "")
        + f"; {_count(len(flagged), 'rater')} and {_count(single, 'single rating')} stood out"
    )
    if flagged:
        said += f" ({_listed([_why(r) for r in flagged])})"
    return said + "."


def _why(r: RaterReport) -> str:
    return f"{r.name}: {' and '.join(f'{f.rule}, q = {f.q:.2g}' for f in r.flags)}"


def _left_out(report: AgreementReport, exclusions: Sequence[tuple[str, str, str]]) -> str:
    if not exclusions:
        return "No rating was left out."
    lost = sum(r.n for r in report.raters if r.excluded)
    said = "; ".join(
        f"{what} of {who} ({reason.rstrip('.') or 'no reason given'})"
        for who, what, reason in exclusions
    )
    return (
        f"Left out were {said}. Raters left out as a whole had given {_count(lost, 'rating')}. "
        "What was left out is kept with its reason."
    )


def _program(report: AgreementReport) -> str:
    return f"Computed with prefdesk {__version__}, seed {report.seed}."


def figure(r: Range) -> str:
    """A figure with its interval, as papers write it."""
    if r.value is None:
        return "not estimable"
    if r.low is None or r.high is None:
        return f"{r.value:.3f}"
    return f"{r.value:.3f} [{r.low:.3f}, {r.high:.3f}]"


def _count(n: int, noun: str) -> str:
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def _listed(parts: Sequence[str]) -> str:
    return ", ".join(parts[:-1]) + f" and {parts[-1]}" if len(parts) > 1 else parts[0]
