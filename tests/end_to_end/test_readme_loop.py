"""The README's loop at the command line, typed exactly as it is printed there."""

import csv
import json
import re
import shlex
import tempfile
from pathlib import Path

import pytest

from prefdesk.cli import main
from prefdesk.models import starter
from prefdesk.paths import models_dir
from prefdesk.project import Project
from tests.tiny import make_model

README = Path(__file__).parents[2] / "README.md"


def commands() -> list[list[str]]:
    """The commands of the section on the loop, without their comments."""
    text = README.read_text("utf-8")
    section = re.search(r"^## The loop at the command line\n(.*?)^## ", text, re.M | re.S)
    assert section is not None
    lines = [line for line in section[1].splitlines() if line.startswith("    prefdesk ")]
    return [shlex.split(line, comments=True)[1:] for line in lines]


def rate_the_exported(answers: Path, ratings: Path) -> None:
    """Three raters who agree on the whole judge every completion of the table."""
    with answers.open(encoding="utf-8", newline="") as file:
        numbers = [int(row["completion"]) for row in csv.DictReader(file)]
    rows = [
        (who, i, 2 + (i * 7) % 5 + harder)
        for who, harder in (("Ana", 0), ("Ben", 1), ("Eva", -1))
        for i in numbers
    ]
    body = "\n".join(f"{who},{i},{score}" for who, i, score in rows)
    ratings.write_text(f"rater,completion,score\n{body}\n")


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """The files that the README speaks of, and a tiny model in the place of the starter."""
    make_model(models_dir() / starter.recipe().name)
    for name, first in (("prompts.csv", 0), ("more-prompts.csv", 100)):
        questions = "\n".join(f"What is {first + i}?" for i in range(6))
        (tmp_path / name).write_text(f"question\n{questions}\n")
    (tmp_path / "own-text.txt").write_text("A text of our own.\n\nAnd a second one.\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_that_the_loop_of_the_readme_works_as_it_is_printed(desk, monkeypatch, capsys):
    typed = commands()
    assert [c[0] for c in typed[:2]] == ["new", "import"]
    for command in typed:
        if "ratings.csv" in command:
            rate_the_exported(desk / "answers.csv", desk / "ratings.csv")
        if "model" in command:
            # Weights must not pass through a folder that may be small.
            monkeypatch.setattr(tempfile, "tempdir", str(desk / "nowhere"))
        status = main(command)
        out, err = capsys.readouterr()
        assert status == 0, (command, out, err)
    assert json.loads((desk / "adapter" / "adapter_config.json").read_text())["peft_type"] == "LORA"
    assert not [p for p in desk.iterdir() if "adapter-weights" in p.name]
    with Project.open(desk / "haiku.prefdesk", "r") as project:
        scores = project.evaluation.report().scores
        assert [s.n_prompts for s in scores] == [6, 6]
        assert all(s.perplexity for s in scores)
        assert project.check() == []


def test_that_the_evaluation_split_without_prompts_says_how_to_fill_it(desk, capsys):
    typed = commands()
    assert main(typed[0]) == 0
    assert main(["sample", "haiku.prefdesk", "--split", "evaluation"]) == 1
    assert "There are no evaluation prompts. Import some" in capsys.readouterr().err
