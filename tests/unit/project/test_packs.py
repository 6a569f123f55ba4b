"""Rating packs from end to end: out to a rater, back home, each judgement once, in any order."""

import json
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from prefdesk.cli import main
from prefdesk.errors import Cancelled, InputError, ProjectError
from prefdesk.formats import pack, pack_signing
from prefdesk.project import Project, open_pack, pack_merge
from prefdesk.records import Event, Rater
from prefdesk.store import clock, merges, merging
from prefdesk.store import events as event_rows
from tests.unit.formats.packs import change, change_head, parts
from tests.worlds import make_project

HOUR_MS = 3_600_000


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Project]:
    with make_project(tmp_path / "home.prefdesk", prompts=3) as project:
        project.raters.add("Ana")
        project.raters.add("Ben")
        yield project


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Put the clock of everything that is written from now on ahead by some milliseconds."""
    real = clock.now_ms

    def ahead(ms: int) -> None:
        monkeypatch.setattr(clock, "now_ms", lambda: real() + ms)

    return ahead


def copy_for(home: Project, name: str, path: Path, **asked: object) -> Path:
    """A working copy for a rater of the project."""
    packed = path.with_suffix(".prefpack")
    home.packs.make(home.raters.by_name(name), packed, overwrite=True, **asked)  # type: ignore[arg-type]
    return open_pack(packed, path)


def rate(copy: Path, *values: float) -> None:
    """Let the rater of a working copy score what comes next."""
    with Project.open(copy) as project:
        session = project.ratings.session(project.raters.all()[0])
        for value in values:
            session.score(session.upcoming(1)[0].completion_id, value, seconds=1.5).result()


def returned(copy: Path, path: Path) -> Path:
    with Project.open(copy, "r") as project:
        project.packs.return_pack(path, overwrite=True)
    return path


def state(project: Project) -> tuple[object, ...]:
    """What must be the same however packs were merged: events by uid, and what counts."""
    with project.core.read() as c:
        uids = c.execute("SELECT uid FROM event ORDER BY uid").fetchall()
        counting = c.execute(
            "SELECT completion_id, rater_id, criterion, occasion, kind, value, body, event_uid"
            " FROM rating ORDER BY 1, 2, 3, 4, 5"
        ).fetchall()
        queue = c.execute("SELECT * FROM queue ORDER BY 1, 2, 3, 4").fetchall()
    return uids, counting, queue


def scores(project: Project, name: str) -> list[float]:
    rater = project.raters.by_name(name)
    return [r.value for r in project.ratings.current(rater_id=rater.id)]


def test_that_a_pack_goes_out_and_its_ratings_come_home(home: Project, tmp_path: Path) -> None:
    ana = home.raters.by_name("Ana")
    asked = [i.text for i in home.ratings.session(ana).upcoming(100)]
    copy = copy_for(home, "Ana", tmp_path / "copy.prefdesk")
    with Project.open(copy) as away:
        assert away.packs.mark is not None
        session = away.ratings.session(away.raters.all()[0])
        items = session.upcoming(100)
        assert [i.text for i in items] == asked
        session.score(items[0].completion_id, 7, seconds=2.5).result()
        session.comment(items[0].completion_id, "Fine.").result()
        session.skip(items[1].completion_id, "unclear").result()
        session.score(items[2].completion_id, 3).result()
        session.undo().result()
        session.score(items[2].completion_id, 4).result()
        assert away.check() == []
        made = {e.uid for e in away.ratings.history()}
    back = returned(copy, tmp_path / "back.prefpack")
    preview = home.packs.preview(back)
    assert (preview.new.count, preview.duplicate.count, preview.refused.count) == (6, 0, 0)
    assert (preview.identity.found, preview.identity.target) == ("known", ana)
    report = home.packs.merge(back)
    assert (report.new, report.rater) == (6, ana)
    assert {e.uid for e in home.ratings.history()} == made
    assert sorted(scores(home, "Ana")) == [4, 7]
    assert "Fine." in {r.comment for r in home.ratings.current()}
    assert home.ratings.session(ana).remaining() == len(asked) - 3
    assert home.core.store.check() == []
    assert home.packs.preview(back).duplicate.count == 6
    assert home.packs.preview(back).earlier == "done"


def test_that_the_working_copy_keeps_the_order_of_the_pack_when_asked_anew(
    home: Project, tmp_path: Path
) -> None:
    ben = home.ratings.session(home.raters.by_name("Ben"))
    for item in ben.upcoming(8):
        ben.score(item.completion_id, 5).result()
    copy = copy_for(home, "Ana", tmp_path / "copy.prefdesk", limit=6)
    ana = home.ratings.session(home.raters.by_name("Ana"))
    with Project.open(copy) as away:
        session = away.ratings.session(away.raters.all()[0])
        before = [i.text for i in session.upcoming(100)]
        assert before == [i.text for i in ana.upcoming(6)]
        session.score(session.upcoming(1)[0].completion_id, 5).result()
        session.undo().result()
        away.change_settings(title="Mine")
        assert [i.text for i in session.upcoming(100)] == before
        assert len(before) == 6


def test_that_a_pack_says_nothing_of_models_or_other_people(tmp_path: Path) -> None:
    path = tmp_path / "home.prefdesk"
    with make_project(path, prompts=2) as project:
        ben = project.raters.add("Benedikt")
        session = project.ratings.session(ben)
        for item in session.upcoming(100):
            session.score(item.completion_id, 8.25).result()
            session.comment(item.completion_id, "a private remark").result()
        base = project.checkpoints.base()
        assert base is not None
        project.checkpoints.rename(base.id, "secret-model-7b")
        project.change_settings(title="Secret-study")
        ana = project.raters.add("Ana")
        project.packs.make(ana, tmp_path / "a.prefpack")
        uid = ben.uid.hex()
    told = (tmp_path / "a.prefpack").read_bytes() + b"".join(
        parts(tmp_path / "a.prefpack").values()
    )
    words = ("Benedikt", uid, "remark", "8.25", "secret-model", "Secret-study", "logprob")
    for word in (*words, base.uid.hex(), str(tmp_path), "root"):
        assert word.encode() not in told, word
    assert b"Ana" in told


def test_that_only_what_waits_for_the_rater_is_packed(home: Project, tmp_path: Path) -> None:
    ana = home.raters.by_name("Ana")
    session = home.ratings.session(ana)
    done = session.upcoming(1)[0]
    session.score(done.completion_id, 5).result()
    assert home.packs.make(ana, tmp_path / "a.prefpack") == 11
    assert home.packs.make(ana, tmp_path / "b.prefpack", limit=2) == 2
    with pack.read(tmp_path / "a.prefpack") as opened:
        assert done.text not in {one.answer for one in opened.items()}
    with pytest.raises(InputError, match="Nothing waits"):
        home.packs.make(ana, tmp_path / "c.prefpack", split="evaluation")
    with pytest.raises(InputError, match="1 item or more"):
        home.packs.make(ana, tmp_path / "c.prefpack", limit=0)
    robot = home.raters.add("Robot", simulated=True)
    with pytest.raises(InputError, match="simulated"):
        home.packs.make(robot, tmp_path / "c.prefpack")
    assert not (tmp_path / "c.prefpack").exists()


def test_that_a_failed_opening_leaves_nothing_and_an_existing_file_stays(
    home: Project, tmp_path: Path
) -> None:
    copy = copy_for(home, "Ana", tmp_path / "copy.prefdesk")
    before = copy.read_bytes()
    with pytest.raises(ProjectError, match="already a file"):
        open_pack(tmp_path / "copy.prefpack", copy)
    assert copy.read_bytes() == before
    edit = lambda b: b.replace(b'"order":9', b'"order":8')  # noqa: E731
    change(tmp_path / "copy.prefpack", "items.jsonl", edit)
    with pytest.raises(InputError, match="out of order"):
        open_pack(tmp_path / "copy.prefpack", tmp_path / "new")
    assert not list(tmp_path.glob("*new*"))


def test_that_copies_and_projects_do_not_take_each_others_part(
    home: Project, tmp_path: Path
) -> None:
    copy = copy_for(home, "Ana", tmp_path / "copy.prefdesk")
    with pytest.raises(InputError, match="no working copy"):
        home.packs.return_pack(tmp_path / "x.prefpack")
    with pytest.raises(InputError, match="items to rate, not ratings"):
        home.packs.merge(tmp_path / "copy.prefpack")
    with Project.open(copy) as away:
        with pytest.raises(InputError, match="Nothing was rated"):
            away.packs.return_pack(tmp_path / "x.prefpack")
        with pytest.raises(InputError, match="working copy of a pack"):
            away.packs.make(away.raters.all()[0], tmp_path / "x.prefpack")
    rate(copy, 5)
    back = returned(copy, tmp_path / "back.prefpack")
    with pytest.raises(InputError, match="ratings, not items"):
        open_pack(back, tmp_path / "other")


def test_that_40_orders_of_merging_with_repetitions_give_one_result(
    home: Project, tmp_path: Path, set_clock: Callable[[int], None]
) -> None:
    """Two laptops of one rater, clocks off by -1 h and +2 h, a second rater, a tree of merges."""
    chance = random.Random(7)
    copies = [copy_for(home, "Ana", tmp_path / "1.prefdesk")]
    copies += [open_pack(tmp_path / "1.prefpack", tmp_path / "2.prefdesk")]
    copies += [copy_for(home, "Ben", tmp_path / "3.prefdesk")]
    packs = []
    for part in range(2):
        for number, (copy, off) in enumerate(zip(copies, (-HOUR_MS, 2 * HOUR_MS, 0))):
            set_clock(off)
            _busy(copy, chance)
            packs.append(returned(copy, tmp_path / f"{number}-{part}.prefpack"))
    set_clock(2 * HOUR_MS)
    with Project.open(copies[1]) as second:
        second.packs.merge(packs[0], unverified=True)
    _busy(copies[1], chance)
    packs.append(returned(copies[1], tmp_path / "tree.prefpack"))
    home.close()
    results = []
    for trial in range(40):
        order = chance.sample(packs, len(packs)) + chance.choices(packs, k=2)
        path = tmp_path / f"trial{trial}.prefdesk"
        shutil.copy(tmp_path / "home.prefdesk", path)
        with Project.open(path) as project:
            for one in order:
                project.packs.merge(one, unverified=True)
            results.append(state(project))
            if trial % 10 == 0:
                assert project.core.store.check() == []
        path.unlink()
    assert len(results[0][0]) > 60  # type: ignore[arg-type]
    assert all(one == results[0] for one in results)


def _busy(copy: Path, chance: random.Random) -> None:
    with Project.open(copy) as project:
        session = project.ratings.session(project.raters.all()[0])
        ids = [k.id for k in project.completions.each()]
        for _ in range(15):
            id = chance.choice(ids)
            match chance.randrange(6):
                case 0:
                    session.undo().result()
                case 1:
                    session.comment(id, f"remark {chance.random()}").result()
                case 2:
                    session.skip(id).result()
                case 3:
                    session.redo().result()
                case _:
                    session.score(id, chance.randint(0, 10)).result()


def _forged(path: Path) -> None:
    change(path, "events.jsonl", lambda b: b.replace(b"5.0", b"9.0"), honest=False)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def _oversized(path: Path) -> None:
    with path.open("r+b") as handle:
        handle.truncate(2**30)


def _bomb(path: Path) -> None:
    change(path, "events.jsonl", lambda _: b"0" * 2**25 + b"\n")


REFUSED = {
    "forged": (_forged, "somebody changed it"),
    "truncated": (_cut, "cut off"),
    "oversized": (_oversized, "larger than"),
    "bomb": (_bomb, "a line of more than"),
    "foreign": (lambda p: change_head(p, project="another"), "belongs to another project"),
    "newer": (lambda p: change_head(p, format=2), "made by a newer prefdesk"),
    "missing": (lambda p: p.unlink(), "no file"),
    "text": (lambda p: p.write_text("hello"), "not a rating pack"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_that_a_bad_pack_is_refused_in_a_sentence_and_changes_no_byte(
    home: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    copy = copy_for(home, "Ana", tmp_path / "copy.prefdesk")
    rate(copy, 5)
    back = returned(copy, tmp_path / "back.prefpack")
    unsign(back)
    home.close()
    spoil, why = REFUSED[kind]
    spoil(back)
    before = home.path.read_bytes()
    for more in ((), ("--preview",)):
        assert main(["merge", str(home.path), str(back), *more]) == 1
        err = capsys.readouterr().err
        assert why in err
        assert "Traceback" not in err
        assert err.count("\n") == 1
    assert home.path.read_bytes() == before
    assert not Path(f"{home.path}-wal").exists()


def unsign(path: Path) -> None:
    """Make a returned pack one that was never signed."""
    from tests.unit.formats.packs import repack

    found = parts(path)
    found.pop("signature", None)
    head = json.loads(found["manifest.json"]) | {"public_key": ""}
    repack(path, found | {"manifest.json": json.dumps(head).encode()})


def edit_events(path: Path, edit: Callable[[list[dict[str, object]]], None]) -> None:
    """Change the events of an unsigned pack in place, with hashes that fit."""
    unsign(path)

    def apply(data: bytes) -> bytes:
        rows = [json.loads(line) for line in data.splitlines()]
        edit(rows)
        return b"".join(json.dumps(row).encode() + b"\n" for row in rows)

    change(path, "events.jsonl", apply)


def test_that_rows_that_are_not_what_they_say_stay_out_each_with_its_reason(
    home: Project, tmp_path: Path
) -> None:
    copy = copy_for(home, "Ana", tmp_path / "copy.prefdesk")
    rate(copy, 1, 2, 3, 4)
    back = returned(copy, tmp_path / "back.prefpack")
    ben = home.raters.by_name("Ben")

    def spoil(rows: list[dict[str, object]]) -> None:
        rows[0]["value"] = 9.0
        rows[1]["rater"] = ben.uid.hex()
        rows[2]["completion"] = "00" * 16

    edit_events(back, spoil)
    preview = home.packs.preview(back)
    assert [(r.line, r.reason) for r in preview.refused.shown] == [
        (1, "it was changed after it was written"),
        (2, "it belongs to another rater"),
        (3, "it was changed after it was written"),
    ]
    report = home.packs.merge(back)
    assert report.refused == {
        "it was changed after it was written": 2,
        "it belongs to another rater": 1,
    }
    assert scores(home, "Ana") == [4]
    assert scores(home, "Ben") == []


def test_that_clock_readings_must_not_contradict_each_other(home: Project, tmp_path: Path) -> None:
    copy = copy_for(home, "Ana", tmp_path / "copy.prefdesk")
    rate(copy, 1)
    back = returned(copy, tmp_path / "back.prefpack")

    def spoil(rows: list[dict[str, object]]) -> None:
        rows[0]["hlc"] = 5
        _fit_uid(rows[0])

    edit_events(back, spoil)
    assert home.packs.merge(back).refused == {"its clock readings contradict each other": 1}


def test_that_a_judgement_of_another_text_is_kept_in_quarantine(
    home: Project, tmp_path: Path
) -> None:
    copy = copy_for(home, "Ana", tmp_path / "copy.prefdesk")
    rate(copy, 6, 7)
    with Project.open(copy) as away:
        rated = away.ratings.current()[0].completion_id
        away.core.mutate(
            lambda c: c.execute("UPDATE completion SET text = 'else' WHERE id = ?", (rated,))
        )
    back = returned(copy, tmp_path / "back.prefpack")
    preview = home.packs.preview(back)
    assert [(r.quarantined, r.reason) for r in preview.refused.shown] == [
        (True, "its item was judged with another text than the one here")
    ]
    report = home.packs.merge(back)
    assert (report.new, report.quarantined) == (1, 1)
    held = home.packs.quarantined(report.merge_id)
    assert json.loads(held[0][2])["value"] in (6, 7)


def test_that_a_changed_guideline_is_named_as_the_reason(home: Project, tmp_path: Path) -> None:
    from prefdesk.project import Criterion

    copy = copy_for(home, "Ana", tmp_path / "copy.prefdesk")
    rate(copy, 6)
    back = returned(copy, tmp_path / "back.prefpack")
    home.change_settings(criteria=(Criterion(guideline="How short is it?"),))
    assert "guideline was changed" in home.packs.preview(back).refused.shown[0].reason
    assert home.packs.merge(back).quarantined == 1


def test_that_an_item_of_no_project_here_is_refused(home: Project, tmp_path: Path) -> None:
    copy = copy_for(home, "Ana", tmp_path / "copy.prefdesk")
    rate(copy, 6)
    with Project.open(copy) as away:
        away.core.mutate(lambda c: c.execute("UPDATE completion SET uid = randomblob(16)"))
    preview = home.packs.preview(returned(copy, tmp_path / "back.prefpack"))
    assert {r.reason for r in preview.refused.shown} <= {
        "it was changed after it was written",
        "its item is not in this project",
    }
    assert preview.new.count == 0


def test_that_the_preview_says_which_of_two_judgements_wins(home: Project, tmp_path: Path) -> None:
    copy = copy_for(home, "Ana", tmp_path / "copy.prefdesk")
    rate(copy, 5, 5)
    back = returned(copy, tmp_path / "back.prefpack")
    ana = home.raters.by_name("Ana")
    with pack.read(back) as opened:
        first = next(iter(opened.events()))
    item = next(k for k in home.completions.each() if k.uid == first.completion)
    home.ratings.session(ana).score(item.id, 9).result()
    conflict = home.packs.preview(back).conflicts
    assert [(c.completion_id, c.here, c.pack, c.wins) for c in conflict] == [
        (item.id, 9, 5, "here")
    ]
    rate(copy, 1)
    with Project.open(copy) as away:
        same = next(k for k in away.completions.each() if k.uid == first.completion)
        away.ratings.session(away.raters.all()[0]).score(same.id, 2).result()
    later = home.packs.preview(returned(copy, tmp_path / "later.prefpack"))
    assert [(c.here, c.pack, c.wins) for c in later.conflicts] == [(9, 2, "pack")]
    home.packs.merge(tmp_path / "later.prefpack")
    assert sorted(scores(home, "Ana")) == [1, 2, 5]


class TestClocks:
    def test_that_a_clock_far_ahead_is_accepted_and_flagged(
        self, home: Project, tmp_path: Path, set_clock: Callable[[int], None]
    ) -> None:
        copy = copy_for(home, "Ana", tmp_path / "copy.prefdesk")
        set_clock(23 * HOUR_MS)
        rate(copy, 5)
        set_clock(5 * 365 * 24 * HOUR_MS)
        rate(copy, 6)
        back = returned(copy, tmp_path / "back.prefpack")
        set_clock(0)
        assert home.packs.preview(back).ahead.count == 1
        report = home.packs.merge(back)
        assert (report.new, report.ahead) == (2, 1)
        assert json.loads(home.packs.merges()[0].report)["ahead"] == 1

    @pytest.fixture
    def poisoned(
        self, home: Project, tmp_path: Path, set_clock: Callable[[int], None]
    ) -> Iterator[Project]:
        """A project that holds a judgement of Ana's from five years ahead, on its first item."""
        copy = copy_for(home, "Ana", tmp_path / "copy.prefdesk")
        set_clock(5 * 365 * 24 * HOUR_MS)
        with Project.open(copy) as away:
            uid = next(k.uid for k in home.completions.each())
            id = next(k.id for k in away.completions.each() if k.uid == uid)
            away.ratings.session(away.raters.all()[0]).score(id, 1).result()
        set_clock(0)
        home.packs.merge(returned(copy, tmp_path / "back.prefpack"))
        yield home

    def test_that_whoever_judges_again_here_wins(self, poisoned: Project, tmp_path: Path) -> None:
        ana = poisoned.raters.by_name("Ana")
        first = next(k.id for k in poisoned.completions.each())
        session = poisoned.ratings.session(ana)
        session.score(first, 8).result()
        assert scores(poisoned, "Ana") == [8]
        session.undo().result()
        assert scores(poisoned, "Ana") == [1]
        poisoned.packs.merge(tmp_path / "back.prefpack")
        session.redo().result()
        assert scores(poisoned, "Ana") == [8]

    def test_that_judgements_of_a_pack_made_from_now_on_win(
        self, poisoned: Project, tmp_path: Path
    ) -> None:
        undone = poisoned.packs.undo()
        copy = copy_for(poisoned, "Ana", tmp_path / "new.prefdesk")
        rate(copy, *[9] * 12)
        poisoned.packs.merge(tmp_path / "back.prefpack")
        assert undone.state == "undone"
        poisoned.packs.merge(returned(copy, tmp_path / "newer.prefpack"), unverified=True)
        assert scores(poisoned, "Ana") == [9] * 12

    def test_that_nobody_elses_time_is_moved(self, poisoned: Project) -> None:
        ben = poisoned.raters.by_name("Ben")
        first = next(k.id for k in poisoned.completions.each())
        event = poisoned.ratings.session(ben).score(first, 8).result()
        assert (event.hlc >> 16) - event.utc_ms < 1000

    def test_that_a_clock_beyond_belief_is_refused(
        self, home: Project, tmp_path: Path, set_clock: Callable[[int], None]
    ) -> None:
        copy = copy_for(home, "Ana", tmp_path / "copy.prefdesk")
        set_clock(300 * 365 * 24 * HOUR_MS)
        rate(copy, 5)
        set_clock(0)
        back = returned(copy, tmp_path / "back.prefpack")
        assert home.packs.merge(back).refused == {"its clock is beyond the year 2200": 1}


