"""The pre-flight in words: each finding says what is so, what it means, and what mends it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QCoreApplication

from prefdesk.ui.file.words import size
from prefdesk.ui.raters import words
from prefdesk.ui.train.reading import Seen
from prefdesk.ui.widgets.text import sentences

if TYPE_CHECKING:
    from prefdesk.config import RoundConfig
    from prefdesk.project import Preflight

Level = Literal["good", "info", "warn", "bad"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence; `action` is a button that leads to `place`. `bad` findings block the round
    unless they are `open_to_override`."""

    level: Level
    sentence: str
    action: str = ""
    place: str = ""
    open_to_override: bool = False


def findings(seen: Seen) -> list[Finding]:
    """All findings, those that block first."""
    counts, config = seen.counts, seen.config
    found = [
        *_data(counts, config),
        *_groups(counts, config),
        *_method(counts, config),
        *_verdict(counts),
        *_cost(seen),
        *_rest(counts),
    ]
    order = ("bad", "warn", "info", "good")
    return sorted(found, key=lambda f: order.index(f.level))


def may_start(found: list[Finding], override: str) -> bool:
    """True if nothing blocks the round, or the one thing that does is overridden in writing."""
    blocking = [f for f in found if f.level == "bad"]
    return all(f.open_to_override and bool(override.strip()) for f in blocking)


def _data(seen: "Preflight", config: "RoundConfig") -> list[Finding]:
    if seen.completions:
        return []
    if seen.older and not config.take_older:
        text = QCoreApplication.translate(
            "findings",
            "%n rated answers belong to other checkpoints, none to this one. Sample from it and "
            "rate, or choose to use earlier answers too.",
            "",
            seen.older,
        )
        return [Finding("bad", text, _sample(), "data")]
    if seen.unsure:
        text = QCoreApplication.translate(
            "findings",
            "All %n rated answers are less reliable than asked for. Rate them again, or ask for "
            "less.",
            "",
            seen.unsure,
        )
        return [Finding("bad", text, _rate(), "rate")]
    if seen.unrated:
        text = QCoreApplication.translate(
            "findings",
            "None of the %n answers of this checkpoint has a rating yet.",
            "",
            seen.unrated,
        )
        return [Finding("bad", text, _rate(), "rate")]
    text = QCoreApplication.translate(
        "findings", "This checkpoint has written no answers to training prompts yet."
    )
    return [Finding("bad", text, _sample(), "data")]


def _groups(seen: "Preflight", config: "RoundConfig") -> list[Finding]:
    if not seen.completions:
        return []
    found = []
    if not seen.comparable and config.objective != "reinforce":
        text = QCoreApplication.translate(
            "findings",
            "No prompt has two rated answers with different rewards, so there is nothing to "
            "compare. Rate more answers to the same prompts.",
        )
        return [Finding("bad", text, _rate(), "rate")]
    if seen.single and config.objective != "reinforce":
        text = QCoreApplication.translate(
            "findings",
            "%n prompts have one rated answer only; without a second one they teach nothing.",
            "",
            seen.single,
        )
        found.append(Finding("warn", text, _rate(), "rate"))
    if seen.identical:
        text = QCoreApplication.translate(
            "findings",
            "To %n prompts the model gave the same answer each time; there is nothing to compare. "
            "Draw more answers to them.",
            "",
            seen.identical,
        )
        found.append(Finding("warn", text, _sample(), "data"))
    if seen.flat:
        text = QCoreApplication.translate(
            "findings",
            "On %n prompts all answers have the same reward; they hold the model in place and "
            "teach nothing.",
            "",
            seen.flat,
        )
        found.append(Finding("info", text))
    return found


def _method(seen: "Preflight", config: "RoundConfig") -> list[Finding]:
    if config.method == "full" and seen.checkpoint.kind == "lora":
        text = QCoreApplication.translate(
            "findings",
            "This checkpoint is an adapter; a round on all weights cannot start from it. Choose "
            "the method lora, or start from the base model.",
        )
        return [Finding("bad", text)]
    if config.method == "lora" and seen.checkpoint.kind == "full":
        text = QCoreApplication.translate(
            "findings",
            "This checkpoint has weights of its own; an adapter cannot be kept on top of them. "
            "Choose the method full, or start from the base model.",
        )
        return [Finding("bad", text)]
    return []


def _verdict(seen: "Preflight") -> list[Finding]:
    if seen.verdict is None or not seen.completions:
        return []
    word = seen.verdict.word
    sentence = words.verdict_sentence(word, seen.verdict.sentence)
    figure = words.with_limits(seen.verdict.reliability)
    if figure:
        text = QCoreApplication.translate("findings", "Reliability {figure} of 1.")
        sentence = sentences(sentence, text.format(figure=figure))
    see = QCoreApplication.translate("findings", "See the raters")
    if word == "usable":
        return [Finding("good", sentence)]
    if word == "weak":
        return [Finding("warn", sentence, _rate(), "rate")]
    if word == "no_signal":
        return [Finding("bad", sentence, see, "raters", open_to_override=True)]
    return [Finding("info", sentences(sentence, words.verdict_advice(word)))]


def _cost(seen: Seen) -> list[Finding]:
    cost = seen.cost
    if cost is None or not seen.cost_is_own:
        return []
    found = []
    if not cost.fits_memory:
        text = QCoreApplication.translate(
            "findings",
            "A round would hold {needed} of memory, and only {free} were free. Lower the tokens "
            "that are held at once, choose the method lora, or close other programs.",
        )
        free = size(cost.free_memory_bytes or 0)
        found.append(Finding("warn", text.format(needed=size(cost.memory_bytes), free=free)))
    if not cost.fits_disk:
        text = QCoreApplication.translate(
            "findings",
            "While it runs a round needs {needed} of the disk, and only {free} were free. Make "
            "room first.",
        )
        free = size(cost.free_disk_bytes)
        found.append(Finding("warn", text.format(needed=size(cost.disk_bytes), free=free)))
    return found


def _rest(seen: "Preflight") -> list[Finding]:
    found = []
    if seen.left_out:
        text = QCoreApplication.translate(
            "findings",
            "%n answers belong to prompts that were left out by decision; they are not used.",
            "",
            seen.left_out,
        )
        action = QCoreApplication.translate("findings", "Show the decisions")
        found.append(Finding("info", text, action, "data"))
    if seen.completions and seen.unsure:
        text = QCoreApplication.translate(
            "findings", "%n answers wait for more ratings before they are used.", "", seen.unsure
        )
        found.append(Finding("info", text, _rate(), "rate"))
    if seen.completions and seen.unrated:
        text = QCoreApplication.translate(
            "findings", "%n answers of this checkpoint have no rating yet.", "", seen.unrated
        )
        found.append(Finding("info", text, _rate(), "rate"))
    if seen.truncated:
        text = QCoreApplication.translate(
            "findings",
            "%n answers were drawn with top-p or top-k; policy gradients cannot use those.",
            "",
            seen.truncated,
        )
        found.append(Finding("warn", text, _sample(), "data"))
    return found


def _rate() -> str:
    return QCoreApplication.translate("findings", "Rate completions")


def _sample() -> str:
    return QCoreApplication.translate("findings", "Sample completions")
