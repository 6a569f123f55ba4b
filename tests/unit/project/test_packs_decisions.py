"""Decisions about raters and merges: the owner's stay his own, whatever comes, goes and returns."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from prefdesk.project import Project, open_pack
from tests.worlds import make_project


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Project]:
    """Ben and Cleo rated at home; Ana is asked to rate in a copy."""
    with make_project(tmp_path / "home.prefdesk", prompts=3) as project:
        project.raters.add("Ana")
        for name, shift in (("Ben", 0), ("Cleo", 1)):
            session = project.ratings.session(project.raters.add(name))
            for i in range(1, 13):
                session.score(i, (i * 5 + shift) % 9).result()
        yield project


def back_from_ana(home: Project, tmp_path: Path, *, decided: bool = False) -> Path:
    """Ana's pack with twelve ratings; in her copy she may decide about herself."""
    packed, copy, back = (tmp_path / n for n in ("a.prefpack", "a.prefdesk", "back.prefpack"))
    home.packs.make(home.raters.by_name("Ana"), packed, overwrite=True)
    open_pack(packed, copy)
    with Project.open(copy) as away:
        rater = away.raters.all()[0]
        session = away.ratings.session(rater)
        for n, item in enumerate(session.upcoming(12)):
            session.score(item.completion_id, n % 10).result()
        if decided:
            away.credibility.set(rater.id, 3.0, "I know best")
            own = away.ratings.current()
            away.exclusions.exclude_rating(rater.id, own[0].event_uid, "a slip")
            away.exclusions.exclude_from(rater.id, own[6].event_uid, "tired")
        away.packs.return_pack(back, overwrite=True)
    return back


def decisions(project: Project) -> tuple[object, object]:
    return project.exclusions.log(), project.credibility.log()


def rewards(project: Project) -> list[tuple[int, float, int]]:
    return [(r.completion_id, r.reward, r.n_ratings) for r in project.rewards()]


def reasons(project: Project, name: str) -> list[str]:
    """Why each rating of somebody is left out, in order of time."""
    excluded, id = project.judgement.excluded(), project.raters.by_name(name).id
    own = sorted(project.ratings.current(rater_id=id), key=lambda r: r.hlc)
    return [excluded.reason(r) for r in own]


def test_that_what_a_rater_decided_in_a_copy_stays_there(home: Project, tmp_path: Path) -> None:
    back = back_from_ana(home, tmp_path, decided=True)
    home.packs.merge(back)
    assert decisions(home) == ([], [])
    assert reasons(home, "Ana") == [""] * 12
    assert not home.judgement.credibilities()[home.raters.by_name("Ana").id].by_hand


def test_that_a_pack_carries_nothing_of_the_owners_decisions(home: Project, tmp_path: Path) -> None:
    ana = home.raters.by_name("Ana")
    home.credibility.set(ana.id, 0.25, "a beginner")
    home.exclusions.exclude_rater(home.raters.by_name("Ben").id, "guessed")
    packed = tmp_path / "a.prefpack"
    home.packs.make(ana, packed)
    open_pack(packed, tmp_path / "a.prefdesk")
    with Project.open(tmp_path / "a.prefdesk", "r") as away:
        assert decisions(away) == ([], [])
    assert b"beginner" not in (tmp_path / "a.prefdesk").read_bytes()


def test_that_decisions_hold_while_a_merge_is_taken_back_and_brought_back(
    home: Project, tmp_path: Path
) -> None:
    ben, ana = home.raters.by_name("Ben"), home.raters.by_name("Ana")
    alone = rewards(home)
    home.packs.merge(back_from_ana(home, tmp_path))
    merged = rewards(home)
    own = sorted(home.ratings.current(rater_id=ana.id), key=lambda r: r.hlc)
    weight = home.credibility.set(ana.id, 0.5, "a beginner")
    slip = home.exclusions.exclude_rating(ana.id, own[2].event_uid, "a slip")
    tired = home.exclusions.exclude_from(ana.id, own[9].event_uid, "tired")
    home.exclusions.exclude_rater(ben.id, "guessed")
    decided, why, log = rewards(home), reasons(home, "Ana"), decisions(home)
    assert why == ["", "", "a slip", *[""] * 6, *["tired"] * 3]

    home.packs.undo()
    assert decisions(home) == log
    assert reasons(home, "Ana") == []
    assert {n for _, _, n in rewards(home)} == {1}  # Cleo's alone: Ben is left out
    assert home.judgement.credibilities()[ana.id].value == 0.5
    assert home.agreement().n_ratings == 24
    assert home.core.store.check() == []

    home.packs.redo(home.packs.merges()[-1].id)
    assert reasons(home, "Ana") == why
    assert rewards(home) == decided
    assert decisions(home) == log

    for one in (slip, tired, *(e for e in home.exclusions.active() if e.rater_id == ben.id)):
        home.exclusions.restore(one.uid)
    home.credibility.restore(weight.uid)
    assert rewards(home) == merged
    home.packs.undo()
    assert rewards(home) == alone


def test_that_decisions_are_taken_back_while_the_ratings_they_speak_of_are_away(
    home: Project, tmp_path: Path
) -> None:
    ana = home.raters.by_name("Ana")
    back = back_from_ana(home, tmp_path)
    home.packs.merge(back)
    merged = rewards(home)
    own = sorted(home.ratings.current(rater_id=ana.id), key=lambda r: r.hlc)
    slip = home.exclusions.exclude_rating(ana.id, own[2].event_uid, "a slip")
    weight = home.credibility.set(ana.id, 0.0, "read another guideline")
    home.packs.undo()
    home.exclusions.restore(slip.uid)
    home.credibility.restore(weight.uid)
    home.packs.merge(back)
    assert reasons(home, "Ana") == [""] * 12
    assert rewards(home) == merged


def test_that_a_decision_on_later_ratings_holds_for_those_a_pack_brings_afterwards(
    home: Project, tmp_path: Path
) -> None:
    ana = home.raters.by_name("Ana")
    session = home.ratings.session(ana)
    first = session.upcoming(1)[0].completion_id
    event = session.score(first, 5).result()
    home.exclusions.exclude_from(ana.id, event.uid, "tired")
    weight = home.credibility.set(ana.id, 2.0, "an expert")
    home.packs.merge(back_from_ana(home, tmp_path))
    found = reasons(home, "Ana")
    assert set(found) == {"tired"} and len(found) == 12
    assert home.credibility.active() == [weight]


def test_that_two_copies_of_a_project_keep_their_own_decisions_when_one_pack_comes_to_both(
    home: Project, tmp_path: Path
) -> None:
    back = back_from_ana(home, tmp_path)
    other = tmp_path / "other.prefdesk"
    home.file.backup(other)
    ana, ben = home.raters.by_name("Ana").id, home.raters.by_name("Ben").id
    home.credibility.set(ana, 0.5, "here")
    with Project.open(other) as copy:
        copy.exclusions.exclude_rater(ben, "there")
        theirs, mine = decisions(copy), decisions(home)
        for project in (home, copy):
            project.packs.merge(back)
            project.packs.undo()
            project.packs.redo(project.packs.merges()[-1].id)
        assert (decisions(copy), decisions(home)) == (theirs, mine)
        assert sorted(reasons(copy, "Ana")) == sorted(reasons(home, "Ana")) == [""] * 12