class TestIdentities:
    @pytest.fixture
    def elsewhere(self, home: Project, tmp_path: Path) -> Iterator[Project]:
        """The same project on another machine, where Ana is somebody else's Ana."""
        path = tmp_path / "elsewhere.prefdesk"
        with make_project(path, prompts=3) as project:
            project.raters.add("Ben")
            project.core.mutate(
                lambda c: c.execute("UPDATE meta SET value = ? WHERE key = 'uid'", (home.uid,))
            )
            yield project

    @pytest.fixture
    def back(self, home: Project, tmp_path: Path) -> Path:
        copy = copy_for(home, "Ana", tmp_path / "copy.prefdesk")
        rate(copy, 5, 6, 7)
        with Project.open(copy) as away:
            away.ratings.session(away.raters.all()[0]).undo().result()
        return returned(copy, tmp_path / "back.prefpack")

    def test_that_a_new_rater_is_added_with_their_identity(
        self, home: Project, elsewhere: Project, back: Path
    ) -> None:
        assert elsewhere.packs.preview(back).identity.found == "new"
        elsewhere.packs.merge(back)
        assert elsewhere.raters.by_name("Ana").uid == home.raters.by_name("Ana").uid
        assert sorted(scores(elsewhere, "Ana")) == [5, 6]

    def test_that_a_namesake_needs_a_choice(self, elsewhere: Project, back: Path) -> None:
        elsewhere.raters.add("ana")
        assert elsewhere.packs.preview(back).identity.found == "same name"
        with pytest.raises(InputError, match="another rater called Ana"):
            elsewhere.packs.merge(back)
        assert elsewhere.ratings.count_events() == 0
        elsewhere.packs.merge(back, as_name="Ana of the lab")
        assert sorted(scores(elsewhere, "Ana of the lab")) == [5, 6]
        assert scores(elsewhere, "ana") == []

    def test_that_ratings_given_to_another_rater_are_the_same_events_every_time(
        self, elsewhere: Project, back: Path
    ) -> None:
        elsewhere.raters.add("Ana")
        elsewhere.packs.merge(back, as_name="Ana")
        assert sorted(scores(elsewhere, "Ana")) == [5, 6]
        before = state(elsewhere)
        assert elsewhere.packs.merge(back, as_name="ana").new == 0
        assert elsewhere.packs.preview(back, as_name="Ana").duplicate.count == 4
        assert state(elsewhere) == before
        assert elsewhere.core.store.check() == []

    def test_that_nobody_gets_the_ratings_who_is_not_a_person_of_the_project(
        self, home: Project, back: Path
    ) -> None:
        home.raters.add("Robot", simulated=True)
        with pytest.raises(InputError, match="simulated"):
            home.packs.merge(back, as_name="Robot")
        with pytest.raises(InputError, match="no rater called"):
            home.packs.merge(back, as_name="Zoe")


