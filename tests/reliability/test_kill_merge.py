"""Killed in the middle of a merge, or of taking one back, a project is whole and can go on."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from prefdesk.project import Project, open_pack
from prefdesk.store import events, queue
from tests.worlds import make_project

REPOSITORY = Path(__file__).parents[2]


def rated_pack(home: Project, folder: Path) -> Path:
    """What Ana gives back after 400 judgements."""
    home.packs.make(home.raters.add("Ana"), folder / "out.prefpack")
    copy = open_pack(folder / "out.prefpack", folder / "copy.prefdesk")
    with Project.open(copy) as away:
        rater = away.raters.all()[0]
        drafts = [
            {"completion_id": 1 + i % 100, "rater_id": rater.id, "kind": "score", "value": i % 11}
            for i in range(400)
        ]
        away.core.mutate(lambda c: events.append_many(c, drafts))
        away.packs.return_pack(folder / "back.prefpack")
    return folder / "back.prefpack"


def counting(project: Project) -> list[tuple[int, float]]:
    return [(r.completion_id, r.value) for r in project.ratings.current()]


def kill_often(tmp_path: Path, kills: int) -> None:
    chance = random.Random(5)
    path = tmp_path / "home.prefdesk"
    with make_project(path, prompts=30) as home:
        back = rated_pack(home, tmp_path)
        home.packs.merge(back)
        wanted = counting(home)
        waiting = home.core.query(lambda c: queue.remaining(c, 1))
        home.packs.undo()
    assert len(wanted) == 100
    partly = 0
    for kill in range(kills):
        what = ("merge", "undo")[kill % 2]
        command = [sys.executable, "-m", "tests.reliability.merge_child", str(path), str(back)]
        done = subprocess.run(
            [*command, what, str(chance.randint(1, 12)), str(chance.randint(0, 20))],
            cwd=REPOSITORY,
        )
        assert done.returncode == -9
        with Project.open(path) as home:
            assert home.core.store.check() == []
            partly += home.packs.merges()[0].state in ("running", "undoing")
            if what == "merge":
                home.packs.merge(back)
                assert counting(home) == wanted
                assert home.core.query(lambda c: queue.remaining(c, 1)) == waiting
            else:
                if home.packs.merges()[0].state != "undone":
                    home.packs.undo()
                assert counting(home) == []
            assert home.core.store.check() == []
    assert partly > kills // 4, "hardly a kill met a merge half way; the test looked at nothing"


def test_that_a_killed_merge_leaves_a_whole_project_and_is_finished_by_the_next(
    tmp_path: Path,
) -> None:
    kill_often(tmp_path, 6)


@pytest.mark.heavy
@pytest.mark.timeout(1800)
def test_that_100_killed_merges_leave_a_whole_project(tmp_path: Path) -> None:
    kill_often(tmp_path, 100)
