"""Loading runs no foreign code, keeps silent, takes only known settings and checks memory."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from prefdesk.errors import InputError, ModelError, OutOfMemory
from prefdesk.models import inspect, load_policy, memory
from tests.tiny import END_ID, PAD_ID
from tests.unit.models.test_folder import edit

_watched: list[str] = []
_watching = False


def _hook(event: str, args: tuple[Any, ...]) -> None:
    if _watching and event.split(".")[0] in ("socket", "subprocess", "os.system", "urllib"):
        _watched.append(event)
    if _watching and event == "import" and "evil" in str(args[0]):
        _watched.append(f"import {args[0]}")


@pytest.fixture
def watched() -> Iterator[list[str]]:
    """What the interpreter did meanwhile that loading a model never needs."""
    global _watching
    if not getattr(sys, "_prefdesk_hook", False):
        sys.addaudithook(_hook)
        sys._prefdesk_hook = True  # type: ignore[attr-defined]
    _watched.clear()
    _watching = True
    yield _watched
    _watching = False


def load(folder: Path, **options: Any) -> Any:
    return load_policy(folder, **{"device": "cpu", "threads": 1, **options})


def test_that_a_policy_describes_itself(policy: Any, tiny_folder: Path) -> None:
    assert policy.end_ids == {END_ID}
    assert policy.n_parameters == 26_912
    assert policy.n_trainable == 0
    assert policy.device == torch.device("cpu")
    assert policy.device_name == "cpu, 1 thread"
    assert policy.dtype == torch.float32
    assert policy.context == 2048
    assert not policy.is_adapter and not policy.model.training
    assert policy.info == inspect(tiny_folder)
    assert len(policy.fingerprint) == 32


def test_that_loading_is_silent(tiny_folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    load(tiny_folder)
    assert capfd.readouterr() == ("", "")


def test_that_the_environment_is_offline(policy: Any) -> None:
    import huggingface_hub.constants

    assert huggingface_hub.constants.HF_HUB_OFFLINE


def test_that_unknown_and_private_settings_never_reach_transformers(
    model_copy: Path, watched: list[str]
) -> None:
    edit(
        model_copy / "config.json",
        _attn_implementation_internal="evil/kernels",
        _experts_implementation_internal="evil/kernels",
        attn_implementation="evil/kernels",
        _name_or_path="evil/model",
        name_or_path="evil/model",
        trust_remote_code=True,
        evil=True,
        rope_parameters={
            "rope_theta": 10000.0,
            "rope_type": "default",
            "_attn_implementation": "evil/kernels",
            "auto_map": {"AutoModel": "evil.Evil"},
        },
    )
    config = load(model_copy).model.config
    assert "evil" not in json.dumps({k: str(v) for k, v in vars(config).items()})
    assert config._attn_implementation == "sdpa"
    assert watched == []


def test_that_transformers_never_reads_the_settings_itself(
    tiny_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefdesk.models.library import transformers

    def fail(*_: Any, **__: Any) -> None:
        raise AssertionError("config.json was read past the filter")

    for one in (transformers.AutoConfig, transformers.PreTrainedConfig):
        monkeypatch.setattr(one, "from_pretrained", fail)
    assert load(tiny_folder).end_ids == {END_ID}


def test_that_the_watch_of_these_tests_works(watched: list[str]) -> None:
    import socket

    with socket.socket():
        pass
    assert watched


def test_that_legacy_settings_are_still_understood(model_copy: Path, policy: Any) -> None:
    edit(model_copy / "config.json", rope_parameters=None, rope_theta=123.0, torch_dtype="float32")
    assert load(model_copy).model.config.rope_parameters["rope_theta"] == 123.0
    assert policy.model.config.rope_parameters["rope_theta"] == 10_000.0


def test_that_settings_that_do_not_fit_are_a_sentence(model_copy: Path) -> None:
    for changes in ({"num_attention_heads": "many"}, {"hidden_size": 64}, {"hidden_act": "nope"}):
        body = (model_copy / "config.json").read_text()
        edit(model_copy / "config.json", **changes)
        with pytest.raises(ModelError) as caught:
            load(model_copy)
        assert "\n" not in str(caught.value)
        (model_copy / "config.json").write_text(body)


def test_that_missing_weights_are_noticed(model_copy: Path) -> None:
    from safetensors.torch import load_file, save_file

    weights = load_file(model_copy / "model.safetensors")
    del weights["model.layers.1.mlp.up_proj.weight"]
    save_file(weights, model_copy / "model.safetensors")
    with pytest.raises(ModelError, match="up_proj"):
        load(model_copy)


@pytest.mark.parametrize(
    ("generation", "config", "expected"),
    [
        (None, END_ID, {END_ID}),
        ([7, 8], END_ID, {7, 8, END_ID}),
        (9, [PAD_ID, 3], {9, 3, PAD_ID, END_ID}),
        (True, None, {END_ID}),
    ],
)
def test_that_every_stated_end_token_ends_an_answer(
    model_copy: Path, generation: Any, config: Any, expected: set[int]
) -> None:
    edit(model_copy / "generation_config.json", eos_token_id=generation)
    edit(model_copy / "config.json", eos_token_id=config)
    assert load(model_copy).end_ids == expected


@pytest.mark.parametrize("dtype", ["float64", "float32", "bfloat16", "float16"])
def test_that_the_number_type_is_chosen(tiny_folder: Path, dtype: str) -> None:
    assert load(tiny_folder, dtype=dtype).dtype == getattr(torch, dtype)


def test_that_unknown_devices_and_number_types_are_refused(tiny_folder: Path) -> None:
    for options in ({"dtype": "int4"}, {"device": "abacus"}, {"device": "cuda:77"}, {"device": ""}):
        with pytest.raises(InputError):
            load(tiny_folder, **options)


def test_that_auto_takes_what_is_there(tiny_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert load(tiny_folder, device="auto", dtype="auto").device.type == "cpu"


def test_that_threads_leave_a_core_free(tiny_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen: list[int] = []
    monkeypatch.setattr(torch, "set_num_threads", chosen.append)
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    load(tiny_folder, threads=0)
    load(tiny_folder, threads=3)
    assert chosen == [7, 3]


def test_that_a_model_too_big_for_memory_is_refused_before_it_is_read(
    tiny_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "available_bytes", lambda: 10_000_000)
    with pytest.raises(OutOfMemory, match=r"0.4 GB of memory; 0.0 GB are free") as caught:
        load(tiny_folder)
    assert "smaller model" in caught.value.hint


def test_that_available_memory_is_plausible() -> None:
    free = memory.available_bytes()
    assert free is None or 10**7 < free < 10**14
    assert memory.needed_bytes(10**9, "float32") == 4 * 10**9 + memory.OVERHEAD_BYTES


def test_that_unknown_memory_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "available_bytes", lambda: None)
    memory.require("A model", 10**18)


def test_that_a_policy_without_adapter_is_its_own_reference(fresh: Callable[..., Any]) -> None:
    policy = fresh()
    with policy.reference() as model:
        assert model is policy.model
    copy = policy.clone_reference()
    policy.model.model.norm.weight.zero_()
    assert copy.model.model.norm.weight.sum() != 0
    assert copy.n_trainable == 0 and copy.end_ids == policy.end_ids


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("return_dict", False),
        ("output_hidden_states", True),
        ("output_attentions", True),
        ("use_cache", False),
        ("torchscript", True),
    ],
)
def test_that_settings_on_the_form_of_the_answers_are_ours(
    model_copy: Path, policy: Any, name: str, value: bool
) -> None:
    edit(model_copy / "config.json", **{name: value})
    odd = load(model_copy)
    assert getattr(odd.model.config, name, None) == getattr(policy.model.config, name, None)
    assert torch.equal(
        odd.model(torch.tensor([[1, 2]])).logits, policy.model(torch.tensor([[1, 2]])).logits
    )