class TestUndo:
    def test_that_a_merge_is_taken_back_and_merging_again_restores_it(
        self, home: Project, tmp_path: Path
    ) -> None:
        copy = copy_for(home, "Ana", tmp_path / "copy.prefdesk")
        rate(copy, 5, 6, 7)
        with Project.open(copy) as away:
            away.ratings.session(away.raters.all()[0]).undo().result()
        back = returned(copy, tmp_path / "back.prefpack")
        empty, id = state(home)[1:], home.packs.merge(back).merge_id
        merged = state(home)[1:]
        for _ in range(3):
            assert home.packs.undo(id).state == "undone"
            assert state(home)[1:] == empty
            with pytest.raises(InputError, match="undone already"):
                home.packs.undo(id)
            report = home.packs.merge(back)
            assert (report.new, report.restored, report.merge_id) == (0, 4, id)
            assert state(home)[1:] == merged
        assert home.packs.merge(back).restored == 0
        assert home.core.store.check() == []
        verbs = {e.verb for e in home.ratings.history()}
        assert verbs == {"rate", "undo", "unmerge", "remerge"}

    def test_that_only_what_the_merge_brought_is_taken_back(
        self, home: Project, tmp_path: Path
    ) -> None:
        copy = copy_for(home, "Ana", tmp_path / "copy.prefdesk")
        rate(copy, 5)
        home.packs.merge(returned(copy, tmp_path / "one.prefpack"))
        rate(copy, 6)
        two = returned(copy, tmp_path / "two.prefpack")
        home.packs.merge(two)
        home.packs.undo()
        assert scores(home, "Ana") == [5]
        home.packs.undo()
        assert scores(home, "Ana") == []
        with pytest.raises(InputError, match="no merge to take back"):
            home.packs.undo()
        assert home.packs.merge(two).restored == 2
        assert sorted(scores(home, "Ana")) == [5, 6]

    def test_that_a_raters_own_undo_passes_it_over(self, home: Project, tmp_path: Path) -> None:
        copy = copy_for(home, "Ana", tmp_path / "copy.prefdesk")
        rate(copy, 5)
        ana = home.raters.by_name("Ana")
        session = home.ratings.session(ana)
        session.score(home.completions.count(), 9).result()
        home.packs.merge(returned(copy, tmp_path / "back.prefpack"))
        home.packs.undo()
        session.undo().result()
        assert scores(home, "Ana") == []
        assert not session.can_undo()

    def test_that_an_undoing_that_was_cut_short_is_finished_by_undoing_again(
        self, home: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pack_merge, "PER_TRANSACTION", 2)
        monkeypatch.setattr(merges, "PART", 2)
        copy = copy_for(home, "Ana", tmp_path / "copy.prefdesk")
        rate(copy, 1, 2, 3, 4, 5)
        back = returned(copy, tmp_path / "back.prefpack")
        home.packs.merge(back)

        def stop(done: int, total: int) -> None:
            raise Cancelled

        with pytest.raises(Cancelled):
            home.packs.undo(progress=stop)
        assert len(scores(home, "Ana")) == 3
        with pytest.raises(InputError, match="being undone"):
            home.packs.merge(back)
        home.packs.undo()
        assert scores(home, "Ana") == []
        assert home.packs.merge(back).restored == 5


