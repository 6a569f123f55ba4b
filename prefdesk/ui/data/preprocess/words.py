"""Kinds of findings and decisions in words."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QLocale

from prefdesk.records import PromptFinding
from prefdesk.ui.data.preprocess.reading import Kind

if TYPE_CHECKING:
    from prefdesk.project import PreprocessReport


def kind_name(kind: Kind) -> str:
    """What a person calls a kind of finding."""
    return {
        "empty": QCoreApplication.translate("preprocess", "Empty"),
        "refused": QCoreApplication.translate("preprocess", "Refused by the template"),
        "control": QCoreApplication.translate("preprocess", "Control strings"),
        "duplicate": QCoreApplication.translate("preprocess", "Duplicates"),
        "near": QCoreApplication.translate("preprocess", "Near duplicates"),
        "too-long": QCoreApplication.translate("preprocess", "Too long"),
        "language": QCoreApplication.translate("preprocess", "Other language"),
        "left-out": QCoreApplication.translate("preprocess", "Left out by decision"),
    }[kind]


def kind_help(kind: Kind, report: "PreprocessReport | None") -> str:
    """What a kind means, in one sentence."""
    limit = report.limit if report else 0
    percent = round(100 * report.likeness) if report else 0
    language = language_name(report.language) if report and report.language else ""
    return {
        "empty": QCoreApplication.translate("preprocess", "There is nothing to read in them."),
        "refused": QCoreApplication.translate(
            "preprocess", "The model's chat template refuses them; sampling passes over them."
        ),
        "control": QCoreApplication.translate(
            "preprocess",
            "They hold strings that control the model elsewhere. Here they are read as text, and "
            "control nothing.",
        ),
        "duplicate": QCoreApplication.translate(
            "preprocess", "They say the same as another prompt, but for spaces."
        ),
        "near": QCoreApplication.translate(
            "preprocess", "They share {percent} % or more of their text with another prompt."
        ).format(percent=percent),
        "too-long": QCoreApplication.translate(
            "preprocess",
            "They have more than {limit} tokens. Sampling passes over them unless they are kept "
            "or shortened.",
        ).format(limit=f"{limit:,}"),
        "language": QCoreApplication.translate(
            "preprocess",
            "They are clearly in another language than {language}. Where it cannot be told, "
            "nothing is said.",
        ).format(language=language),
        "left-out": QCoreApplication.translate(
            "preprocess", "They are neither sampled nor trained on. Undecided brings them back."
        ),
    }[kind]


def choice_name(choice: str) -> str:
    """A decision as a cell shows it."""
    return {
        "open": QCoreApplication.translate("preprocess", "undecided"),
        "keep": QCoreApplication.translate("preprocess", "kept"),
        "leave-out": QCoreApplication.translate("preprocess", "left out"),
        "shorten": QCoreApplication.translate("preprocess", "shortened"),
    }.get(choice, choice)


def what(found: PromptFinding) -> str:
    """The figure or word that belongs to a finding; short, for a cell."""
    detail, value = found.detail, found.value
    if found.kind == "near" and value is not None:
        said = QCoreApplication.translate("preprocess", "{percent} % like {id}").format(
            percent=round(100 * value), id=found.other_id
        )
    elif found.kind == "duplicate" and found.other_id is not None:
        said = QCoreApplication.translate("preprocess", "as {id}").format(id=found.other_id)
    elif found.kind == "too-long" and value is not None:
        said = QCoreApplication.translate("preprocess", "{n} tokens").format(n=f"{value:,.0f}")
    elif found.kind == "language" and detail.get("language"):
        said = language_name(str(detail["language"]))
    elif found.kind == "control":
        said = " ".join(map(str, detail.get("strings", ())))
    elif found.kind == "refused":
        said = str(detail.get("reason", ""))
    else:
        return ""
    if detail.get("across"):
        across = QCoreApplication.translate("preprocess", "in the other split")
        return f"{said}, {across}"
    return said


def language_name(code: str) -> str:
    """The name of a language in itself, such as Deutsch."""
    name = QLocale(code).nativeLanguageName()
    return name[:1].upper() + name[1:] if name else code
