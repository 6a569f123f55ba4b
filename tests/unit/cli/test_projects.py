"""Looking at a project: where it stands, its history, tables in and out."""

import time

import pytest

from prefdesk.cli import projects
from prefdesk.cli.output import are, counted
from prefdesk.project import Project, ratings
from prefdesk.store import events
from tests.worlds import make_project, rate_by_panel


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "a.prefdesk"
    with make_project(file, prompts=4):
        pass
    return file


def rate_one(path, completion_id=1, score=5.0):
    with Project.open(path) as project:
        known = {r.name for r in project.raters.all()}
        rater = project.raters.by_name("Ana") if "Ana" in known else project.raters.add("Ana")
        project.ratings.session(rater).score(completion_id, score).result()


def agreement(run, path):
    out = run("status", path)[1]
    return next(line for line in out.splitlines() if line.startswith("agreement"))


def test_that_status_says_where_the_agreement_comes_from(path, run):
    assert "no ratings yet" in agreement(run, path)
    rate_one(path)
    assert f"not worked out yet: prefdesk agree {path}" in agreement(run, path)
    run("agree", path)
    assert agreement(run, path).endswith("not enough ratings")
    with Project.open(path) as project:
        rate_by_panel(project)
    assert "(older than the latest ratings)" in agreement(run, path)
    run("agree", path)
    assert "alpha 0." in agreement(run, path)
    assert "older" not in agreement(run, path)
    rate_one(path, completion_id=2)
    assert agreement(run, path).endswith("(older than the latest ratings)")


def test_that_status_names_the_next_command(path, run):
    assert f"\n    prefdesk rate {path} --rater NAME\n" in run("status", path)[1]


def test_that_agree_prints_also_where_somebody_else_writes(path, run):
    with Project.open(path) as project:
        rate_by_panel(project)
        status, out, err = run("agree", path)
        assert status == 0
        assert "Krippendorff's alpha (interval): 0." in out
        assert "The report is not kept: a.prefdesk is open" in err
        assert project.judgement.stored() is None


def test_that_history_shows_local_time_and_keeps_milliseconds_for_programs(
    path, run, report, monkeypatch
):
    monkeypatch.setenv("TZ", "Etc/GMT-5")
    time.tzset()
    try:
        rate_one(path)
        [event] = report("history", path)
        line = run("history", path)[1].splitlines()[-1]
    finally:
        monkeypatch.undo()
        time.tzset()
    local = time.gmtime(event["utc_ms"] // 1000 + 5 * 3600)
    assert line.startswith(time.strftime("%Y-%m-%d %H:%M:%S", local))


def test_that_a_clock_which_was_far_off_does_not_hide_the_history():
    assert projects._local(10**18) == f"{10**18} ms"


def test_that_history_marks_what_a_clock_put_into_the_future(path, run, report):
    rate_one(path)
    with Project.open(path) as project:
        far = int(time.time() * 1000) + 5 * 365 * 24 * 3600 * 1000
        given = {"rater_id": 1, "completion_id": 2, "kind": "skip"}
        project.core.mutate(lambda c: events.append(c, now_ms=far, **given))
    ours, ahead = run("history", path)[1].splitlines()[-2:]
    assert "in the future" not in ours
    assert "(in the future)" in ahead


def test_that_history_can_be_of_one_rater_or_completion_and_of_the_newest(
    path, run, report, monkeypatch
):
    monkeypatch.setattr(ratings, "_PAGE", 2)
    for number in (1, 2, 3):
        rate_one(path, number)
    status, out, err = run("history", path, "--limit", "2")
    assert status == 0 and len(out.splitlines()) == 2 + 2
    assert "The newest 2 are shown" in err
    assert [e["completion_id"] for e in report("history", path)] == [1, 2, 3]
    [only] = report("history", path, "--completion", "2")
    assert only["completion_id"] == 2
    name = out.splitlines()[-1].split("  ")[1]
    assert len(report("history", path, "--rater", name)) == 3
    assert run("history", path, "--completion", "9999")[1] == "Nothing of it.\n"
    assert run("history", path, "--rater", "Nobody")[0] == 1
    assert report("history", path, "--completion", "9999") == []


def test_that_an_existing_table_is_replaced_only_when_asked(path, run, tmp_path):
    out = tmp_path / "prompts.csv"
    assert run("export", path, "prompts", out)[2] == f"4 rows in {out}.\n"
    out.write_text("mine")
    status, _, err = run("export", path, "prompts", out)
    assert status == 1
    assert "add --overwrite" in err
    assert out.read_text() == "mine"
    assert run("export", path, "prompts", out, "--overwrite")[0] == 0
    assert out.read_text() != "mine"


def test_that_options_of_a_checkpoint_are_not_passed_over_for_a_table(path, run, tmp_path):
    assert run("export", path, "prompts", tmp_path / "p.csv", "--merged")[0] == 1
    assert not (tmp_path / "p.csv").exists()


def test_that_refused_rows_are_named_with_the_option_that_leaves_them_out(path, run, tmp_path):
    source = tmp_path / "p.jsonl"
    source.write_text('{"prompt": "Why?"}\n{"prompt": 7}\n')
    status, _, err = run("import", path, source)
    assert status == 1
    assert "p.jsonl:2" in err
    assert "--skip-bad" in err
    status, _, err = run("import", path, source, "--skip-bad")
    assert status == 0
    assert err.endswith("1 prompt added, 1 bad row left out; 5 are in the project.\n")
    assert run("import", path, source, "--skip-bad")[2].endswith(
        "0 prompts added, 1 there already, 1 bad row left out; 5 are in the project.\n"
    )


def test_that_a_number_has_the_right_noun_and_verb():
    assert [counted(n, "rating") for n in (0, 1, 2)] == ["0 ratings", "1 rating", "2 ratings"]
    assert counted(2, "reply", "replies") == "2 replies"
    assert (are(1), are(0), are(2)) == ("1 is", "0 are", "2 are")


def test_that_a_command_says_how_the_file_was_found(path, run, monkeypatch):
    monkeypatch.setattr(Project, "notices", ("An older copy was put back.",))
    for arguments in (("status", path), ("agree", path), ("import", path, "starter")):
        status, _, err = run(*arguments)
        assert status == 0
        assert err.startswith("An older copy was put back.\n")


def test_that_a_project_in_use_offers_only_what_a_command_can_do(path, run):
    with Project.open(path):
        status, _, err = run("import", path, "starter")
    assert status == 1
    assert err.endswith("Close it there, then try again.\n")


def test_that_hints_name_only_what_this_command_has(path, run, tmp_path):
    source = tmp_path / "p.csv"
    source.write_text("colour\nred\n")
    assert "name it with --map FIELD=COLUMN." in run("import", path, source)[2]
    assert run("rate", path, "--from", source)[2].endswith("'colour'. Rename a column.\n")
    for arguments in (("import", path, tmp_path), ("rate", path, "--from", tmp_path)):
        assert run(*arguments)[::2] == (
            1,
            f"prefdesk: {tmp_path} is a folder. Name a file in it.\n",
        )


def test_that_an_empty_project_says_so_in_words(path, run):
    assert run("history", path)[1] == "Nobody has rated anything yet.\n"
    assert run("rewards", path)[1].startswith("No completion has a reward yet")
    assert run("agree", path)[1].startswith("0 ratings by 0 raters on 0 completions\n")
