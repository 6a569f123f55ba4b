"""The language of a text: told where it can be told, and otherwise not."""

import pytest

from prefdesk.texts import LANGUAGES, guess

SENTENCES = {
    "en": "Explain to a child why the sky is blue and what happens when the sun goes down.",
    "de": "Erkläre einem Kind, warum der Himmel blau ist und wann die Sonne untergeht.",
    "fr": "Explique à un enfant pourquoi le ciel est bleu et quand le soleil se couche.",
    "es": "Explica a un niño por qué el cielo es azul y qué pasa cuando se pone el sol.",
    "it": "Spiega a un bambino perché il cielo è azzurro e quando tramonta il sole.",
    "pt": "Explique a uma criança por que o céu é azul e o que acontece quando o sol se põe.",
    "nl": "Leg aan een kind uit waarom de lucht blauw is en wat er gebeurt als de zon ondergaat.",
    "sv": "Förklara för ett barn varför himlen är blå och vad som händer när solen går ner.",
    "fi": "Selitä lapselle, miksi taivas on sininen ja mitä tapahtuu, kun aurinko laskee.",
    "pl": "Wyjaśnij dziecku, dlaczego niebo jest niebieskie i co się dzieje, gdy zachodzi słońce.",
    "cs": "Vysvětli dítěti, proč je nebe modré a co se stane, když zapadne slunce.",
    "hu": "Magyarázd el egy gyereknek, hogy miért kék az ég, és mi történik, amikor lemegy a nap.",
    "ro": "Explică unui copil de ce este cerul albastru și ce se întâmplă când apune soarele.",
    "tr": "Bir çocuğa gökyüzünün neden mavi olduğunu ve güneş batınca ne olduğunu anlat.",
    "id": "Jelaskan kepada anak mengapa langit itu biru dan ketika matahari terbenam.",
    "vi": "Hãy giải thích cho trẻ em vì sao bầu trời có màu xanh và khi nào mặt trời lặn.",
    "ru": "Объясни ребёнку, почему небо голубое и что происходит, когда садится солнце.",
    "uk": "Поясни дитині, чому небо блакитне і що відбувається, коли сідає сонце.",
    "ar": "اشرح لطفل لماذا السماء زرقاء وما الذي يحدث عندما تغرب الشمس في المساء.",
    "fa": "برای یک کودک توضیح بده که چرا آسمان آبی است و هنگام غروب چه می شود.",
    "zh": "请向孩子解释天空为什么是蓝色的，太阳下山时会发生什么。",
    "ja": "空がなぜ青いのか、日が沈むと何が起こるのかを子どもに説明してください。",
    "ko": "하늘이 왜 파란지, 해가 지면 무슨 일이 일어나는지 아이에게 설명해 주세요.",
    "el": "Εξήγησε σε ένα παιδί γιατί ο ουρανός είναι γαλάζιος.",
    "he": "הסבר לילד מדוע השמיים כחולים ומה קורה כשהשמש שוקעת.",
    "hi": "एक बच्चे को समझाइए कि आसमान नीला क्यों है।",
    "th": "อธิบายให้เด็กฟังว่าทำไมท้องฟ้าจึงเป็นสีฟ้า",
}


@pytest.mark.parametrize("language", SENTENCES)
def test_that_a_sentence_is_known_by_its_language(language: str) -> None:
    assert guess(SENTENCES[language]).language == language
    assert language in LANGUAGES


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "short"),
        ("Hello?", "short"),
        ("12 + 30 = ?", "short"),
        ("Anna Karlsson, Peter Novak, Maria Silva", "odd"),
        ("for i in range(10): total += values[i] * weights[i]; print(total)", "odd"),
        ("Translate: " + "ж" * 12, "mixed"),
        ("你好", "short"),
    ],
)
def test_that_what_cannot_be_told_is_unknown_with_the_reason(text: str, why: str) -> None:
    assert guess(text) == guess(text)
    assert (guess(text).language, guess(text).why) == ("", why)


def test_that_foreign_words_in_a_sentence_do_not_change_its_language() -> None:
    assert (
        guess(f"What does this sentence mean in English: {SENTENCES['zh'][:6]}?").language == "en"
    )
    assert guess("請把 transformer 的 attention 機制用中文解釋給我聽，謝謝你了").language == "zh"


def test_that_names_and_case_do_not_matter() -> None:
    assert guess(SENTENCES["de"].upper()).language == "de"
