"""A queue too large to be ordered at once: nobody waits for it before they rate."""

import pytest

from prefdesk import store
from prefdesk.errors import DiskFull
from prefdesk.project import Criterion, Project
from prefdesk.store import filling, queue
from tests.worlds import make_project


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.setattr(queue, "AT_ONCE", 5)
    monkeypatch.setattr(filling, "PART", 7)
    with make_project(tmp_path / "a.prefdesk") as made:
        made.raters.add("Ana")
        made.raters.add("Ben")
        yield made


def queued(project: Project, rater_id: int) -> int:
    with project.core.read() as c:
        sql = "SELECT count(*) FROM queue WHERE rater_id = ?"
        return int(c.execute(sql, (rater_id,)).fetchone()[0])


def all_queued(project: Project, rater_id: int) -> None:
    for _ in range(500):
        if not project.core.query(lambda c: store.queue.behind(c, rater_id)):
            return
        project.core.mutate(lambda c: None)
    raise AssertionError("the queue was never filled")


def test_that_looking_at_a_rater_says_what_waits_without_ordering_it(project):
    ana = project.raters.by_name("Ana")
    session = project.ratings.session(ana)
    assert session.remaining() == 40 and queued(project, ana.id) == 0
    session.score(1, 5.0).result()
    session.skip(2).result()
    session.comment(3, "hm").result()
    session.score(4, 5.0, criterion="style").result()
    assert session.remaining() == 38, "the answer to another criterion does not finish an item"
    session.score(5, 5.0, criterion="style").result()
    session.score(5, 5.0).result()
    assert session.remaining() == 37


def test_that_whoever_begins_gets_their_own_order_and_then_everything(project):
    ana, ben = (project.raters.by_name(name) for name in ("Ana", "Ben"))
    session, other = (project.ratings.session(r) for r in (ana, ben))
    other.score(3, 5.0).result()
    first = session.upcoming(3)
    session.score(first[0].completion_id, 7.0).result()
    all_queued(project, ana.id)
    assert session.remaining() == queued(project, ana.id) == 39
    order = [item.completion_id for item in session.upcoming(99)]
    assert order[:2] == [item.completion_id for item in first[1:]]
    assert order[-1] == 3, "what somebody judged comes last"
    assert sorted([*order, first[0].completion_id]) == list(range(1, 41))
    assert project.core.store.check() == []


def rate_all(session) -> list[int]:
    seen = []
    while items := session.upcoming(1):
        session.score(items[0].completion_id, 5.0).result()
        seen.append(items[0].completion_id)
    return seen


def test_that_a_filling_that_a_full_disk_cut_off_is_taken_up_when_nothing_is_left(
    project, monkeypatch
):
    write, failed = filling.write_part, []

    def fail_once(c, plan, first):
        if first and not failed:
            failed.append(first)
            raise DiskFull("No space left.")
        write(c, plan, first)

    monkeypatch.setattr(filling, "write_part", fail_once)
    session = project.ratings.session(project.raters.by_name("Ana"))
    assert sorted(rate_all(session)) == list(range(1, 41))
    assert failed == [7]


def test_that_another_criterion_brings_an_open_session_its_items_again(project):
    session = project.ratings.session(project.raters.by_name("Ana"))
    assert len(rate_all(session)) == 40
    project.change_settings(criteria=[*project.settings.criteria, Criterion("style")])
    assert len(session.upcoming(99)) >= 7


def test_that_a_pack_waits_for_the_whole_queue(project, tmp_path):
    ana = project.raters.by_name("Ana")
    assert project.packs.make(ana, tmp_path / "a.prefpack") == 40


def test_that_a_change_of_other_settings_leaves_the_queues_alone(project):
    session = project.ratings.session(project.raters.by_name("Ana"))
    first = session.upcoming(3)
    project.change_settings(title="Another title")
    assert session.upcoming(3) == first


def test_that_a_pack_is_made_while_its_rater_begins_to_rate(project, tmp_path, monkeypatch):
    ana = project.raters.by_name("Ana")
    go_on, begun = filling._go_on, []

    def begin_to_rate(store, plan, first, done):
        if not begun:
            begun.append(plan)
            filling.begin(store, ana.id, plan.seed)
        go_on(store, plan, first, done)

    monkeypatch.setattr(filling, "_go_on", begin_to_rate)
    assert project.packs.make(ana, tmp_path / "a.prefpack") == 40
    assert begun