def test_that_a_cancelled_merge_is_finished_by_merging_again(
    home: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pack_merge, "PER_TRANSACTION", 2)
    copy = copy_for(home, "Ana", tmp_path / "copy.prefdesk")
    rate(copy, 1, 2, 3, 4, 5)
    back = returned(copy, tmp_path / "back.prefpack")
    seen: list[tuple[int, int]] = []
    with pytest.raises(Cancelled):
        home.packs.merge(
            back, progress=lambda *at: seen.append(at), cancelled=lambda: len(seen) > 1
        )
    assert seen == [(2, 5), (4, 5)]
    assert (len(scores(home, "Ana")), home.core.store.check()) == (4, [])
    assert home.packs.merges()[0].state == "running"
    assert home.packs.merge(back).new == 1
    assert json.loads(home.packs.merges()[0].report)["brought"] == 5
    assert home.packs.merges()[0].state == "done"
    home.packs.undo()
    assert scores(home, "Ana") == []


def test_that_a_merge_taken_back_is_brought_back_without_its_pack(
    home: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merges, "PART", 2)
    copy = copy_for(home, "Ana", tmp_path / "copy.prefdesk")
    rate(copy, 1, 2, 3, 4, 5)
    back = returned(copy, tmp_path / "back.prefpack")
    done = home.packs.merge(back, conflicts=3)
    before = scores(home, "Ana")
    with pytest.raises(InputError, match="not taken back"):
        home.packs.redo(done.merge_id)
    home.packs.undo()
    back.unlink()
    assert scores(home, "Ana") == []
    assert home.packs.redo(done.merge_id).state == "done"
    assert scores(home, "Ana") == before and home.core.store.check() == []
    home.packs.undo()
    assert scores(home, "Ana") == []
    said = json.loads(home.packs.merges()[0].report)
    assert (said["file"], said["conflicts"], said["duplicate"]) == ("back.prefpack", 3, 0)


