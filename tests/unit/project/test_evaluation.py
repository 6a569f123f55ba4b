"""Is it better? The comparison must see a difference that is there, and only that."""

import numpy as np
import pytest
from safetensors.numpy import save_file

from prefdesk import store
from prefdesk.config import RoundConfig
from prefdesk.errors import TrainingError
from prefdesk.project import Project
from prefdesk.records import Draw, NewPrompt


class World:
    """A project with two checkpoints whose evaluation answers people judge by hand."""

    def __init__(self, path) -> None:
        self.project = Project.create(path)
        self.ids = [self._checkpoint(name) for name in ("before", "after")]
        self.project.prompts.add(
            [NewPrompt(f"Question {i}?", split="evaluation", references=("yes",)) for i in range(8)]
        )
        self.raters = [self.project.raters.add(n) for n in ("Ana", "Ben")]

    def _checkpoint(self, name):
        header = f'{{"path": "{name}"}}'
        return self.project.core.mutate(lambda c: store.checkpoints.add_base(c, name, header).id)

    def answer(self, checkpoint_id, texts, settings="{}"):
        def write(c):
            sampling = store.completions.create_sampling(c, checkpoint_id, "evaluation", settings)
            draws = [
                Draw(p, i, i, (1, 2), (-1.0, -1.0), text.format(p=p), True, "{}")
                for p in self.project.prompts.ids()
                for i, text in enumerate(texts)
            ]
            store.completions.add_draws(c, sampling, draws)

        self.project.core.mutate(write)

    def judge(self, checkpoint_id, score, raters=None):
        for n, rater in enumerate(raters or self.raters):
            session = self.project.ratings.session(rater)
            for c in self.project.completions.each(checkpoint_id=checkpoint_id):
                value = score + (c.prompt_id % 3 - 1) * (0.5 - n)
                session.score(c.id, value).result()


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path / "a.prefdesk")
    yield made
    made.project.close()


def test_that_a_difference_of_two_points_is_seen_whole(world):
    before, after = world.ids
    world.answer(before, ["old {p}"])
    world.answer(after, ["new {p}"])
    world.judge(before, 4.0)
    world.judge(after, 6.0)
    (comparison,) = world.project.evaluation.report().comparisons
    assert comparison.difference.value == pytest.approx(2.0, abs=0.05)
    assert (comparison.win, comparison.loss) == (1.0, 0.0)


def test_that_the_same_text_ties_whatever_the_raters_noise(world):
    before, after = world.ids
    world.answer(before, ["the same"])
    world.answer(after, ["the same"])
    world.judge(before, 4.0)
    world.judge(after, 6.0)
    (comparison,) = world.project.evaluation.report().comparisons
    assert comparison.difference.value == pytest.approx(0.0)
    assert comparison.tie == 1.0


def test_that_a_model_that_repeats_itself_is_less_distinct(world):
    before, after = world.ids
    world.answer(before, ["one two three", "one two three", "one two three"])
    world.answer(after, ["a b c", "d e f", "g h i"])
    repeated, varied = world.project.evaluation.report().scores
    assert repeated.distinct_2 < varied.distinct_2 / 2
    assert repeated.n_completions == varied.n_completions == 24


def test_that_other_sampling_settings_are_called_out(world):
    before, after = world.ids
    world.answer(before, ["old {p}"])
    world.answer(after, ["new {p}"], settings='{"config": {"temperature": 0.3}}')
    world.judge(before, 4.0)
    world.judge(after, 6.0)
    (comparison,) = world.project.evaluation.report().comparisons
    assert "different settings" in comparison.caution


def test_that_checkpoints_judged_by_different_people_are_called_out(world):
    before, after = world.ids
    world.answer(before, ["old {p}"])
    world.answer(after, ["new {p}"])
    world.judge(before, 4.0, world.raters[:1])
    world.judge(after, 6.0, world.raters[1:])
    (comparison,) = world.project.evaluation.report().comparisons
    assert comparison.caution == "No rater judged both."


