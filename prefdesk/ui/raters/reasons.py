"""Why a figure is missing, and what the data cannot say, in the present language.

Reports hold these sentences as the statistics said them; here they are known again by their form.
"""

import re

from PySide6.QtCore import QCoreApplication

from prefdesk.ui.raters.words import MINUS

_tr = QCoreApplication.translate


def reason_sentence(said: str) -> str:
    """Why a figure of agreement is missing; a sentence not known stays as it is."""
    return _known(said, _reasons())


def warning_sentence(said: str) -> str:
    """What the data cannot say; a sentence not known stays as it is."""
    return _known(said, _warnings())


def _known(said: str, forms: dict[str, str]) -> str:
    for form, template in forms.items():
        found = re.fullmatch(form, said)
        if found:
            values = {k: v.replace("-", MINUS) for k, v in found.groupdict().items()}
            return template.format(**values)
    return said


def _reasons() -> dict[str, str]:
    return {
        r"There are fewer than (?P<n>\d+) ratings\.": _tr(
            "reasons", "There are fewer than {n} ratings."
        ),
        r"No item was judged by two raters\.": _tr(
            "reasons", "No answer was judged by two raters."
        ),
        r"All scores are the same\.": _tr("reasons", "All scores are the same."),
        r"Only one item was judged by two raters, .*": _tr(
            "reasons",
            "Only one answer was judged by two raters, so agreement has no scale to be held to.",
        ),
        r"A score is not a finite number\.": _tr("reasons", "A score is not a finite number."),
        r"The scale is continuous, .*": _tr(
            "reasons", "The scale is continuous, and this figure is made for categories."
        ),
        r"With fewer than three raters .*": _tr(
            "reasons", "With fewer than three raters nothing can be said about raters like these."
        ),
        r"Not every rater judged every item; .*": _tr(
            "reasons",
            "Not every rater judged every answer; the ICC from the model fits any design.",
        ),
        r"It takes two raters and two items\.": _tr(
            "reasons", "It takes two raters and two answers."
        ),
        r"The items differ so little .*": _tr(
            "reasons",
            "The answers differ so little beside the noise that the ratio has no meaning.",
        ),
        r"There are so many ratings .*": _tr(
            "reasons",
            "There are so many ratings that the variances have no uncertainty worth a limit.",
        ),
        r"No two raters share (?P<n>\d+) items\.": _tr(
            "reasons", "No two raters share {n} answers."
        ),
        r"Not two prompts have the same answers .*": _tr(
            "reasons", "Not two prompts have the same answers judged by two raters or more."
        ),
    }


def _warnings() -> dict[str, str]:
    return {
        r"One rater alone: .*": _tr(
            "reasons", "One rater alone: nothing can be said about agreement or about the bias."
        ),
        r"No item was judged by two raters: .*": _tr(
            "reasons",
            "No answer was judged by two raters: agreement and biases cannot be measured, and "
            "differences between raters cannot be told from differences between their answers.",
        ),
        r"The raters fall into (?P<n>\d+) sets .*": _tr(
            "reasons",
            "The raters fall into {n} sets that no shared answer joins: biases and qualities can "
            "be compared within a set only.",
        ),
        r"One item alone: .*": _tr(
            "reasons", "One answer alone: nobody can say whether raters would rank answers alike."
        ),
        r"All scores are the same: .*": _tr(
            "reasons", "All scores are the same: agreement beyond chance is not defined."
        ),
        r"Only (?P<shared>\d+) of (?P<n>\d+) items were judged .*": _tr(
            "reasons", "Only {shared} of {n} answers were judged by two raters or more."
        ),
        r"There are (?P<n>\d+) ratings; figures are given from (?P<least>\d+) on\.": _tr(
            "reasons", "There are {n} ratings; figures are given from {least} on."
        ),
        r"Items judged better have more ratings \(r = (?P<r>[-.\d]+)\): .*": _tr(
            "reasons",
            "Answers judged better have more ratings (r = {r}): if raters chose what to judge by "
            "how good it is, means and agreement lean.",
        ),
        r"Items judged worse have more ratings \(r = (?P<r>[-.\d]+)\): .*": _tr(
            "reasons",
            "Answers judged worse have more ratings (r = {r}): if raters chose what to judge by "
            "how good it is, means and agreement lean.",
        ),
    }