def test_that_bringing_a_merge_back_that_was_cut_off_is_finished_by_doing_it_again(
    home: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merges, "PART", 2)
    monkeypatch.setattr(pack_merge, "PER_TRANSACTION", 2)
    copy = copy_for(home, "Ana", tmp_path / "copy.prefdesk")
    rate(copy, 1, 2, 3, 4, 5)
    done = home.packs.merge(returned(copy, tmp_path / "back.prefpack"))
    home.packs.undo()

    def stop(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        home.packs.redo(done.merge_id, progress=stop)
    assert len(scores(home, "Ana")) == 2
    assert home.packs.redo(done.merge_id).state == "done"
    assert len(scores(home, "Ana")) == 5


def test_that_transactions_are_short_while_somebody_rates(home: Project) -> None:
    assert pack_merge._batch_size(home.core) == 2500
    ben = home.raters.by_name("Ben")
    home.ratings.session(ben).score(1, 5).result()
    assert pack_merge._batch_size(home.core) == 250


class TestSignatures:
    @pytest.fixture(autouse=True)
    def needs_cryptography(self) -> None:
        pytest.importorskip("cryptography")

    def test_that_the_first_key_is_remembered_and_another_needs_a_word(
        self, home: Project, tmp_path: Path
    ) -> None:
        copy = copy_for(home, "Ana", tmp_path / "1.prefdesk")
        other = open_pack(tmp_path / "1.prefpack", tmp_path / "2.prefdesk")
        rate(copy, 5)
        rate(other, 6, 7)
        one = returned(copy, tmp_path / "one.prefpack")
        two = returned(other, tmp_path / "two.prefpack")
        assert home.packs.preview(one).seal == "first key"
        home.packs.merge(one)
        assert home.packs.preview(one).seal == "verified"
        assert home.packs.preview(two).seal == "other key"
        with pytest.raises(InputError, match="signed with another key"):
            home.packs.merge(two)
        assert home.ratings.count_events() == 1
        unsign(one)
        assert home.packs.preview(one).seal == "key missing"
        with pytest.raises(InputError, match="is not signed"):
            home.packs.merge(one)
        assert home.packs.merge(two, unverified=True).seal == "other key"
        assert home.packs.preview(two).seal == "verified"

    def test_that_a_known_key_is_no_proof_where_it_cannot_be_checked(
        self, home: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        copy = copy_for(home, "Ana", tmp_path / "1.prefdesk")
        rate(copy, 5)
        one = returned(copy, tmp_path / "one.prefpack")
        rate(copy, 6)
        two = returned(copy, tmp_path / "two.prefpack")
        home.packs.merge(one)
        monkeypatch.setattr(pack_signing, "_library", lambda: None)
        assert home.packs.preview(two).doubtful
        with pytest.raises(InputError, match="cannot be checked here"):
            home.packs.merge(two)
        assert home.packs.merge(two, unverified=True).new == 1

    def test_that_without_the_package_a_pack_is_not_signed(
        self, home: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pack_signing, "_library", lambda: None)
        copy = copy_for(home, "Ana", tmp_path / "1.prefdesk")
        rate(copy, 5)
        assert home.packs.merge(returned(copy, tmp_path / "b.prefpack")).seal == "not signed"


def test_that_somebody_elses_rating_cannot_be_taken_back_by_a_pack(
    home: Project, tmp_path: Path
) -> None:
    ben = home.raters.by_name("Ben")
    session = home.ratings.session(ben)
    victim = session.score(1, 9).result()
    copy = copy_for(home, "Ana", tmp_path / "copy.prefdesk")
    _retract_in(copy, victim.uid)
    home.packs.merge(returned(copy, tmp_path / "back.prefpack"))
    assert scores(home, "Ben") == [9]
    assert session.can_undo()
    assert home.core.query(lambda c: event_rows.is_alive(c, victim))


def _retract_in(copy: Path, target: bytes) -> None:
    from prefdesk.store.eventlog import Appender, Draft

    with Project.open(copy) as away:
        rater: Rater = away.raters.all()[0]

        def write(c):
            appender = Appender(c, None)
            appender.act("undo", [Draft(1, rater.id, "retract", target=target)])
            appender.finish()

        away.core.mutate(write)


ODD = {
    "verb": ["rate", "undo", "unmerge", "delete", "", "move"],
    "kind": ["score", "label", "skip", "comment", "retract", "vote"],
    "criterion": ["overall", "", "style", "\0"],
    "occasion": [0, 1, 2**31],
    "hlc": [0, 1, 2**40, pack.LATEST_MS << 16, 2**63 - 1],
    "utc_ms": [0, 1, 2**47],
    "value": [None, 0.0, 0.1, 10.0, 10.1, -1.0, 1e300, 2.0],
    "body": ["", "x" * 1000, "\0", "ü\u2028"],
    "target": [None, "00" * 16],
    "seconds": [None, 0.0, -1.0, 1e300, 1.25],
    "act": ["00" * 16],
}


def test_that_odd_events_with_uids_that_fit_leave_the_project_whole(
    home: Project, tmp_path: Path
) -> None:
    """What a stranger could write with this program in hand."""
    copy = copy_for(home, "Ana", tmp_path / "copy.prefdesk")
    rate(copy, *range(9))
    back = returned(copy, tmp_path / "back.prefpack")
    unsign(back)
    whole, chance = back.read_bytes(), random.Random(3)
    taken = refused = 0
    for _ in range(150):
        back.write_bytes(whole)
        edit_events(back, lambda rows: _make_odd(rows, chance))
        home.packs.preview(back)
        report = home.packs.merge(back)
        taken, refused = taken + report.new, refused + sum(report.refused.values())
    assert taken > 50
    assert refused > 50
    assert home.core.store.check() == []
    session = home.ratings.session(home.raters.by_name("Ana"))
    for _ in range(20):
        session.undo().result()
    assert session.score(1, 5).result().hlc < 2**63
    assert home.core.store.check() == []


def _make_odd(rows: list[dict[str, object]], chance: random.Random) -> None:
    for row in rows:
        for field in chance.choices(sorted(ODD), k=chance.randint(1, 2)):
            row[field] = chance.choice(ODD[field])
            if field == "target" and row[field] and chance.random() < 0.7:
                row |= {"target": chance.choice(rows)["uid"], "kind": "retract", "value": None}
        _fit_uid(row)


def _fit_uid(row: dict[str, object]) -> None:
    named = {k: bytes.fromhex(str(row[k])) for k in ("act", "target") if row[k] is not None}
    plain = {k: v for k, v in row.items() if k not in ("completion", "rater", "act", "target")}
    event = Event(**{**plain, **named, "completion_id": 0, "rater_id": 0})  # type: ignore[arg-type]
    row["uid"] = merging.uid_of(event, str(row["completion"]), str(row["rater"])).hex()


def test_that_the_command_line_goes_the_whole_way(
    home: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home.close()
    file, out = str(home.path), str(tmp_path / "ana.prefpack")
    copy, back = str(tmp_path / "ana.prefdesk"), str(tmp_path / "back.prefpack")

    def run(*words: str) -> object:
        assert main([*words, "--json"]) == 0, capsys.readouterr().err
        return json.loads(capsys.readouterr().out)

    assert run("pack", file, out, "--rater", "ana", "--limit", "5") == {"path": out, "items": 5}
    assert run("pack", out, copy, "--open") == {"path": copy, "rater": "Ana", "items": 5}
    rate(Path(copy), 5, 6)
    assert run("pack", copy, back, "--return") == {"path": back, "events": 2}
    assert run("merge", file, back, "--preview")["new"]["count"] == 2  # type: ignore[index]
    assert run("merge", file, back)["new"] == 2  # type: ignore[index]
    assert [m["state"] for m in run("merge", file, "--list")] == ["done"]  # type: ignore[attr-defined]
    assert run("merge", file, "--undo")["state"] == "undone"  # type: ignore[index]
    assert main(["merge", file, back]) == 0
    assert "2 brought back" in capsys.readouterr().err
    assert main(["merge", file, back, "--preview"]) == 0
    assert "duplicate" in capsys.readouterr().out
    assert main(["merge", file, "--list"]) == 0
    assert Path(back).name in capsys.readouterr().out
    assert run("merge", file, "--undo")["state"] == "undone"  # type: ignore[index]
    assert run("merge", file, "--redo", "--merge", "1")["state"] == "done"  # type: ignore[index]
    assert main(["merge", file, "--redo"]) == 1
    assert main(["merge", file]) == 1
    assert main(["pack", file, out]) == 2
