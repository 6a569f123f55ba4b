"""Words for counting: the one tokenisation behind ROUGE and distinct-n."""

import re

# Kana, Han and Hangul are counted by the character: they are written without blanks or nearly so.
_SINGLE = "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
# Vowel signs and accents that Python's \w does not count as parts of words.
_SIGNS = "[\u0300-\u036f\u064b-\u065f\u0900-\u0963\u0966-\u0dff]"
_WORD = re.compile(rf"{_SINGLE}|(?:{_SIGNS}|(?!{_SINGLE})[^\W_])+")


def words(text: str) -> list[str]:
    """Runs of letters and digits in lower case; on ASCII text the same as in `rouge_score`."""
    return _WORD.findall(text.lower())
