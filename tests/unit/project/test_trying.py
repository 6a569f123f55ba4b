"""Try it: both draw with one seed, nothing is stored, and what is kept is a draw like any other."""

import json
from dataclasses import replace

import pytest
import torch

from prefdesk.cli import main
from prefdesk.config import SamplingConfig
from prefdesk.errors import InputError
from prefdesk.events import JobEnded, Note, Progress, ReportReady
from prefdesk.models import DrawRequest, draw, encode, sample
from prefdesk.models.engine import Engine
from prefdesk.models.streaming import stream
from prefdesk.project import Project
from prefdesk.project.trying import Tried
from tests.tiny import make_model

CONFIG = SamplingConfig(max_new_tokens=7, seed=3)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    make_model(folder / "tiny")
    with Project.create(folder / "a.prefdesk") as project:
        project.checkpoints.use_model(folder / "tiny")
        policy = project.checkpoints.load(1)
        from prefdesk.models import weights

        with torch.no_grad():
            policy.model.get_output_embeddings().weight.mul_(3.0)
        weights.save(policy, folder / "w.safetensors")
        project.checkpoints.take_in(
            folder / "w.safetensors", kind="full", name="bold", parent_id=1, round_id=None,
            header="{}",
        )  # fmt: skip
    return folder


@pytest.fixture
def project(made, tmp_path):
    copy = tmp_path / "a.prefdesk"
    copy.write_bytes((made / "a.prefdesk").read_bytes())
    with Project.open(copy) as opened:
        yield opened


def run(project, spec, control=lambda: "go"):
    return list(project.run_job(spec, control=control))


def answers(told):
    found = [Tried.from_document(e.document) for e in told if isinstance(e, ReportReady)]
    return [one for one in found if one.done]


def test_that_a_streamed_answer_has_the_bits_of_one_drawn_the_plain_way(project, monkeypatch):
    monkeypatch.setattr(sample, "engine_of", lambda *_: Engine())
    policy = project.checkpoints.load(1)
    request = DrawRequest(5, encode(policy.tokenizer, "Why?"), 0, 11)
    grown = [(a.n_tokens, a.draw()) for a in stream(policy, request, CONFIG)]
    [[drawn]] = list(draw(policy, [request], CONFIG))
    assert grown[-1][1] == drawn
    assert [n for n, _ in grown] == list(range(1, len(drawn.token_ids) + 1))
    assert all(drawn.text.startswith(one.text[:-1]) for _, one in grown)
    assert torch.is_grad_enabled()


def test_that_both_answer_with_the_same_seed_and_nothing_is_stored(project):
    told = run(project, project.trying.job("Why?", [1, 2], CONFIG))
    found = answers(told)
    assert [(one.checkpoint_id, one.draw.seed) for one in found] == [(1, 3), (2, 3)]
    assert all(1 <= len(one.draw.token_ids) <= 7 and one.seconds >= 0 for one in found)
    assert told[-1] == JobEnded("done", "Both have answered.")
    assert max(e.done for e in told if isinstance(e, Progress)) <= 14
    assert project.prompts.count() == project.completions.count() == 0
    assert project.report("tried") is None
    assert (
        answers(run(project, project.trying.job("Why?", [1, 2], CONFIG)))[0].draw == found[0].draw
    )


def test_that_stop_keeps_what_has_come_and_cancel_nothing(project):
    spec = project.trying.job("Why?", [1, 2], replace(CONFIG, max_new_tokens=200))
    orders = iter(["go"] * 8)
    told = run(project, spec, control=lambda: next(orders, "stop"))
    [found] = answers(told)
    assert 0 < len(found.draw.token_ids) < 200 and told[-1].status == "stopped"
    with pytest.raises(InputError, match="ended early"):
        project.trying.keep(found)
    orders = iter(["go"] * 8)
    told = run(project, spec, control=lambda: next(orders, "cancel"))
    assert not answers(told) and told[-1].status == "cancelled"


def test_that_an_answer_that_takes_too_long_is_ended(project):
    config = replace(CONFIG, max_new_tokens=200)
    told = run(project, project.trying.job("Why?", [1], config, longest_s=1e-6))
    [found] = answers(told)
    assert len(found.draw.token_ids) == 1
    assert [e.message for e in told if isinstance(e, Note)] == ["Ended after 1e-06 seconds."]


def test_that_a_kept_answer_is_a_draw_that_can_be_trained_on(project):
    [one] = answers(run(project, project.trying.job("Why?", [1], CONFIG)))
    kept = project.trying.keep(one)
    assert (kept.text, kept.checkpoint_id, kept.multiplicity) == (one.draw.text, 1, 1)
    [prompt] = project.prompts.page()
    assert (prompt.text, prompt.split) == ("Why?", "train")
    [stored] = project.completions.draws()
    assert stored.token_ids == one.draw.token_ids
    assert stored.logprobs == pytest.approx(one.draw.logprobs, abs=1e-6)
    assert json.loads(stored.layout)["prompts"][0][0] == prompt.id
    assert project.trying.keep(one).id == kept.id  # twice is once
    assert project.completions.page()[0].multiplicity == 1
    [other] = answers(run(project, project.trying.job("Why?", [1], replace(CONFIG, seed=4))))
    project.trying.keep(other)
    assert len(project.completions.draws()) == 2


@pytest.mark.parametrize("prompt", ["", "  \n"])
def test_that_an_empty_prompt_is_refused(project, prompt):
    with pytest.raises(InputError, match="empty"):
        project.trying.job(prompt, [1])


def test_that_a_prompt_that_does_not_fit_is_said(project):
    config = replace(CONFIG, max_prompt_tokens=8)
    ended = run(project, project.trying.job("Why? " * 50, [1], config))[-1]
    assert ended.status == "failed" and "longer than 8 tokens" in ended.message


def test_that_the_command_answers(project, capsys):
    path = str(project.path)
    project.close()
    argv = ["try", path, "Why?", "--checkpoint", "1", "--against", "2", "--max-new-tokens", "5"]
    assert main([*argv, "--json"]) == 0
    body = json.loads(capsys.readouterr().out)
    assert [one["checkpoint_id"] for one in body["answers"]] == [1, 2]
    assert main(argv) == 0
    assert "bold (seed 1):" in capsys.readouterr().out
