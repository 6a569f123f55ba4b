"""The one next step leads round the loop and never into a wall."""

from prefdesk.config import RoundConfig
from prefdesk.project import Project
from tests.worlds import make_project, rate_by_panel


def step(project):
    found = project.status().next_step
    return found.place, found.action


def test_that_a_new_project_asks_for_prompts_and_then_for_a_model(tmp_path):
    with Project.create(tmp_path / "a.prefdesk") as project:
        assert step(project) == ("data", "import")
        project.prompts.add_starter()
        assert step(project) == ("data", "model")


def test_that_after_a_round_without_evaluation_prompts_some_are_asked_for(tmp_path):
    with make_project(tmp_path / "a.prefdesk", prompts=4) as project:
        assert step(project) == ("rate", "rate")
        rate_by_panel(project)
        assert step(project) == ("train", "train")
        end_a_round(project)
        assert step(project) == ("data", "keep")
        project.prompts.set_split(project.prompts.ids()[:1], "evaluation")
        assert step(project)[0] == "evaluate"


def end_a_round(project):
    from prefdesk.store import rounds

    made = project.rounds.create(RoundConfig(override="a test")).record
    project.core.mutate(lambda c: rounds.finish(c, made.id, "done", "", checkpoint_id=None))
