"""Adapters and weights go out and come back the same, and only where they belong."""

import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from prefdesk.errors import InputError, ModelError
from prefdesk.models import load_policy, weights
from tests.tiny import make_model
from tests.unit.models.kinds import KINDS, make_kind

IDS = torch.tensor([[1, 2, 3, 200, 258, 10]])
LAYERS = ["down_proj", "gate_proj", "k_proj", "o_proj", "q_proj", "up_proj", "v_proj"]

Fresh = Callable[..., Any]


def answers(policy: Any) -> torch.Tensor:
    with torch.no_grad():
        logits: torch.Tensor = policy.model(IDS).logits
    return logits


def trained(policy: Any) -> Any:
    """The policy with an adapter that changes something."""
    weights.lora(policy, 4, 8.0, seed=1)
    generator = torch.Generator().manual_seed(5)
    for name, weight in policy.model.named_parameters():
        if ".lora_B." in name:
            weight.data.copy_(torch.randn(weight.shape, generator=generator) * 0.1)
    return policy


def test_that_a_fresh_adapter_changes_nothing_and_trains_alone(fresh: Fresh, policy: Any) -> None:
    mine = fresh()
    weights.lora(mine, 8, 16.0, seed=1)
    assert mine.is_adapter
    assert torch.equal(answers(mine), answers(policy))
    assert mine.n_trainable == sum(
        w.numel() for n, w in mine.model.named_parameters() if ".lora_" in n
    )
    assert mine.n_trainable == 8192
    assert mine.base_model.config.model_type == "llama"


def test_that_an_adapter_follows_from_its_seed_alone(fresh: Fresh) -> None:
    def first(seed: int) -> torch.Tensor:
        one = fresh()
        torch.rand(seed + 1)  # the global generator must not matter
        weights.lora(one, 8, 16.0, seed=seed)
        named = dict(one.model.named_parameters())
        return torch.cat([w.flatten() for n, w in sorted(named.items()) if ".lora_A." in n])

    assert torch.equal(first(1), first(1))
    assert not torch.equal(first(1), first(2))
    bound = 32**-0.5
    assert 0.9 * bound < first(1).abs().max() <= bound


def test_that_a_second_adapter_is_refused(fresh: Fresh) -> None:
    mine = trained(fresh())
    with pytest.raises(InputError):
        weights.lora(mine, 4, 8.0, seed=1)


def test_that_the_reference_is_the_base_model(fresh: Fresh, policy: Any) -> None:
    mine = trained(fresh())
    changed = answers(mine)
    with mine.reference():
        assert torch.equal(answers(mine), answers(policy))
        assert mine.n_trainable == 0
    assert mine.n_trainable == 4096
    mine.model.requires_grad_(False)
    with mine.reference():
        pass
    assert mine.n_trainable == 0
    assert torch.equal(answers(mine), changed)
    assert not torch.allclose(changed, answers(policy), atol=1e-3)


def test_that_an_adapter_comes_back_bit_for_bit(fresh: Fresh, tmp_path: Path) -> None:
    mine = trained(fresh())
    header = weights.save(mine, tmp_path / "a.safetensors")
    assert header == {
        "kind": "lora",
        "base": mine.info.fingerprint,
        "model_type": "llama",
        "dtype": "float32",
        "n_parameters": 4096,
        "r": 4,
        "alpha": 8.0,
        "target_modules": LAYERS,
    }
    assert (tmp_path / "a.safetensors").stat().st_size < 30_000
    for given in (header, json.dumps(header), ""):
        again = fresh(adapter=tmp_path / "a.safetensors", header=given)
        assert torch.equal(answers(again), answers(mine))
        assert again.n_trainable == 0
    weights.unfreeze(again)
    assert again.n_trainable == 4096
    assert weights.save(again, tmp_path / "b.safetensors") == header
    assert (tmp_path / "a.safetensors").read_bytes() == (tmp_path / "b.safetensors").read_bytes()


def test_that_full_weights_come_back_bit_for_bit(fresh: Fresh, tmp_path: Path) -> None:
    mine = fresh()
    weights.unfreeze(mine)
    assert mine.n_trainable == mine.n_parameters
    with torch.no_grad():
        mine.model.model.embed_tokens.weight.mul_(1.5)
    header = weights.save(mine, tmp_path / "w.safetensors")
    assert header["kind"] == "full" and header["n_parameters"] == mine.n_parameters
    again = fresh(weights=tmp_path / "w.safetensors")
    assert torch.equal(answers(again), answers(mine))
    tied = again.model.get_output_embeddings().weight
    assert tied.data_ptr() == again.model.model.embed_tokens.weight.data_ptr()


@pytest.mark.parametrize("kind", KINDS)
def test_that_adapters_and_weights_of_other_architectures_come_back(
    kind: str, tiny_folder: Path, tmp_path: Path
) -> None:
    folder = make_kind(kind, tiny_folder, tmp_path / kind)
    options: dict[str, Any] = {"device": "cpu", "threads": 1}
    mine = trained(load_policy(folder, **options))
    names = {n for n, _ in mine.model.named_parameters() if ".lora_A." in n}
    assert len(names) >= 8 and not any("head" in n for n in names)
    weights.save(mine, tmp_path / "a.safetensors")
    again = load_policy(folder, adapter=tmp_path / "a.safetensors", **options)
    assert torch.equal(answers(again), answers(mine))
    full = load_policy(folder, **options)
    weights.save(full, tmp_path / "w.safetensors")
    restored = load_policy(folder, weights=tmp_path / "w.safetensors", **options)
    assert torch.equal(answers(restored), answers(full))


