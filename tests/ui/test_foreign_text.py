"""S9, S10: foreign text is shown, never obeyed, and no text freezes the window."""

import ast
import socket
import threading
import time
from pathlib import Path

import pytest
from PySide6 import QtGui
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QDialog, QWidget
from pytestqt.qtbot import QtBot

from prefdesk.project import Project
from prefdesk.records import NewPrompt
from prefdesk.ui import background
from prefdesk.ui.desk import Desk
from prefdesk.ui.widgets import PlainText, ReadingText, tip
from prefdesk.ui.window import Window
from tests.conftest import REPOSITORY
from tests.worlds import _base, add_answers

SOURCES = sorted((REPOSITORY / "prefdesk" / "ui").rglob("*.py"))

RICH = {"setHtml", "setMarkdown", "insertHtml", "appendHtml", "fromHtml", "toHtml", "showText"}
RICH |= {"QTextBrowser", "QMessageBox", "QErrorMessage", "QWhatsThis", "QWebEngineView"}
TIPS = {"setToolTip", "setStatusTip", "setWhatsThis"}
OUR_WORDS = {
    "self.tr",  # our own words
    "tip",  # marked-up text becomes plain
    "self.state.text",  # a time and two counts
    "remove.accessibleName",  # our words and a number
}


def name_of(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{name_of(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def dangers(code: str) -> list[str]:
    """Calls in which Qt might take foreign text for HTML."""
    found = []
    for node in ast.walk(ast.parse(code)):
        name = name_of(node)
        if name.split(".")[-1] in RICH:
            found.append(name)
        if not isinstance(node, ast.Call):
            continue
        called = name_of(node.func)
        if called == "QLabel" and node.args:
            found.append("QLabel with a text")
        if called.split(".")[-1] in TIPS and not is_ours(node.args[-1]):
            found.append(f"{called} of a text that may be foreign")
    return found


def is_ours(text: ast.expr) -> bool:
    if isinstance(text, ast.IfExp):
        return is_ours(text.body) and is_ours(text.orelse)
    if isinstance(text, ast.Constant):
        return True
    return isinstance(text, ast.Call) and name_of(text.func) in OUR_WORDS


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: str(p.relative_to(REPOSITORY)))
def test_that_no_line_of_the_window_lets_qt_read_markup(source: Path) -> None:
    # How many ratings wait, and why a verb is barred: our own words.
    allowed = {"status.py": 1, "chrome.py": 1, "menus.py": 1}
    assert len(dangers(source.read_text(encoding="utf-8"))) <= allowed.get(source.name, 0)


@pytest.mark.parametrize(
    "code",
    [
        "x.setHtml(t)",
        "QLabel(t)",
        "x.setToolTip(t)",
        "x.setToolTip(tip(t) if a else t)",
        "QMessageBox()",
    ],
)
def test_that_the_gate_finds_such_lines(code: str) -> None:
    assert dangers(code)


@pytest.fixture
def knocks():
    """Connections to a server on this machine."""
    server, heard = socket.create_server(("127.0.0.1", 0)), []

    def listen() -> None:
        while True:
            try:
                heard.append(server.accept()[0].close())
            except OSError:
                return

    threading.Thread(target=listen, daemon=True).start()
    yield server.getsockname()[1], heard
    server.close()


def hostile_project(path: Path, evil: str) -> None:
    """Everything that a stranger may name or write says `evil`."""
    with Project.create(path, title=evil) as project:
        project.change_settings(system=evil, question="score")
        rows = [
            NewPrompt(f"{evil} {i}", task=evil, source=evil, references=(evil,)) for i in (1, 2)
        ]
        project.prompts.add(rows)
        add_answers(project, project.core.mutate(_base).id, "train", 2)
        with project.core.read() as c:
            ids = [row[0] for row in c.execute("SELECT id FROM completion")]
        project.core.mutate(
            lambda c: c.execute("UPDATE completion SET text = ? || id", (evil,)), "completions"
        )
        project.raters.add("Me")
        for rater in (f"{evil} a", f"{evil} b", f"{evil} c"):
            session = project.ratings.session(project.raters.add(rater))
            for one in ids:
                session.score(one, float(one % 10), seconds=2.0).result()
        project.exclusions.exclude_rater(2, evil, author=evil)
        project.agreement()


def red_pixels(widget: QWidget) -> int:
    picture = widget.grab().toImage().convertToFormat(QPixmap(1, 1).toImage().Format.Format_RGB32)
    data = bytes(picture.constBits())
    return data.count(QColor("#FF0000").rgb().to_bytes(4, "little"))


def tips(window: QWidget) -> list[str]:
    found = [w.toolTip() for w in window.findChildren(QWidget)]
    for view in window.findChildren(QAbstractItemView):
        model = view.model()
        for row in range(min(model.rowCount(), 20) if model else 0):
            for column in range(model.columnCount()):
                index = model.index(row, column)
                found.append(str(index.data(Qt.ItemDataRole.ToolTipRole) or ""))
    return found


def test_that_no_place_of_the_window_obeys_a_text(
    qtbot: QtBot, desk: Desk, tmp_path: Path, canary: Path, knocks: tuple[int, list[object]]
) -> None:
    port, heard = knocks
    evil = f'<img src="{canary}"><img src="http://127.0.0.1:{port}/x.png"><h1>A</h1>'
    hostile_project(tmp_path / "evil.prefdesk", evil)
    window = Window(desk)
    window.resize(1200, 800)
    window.show()
    with qtbot.waitSignal(desk.project_opened, timeout=20_000):
        desk.open_project(tmp_path / "evil.prefdesk")
    seen = 0
    for place in ("overview", "data", "rate", "raters", "train", "evaluate"):
        window.show_place(place)
        qtbot.waitUntil(background.is_idle, timeout=10_000)
        qtbot.wait(100)
        assert red_pixels(window) == 0, place
        for text in tips(window):
            seen += "img" in text
            assert "<img" not in text, place
    assert seen
    assert heard == []
    done: list[bool] = []
    desk.close_project(lambda: done.append(True))
    qtbot.waitUntil(lambda: bool(done), timeout=10_000)
    for dialog in window.findChildren(QDialog):
        dialog.close()
    window.close()
    window.deleteLater()


def test_that_the_canary_is_seen_where_markup_is_obeyed(qtbot: QtBot, canary: Path) -> None:
    from PySide6.QtWidgets import QLabel

    label = QLabel(f'<img src="{canary}">')
    qtbot.addWidget(label)
    label.show()
    assert red_pixels(label) > 1000


@pytest.mark.parametrize(
    "text", ["<b>x</b>", "a <img src=x> & b\nc", "<!-- x", "&lt;b&gt;<i>", "<a href='file:///'>"]
)
def test_that_a_tip_shows_markup_as_text(qtbot: QtBot, canary: Path, text: str) -> None:
    from PySide6.QtGui import QTextDocument

    document = QTextDocument()
    made = tip(text)
    if QtGui.Qt.mightBeRichText(made):
        document.setHtml(made)
        assert document.toPlainText() == text
    else:
        assert made == text


LONG = {
    "a line of 100,000 letters": "x" * 100_000,
    "200,000 accents on one letter": "e" + "\u0301" * 200_000,
    "400,000 letters with blanks": "word " * 80_000,
    "a million letters in lines": ("x" * 999 + "\n") * 1000,
    "a million hidden letters": "\u200b" * 1_000_000,
    "a line of 100,000 Chinese letters": "汉" * 100_000,
    "100,000 emoji": "👩‍🚀" * 100_000,
    "Arabic and Latin by turns": "abc ابج " * 20_000,
    "100,000 tabs": "\t" * 100_000,
}


@pytest.mark.parametrize("kind", [PlainText, ReadingText])
@pytest.mark.parametrize("name", LONG)
def test_that_no_text_freezes_the_window(
    qtbot: QtBot, name: str, kind: type[PlainText] | type[ReadingText]
) -> None:
    widget = kind()
    qtbot.addWidget(widget)
    widget.resize(600, 400)
    widget.show()
    widget.set_text("warm")
    widget.grab()
    took = []
    for _ in range(2):
        begun = time.thread_time()
        widget.set_text(LONG[name])
        widget.grab()
        took.append(time.thread_time() - begun)
    # A tenth of a second where nothing else keeps the processor.
    assert min(took) < 0.15


def test_that_a_long_honest_text_is_read_to_its_end(qtbot: QtBot) -> None:
    widget = ReadingText("😀" * 500 + "Words and more, 汉字. " * 8000)
    qtbot.addWidget(widget)
    assert widget.toPlainText().rstrip().endswith("汉字.")
