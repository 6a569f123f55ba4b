"""A GGUF file becomes a normal model folder with the same weights, tokens and template."""

import copy
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from prefdesk.errors import Cancelled, ModelError, OutOfMemory
from prefdesk.models import encode, gguf, inspect, load_policy, memory, templated
from prefdesk.models.gguf_header import GgufHeader
from tests.tiny import BOS_ID, END_ID, PAD_ID, make_gguf


@pytest.fixture(scope="module")
def converted(tiny_gguf: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return gguf.convert(tiny_gguf, tmp_path_factory.mktemp("converted") / "tiny")


def test_that_the_converted_weights_are_the_original_ones(
    converted: Path, tiny_folder: Path
) -> None:
    made, original = (load_file(f / "model.safetensors") for f in (converted, tiny_folder))
    assert made.keys() == original.keys()
    assert all(torch.equal(made[n], original[n]) for n in made)


def test_that_the_converted_folder_loads_and_answers_the_same(converted: Path, policy: Any) -> None:
    other = load_policy(converted, device="cpu", threads=1)
    ids = torch.tensor([encode(policy, "What is this?")])
    assert torch.equal(other.model(ids).logits, policy.model(ids).logits)
    assert other.end_ids == policy.end_ids
    text = "1. é 你 <|im_end|>\n\n2"
    assert encode(other, text) == encode(policy, text)
    assert templated(other, text) == templated(policy, text)


def test_that_the_converted_folder_says_what_it_is(converted: Path) -> None:
    info = inspect(converted)
    assert info.has_chat_template
    assert info.licence == "apache-2.0"
    assert "quantised" in (converted / "README.md").read_text()
    settings = (converted / "tokenizer_config.json").read_text()
    assert '"padding_side": "left"' in settings
    assert '"model_max_length": 2048' in settings
    assert "local_files_only" not in settings


def test_that_digits_stay_apart_where_the_model_learnt_them_so(policy: Any) -> None:
    from copy import deepcopy

    tokenizer = deepcopy(policy.tokenizer)
    gguf._keep_digits_apart(tokenizer)
    split = tokenizer.backend_tokenizer.pre_tokenizer.pre_tokenize_str("a\n\n12 b")
    assert [piece for piece, _ in split] == ["a", "ĊĊ", "1", "2", "Ġb"]


def test_that_progress_is_told_and_nothing_is_printed(
    tiny_gguf: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    said: list[tuple[str, int, int]] = []
    gguf.convert(tiny_gguf, tmp_path / "out", lambda *a: said.append(a))
    assert capfd.readouterr() == ("", "")
    assert said[0][0] == "Reading the tokenizer"
    assert any("of 20" in message for message, _, _ in said)
    assert [done for _, done, _ in said] == sorted(done for _, done, _ in said)
    assert said[-1][1] == said[-1][2]


@pytest.mark.parametrize("step", [0, 1, 2, 3, 5])
def test_that_a_cancelled_conversion_leaves_nothing(
    tiny_gguf: Path, tmp_path: Path, step: int
) -> None:
    asked = iter(range(1000))
    with pytest.raises(Cancelled):
        gguf.convert(tiny_gguf, tmp_path / "out", cancelled=lambda: next(asked) >= step)
    assert list(tmp_path.iterdir()) == []


def test_that_a_conversion_does_not_overwrite(tiny_gguf: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(ModelError, match="there already"):
        gguf.convert(tiny_gguf, tmp_path / "out")


def test_that_a_damaged_file_leaves_nothing(tiny_gguf: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.gguf"
    bad.write_bytes(tiny_gguf.read_bytes()[:-100])
    with pytest.raises(ModelError, match="cut short"):
        gguf.convert(bad, tmp_path / "folder" / "out")
    assert not list((tmp_path / "folder").iterdir())
    with pytest.raises(ModelError, match="not a file"):
        gguf.convert(tmp_path / "none.gguf", tmp_path / "folder" / "out")


def test_that_weights_that_are_not_numbers_are_refused(tiny_gguf: Path, tmp_path: Path) -> None:
    raw = bytearray(tiny_gguf.read_bytes())
    raw[-4:] = b"\x00\x00\xc0\x7f"
    (tmp_path / "nan.gguf").write_bytes(raw)
    with pytest.raises(ModelError, match="not numbers"):
        gguf.convert(tmp_path / "nan.gguf", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_that_an_unknown_architecture_is_refused(tiny_gguf: Path, tmp_path: Path) -> None:
    raw = tiny_gguf.read_bytes().replace(b"llama", b"lhama")
    (tmp_path / "other.gguf").write_bytes(raw)
    with pytest.raises(ModelError, match="lhama"):
        gguf.convert(tmp_path / "other.gguf", tmp_path / "out")


def test_that_a_model_too_big_for_memory_is_refused_before_it_is_read(
    tiny_gguf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "available_bytes", lambda: 1000)
    with pytest.raises(OutOfMemory, match="GB of memory"):
        gguf.convert(tiny_gguf, tmp_path / "out")


def test_that_what_lies_beside_the_file_does_not_matter(
    converted: Path, tiny_gguf: Path, tmp_path: Path
) -> None:
    beside = tmp_path / "beside"
    beside.mkdir()
    shutil.copy(tiny_gguf, beside / "m.gguf")
    adapter = {"peft_type": "LORA", "base_model_name_or_path": "/nowhere", "r": 2}
    (beside / "adapter_config.json").write_text(json.dumps(adapter))
    (beside / "tokenizer_config.json").write_text('{"chat_template": "other"}')
    (beside / "chat_template.jinja").write_text("other")
    made = gguf.convert(beside / "m.gguf", tmp_path / "out")
    assert inspect(made).fingerprint == inspect(converted).fingerprint
    ours, theirs = (load_policy(f, device="cpu", threads=1) for f in (made, converted))
    assert ours.tokenizer.chat_template == theirs.tokenizer.chat_template


def test_that_the_control_tokens_are_those_of_the_header(converted: Path) -> None:
    tokenizer = load_policy(converted, device="cpu", threads=1).tokenizer
    ids = (tokenizer.bos_token_id, tokenizer.eos_token_id, tokenizer.pad_token_id)
    assert ids == (BOS_ID, END_ID, PAD_ID)


def test_that_a_tokenizer_read_with_start_and_end_swapped_is_put_right(policy: Any) -> None:
    tokenizer = copy.deepcopy(policy.tokenizer)
    tokenizer.bos_token, tokenizer.eos_token = tokenizer.eos_token, tokenizer.bos_token
    facts = {"tokenizer.ggml.bos_token_id": BOS_ID, "tokenizer.ggml.eos_token_id": END_ID}
    gguf._name_control_tokens(tokenizer, GgufHeader(facts, 0, 0, 0))
    assert (tokenizer.bos_token_id, tokenizer.eos_token_id) == (BOS_ID, END_ID)


def test_that_weights_that_do_not_fit_are_a_sentence(
    tiny_gguf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("Error(s) in loading state_dict\nMissing key(s)")

    monkeypatch.setattr(gguf, "_write_model", fail)
    with pytest.raises(ModelError, match=r"could not read tiny\.gguf: Error"):
        gguf.convert(tiny_gguf, tmp_path / "out")


@pytest.mark.parametrize(("kind", "digits"), [("llama-bpe", "{1,3}"), ("qwen2", "|")])
def test_that_the_splitting_of_text_is_kept(
    tiny_folder: Path, tmp_path: Path, kind: str, digits: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gguf import GGUFWriter

    theirs = GGUFWriter.add_tokenizer_pre
    monkeypatch.setattr(GGUFWriter, "add_tokenizer_pre", lambda self, _: theirs(self, kind))
    made = gguf.convert(make_gguf(tiny_folder, tmp_path / "m.gguf"), tmp_path / "out")
    tokenizer = json.loads((made / "tokenizer.json").read_text())
    split = tokenizer["pre_tokenizer"]["pretokenizers"][0]
    assert r"\p{N}" + digits in split["pattern"]["Regex"]
