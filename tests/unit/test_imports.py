"""What is loaded when: a fresh interpreter tells."""

import subprocess
import sys

HEAVY = ("torch", "transformers", "peft", "PySide6", "sqlite_utils")


def loaded_after(code: str) -> set[str]:
    tail = f"\nimport sys\nprint(*[m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code + tail], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_that_importing_prefdesk_loads_neither_qt_nor_torch():
    assert loaded_after("import prefdesk") == set()


def test_that_opening_a_project_loads_neither_qt_nor_torch(tmp_path):
    from prefdesk import Project

    with Project.create(tmp_path / "a.prefdesk"):
        pass
    code = f"import prefdesk\nprefdesk.Project.open({str(tmp_path / 'a.prefdesk')!r}).close()"
    assert loaded_after(code) == set()


def test_that_the_public_names_are_there_and_sorted():
    import prefdesk

    assert prefdesk.__all__ == sorted(prefdesk.__all__)
    assert all(getattr(prefdesk, name) is not None for name in prefdesk.__all__)
