"""A start in a fresh interpreter: the window is there, and nothing heavy was loaded for it."""

import os
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parent.parent.parent

SCRIPT = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from prefdesk.ui.app import make_app, prepare
from prefdesk.ui import background
from prefdesk.ui.desk import Desk
from prefdesk.ui.preferences import Preferences
from prefdesk.ui.window import Window

app = make_app()
preferences = Preferences()
prepare(app, preferences)
assert "prefdesk.project" not in sys.modules, "the engine was loaded before it was needed"
window = Window(Desk(preferences))
window.show()
window.menus.actions["starter"].trigger()
if len(sys.argv) > 1:
    window.desk.project_opened.connect(lambda: QTimer.singleShot(200, window.close))
    window.open_path(sys.argv[1])
else:
    QTimer.singleShot(0, window.close)
assert app.exec() == 0
background.finish()
heavy = {"torch", "transformers", "peft", "gguf", "sklearn", "pyqtgraph"}
sys.stdout.write(str(sorted(heavy & set(sys.modules))))
"""


def started(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT, *arguments],
        cwd=REPOSITORY,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_that_the_window_starts_without_torch() -> None:
    assert started() == "[]"


def test_that_opening_a_project_loads_no_torch(project_file: Path) -> None:
    assert started(str(project_file)) == "[]"