def test_that_an_adapter_of_another_model_is_refused(fresh: Fresh, tmp_path: Path) -> None:
    weights.save(trained(fresh()), tmp_path / "a.safetensors")
    other = make_model(tmp_path / "other", seed=9)
    with pytest.raises(ModelError, match="another model"):
        load_policy(other, device="cpu", adapter=tmp_path / "a.safetensors")


@pytest.mark.parametrize(
    "changes",
    [
        {"r": 0},
        {"r": 10**9},
        {"r": True},
        {"r": "4"},
        {"alpha": -1},
        {"alpha": None},
        {"alpha": float("nan")},
        {"target_modules": []},
        {"target_modules": ["lm_head"]},
        {"target_modules": [".*"]},
        {"target_modules": "all-linear"},
        {"target_modules": None},
        {"r": 5},
        {"target_modules": LAYERS[:3]},
    ],
)
def test_that_a_header_that_does_not_fit_is_refused(
    fresh: Fresh, tmp_path: Path, changes: dict[str, Any]
) -> None:
    header = weights.save(trained(fresh()), tmp_path / "a.safetensors")
    with pytest.raises(ModelError):
        fresh(adapter=tmp_path / "a.safetensors", header={**header, **changes})


def test_that_weights_that_do_not_fit_are_refused(fresh: Fresh, tmp_path: Path) -> None:
    file = tmp_path / "w.safetensors"
    weights.save(fresh(), file)
    state = load_file(file)
    name = sorted(state)[0]
    for bad in (
        {k: v for k, v in state.items() if k != name},
        {**state, "more": torch.zeros(1)},
        {**state, name: torch.zeros(3)},
    ):
        save_file(bad, file)
        with pytest.raises(ModelError, match="do not fit"):
            fresh(weights=file)
    file.write_bytes(b"PK\x03\x04 and so on")
    with pytest.raises(ModelError, match="pickled"):
        fresh(weights=file)
    with pytest.raises(ModelError, match="header is missing"):
        save_file(state, file)
        fresh(adapter=file)


def test_that_an_exported_adapter_is_loaded_by_peft(
    fresh: Fresh, tiny_folder: Path, tmp_path: Path
) -> None:
    from peft import PeftModel

    mine = trained(fresh())
    header = weights.save(mine, tmp_path / "a.safetensors")
    out = weights.export(tiny_folder, tmp_path / "a.safetensors", header, tmp_path / "out")
    names = {f.name for f in out.iterdir()}
    assert {"adapter_config.json", "adapter_model.safetensors", "README.md"} <= names
    assert "model.safetensors" not in names
    settings = json.loads((out / "adapter_config.json").read_text())
    assert settings["base_model_name_or_path"] == "tiny"
    assert str(tmp_path) not in str(settings)
    base = fresh().model
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # peft asks transformers for names it renamed
        theirs = PeftModel.from_pretrained(base, out).eval()(IDS).logits
    assert torch.equal(theirs, answers(mine))


def test_that_a_merged_export_is_an_ordinary_model_folder(
    fresh: Fresh, model_copy: Path, tmp_path: Path
) -> None:
    from prefdesk.models.library import transformers

    (model_copy / "LICENSE").write_text("The licence text")
    mine = trained(fresh())
    header = weights.save(mine, tmp_path / "a.safetensors")
    out = weights.export(
        model_copy, tmp_path / "a.safetensors", json.dumps(header), tmp_path / "out", merged=True
    )
    model = transformers.AutoModelForCausalLM.from_pretrained(out)
    tokenizer = transformers.AutoTokenizer.from_pretrained(out)
    with torch.no_grad():
        assert (model(IDS).logits - answers(mine)).abs().max() < 1e-4
    assert tokenizer.chat_template == mine.tokenizer.chat_template
    assert tokenizer.padding_side == "left"
    assert (out / "LICENSE").read_text() == "The licence text"
    assert "The licence text" in (out / "README.md").read_text()
    assert load_policy(out, device="cpu").end_ids == mine.end_ids


def test_that_a_base_or_fully_trained_checkpoint_is_exported_whole(
    fresh: Fresh, tiny_folder: Path, tmp_path: Path, policy: Any
) -> None:
    out = weights.export(tiny_folder, None, {}, tmp_path / "base")
    assert torch.equal(answers(load_policy(out, device="cpu")), answers(policy))
    mine = fresh()
    mine.model.model.norm.weight.mul_(2)
    header = weights.save(mine, tmp_path / "w.safetensors")
    out = weights.export(tiny_folder, tmp_path / "w.safetensors", header, tmp_path / "full")
    assert torch.equal(answers(load_policy(out, device="cpu")), answers(mine))


def test_that_an_export_does_not_overwrite(tiny_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(ModelError, match="there already"):
        weights.export(tiny_folder, None, {}, tmp_path / "out")
