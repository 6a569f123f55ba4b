"""`prefdesk answers`: a set that was written and judged elsewhere, from its own files."""

import csv
import json
from pathlib import Path

import pytest

from prefdesk.project import Project

DATA = Path(__file__).parents[4] / "shared" / "data"
SQUALITY = DATA / "squality_texts.jsonl"


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "a.prefdesk"
    Project.create(file).close()
    return file


@pytest.fixture
def source(tmp_path):
    file = tmp_path / "s.jsonl"
    rows = [{"id": n, "question": f"Why {n}?", "outputs": {"bart": f"So {n}."}} for n in (1, 2)]
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return file


def test_that_answers_come_in_and_are_said_to_be_imported(path, source, run):
    status, _, err = run("answers", path, source)
    assert status == 0 and "2 answers by 1 writer and 2 prompts added." in err
    assert "imported answers" in run("checkpoints", path)[1]
    assert "2 there already" in run("answers", path, source)[2]


def test_that_a_table_tells_each_answers_number(path, source, tmp_path, run):
    out = tmp_path / "numbers.csv"
    assert run("answers", path, source, "--numbers", out)[0] == 0
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[1] == {"completion": "2", "writer": "bart", "id": "2"}
    status, _, err = run("answers", path, source, "--numbers", out)
    assert status == 1 and "is there already" in err


def test_that_a_missing_column_is_named_with_a_way_out(path, source, run):
    status, _, err = run("answers", path, source, "--map", "completion=reply")
    assert status == 1 and "'reply'" in err and "outputs" in err


def test_that_a_file_of_another_scale_is_taken_by_its_ends(path, source, tmp_path, run):
    run("answers", path, source)
    file = tmp_path / "r.csv"
    file.write_text("rater,completion,score\nAna,1,80\n", encoding="utf-8")
    assert run("rate", path, "--from", file, "--new-raters")[0] == 1
    assert run("rate", path, "--from", file, "--new-raters", "--scale", "0:100")[0] == 0
    with Project.open(path, "r") as project:
        assert project.ratings.current()[0].value == 8.0


@pytest.mark.skipif(not SQUALITY.exists(), reason="the real ratings are not on this machine")
def test_that_a_real_set_gives_the_agreement_that_its_table_gives(path, tmp_path, run, report):
    out = tmp_path / "numbers.csv"
    asked = "Summarise {prompt_id} for question {question}."
    columns = ("--map", "completion=outputs", "--template", asked, "--numbers", out)
    assert run("answers", path, SQUALITY, *columns)[0] == 0
    with out.open(encoding="utf-8", newline="") as file:
        number = {f"{r['prompt_id']}|{r['writer']}": r["completion"] for r in csv.DictReader(file)}
    table = DATA / "squality_ratings.csv"
    with table.open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["aspect"] == "overall"]
    lines = [f"{r['rater']},{number[r['item']]},{r['score']}" for r in rows]
    ratings = tmp_path / "r.csv"
    ratings.write_text("\n".join(("rater,completion,score", *lines)), encoding="utf-8")
    assert run("rate", path, "--from", ratings, "--new-raters", "--scale", "0:100")[0] == 0
    with Project.open(path) as project:
        alpha = project.agreement().alpha.value
    known = json.loads((DATA / "reference_values.json").read_text(encoding="utf-8"))
    assert len(rows) == 900
    assert alpha == pytest.approx(_alpha(known), abs=1e-9)


def _alpha(known):
    return known["sets"]["squality_overall"]["alpha_interval"]
