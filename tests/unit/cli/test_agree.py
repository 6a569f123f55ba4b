"""`agree` on a project: its own rate and seed, or those that were asked for; times and lengths."""

import random

import pytest

from prefdesk.project import Project
from tests.worlds import make_project, rate_by_panel


@pytest.fixture(scope="module")
def rated(tmp_path_factory):
    path = tmp_path_factory.mktemp("rated") / "a.prefdesk"
    with make_project(path, prompts=8) as project:
        rate_by_panel(project)
        project.agreement()
    return path


@pytest.fixture
def path(rated, tmp_path):
    copy = tmp_path / "a.prefdesk"
    copy.write_bytes(rated.read_bytes())
    return copy


def kept(path):
    with Project.open(path, "r") as project:
        return project.judgement.stored()


def test_that_another_rate_and_seed_are_used_and_the_kept_report_stays(path, run, report):
    before = kept(path)
    usual = report("agree", path)
    other = report("agree", path, "--rate", 0.2, "--seed", 3)
    assert (usual["rate"], usual["seed"]) == (0.05, 0)
    assert (other["rate"], other["seed"]) == (0.2, 3)
    assert other["alpha"]["interval"]["ci"] != usual["alpha"]["interval"]["ci"]
    assert other["alpha"]["interval"]["value"] == usual["alpha"]["interval"]["value"]
    assert kept(path) == before
    assert "not kept" in run("agree", path, "--seed", 3)[2]


def test_that_paragraph_and_tables_are_of_the_rate_and_seed_that_were_asked_for(
    path, run, tmp_path
):
    said = run("agree", path, "--rate", 0.2, "--seed", 3, "--methods", "text")[1]
    assert "at a false discovery rate of 0.2" in said
    assert "seed 3." in said
    run("agree", path, "--seed", 3, "--tables", tmp_path / "other")
    run("agree", path, "--tables", tmp_path / "own")
    names = ["coefficients.csv"] * 2
    own, other = ((tmp_path / d / n).read_text() for d, n in zip(("own", "other"), names))
    assert own != other


def test_that_the_projects_own_rate_asked_for_by_name_is_its_own_report(path, run):
    assert "not kept" not in run("agree", path, "--rate", 0.05)[2]


def test_that_mean_kappa_and_concordance_within_prompts_are_told_everywhere(
    path, run, report, tmp_path
):
    found = report("agree", path)
    for name in ("mean_kappa", "kendall_w_within"):
        low, high = found[name]["ci"]
        assert low < found[name]["value"] < high
        assert found[name]["ci_raters"]
    text = run("agree", path, "--tables", tmp_path / "t")[1]
    paragraph = run("agree", path, "--methods", "text")[1]
    table = (tmp_path / "t" / "coefficients.csv").read_text()
    for said in (text, paragraph):
        assert "Kendall's W within prompts" in said
        assert "Cohen's kappa with quadratic weights" in said
    assert "kappa_quadratic," in table and "kendall_w_within," in table


def test_that_hurry_is_held_against_the_length_of_the_answer(tmp_path, report):
    path, rng = tmp_path / "a.prefdesk", random.Random(0)
    with make_project(path, prompts=12) as project:
        answers = list(project.completions.each())
        for name in ("Ana", "Ben", "Cleo", "Dora", "Quick"):
            session = project.ratings.session(project.raters.add(name))
            for one in answers:
                seconds = len(one.text) * 0.2 * rng.uniform(0.8, 1.25)
                if name == "Quick" and one.id % 4 == 0:  # the longest answers only
                    seconds *= 0.1
                score = min(10.0, max(0.0, one.id % 4 * 2 + rng.gauss(2, 1)))
                session.score(one.id, score, seconds=seconds).result()
    rules = {r["rater"]: {f["rule"] for f in r["flags"]} for r in report("agree", path)["raters"]}
    assert "hurried" in rules.pop("Quick")
    assert not any({"hurried", "hasty"} & found for found in rules.values())
