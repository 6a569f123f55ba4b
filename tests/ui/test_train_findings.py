"""What is said before a round, counted and in words."""

from dataclasses import replace

import pytest

from prefdesk.config import RoundConfig
from prefdesk.project import MeasuredCost, Preflight, Range, VerdictReport
from prefdesk.records import Checkpoint
from prefdesk.ui.train.conductor import LOOKED_AT
from prefdesk.ui.train.findings import findings, may_start
from prefdesk.ui.train.reading import Seen, read
from tests.worlds import make_project, rate_by_panel

BASE = Checkpoint(1, b"b", "base", "Base", None, None, "{}", 0, 0)
READY = Preflight(BASE, completions=40, prompts=10, steps=3)


def said_of(counts, config=None, cost=None):
    return findings(Seen(counts, config or RoundConfig(), {}, cost))


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
        (replace(READY, identical=2), {}, "warn", "To 2 prompts the model gave the same", "data"),
        (replace(READY, flat=2), {}, "info", "On 2 prompts all answers have the same", ""),
        (replace(READY, truncated=3), {}, "warn", "3 answers were drawn with top-p", "data"),
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
    found = said_of(seen, RoundConfig(**config))
    [match] = [f for f in found if said in f.sentence]
    assert (match.level, match.place) == (level, place)
    assert bool(match.action) == bool(place)
    assert may_start(found, "") == (level != "bad")


def test_that_only_missing_signal_can_be_overridden_and_only_in_writing():
    noise = said_of(replace(READY, verdict=verdict("no_signal")))
    assert not may_start(noise, "  ")
    assert may_start(noise, "A dry run.")
    nothing = said_of(Preflight(BASE))
    assert not may_start(nothing, "A dry run.")


def test_that_single_answers_do_not_matter_to_reinforce():
    seen = replace(READY, single=10)
    assert said_of(seen, RoundConfig(objective="reinforce")) == []


def test_that_what_blocks_comes_first():
    seen = replace(READY, single=4, flat=1, verdict=verdict("no_signal"))
    levels = [f.level for f in said_of(seen)]
    assert levels == ["bad", "warn", "info"]


def test_that_the_counts_are_those_of_the_project(tmp_path):
    with make_project(tmp_path / "a.prefdesk", prompts=6, answers=3) as project:
        config = RoundConfig(batch_prompts=2, epochs=3)
        seen = read(project, config, None).counts
        assert (seen.completions, seen.unrated, seen.verdict) == (0, 18, None)
        rate_by_panel(project)
        project.agreement()
        ana = project.raters.add("Ana")
        first = project.completions.of_prompt(1)[0]
        for other in project.completions.of_prompt(1)[1:]:
            for rating in project.ratings.current(completion_id=other.id):
                project.exclusions.exclude_rating(rating.rater_id, rating.event_uid, "Left out.")
        project.ratings.session(ana).score(first.id, 9.0).result()
        seen = read(project, config, None).counts
        assert (seen.completions, seen.prompts, seen.single) == (16, 6, 1)
        assert seen.comparable == 5
        assert seen.steps == 9
        assert seen.unrated == 2
        assert seen.verdict is not None
        sure = read(project, RoundConfig(min_reliability=1.0), None).counts
        assert (sure.completions, sure.unsure) == (0, 16)


def test_that_there_is_nothing_to_count_without_a_model(tmp_path):
    from prefdesk.project import Project

    with Project.create(tmp_path / "a.prefdesk") as project:
        assert read(project, RoundConfig(), None) is None


def cost_of(config, **values):
    known = {
        "cpu_s": 60.0,
        "wall_low_s": 50.0,
        "wall_high_s": 110.0,
        "memory_bytes": 10**9,
        "kept_bytes": 2 * 10**7,
        "disk_bytes": 2 * 10**8,
        "steps": 3,
        "micro_batch_tokens": 2048,
        "config": config.to_json(),
        "checkpoint_id": 1,
        "device": "cpu",
        "free_memory_bytes": 4 * 10**9,
        "free_disk_bytes": 10**10,
        "gallery": LOOKED_AT,
    }
    return MeasuredCost(**(known | values))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, None),
        ({"memory_bytes": 5 * 10**9}, "hold 5.0 GB of memory, and only 4.0 GB were free"),
        ({"disk_bytes": 2 * 10**10}, "needs 20.0 GB of the disk, and only 10.0 GB were free"),
        ({"memory_bytes": 5 * 10**9, "checkpoint_id": 2}, None),
        ({"free_memory_bytes": None, "memory_bytes": 10**12}, None),
    ],
)
def test_that_what_does_not_fit_the_machine_is_said_before(values, said):
    config = RoundConfig()
    found = said_of(READY, config, cost_of(config, **values))
    assert [f for f in found if said and said in f.sentence] == found
    assert bool(found) == (said is not None)


def test_that_a_cost_measured_for_another_recipe_says_nothing_of_this_one():
    cost = cost_of(RoundConfig(epochs=3), memory_bytes=10**12)
    assert said_of(READY, RoundConfig(), cost) == []
