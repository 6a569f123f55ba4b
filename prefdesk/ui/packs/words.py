"""Acts, signatures and refusals of packs in words, in the present language."""

from PySide6.QtCore import QCoreApplication

from prefdesk.records import LABELS

translate = QCoreApplication.translate


def act(kind: str) -> str:
    """What a rater did."""
    return {
        "score": translate("packs", "Score"),
        "label": translate("packs", "Label"),
        "skip": translate("packs", "Skipped"),
        "comment": translate("packs", "Comment"),
        "retract": translate("packs", "Taken back"),
    }.get(kind, kind)


def done(verb: str, kind: str) -> str:
    """What an event of the history did."""
    if verb == "move":
        away = kind == "retract"
        return translate("packs", "Moved away") if away else translate("packs", "Moved here")
    return {
        "undo": translate("packs", "Undone"),
        "redo": translate("packs", "Brought back"),
        "unmerge": translate("packs", "Merge taken back"),
        "remerge": translate("packs", "Merge brought back"),
    }.get(verb) or act(kind)


def judgement(kind: str, value: float | None) -> str:
    """A score or a label; blank for everything else."""
    if value is None:
        return ""
    if kind == "label" and 0 <= value < len(LABELS):
        return label(LABELS[int(value)])
    return f"{value:g}"


def label(name: str) -> str:
    """A label."""
    return {
        "bad": translate("packs", "bad"),
        "medium": translate("packs", "medium"),
        "good": translate("packs", "good"),
    }[name]


def seal(name: str) -> str:
    """How sure it is who sent a pack."""
    return {
        "not signed": translate("packs", "Not signed."),
        "not checked": translate("packs", "Signed; this machine cannot check signatures."),
        "first key": translate(
            "packs", "Signed. It is the first key of this rater; later packs are compared with it."
        ),
        "verified": translate("packs", "Signed with the key that this rater used before."),
        "other key": translate("packs", "Signed with another key than this rater used before."),
        "key missing": translate("packs", "Not signed, unlike earlier packs of this rater."),
    }[name]


def reason(sentence: str) -> str:
    """Why a row is refused, as a sentence."""
    known = {
        "it belongs to another rater": translate("packs", "It belongs to another rater."),
        "it was changed after it was written": translate(
            "packs", "It was changed after it was written."
        ),
        "its item is not listed in the pack": translate(
            "packs", "Its answer is not listed in the pack."
        ),
        "its item is not in this project": translate("packs", "Its answer is not in this project."),
        "it takes back a judgement that is not in the pack": translate(
            "packs", "It takes back a judgement that is not in the pack."
        ),
        "the question or a guideline was changed since the pack was made": translate(
            "packs", "The question or a guideline was changed since the pack was made."
        ),
        "its item was judged with another text than the one here": translate(
            "packs", "The answer was judged with another text than the one here."
        ),
        "its clock is beyond the year 2200": translate("packs", "Its clock is past the year 2200."),
        "its clock readings contradict each other": translate(
            "packs", "Its clock readings contradict each other."
        ),
    }
    return known.get(sentence) or f"{sentence[:1].upper()}{sentence[1:].rstrip('.')}."
