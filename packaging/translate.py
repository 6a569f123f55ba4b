"""Collect the window's texts and build its translations.

    python packaging/translate.py            collect new texts into the .ts files, build the .qm
    python packaging/translate.py --check    only say what is missing; exit 1 if something is

Texts are found in the syntax tree: `self.tr(text, "", n)` in a class, and
`QCoreApplication.translate(context, text, "", n)` anywhere, also under another name. Qt's own
lupdate misses the second form where `n` is more than a name, and never sees its plurals.
Translate with Qt Linguist (`pyside6-linguist resources/translations/prefdesk_zh_CN.ts`). The
English file holds plural forms only.
"""

import argparse
import ast
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import PySide6

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
FOLDER = ROOT / "resources" / "translations"
TOOLS = Path(PySide6.__file__).parent
LANGUAGES = ("en", "zh_CN")


@dataclass(frozen=True, order=True)
class Text:
    """A text to translate; `plural` if it counts something."""

    context: str
    source: str
    plural: bool = False


class Finder(ast.NodeVisitor):
    """Finds the texts of one module."""

    def __init__(self, tree: ast.Module, name: str) -> None:
        self.found: list[Text] = []
        self._classes: list[str] = []
        self._name = name
        self._aliases = {
            target.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and _attribute(node.value) == "translate"
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        self.visit(tree)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """The class gives `tr` its context."""
        self._classes.append(node.name)
        self.generic_visit(node)
        self._classes.pop()

    def visit_Call(self, node: ast.Call) -> None:
        """Take what `tr` and `translate` are given."""
        called = _attribute(node.func)
        aliased = isinstance(node.func, ast.Name) and node.func.id in self._aliases
        if called == "tr" and self._classes:
            self._take(node, self._classes[-1], node.args[0], plural=len(node.args) > 2)
        elif (called == "translate" or aliased) and len(node.args) > 1:
            context = _literal(node.args[0])
            if context != "config":  # those texts are declared in prefdesk.config
                self._take(node, context, node.args[1], plural=len(node.args) > 3)
        self.generic_visit(node)

    def _take(self, node: ast.Call, context: str | None, text: ast.expr, *, plural: bool) -> None:
        source = _literal(text)
        if context is None or source is None:
            raise SystemExit(f"{self._name}:{node.lineno}: only literal texts can be translated")
        self.found.append(Text(context, source, plural))


def texts() -> list[Text]:
    """All texts of the window, by context and then as they come."""
    found: dict[Text, None] = {}
    for path in sorted((ROOT / "prefdesk" / "ui").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found.update(dict.fromkeys(Finder(tree, str(path.relative_to(ROOT))).found))
    found.update(dict.fromkeys(config_texts()))
    return sorted(found, key=lambda text: text.context)


def config_texts() -> Iterator[Text]:
    """Names, help lines and choices of all settings: declared in `prefdesk.config` only."""
    from prefdesk import config
    from prefdesk.ui.widgets.form import NAMES

    for kind in (config.SamplingConfig, config.RoundConfig, config.DeviceConfig):
        for one in kind.describe():
            name = NAMES.get(one.name, one.name.replace("_", " ").capitalize())
            for words in (name, one.help, *(one.choices or ())):
                yield Text("config", words)


def known(ts: Path) -> dict[tuple[str, str], list[str]]:
    """Finished translations of a .ts file, by context and text."""
    done: dict[tuple[str, str], list[str]] = {}
    if not ts.exists():
        return done
    for context in ElementTree.parse(ts).iter("context"):
        for message in context.iter("message"):
            place = (context.findtext("name") or "", message.findtext("source") or "")
            translation = message.find("translation")
            if translation is not None and translation.get("type") != "unfinished":
                forms = [form.text or "" for form in translation.iter("numerusform")]
                done[place] = forms or [translation.text or ""]
    return done


def document(language: str, wanted: list[Text], done: dict[tuple[str, str], list[str]]) -> str:
    """The .ts file of a language."""
    root = ElementTree.Element("TS", version="2.1", language=language, sourcelanguage="en")
    contexts: dict[str, ElementTree.Element] = {}
    for text in wanted:
        if text.context not in contexts:
            contexts[text.context] = ElementTree.SubElement(root, "context")
            ElementTree.SubElement(contexts[text.context], "name").text = text.context
        message = ElementTree.SubElement(contexts[text.context], "message")
        if text.plural:
            message.set("numerus", "yes")
        ElementTree.SubElement(message, "source").text = text.source
        _translate(message, text, done.get((text.context, text.source), []))
    ElementTree.indent(root, "    ")
    body = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n{body}\n'


def _translate(message: ElementTree.Element, text: Text, forms: list[str]) -> None:
    translation = ElementTree.SubElement(message, "translation")
    if not any(form.strip() for form in forms):
        translation.set("type", "unfinished")
    elif text.plural:
        for form in forms:
            ElementTree.SubElement(translation, "numerusform").text = form
    else:
        translation.text = forms[0]


def wanted_in(language: str, found: list[Text]) -> list[Text]:
    """English needs only what counts something."""
    return [text for text in found if text.plural] if language == "en" else found


def missing(language: str, found: list[Text], done: dict[tuple[str, str], list[str]]) -> list[Text]:
    """Texts without a finished translation."""
    return [
        text
        for text in wanted_in(language, found)
        if not any(form.strip() for form in done.get((text.context, text.source), []))
    ]


def build(ts: Path) -> None:
    """Make the .qm of a .ts file."""
    command = [str(TOOLS / "lrelease"), "-silent", str(ts), "-qm", str(ts.with_suffix(".qm"))]
    subprocess.run(command, check=True)


def _attribute(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else ""


def _literal(node: ast.expr) -> str | None:
    """A literal text; Python joins adjacent ones itself."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def main() -> int:
    """Collect and build, or check."""
    parser = argparse.ArgumentParser(description="Collect and build the translations.")
    parser.add_argument("--check", action="store_true", help="change nothing in the repository")
    check = parser.parse_args().check
    found, lacking = texts(), 0
    for language in LANGUAGES:
        ts = FOLDER / f"prefdesk_{language}.ts"
        done = known(ts)
        for text in missing(language, found, done):
            lacking += 1
            sys.stdout.write(f"{language}: {text.context}: {text.source}\n")
        if not check:
            ts.write_text(document(language, wanted_in(language, found), done), encoding="utf-8")
            build(ts)
    return int(check and lacking > 0)


if __name__ == "__main__":
    sys.exit(main())
