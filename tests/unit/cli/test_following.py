"""Large imports at a terminal: word each second, and Ctrl-C takes nothing."""

import os
import signal
from pathlib import Path

import pytest

from prefdesk.cli import following, main
from prefdesk.project import Project


@pytest.fixture
def case(tmp_path: Path) -> tuple[Path, Path]:
    project, file = tmp_path / "a.prefdesk", tmp_path / "p.jsonl"
    Project.create(project).close()
    file.write_text("".join(f'{{"prompt": "Question {i}? {"x" * 500}"}}\n' for i in range(3000)))
    return project, file


def test_that_a_long_import_says_how_far_it_is(
    case: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(following, "EVERY_S", 0.0)
    assert main(["import", *map(str, case)]) == 0
    said = capsys.readouterr()
    told = [line for line in said.err.splitlines() if line.startswith("p.jsonl: ")]
    assert len(told) > 5 and told[-1] == "p.jsonl: 100%"
    assert said.out == ""


def test_that_a_short_import_says_nothing_of_it(
    case: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    case[1].write_text('{"prompt": "a"}\n')
    assert main(["import", *map(str, case)]) == 0
    assert "%" not in capsys.readouterr().err


def test_that_ctrl_c_in_an_import_takes_nothing(
    case: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def press(self: object, share: float) -> None:
        if share > 0.7 and not pressed:
            pressed.append(share)
            os.kill(os.getpid(), signal.SIGINT)

    pressed: list[float] = []
    monkeypatch.setattr(following._Line, "tell", press)
    before = signal.getsignal(signal.SIGINT)
    assert main(["import", *map(str, case)]) == 130
    assert signal.getsignal(signal.SIGINT) is before
    assert "Cancelled." in capsys.readouterr().err
    with Project.open(case[0]) as project:
        assert project.prompts.count() == 0
