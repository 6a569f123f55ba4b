"""Languages: every text of the window is translated, and what is built is what is written."""

import ast
import importlib.util
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from prefdesk.paths import resource
from prefdesk.ui import i18n
from prefdesk.ui.widgets import setting_name, time_left

REPOSITORY = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    """`packaging/translate.py`, which is a script and no package."""
    spec = importlib.util.spec_from_file_location(
        "translate", REPOSITORY / "packaging" / "translate.py"
    )
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["translate"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def chinese(qapp: QApplication) -> Iterator[None]:
    i18n.install(qapp, "zh_CN")
    yield
    i18n.install(qapp, "en")


def test_that_every_text_of_the_window_is_translated() -> None:
    done = subprocess.run(
        [sys.executable, str(REPOSITORY / "packaging" / "translate.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_that_the_built_file_is_that_of_the_written_one(
    tool: ModuleType, tmp_path: Path, language: str
) -> None:
    ts = resource(f"translations/prefdesk_{language}.ts")
    copy = tmp_path / ts.name
    copy.write_bytes(ts.read_bytes())
    tool.build(copy)
    assert copy.with_suffix(".qm").read_bytes() == ts.with_suffix(".qm").read_bytes()


def test_that_placeholders_survive_translation() -> None:
    tree = ElementTree.parse(resource("translations/prefdesk_zh_CN.ts"))
    for message in tree.iter("message"):
        source, translation = message.findtext("source") or "", message.find("translation")
        assert translation is not None
        spoken = "".join(translation.itertext()).strip()
        if spoken:
            assert names(source) == names(spoken), source


def names(text: str) -> list[str]:
    return sorted(re.findall(r"\{\w*[^}]*\}|%L?n", text))


def test_that_chinese_is_spoken(chinese: None) -> None:
    assert QCoreApplication.translate("Rail", "Raters") == "评分员"
    assert setting_name("learning_rate") == "学习率"
    assert time_left(90) == "剩余 2 分钟"
    assert QCoreApplication.translate("StatusLine", "%n ratings not saved yet", "", 3) == (
        "3 个评分尚未保存"
    )


def test_that_qt_itself_speaks_chinese(chinese: None) -> None:
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "取消"


def test_that_english_counts_one_and_many(qapp: QApplication) -> None:
    i18n.install(qapp, "en")
    said = [
        QCoreApplication.translate("StatusLine", "%n ratings not saved yet", "", n) for n in (1, 2)
    ]
    assert said == ["1 rating not saved yet", "2 ratings not saved yet"]


def test_that_a_missing_translation_is_found(tool: ModuleType, tmp_path: Path) -> None:
    ts = resource("translations/prefdesk_zh_CN.ts").read_text(encoding="utf-8")
    broken = tmp_path / "broken.ts"
    broken.write_text(ts.replace("<translation>关闭</translation>", "<translation></translation>"))
    before, after = (
        set(tool.missing("zh_CN", tool.texts(), tool.known(file)))
        for file in (resource("translations/prefdesk_zh_CN.ts"), broken)
    )
    assert {text.source for text in after - before} == {"Close"}


def found(tool: ModuleType, code: str) -> list[tuple[str, str, bool]]:
    texts = tool.Finder(ast.parse(code), "x.py").found
    return [(t.context, t.source, t.plural) for t in texts]


def test_that_texts_are_found_however_they_are_written(tool: ModuleType) -> None:
    code = """
translate = QCoreApplication.translate
def words(s):
    a = translate("loop", "by %n raters", "", s.raters) if s.ratings else ""
    b = QCoreApplication.translate("loop", "one "
                                   "and two")
class Panel(Speaking, QWidget):
    def speak(self):
        self.say(x.setText, lambda: self.tr("Import"))
        return self.tr("%n left", "", self.left)
"""
    assert found(tool, code) == [
        ("loop", "by %n raters", True),
        ("loop", "one and two", False),
        ("Panel", "Import", False),
        ("Panel", "%n left", True),
    ]


@pytest.mark.parametrize("call", ["self.tr(word)", 'self.tr(f"{n} left")'])
def test_that_a_text_nobody_could_translate_is_refused(tool: ModuleType, call: str) -> None:
    with pytest.raises(SystemExit, match=r"x\.py:3"):
        found(tool, f"class A:\n  def b(self):\n    {call}")


def test_that_collecting_changes_nothing_that_is_up_to_date(tool: ModuleType) -> None:
    for language in i18n.LANGUAGES:
        ts = resource(f"translations/prefdesk_{language}.ts")
        wanted = tool.wanted_in(language, tool.texts())
        assert tool.document(language, wanted, tool.known(ts)) == ts.read_text(encoding="utf-8")
