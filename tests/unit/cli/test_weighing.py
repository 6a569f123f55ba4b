"""Credibility, what if and the next rating from the command line."""

import datetime as dt
import json
from dataclasses import replace
from functools import partial

import pytest

from prefdesk.cli import main
from prefdesk.project import Project
from prefdesk.store import events
from tests.worlds import make_project, rate_by_panel

INVERTED = "Simulated 7 (inverted)"


@pytest.fixture
def path(tmp_path):
    made = tmp_path / "a.prefdesk"
    with make_project(made, prompts=6) as project:
        rate_by_panel(project)
    return str(made)


def said(capsys, *words):
    assert main(list(words)) == 0
    return json.loads(capsys.readouterr().out)


def test_that_a_weight_is_set_with_a_note_and_estimated_again(path, capsys):
    done = said(
        capsys, "credibility", path, INVERTED, "0.5", "--note", "reads upside down", "--json"
    )
    assert (done["value"], done["note"]) == (0.5, "reads upside down")
    said(capsys, "credibility", path, INVERTED, "--estimated", "--json")
    with Project.open(path, "r") as project:
        assert [w.value for w in project.credibility.log()] == [0.5, None]
        assert not any(w.by_hand for w in project.judgement.credibilities().values())


@pytest.mark.parametrize("words", [["4", "--note", "x"], ["1"], [], ["1", "--estimated"]])
def test_that_an_impossible_weight_is_one_sentence(path, capsys, words):
    assert main(["credibility", path, INVERTED, *words]) == 1
    assert "Traceback" not in capsys.readouterr().err


def test_that_what_if_lists_what_moves_and_changes_nothing(path, capsys):
    found = said(capsys, "rewards", path, "--without", INVERTED, "--json")
    assert len(found["rows"]) == 24 and found["alpha_after"] > found["alpha_before"]
    other = said(capsys, "rewards", path, "--weight", f"{INVERTED}=0", "--json")
    assert other["rows"] == found["rows"]
    assert main(["rewards", path, "--rule", "z"]) == 0
    assert "Nothing was changed." in capsys.readouterr().out
    with Project.open(path, "r") as project:
        assert project.exclusions.log() == [] and project.credibility.log() == []


def test_that_the_next_ratings_are_listed_with_reasons(path, capsys):
    found = said(capsys, "rewards", path, "--next", "--json")
    assert found and all(one["reason"] for one in found)


def test_that_a_reward_opens_with_weights_and_rounds(path, capsys):
    found = said(capsys, "rewards", path, "--completion", "1", "--json")
    assert found["rounds"] == [] and found["n_eff"] > 1
    assert all(p["credibility"] > 0 and not p["by_hand"] for p in found["ratings"])


def test_that_a_rater_is_left_out_from_a_rating_on_and_comes_back(path, capsys):
    done = said(
        capsys, "exclude", path, INVERTED, "--from-order", "10", "--reason", "lazy", "--json"
    )
    assert done["scope"] == "rater-after-order"
    with Project.open(path, "r") as project:
        excluded = project.judgement.excluded()
        assert sum(bool(excluded.reason(r)) for r in project.ratings.current()) == 15
    said(capsys, "exclude", path, INVERTED, "--restore", "--json")
    assert main(["exclude", path, INVERTED, "--from-order", "99", "--reason", "x"]) == 1


@pytest.fixture
def hourly(tmp_path):
    """Ana and Ben score completion n at n o'clock of the first of March."""
    path = tmp_path / "hourly.prefdesk"
    with make_project(path, prompts=3) as project:
        raters = [project.raters.add(name).id for name in ("Ana", "Ben")]
        for n in range(1, 13):
            when = int(dt.datetime(2026, 3, 1, n, tzinfo=dt.UTC).timestamp() * 1000)
            for id in raters:
                project.core.mutate(partial(scored, rater_id=id, n=n, when=when))
    return str(path)


def scored(c, *, rater_id, n, when):
    events.append(c, rater_id=rater_id, completion_id=n, kind="score", value=n / 2, now_ms=when)


def left_out(path):
    with Project.open(path, "r") as project:
        reason, names = project.judgement.excluded().reason, project.raters.all()
        named = {r.id: r.name for r in names}
        current = project.ratings.current()
        return {(named[r.rater_id], r.completion_id) for r in current if reason(r)}


def test_that_a_rater_is_left_out_from_a_moment_on_and_comes_back(hourly, capsys):
    words = ["exclude", hourly, "Ben", "--since", "2026-03-01T09:00+00:00", "--reason", "tired"]
    done = said(capsys, *words, "--json")
    assert (done["scope"], done["reason"]) == ("rater-after-order", "tired")
    assert left_out(hourly) == {("Ben", n) for n in range(9, 13)}
    said(capsys, "exclude", hourly, "Ben", "--restore", "--json")
    assert left_out(hourly) == set()
    with Project.open(hourly, "r") as project:
        assert [e.restored for e in project.exclusions.log()] == [False, True]


def test_that_a_rating_that_arrives_later_counts_by_when_it_was_given(hourly, capsys):
    said(
        capsys, "exclude", hourly, "Ben", "--since", "2026-03-01T08:30Z", "--reason", "x", "--json"
    )
    with Project.open(hourly, "r") as project:
        excluded = project.judgement.excluded()
        own = next(r for r in project.ratings.current() if excluded.reason(r))
        minute = 60_000 << 16
        assert excluded.reason(replace(own, hlc=own.hlc - 20 * minute))
        assert not excluded.reason(replace(own, hlc=own.hlc - 40 * minute))


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["--since", "soon"], 2),
        (["--since", "2026-01-01", "--from-order", "2"], 2),
        (["--since", "2200-01-01"], 1),
    ],
)
def test_that_an_impossible_moment_is_said_and_leaves_nobody_out(path, capsys, words, status):
    try:
        ended = main(["exclude", path, INVERTED, "--reason", "x", *words])
    except SystemExit as stop:
        ended = stop.code
    assert ended == status
    assert "Traceback" not in capsys.readouterr().err
    with Project.open(path, "r") as project:
        assert project.exclusions.active() == []
