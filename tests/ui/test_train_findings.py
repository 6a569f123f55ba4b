"""What is said before a round, counted and in words."""

from dataclasses import replace

import pytest
from prefdesk.ui.train.preflight import Preflight, look

from prefdesk.config import RoundConfig
from prefdesk.project import Range, VerdictReport
from prefdesk.records import Checkpoint
from prefdesk.ui.train.findings import findings, may_start
from tests.worlds import make_project, rate_by_panel

BASE = Checkpoint(1, b"b", "base", "Base", None, None, "{}", 0, 0)
READY = Preflight(BASE, completions=40, prompts=10, steps=3)


def verdict(word):
    return VerdictReport(word, "A sentence.", Range(0.1, 0.0, 0.15))


@pytest.mark.parametrize(
    ("seen", "config", "level", "said", "place"),
    [
        (Preflight(BASE), {}, "bad", "has written no answers", "data"),
        (Preflight(BASE, unrated=8), {}, "bad", "None of the 8 answers", "rate"),
        (Preflight(BASE, older=5), {}, "bad", "5 rated answers belong to other", "data"),
        (Preflight(BASE, unsure=7), {}, "bad", "All 7 rated answers are less reliable", "rate"),
        (replace(READY, single=10), {}, "bad", "No prompt has two rated answers", "rate"),
        (replace(READY, single=4), {}, "warn", "4 prompts have one rated answer", "rate"),
        (replace(READY, flat=2), {}, "info", "On 2 prompts all answers have the same", ""),
        (replace(READY, truncated=True), {}, "warn", "top-p", "data"),
        (replace(READY, unrated=3), {}, "info", "3 answers of this checkpoint", "rate"),
        (replace(READY, verdict=verdict("usable")), {}, "good", "agree well enough", ""),
        (replace(READY, verdict=verdict("weak")), {}, "warn", "0.10 (0.00 to 0.15)", "rate"),
        (replace(READY, verdict=verdict("no_signal")), {}, "bad", "teach noise", "raters"),
        (replace(READY, verdict=verdict("not_estimable")), {}, "info", "train all the same", ""),
        (
            replace(READY, checkpoint=replace(BASE, kind="lora")),
            {"method": "full"},
            "bad",
            "This checkpoint is an adapter",
            "",
        ),
        (
            replace(READY, checkpoint=replace(BASE, kind="full")),
            {"method": "lora"},
            "bad",
            "This checkpoint has weights of its own",
            "",
        ),
    ],
)
def test_that_each_finding_is_said_with_what_mends_it(seen, config, level, said, place):
    found = findings(seen, RoundConfig(**config))
    [match] = [f for f in found if said in f.sentence]
    assert (match.level, match.place) == (level, place)
    assert bool(match.action) == bool(place)
    assert may_start(found, "") == (level != "bad")


def test_that_only_missing_signal_can_be_overridden_and_only_in_writing():
    noise = findings(replace(READY, verdict=verdict("no_signal")), RoundConfig())
    assert not may_start(noise, "  ")
    assert may_start(noise, "A dry run.")
    nothing = findings(Preflight(BASE), RoundConfig())
    assert not may_start(nothing, "A dry run.")


def test_that_single_answers_do_not_matter_to_reinforce():
    seen = replace(READY, single=10)
    assert findings(seen, RoundConfig(objective="reinforce")) == []


def test_that_what_blocks_comes_first():
    seen = replace(READY, single=4, flat=1, verdict=verdict("no_signal"))
    levels = [f.level for f in findings(seen, RoundConfig())]
    assert levels == ["bad", "warn", "info"]


def test_that_the_counts_are_those_of_the_project(tmp_path):
    with make_project(tmp_path / "a.prefdesk", prompts=6, answers=3) as project:
        config = RoundConfig(batch_prompts=2, epochs=3)
        seen = look(project, config, None)
        assert (seen.completions, seen.unrated, seen.verdict) == (0, 18, None)
        rate_by_panel(project)
        project.agreement()
        ana = project.raters.add("Ana")
        first = project.completions.of_prompt(1)[0]
        for other in project.completions.of_prompt(1)[1:]:
            for rating in project.ratings.current(completion_id=other.id):
                project.exclusions.exclude_rating(rating.rater_id, rating.event_uid, "Left out.")
        project.ratings.session(ana).score(first.id, 9.0).result()
        seen = look(project, config, None)
        assert (seen.completions, seen.prompts, seen.single) == (16, 6, 1)
        assert seen.comparable == 5
        assert seen.steps == 9
        assert seen.unrated == 2
        assert seen.verdict is not None
        sure = look(project, RoundConfig(min_reliability=1.0), None)
        assert (sure.completions, sure.unsure) == (0, 16)


def test_that_there_is_nothing_to_count_without_a_model(tmp_path):
    from prefdesk.project import Project

    with Project.create(tmp_path / "a.prefdesk") as project:
        assert look(project, RoundConfig(), None) is None
