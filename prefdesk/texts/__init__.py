"""What can be told of texts by looking at their letters: sameness, likeness, language.

Standard library and numpy; no SQL, no model, no files.
"""

from prefdesk.texts.language import LANGUAGES, Guess, guess
from prefdesk.texts.likeness import SHINGLE, Sketches, likeness, near_pairs
from prefdesk.texts.plain import folded, is_blank, spaced

__all__ = [
    "LANGUAGES",
    "SHINGLE",
    "Guess",
    "Sketches",
    "folded",
    "guess",
    "is_blank",
    "likeness",
    "near_pairs",
    "spaced",
]
