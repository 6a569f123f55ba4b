"""A checkpoint leaves as a folder that other programs load, with a card that says what it is."""

import json
import warnings

import pytest
import torch

from prefdesk.cli import main
from prefdesk.config import RoundConfig
from prefdesk.errors import InputError, ModelError
from prefdesk.events import JobEnded, JobSpec, Progress
from prefdesk.project import Project
from tests.tiny import make_model
from tests.worlds import answered_project, rate_by_panel

IDS = torch.tensor([[5, 6, 7, 8]])


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A project with one round behind it, judged before and after; its folder."""
    folder = tmp_path_factory.mktemp("trained")
    make_model(folder / "tiny")
    path = answered_project(folder / "a.prefdesk", folder / "tiny")
    (folder / "tiny" / "LICENSE").write_text("Do as you like.\n")
    with Project.open(path) as project:
        project.prompts.add(prompts_to_keep())
        list(project.rounds.create(RoundConfig(lora_rank=2)).run())
        for checkpoint in project.checkpoints.models():
            list(sampled(project, checkpoint.id))
        rate_by_panel(project)
        project.checkpoints.rename(2, "Round | <b>1</b>")
    return folder


def prompts_to_keep():
    from prefdesk.records import NewPrompt

    return [NewPrompt(f"kept {i}?", split="evaluation", references=("yes",)) for i in range(4)]


def sampled(project, checkpoint_id):
    from prefdesk.config import SamplingConfig

    spec = project.completions.sampling_job(
        SamplingConfig(per_prompt=2, max_new_tokens=6),
        split="evaluation",
        checkpoint_id=checkpoint_id,
    )
    return project.run_job(spec)


@pytest.fixture
def project(trained):
    with Project.open(trained / "a.prefdesk", "r") as opened:
        yield opened


def answers(policy):
    with torch.no_grad():
        return policy.model(IDS).logits


def test_that_an_adapter_is_loaded_by_peft(project, trained, tmp_path):
    from peft import PeftModel

    from prefdesk.models.library import transformers

    out = project.checkpoints.export(2, tmp_path / "out")
    base = transformers.AutoModelForCausalLM.from_pretrained(trained / "tiny")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # peft asks transformers for names it renamed
        theirs = PeftModel.from_pretrained(base, out).eval()
    mine = answers(project.checkpoints.load(2))
    with torch.no_grad():
        assert torch.allclose(theirs(IDS).logits, mine, atol=1e-5)
        assert not torch.allclose(mine, answers_of_base(project))
    assert (out / "LICENSE").read_text() == "Do as you like.\n"


def answers_of_base(project):
    return answers(project.checkpoints.load(1))


def test_that_a_merged_folder_is_loaded_by_from_pretrained(project, tmp_path):
    from prefdesk.models.library import transformers

    out = project.checkpoints.export(2, tmp_path / "out", merged=True)
    model = transformers.AutoModelForCausalLM.from_pretrained(out)
    tokenizer = transformers.AutoTokenizer.from_pretrained(out)
    policy = project.checkpoints.load(2)
    with torch.no_grad():
        assert (model(IDS).logits - answers(policy)).abs().max() < 1e-4
    assert tokenizer.chat_template == policy.tokenizer.chat_template
    assert (out / "LICENSE").is_file() and not (out / "adapter_config.json").exists()


def test_that_the_card_says_data_method_and_scores_and_no_names(project, tmp_path):
    card = (project.checkpoints.export(2, tmp_path / "out") / "README.md").read_text()
    front, body = card.split("---\n")[1:3]
    assert 'base_model: "tiny"' in front and "library_name: peft" in front
    assert "| 1 | tiny | rloo | lora | 32 | 8 |" in body
    n = len(project.raters.all())
    assert f"ratings by {n} raters" in body and f"{n} of the raters are simulated" in body
    assert "| Human score, 0 to 10 |" in body and "on 4 prompts" in body.lower()
    assert "Against tiny on 4 prompts" in body
    assert not any(rater.name in card for rater in project.raters.all())
    assert "<b>" not in card and "|  | Round" in card


def test_that_the_base_itself_has_a_card_without_a_round(project, tmp_path):
    card = (project.checkpoints.export(1, tmp_path / "out") / "README.md").read_text()
    assert "How it was trained" not in card
    assert "from_pretrained" in card and "PeftModel" not in card


def test_that_the_job_tells_its_stages_and_leaves_nothing_half_done(project, tmp_path):
    def spec(name):
        return JobSpec("export", {"checkpoint_id": 2, "folder": str(tmp_path / name)})

    told = list(run(project, spec("out")))
    assert [e.message for e in told if isinstance(e, Progress)][:3] == [
        "Writing the model card",
        "Reading the weights",
        "Writing the folder",
    ]
    assert told[-1] == JobEnded("done", f"Round | <b>1</b> is in {tmp_path / 'out'}.")
    orders = iter(["go", "go", "cancel", "cancel", "cancel"])
    assert list(run(project, spec("no"), control=lambda: next(orders)))[-1].status == "cancelled"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out"]


def run(project, spec, **options):
    """As a worker does, which only reads."""
    from prefdesk.project.work import Context, run

    return run(project, spec, Context(project.path.parent / "spool", **options))


def test_that_a_folder_that_is_there_and_weights_that_are_gone_are_refused(trained, tmp_path):
    copy = tmp_path / "copy.prefdesk"
    copy.write_bytes((trained / "a.prefdesk").read_bytes())
    with Project.open(copy) as project:
        with pytest.raises(ModelError, match="there already"):
            project.checkpoints.export(1, tmp_path)
        project.checkpoints.delete(2)
        with pytest.raises(InputError, match="were deleted"):
            project.checkpoints.export(2, tmp_path / "out")


def test_that_the_command_writes_the_folder(trained, tmp_path, capsys):
    path = str(trained / "a.prefdesk")
    out = tmp_path / "out"
    assert main(["export", path, "model", str(out), "--merged", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"checkpoint": 2, "path": str(out)}
    assert {"config.json", "tokenizer.json", "README.md", "LICENSE"} <= {
        p.name for p in out.iterdir()
    }
