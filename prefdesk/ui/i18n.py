"""Languages: which one to speak, and the translators that make Qt and our texts speak it."""

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from prefdesk.paths import resource
from prefdesk.ui.preferences import Language

LANGUAGES: tuple[str, ...] = ("en", "zh_CN")
_installed: list[QTranslator] = []


def resolve(wish: Language) -> str:
    """The language for a wish; other systems' languages become English."""
    if wish != "system":
        return wish
    return "zh_CN" if QLocale.system().language() == QLocale.Language.Chinese else "en"


def install(app: QApplication, wish: Language) -> str:
    """Speak a language from now on; every widget hears of it. Returns the language."""
    language = resolve(wish)
    for translator in _installed:
        app.removeTranslator(translator)
    _installed.clear()
    QLocale.setDefault(QLocale(language))
    shipped = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    _load(app, f"qtbase_{language}", shipped)
    _load(app, f"prefdesk_{language}", str(resource("translations")))
    return language


def _load(app: QApplication, name: str, folder: str) -> None:
    translator = QTranslator(app)
    if translator.load(name, folder):
        app.installTranslator(translator)
        _installed.append(translator)