def test_that_ratings_of_evaluation_answers_give_no_reward_and_no_verdict(world):
    world.answer(world.ids[0], ["short {p}", "long {p}"])
    world.judge(world.ids[0], 5.0)
    assert world.project.rewards() == []
    assert world.project.agreement().verdict.word == "not_estimable"
    with pytest.raises(TrainingError, match="no rated answers"):
        world.project.rounds.create(RoundConfig(), checkpoint_id=world.ids[0])


def test_that_an_adapter_is_not_trained_on_top_of_full_weights(world, tmp_path):
    file = tmp_path / "w.safetensors"
    save_file({"w": np.zeros(3, np.float32)}, file)
    full = world.project.checkpoints.take_in(
        file, kind="full", name="full", parent_id=world.ids[0], round_id=None, header="{}"
    )
    with pytest.raises(TrainingError, match="weights of its own"):
        world.project.rounds.create(RoundConfig(method="lora"), checkpoint_id=full)


def test_that_a_sampling_that_drew_none_of_the_compared_answers_raises_no_caution(world):
    before, after = world.ids
    world.answer(before, ["old {p}"])
    world.answer(after, ["new {p}"])
    world.judge(before, 4.0)
    world.judge(after, 6.0)
    other = '{"config": {"temperature": 0.5}}'
    world.project.core.mutate(
        lambda c: store.completions.create_sampling(c, after, "evaluation", other)
    )
    (comparison,) = world.project.evaluation.report().comparisons
    assert comparison.caution == ""


def test_that_prompts_trained_on_before_they_were_kept_for_evaluation_raise_a_caution(world):
    before, after = world.ids
    world.answer(before, ["old {p}"])
    world.answer(after, ["new {p}"])
    world.judge(before, 4.0)
    world.judge(after, 6.0)
    assert world.project.evaluation.compare(before, after).cautions == ()
    answers = world.project.completions.each(checkpoint_id=before)
    frozen = [store.rounds.FrozenReward(c.id, 5.0, 1.0, 0.5, 0.0, 1.0, 2) for c in answers]

    def train(c):
        made = store.rounds.create(c, "{}", before, frozen)
        store.rounds.finish(c, made.id, "done", "", checkpoint_id=after)

    world.project.core.mutate(train)
    assert world.project.evaluation.compare(before, after).cautions == ("trained",)


def test_that_the_win_rate_has_an_interval_and_counts_ties_as_half(world):
    before, after = world.ids
    world.answer(before, ["old {p}"])
    world.answer(after, ["new {p}"])
    world.judge(before, 4.0)
    world.judge(after, 6.0)
    [found] = world.project.evaluation.report().comparisons
    assert found.win_rate.value == pytest.approx(found.win + found.tie / 2)
    assert found.win_rate.low <= found.win_rate.value <= found.win_rate.high


def test_that_longer_answers_that_nobody_likes_better_are_named(world):
    before, after = world.ids
    world.answer(before, ["old {p}"])
    world.answer(after, ["new {p}"])
    with world.project.core.store.read() as c:
        assert c.execute("SELECT count(*) FROM completion").fetchone()[0] == 16
    world.project.core.mutate(
        lambda c: c.execute("UPDATE completion SET n_tokens = 9 WHERE checkpoint_id = ?", (after,))
    )
    world.judge(before, 5.0)
    world.judge(after, 5.0)
    report = world.project.evaluation.report()
    lengths = [d for d in report.divergences if d.measure == "mean_length"]
    assert [(d.a, d.b, d.before, d.after) for d in lengths] == [(before, after, 2.0, 9.0)]
    assert lengths[0].people.low <= 0


def test_that_nothing_is_named_where_people_like_it_better(world):
    before, after = world.ids
    world.answer(before, ["old {p}"])
    world.answer(after, ["new {p}"])
    world.project.core.mutate(
        lambda c: c.execute("UPDATE completion SET n_tokens = 9 WHERE checkpoint_id = ?", (after,))
    )
    world.judge(before, 3.0)
    world.judge(after, 7.0)
    assert world.project.evaluation.report().divergences == ()


def test_that_only_the_base_stands_at_a_kl_of_zero(world):
    world.answer(world.ids[0], ["yes {p}", "no {p}"])
    [score] = world.project.evaluation.report().scores
    assert score.kl == 0.0 and score.created_ms > 0
    assert score.self_bleu is not None
