"""Draws of a project: each is new, whatever was asked for before, and can be drawn again."""

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from prefdesk.config import SamplingConfig
from prefdesk.events import JobEnded, Note
from prefdesk.models import DrawRequest, batch_of, draw
from prefdesk.project import Project
from prefdesk.project.sampling import SamplingKey
from prefdesk.records import NewPrompt
from tests.tiny import make_model

SHORT = {"max_new_tokens": 6}


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def project(tmp_path: Path, model: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "a.prefdesk") as made:
        made.checkpoints.use_model(model)
        made.prompts.add([NewPrompt("hi"), NewPrompt("you there"), NewPrompt("z" * 90)])
        yield made


def sampled(project: Project, per_prompt: int = 3, **settings: Any) -> str:
    *_, end = project.completions.sample(per_prompt, **{**SHORT, **settings})
    return end.message


def test_that_neither_the_batch_nor_the_limit_of_prompts_starts_another_sampling(
    project: Project,
) -> None:
    assert sampled(project, max_prompt_tokens=60) == "6 completions were drawn."
    assert sampled(project, max_prompt_tokens=500) == "3 completions were drawn."
    assert "already" in sampled(project, batch_prompts=1, temperature=1)
    drawn = Counter((d.prompt_id, d.index) for d in project.completions.draws())
    assert set(drawn.values()) == {1} and len(drawn) == 9
    assert len(project.completions.samplings()) == 1


def test_that_other_settings_draw_other_answers_and_not_the_old_ones_longer(
    project: Project,
) -> None:
    sampled(project)
    for change in ({"max_new_tokens": 8}, {"temperature": 0.9}, {"top_k": 40}, {"seed": 2}):
        sampled(project, **change)
    draws = project.completions.draws()
    assert len(draws) == 5 * 9 == len({d.seed for d in draws})


def test_that_prompts_that_do_not_fit_are_left_out_and_the_others_are_drawn(
    tmp_path: Path, model: Path
) -> None:
    shutil.copytree(model, tmp_path / "small")
    config = json.loads((model / "config.json").read_text()) | {"max_position_embeddings": 100}
    (tmp_path / "small" / "config.json").write_text(json.dumps(config))
    with Project.create(tmp_path / "a.prefdesk") as project:
        project.checkpoints.use_model(tmp_path / "small")
        project.prompts.add(
            [NewPrompt(t * n) for t, n in (("hi", 1), ("x", 90), ("y", 90), ("z", 400))]
        )
        events = list(project.completions.sample(2, max_new_tokens=20, max_prompt_tokens=300))
    assert [e.message for e in events if isinstance(e, Note)] == [
        "2 prompts are left out: with 20 tokens for the answer, longer than the 100 tokens "
        "that this model reads at once.",
        "1 prompt is left out: longer than 300 tokens, the longest that is allowed.",
    ]
    assert events[-1] == JobEnded("done", "2 completions were drawn.")


def test_that_a_draw_can_be_drawn_again_from_what_is_stored(project: Project) -> None:
    sampled(project, per_prompt=1, batch_prompts=1)
    sampled(project, batch_prompts=2)
    [sampling] = project.completions.samplings()
    key = SamplingKey.from_json(sampling.settings)
    policy = project.checkpoints.load()
    stored = {(d.prompt_id, d.index): d for d in project.completions.draws()}
    prompts = {i: encoded(policy, project, i, key) for i in project.prompts.ids()}
    for one in stored.values():
        mates = batch_of(one.layout)
        requests = [DrawRequest(p, prompts[p], i, stored[p, i].seed) for p, i in mates]
        config = replace(key.config, batch_prompts=len(mates))
        again = [d for batch in draw(policy, requests, config) for d in batch]
        [same] = [d for d in again if (d.prompt_id, d.index) == (one.prompt_id, one.index)]
        assert (same.token_ids, same.logprobs) == (one.token_ids, one.logprobs)


def encoded(policy: Any, project: Project, prompt_id: int, key: SamplingKey) -> tuple[int, ...]:
    from prefdesk.models import encode

    [prompt] = project.prompts.by_ids([prompt_id]).values()
    return encode(policy, prompt.content, system=key.system, template=key.config.template)


def test_that_draws_to_learn_from_share_no_seed_between_checkpoints() -> None:
    from prefdesk.project.work.sample import _salt

    key = SamplingKey.of(SamplingConfig(), "")
    train, judged = (
        [key.seed_of(1, 0, _salt(c, s)) for c in (1, 2)] for s in ("train", "evaluation")
    )
    assert train[0] != train[1]
    assert judged[0] == judged[1]


def test_that_a_key_of_older_settings_can_be_read_and_tells_what_shapes_the_answers() -> None:
    old = '{"config": {"batch_prompts": 9, "max_prompt_tokens": 64, "top_k": 5}, "system": "s"}'
    key = SamplingKey.from_json(old)
    assert key.distribution == (1.0, 1.0, 5, 64, "chat", "s")
    assert SamplingKey.of(key.config, "s").distribution == key.distribution


def test_that_a_job_that_draws_nothing_leaves_no_sampling(project: Project) -> None:
    spec = project.completions.sampling_job(SamplingConfig(per_prompt=2, **SHORT))
    assert project.completions.samplings() == []
    *_, end = project.run_job(spec, control=lambda: "cancel")
    assert end.status == "cancelled"
    assert project.completions.samplings() == []
    assert project.completions.count() == 0


def test_that_a_job_asked_for_twice_goes_on_with_what_the_first_drew(project: Project) -> None:
    """Both were asked for before anything was drawn, and each may end first."""
    first, second = (
        project.completions.sampling_job(SamplingConfig(per_prompt=n, **SHORT)) for n in (1, 2)
    )
    for spec, drawn in ((second, 6), (first, 0)):
        *_, end = project.run_job(spec)
        assert end.message.startswith(f"{drawn} completions" if drawn else "Every prompt")
    assert len(project.completions.samplings()) == 1
    assert len(project.completions.draws()) == 6


def test_that_a_model_folder_whose_weights_changed_in_place_is_refused(
    tmp_path: Path, model: Path
) -> None:
    shutil.copytree(model, tmp_path / "own")
    with Project.create(tmp_path / "a.prefdesk") as project:
        project.checkpoints.use_model(tmp_path / "own")
        project.prompts.add([NewPrompt("hi")])
        assert "drawn" in sampled(project)
        make_model(tmp_path / "own", seed=9)
        assert "holds another model than the one" in sampled(project, per_prompt=5)
