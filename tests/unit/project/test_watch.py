"""Imports that are watched: progress that grows to the end, and a stop that takes nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from prefdesk.errors import Cancelled
from prefdesk.project import Project
from prefdesk.project.watch import Watch
from tests.worlds import make_project

ROWS = 3000


@pytest.fixture
def prompts(tmp_path: Path) -> Path:
    path = tmp_path / "p.jsonl"
    path.write_text("".join(f'{{"prompt": "Question {i}? {"x" * 300}"}}\n' for i in range(ROWS)))
    return path


@pytest.fixture
def ratings(tmp_path: Path) -> Path:
    path = tmp_path / "r.csv"
    lines = [f"R{r},{c},{c % 11},why {'x' * 300}\n" for r in range(2) for c in range(1, 801)]
    path.write_text("rater,completion,score,comment\n" + "".join(lines))
    return path


@pytest.fixture
def project(tmp_path: Path):
    with make_project(tmp_path / "a.prefdesk", prompts=200) as made:
        yield made


def take_prompts(project: Project, path: Path, watch: Watch) -> None:
    project.prompts.import_file(path, watch=watch)


def take_ratings(project: Project, path: Path, watch: Watch) -> None:
    project.ratings.import_file(path, new_raters=True, watch=watch)


def both(test: Callable[..., None]) -> Callable[..., None]:
    cases = [(take_prompts, "prompts"), (take_ratings, "ratings")]
    return pytest.mark.parametrize("take, file", cases, ids=["prompts", "ratings"])(test)


def content(project: Project) -> tuple[object, ...]:
    return (project.prompts.count(), project.raters.all(), project.ratings.history(limit=10**6))


@both
def test_that_the_share_grows_from_reading_to_storing(
    project: Project, take, file: str, request: pytest.FixtureRequest
) -> None:
    heard: list[float] = []
    take(project, request.getfixturevalue(file), Watch(heard.append))
    assert heard == sorted(heard)
    assert heard[0] < 0.4 and 0.9 < heard[-1] <= 1
    assert len(heard) > 10


@both
@pytest.mark.parametrize("at", [0.0, 0.3, 0.5, 0.7, 0.95])
def test_that_a_stop_at_any_moment_takes_nothing(
    project: Project, take, file: str, at: float, request: pytest.FixtureRequest
) -> None:
    before, heard = content(project), [0.0]
    watch = Watch(heard.append, lambda: heard[-1] >= at)
    with pytest.raises(Cancelled):
        take(project, request.getfixturevalue(file), watch)
    assert content(project) == before
    take(project, request.getfixturevalue(file), Watch())
    assert content(project) != before
