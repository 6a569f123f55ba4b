"""Figures about raters in words: verdicts, flags, intervals, in the present language."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from prefdesk.ui.widgets import one_line

if TYPE_CHECKING:
    from prefdesk.project import Flag, Range, RaterReport

MINUS = "\N{MINUS SIGN}"


def comma() -> str:
    """What stands between the parts of a list."""
    return QCoreApplication.translate("figures", ", ")


def joined(sentences: Iterable[str]) -> str:
    """Sentences one after the other; Chinese puts no space between them."""
    return " ".join(sentences).replace("\N{IDEOGRAPHIC FULL STOP} ", "\N{IDEOGRAPHIC FULL STOP}")


def plain(value: float | None, decimals: int = 2) -> str:
    """A number with a true minus sign; blank for None."""
    return "" if value is None else f"{_rounded(value, decimals):,.{decimals}f}".replace("-", MINUS)


def signed(value: float | None, decimals: int = 1) -> str:
    """A number that always shows its sign; blank for None."""
    if value is None:
        return ""
    rounded = _rounded(value, decimals)
    return f"{rounded:{'+' if rounded else ''},.{decimals}f}".replace("-", MINUS)


def _rounded(value: float, decimals: int) -> float:
    """The number as it will be seen; what rounds to nothing has no sign."""
    return round(value, decimals) + 0.0


def with_error(
    value: float | None, se: float | None, decimals: int = 1, *, sign: bool = False
) -> str:
    """A figure with its standard error, like `7.1 ± 0.4`."""
    if value is None:
        return ""
    text = signed(value, decimals) if sign else plain(value, decimals)
    return text if se is None else f"{text} ± {se:.{decimals}f}"


def limits(found: "Range", decimals: int = 2) -> str:
    """The interval alone, like `0.51 to 0.71`; blank where there is none."""
    if found.low is None or found.high is None:
        return ""
    text = QCoreApplication.translate("figures", "{low} to {high}")
    return text.format(low=plain(found.low, decimals), high=plain(found.high, decimals))


def told(found: "Range", widest: float, decimals: int = 2) -> str:
    """As `with_limits`, but blank where the interval is too wide to tell anything."""
    if found.low is not None and found.high is not None and found.high - found.low > widest:
        return ""
    return with_limits(found, decimals)


def with_limits(found: "Range", decimals: int = 2) -> str:
    """A figure with its interval, like `0.62 (0.51 to 0.71)`."""
    if found.value is None:
        return ""
    interval = limits(found, decimals)
    text = plain(found.value, decimals)
    return f"{text} ({interval})" if interval else text


def percent(share: float) -> str:
    """A share in whole per cent, written as everywhere, like `15 %`."""
    return f"{100 * share:.0f}\N{NO-BREAK SPACE}%"


def verdict_word(word: str) -> str:
    """The verdict as a heading."""
    return {
        "usable": QCoreApplication.translate("verdict", "Usable"),
        "weak": QCoreApplication.translate("verdict", "Weak"),
        "no_signal": QCoreApplication.translate("verdict", "No signal"),
        "not_estimable": QCoreApplication.translate("verdict", "Not known yet"),
    }.get(word, word)


def verdict_sentence(word: str, otherwise: str = "") -> str:
    """What the verdict means."""
    return {
        "usable": QCoreApplication.translate(
            "verdict",
            "Raters agree well enough on which answers to a prompt are better to train on them.",
        ),
        "weak": QCoreApplication.translate(
            "verdict",
            "Raters agree on some answers, not on all; more ratings would make the rewards surer.",
        ),
        "no_signal": QCoreApplication.translate(
            "verdict",
            "Raters do not agree which answers to a prompt are better; training on these ratings "
            "would teach noise.",
        ),
        "not_estimable": QCoreApplication.translate(
            "verdict", "Agreement cannot be measured: no answer has ratings by two raters."
        ),
    }.get(word, otherwise)


def verdict_advice(word: str) -> str:
    """What to do about it."""
    return {
        "usable": QCoreApplication.translate("verdict", "Look at what stands out, then train."),
        "weak": QCoreApplication.translate(
            "verdict", "You may train; expect a small gain. A second or third rating helps most."
        ),
        "no_signal": QCoreApplication.translate(
            "verdict", "Look at the raters below, and at the guideline they read."
        ),
        "not_estimable": QCoreApplication.translate(
            "verdict",
            "You may train all the same: one person's taste is a taste. Ask a second person to "
            "rate some of the same answers, and you will know whether others share it.",
        ),
    }.get(word, "")


def verdict_tint(word: str) -> str:
    """The colour token of a verdict."""
    return {"usable": "good", "weak": "warn", "no_signal": "bad"}.get(word, "muted")


def verdict_icon(word: str) -> str:
    """The shape that goes with the colour."""
    return {"usable": "check", "weak": "warning", "no_signal": "close"}.get(word, "info")


def flag_name(rule: str) -> str:
    """What a rater who stands out is called in a word or two; unknown rules keep their name."""
    return flag_names().get(rule, rule)


def flag_title(flag: "Flag") -> str:
    """What a rater who stands out is called: which way a bias leans, if it is one."""
    bias = flag.values.get("bias") if flag.rule == "biased" else None
    if not isinstance(bias, (int, float)) or not bias:
        return flag_name(flag.rule)
    return (
        QCoreApplication.translate("flags", "mild")
        if bias > 0
        else QCoreApplication.translate("flags", "strict")
    )


def flag_names() -> dict[str, str]:
    """The names of all rules."""
    return {
        "uninformative": QCoreApplication.translate("flags", "like chance"),
        "disagrees": QCoreApplication.translate("flags", "disagrees"),
        "inverted": QCoreApplication.translate("flags", "upside down"),
        "constant": QCoreApplication.translate("flags", "always the same"),
        "lazy": QCoreApplication.translate("flags", "gave up"),
        "split": QCoreApplication.translate("flags", "another school"),
        "hasty": QCoreApplication.translate("flags", "fast"),
        "checks": QCoreApplication.translate("flags", "missed checks"),
        "hurried": QCoreApplication.translate("flags", "too fast to read"),
        "runs": QCoreApplication.translate("flags", "long runs"),
        "drift": QCoreApplication.translate("flags", "drifts"),
        "biased": QCoreApplication.translate("flags", "strict or mild"),
        "own_taste": QCoreApplication.translate("flags", "own taste"),
        "echo": QCoreApplication.translate("flags", "a copy"),
    }


def flag_sentence(flag: "Flag") -> str:
    """Why a rater is flagged, in the present language; unknown rules keep their own words."""
    template = {
        "uninformative": QCoreApplication.translate(
            "flags",
            "The scores hardly follow the other raters "
            "(r = {r:.2f}, at most {high:.2f}, over {n} ratings).",
        ),
        "disagrees": QCoreApplication.translate(
            "flags",
            "The scores follow the other raters far less than is usual in this panel "
            "(r = {r:.2f}, panel {panel:.2f}, over {n} ratings).",
        ),
        "inverted": QCoreApplication.translate(
            "flags",
            "The scores fall where those of the other raters rise "
            "(r = {r:.2f}, at most {high:.2f}, over {n} ratings).",
        ),
        "constant": QCoreApplication.translate(
            "flags", "{share:.0%} of the {n} scores are the same number (panel {panel:.0%})."
        ),
        "lazy": QCoreApplication.translate(
            "flags",
            "After the first {at} ratings the scores no longer follow the other raters "
            "(r = {before:.2f} before, {after:.2f} after, over {n} ratings).",
        ),
        "split": QCoreApplication.translate(
            "flags",
            "Disagrees with most of the panel, but agrees with {others} other raters who do so "
            "too (r = {among:.2f}): two schools rather than a mistake.",
        ),
        "hasty": QCoreApplication.translate(
            "flags", "Takes {seconds:.0f} seconds for a rating where the others take {panel:.0f}."
        ),
        "checks": QCoreApplication.translate(
            "flags",
            "Missed {missed} of {n} attention checks (the others miss {panel:.0%}).",
        ),
        "hurried": QCoreApplication.translate(
            "flags",
            "{share:.0%} of {n} ratings took less time than hardly anybody needs for a text "
            "of that length.",
        ),
        "runs": QCoreApplication.translate(
            "flags",
            "Gave the same score, {score:g}, {run} times in a row; in a random order of these "
            "scores the longest run would be about {usual:.0f}.",
        ),
        "drift": QCoreApplication.translate(
            "flags",
            "The scores move by {change:+.1f} points from the first to the last of {n} "
            "ratings, compared with what the others say.",
        ),
        "biased": QCoreApplication.translate(
            "flags",
            "Scores {bias:+.1f} points from the panel on the same answers (over {n} "
            "ratings). This is corrected and no reason to leave anybody out.",
        ),
        "own_taste": QCoreApplication.translate(
            "flags",
            "Differs from the others by {inconsistency:.1f} points a rating, but from their "
            "own second rating by {own:.1f} only (over {n} pairs): a taste, not carelessness.",
        ),
        "echo": QCoreApplication.translate(
            "flags",
            "The scores repeat those of one other rater (r = {r:.2f} over {n} shared "
            "answers; the next best agreement is {next:.2f}). Unless they worked apart, "
            "count the two as one.",
        ),
    }.get(flag.rule, "")
    try:
        return template.format(**flag.values).replace("-", MINUS) if template else flag.sentence
    except (KeyError, ValueError):
        return flag.sentence


MILD = frozenset({"biased", "own_taste", "split"})
"""Rules that speak of a way to see things, which is no reason to leave anybody out."""


def flag_tint(rater: "RaterReport") -> str:
    """The colour of what stands out about a rater; blank where nothing does."""
    if rater.excluded:
        return "muted"
    if not rater.flags:
        return ""
    return "warn" if all(f.rule in MILD for f in rater.flags) else "bad"


def rating_name(score: float, rater: str, completion_id: int) -> str:
    """One rating, as it is spoken of elsewhere."""
    text = QCoreApplication.translate("raters", "score {score} of {rater} on completion {answer}")
    return text.format(score=f"{score:g}", rater=one_line(rater, 60), answer=completion_id)


def kind_name(kind: str, *, excluded: bool = False) -> str:
    """What a rating is among the others."""
    if excluded:
        return QCoreApplication.translate("flags", "excluded")
    return {
        "outlier": QCoreApplication.translate("flags", "stands out"),
        "disputed": QCoreApplication.translate("flags", "disputed"),
    }.get(kind, QCoreApplication.translate("flags", "as expected"))


def rating_sentence(kind: str, score: float, expected: float) -> str:
    """Why a rating is listed."""
    text = (
        QCoreApplication.translate(
            "flags",
            "The score {score:g} lies {residual} points from the {expected:.1f} that the other "
            "ratings lead to expect.",
        )
        if kind == "outlier"
        else QCoreApplication.translate(
            "flags",
            "The score {score:g} lies {residual} points from the expected {expected:.1f}, but too "
            "few others rated this answer, so it is open who is right.",
        )
    )
    return text.format(score=score, residual=signed(score - expected), expected=expected)
