"""The one next step in words, by place and action; and what it looks like on the loop."""

from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

STATIONS = ("prompts", "completions", "ratings", "agreement", "rounds", "scores")
"""The six stations of the loop in order."""

PLACE_OF = {
    "prompts": "data",
    "completions": "data",
    "ratings": "rate",
    "agreement": "raters",
    "rounds": "train",
    "scores": "evaluate",
}
"""Where each station leads."""

STATION_OF = {
    ("data", "import"): "prompts",
    ("data", "keep"): "prompts",
    ("data", "model"): "completions",
    ("data", "sample"): "completions",
    ("rate", "rate"): "ratings",
    ("train", "train"): "rounds",
    ("evaluate", "answer"): "scores",
    ("evaluate", "compare"): "scores",
}
"""The station at which each step happens."""


class Words(NamedTuple):
    """A step: what to do, why, and the button."""

    what: str
    why: str
    button: str


def words(place: str, action: str, otherwise: str = "") -> Words:
    """The step in the present language; an unknown one keeps the engine's sentence."""
    return {
        ("data", "import"): Words(
            QCoreApplication.translate("steps", "Import prompts"),
            QCoreApplication.translate(
                "steps", "Everything starts from the prompts your model should answer better."
            ),
            QCoreApplication.translate("steps", "Import prompts"),
        ),
        ("data", "keep"): Words(
            QCoreApplication.translate("steps", "Keep prompts for evaluation"),
            QCoreApplication.translate(
                "steps",
                "Import some, or move some over. Nothing is trained on them, so they show whether "
                "the new checkpoint is better.",
            ),
            QCoreApplication.translate("steps", "Go to the prompts"),
        ),
        ("data", "model"): Words(
            QCoreApplication.translate("steps", "Choose the model"),
            QCoreApplication.translate(
                "steps", "A folder on this machine, or the small starter model."
            ),
            QCoreApplication.translate("steps", "Choose a model"),
        ),
        ("data", "sample"): Words(
            QCoreApplication.translate("steps", "Sample completions"),
            QCoreApplication.translate(
                "steps", "The model writes a few completions for each prompt, for people to rate."
            ),
            QCoreApplication.translate("steps", "Sample completions"),
        ),
        ("rate", "rate"): Words(
            QCoreApplication.translate("steps", "Rate completions"),
            QCoreApplication.translate(
                "steps", "Two or more people rating the same ones tell signal from taste."
            ),
            QCoreApplication.translate("steps", "Rate"),
        ),
        ("train", "train"): Words(
            QCoreApplication.translate("steps", "Train a round"),
            QCoreApplication.translate(
                "steps", "The ratings become rewards, and the model learns from them."
            ),
            QCoreApplication.translate("steps", "Go to training"),
        ),
        ("evaluate", "answer"): Words(
            QCoreApplication.translate(
                "steps", "Let the checkpoints answer the evaluation prompts"
            ),
            QCoreApplication.translate(
                "steps", "Old and new answer prompts that were never trained on."
            ),
            QCoreApplication.translate("steps", "Go to Evaluate"),
        ),
        ("evaluate", "compare"): Words(
            QCoreApplication.translate("steps", "Compare the checkpoints"),
            QCoreApplication.translate(
                "steps", "See whether people like the new one better, then start the next round."
            ),
            QCoreApplication.translate("steps", "Compare"),
        ),
    }.get((place, action), Words(otherwise, "", QCoreApplication.translate("steps", "Go there")))


def station_name(name: str) -> str:
    """What a station is called."""
    return {
        "prompts": QCoreApplication.translate("steps", "Prompts"),
        "completions": QCoreApplication.translate("steps", "Completions"),
        "ratings": QCoreApplication.translate("steps", "Ratings"),
        "agreement": QCoreApplication.translate("steps", "Agreement"),
        "rounds": QCoreApplication.translate("steps", "Rounds"),
        "scores": QCoreApplication.translate("steps", "Human score"),
    }[name]
