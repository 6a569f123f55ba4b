"""What a model folder must be, and the sentence for each thing it can be instead."""

import json
import pickle
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from prefdesk.errors import ModelError, PrefdeskError, UnsafeModel
from prefdesk.models.folder import inspect, weight_files
from tests.tiny import make_model


def edit(file: Path, **changes: Any) -> None:
    """Change keys of a JSON file; None removes one."""
    body = {**json.loads(file.read_text()), **changes}
    file.write_text(json.dumps({k: v for k, v in body.items() if v is not None}))


def refusal(folder: Path, kind: type[PrefdeskError] = ModelError) -> PrefdeskError:
    """The error that the folder is refused with; it must be one plain sentence."""
    with pytest.raises(kind) as caught:
        inspect(folder)
    error = caught.value
    assert "\n" not in error.message and error.message.endswith(".")
    assert "Traceback" not in str(error)
    return error


def test_that_a_model_folder_is_described(tiny_folder: Path) -> None:
    info = inspect(tiny_folder)
    assert info.model_type == "llama"
    assert info.n_parameters == 26_912
    assert info.size_bytes == (tiny_folder / "model.safetensors").stat().st_size
    assert info.has_chat_template
    assert info.licence == ""
    assert info.dtype == "F32"
    assert info.name == "tiny"


def test_that_inspecting_imports_neither_torch_nor_transformers(tiny_folder: Path) -> None:
    code = (
        "import sys; from prefdesk.models import inspect, starter; inspect(sys.argv[1]);"
        "starter.recipe(); print(sorted({'torch', 'transformers', 'peft', 'gguf', 'numpy'}"
        " & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tiny_folder)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_that_a_missing_folder_and_a_file_are_refused(tmp_path: Path) -> None:
    assert "is not a model folder" in refusal(tmp_path / "nothing").message
    (tmp_path / "file.txt").write_text("hello")
    assert "is not a model folder" in refusal(tmp_path / "file.txt").message


def test_that_a_gguf_file_is_sent_to_the_conversion(tiny_gguf: Path, tmp_path: Path) -> None:
    assert "model convert" in refusal(tiny_gguf).hint
    shutil.copy(tiny_gguf, tmp_path / "x.gguf")
    assert "model convert x.gguf" in refusal(tmp_path).hint


def test_that_a_folder_without_settings_is_refused(model_copy: Path) -> None:
    (model_copy / "config.json").unlink()
    assert "config.json" in refusal(model_copy).message


def test_that_an_adapter_folder_is_refused(model_copy: Path) -> None:
    (model_copy / "adapter_config.json").write_text("{}")
    assert "adapter beside the model" in refusal(model_copy).message
    (model_copy / "config.json").unlink()
    assert "holds an adapter" in refusal(model_copy).message


@pytest.mark.parametrize(
    "text", ["{", "[1]", "\udcff", "[" * 200_000, '{"a": "' + "x" * 2_000_000 + '"}']
)
def test_that_damaged_settings_are_refused(model_copy: Path, text: str) -> None:
    (model_copy / "config.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert "config.json" in refusal(model_copy).message


@pytest.mark.parametrize("name", ["config.json", "tokenizer_config.json", "generation_config.json"])
def test_that_remote_code_is_refused(model_copy: Path, name: str) -> None:
    edit(model_copy / name, auto_map={"AutoModelForCausalLM": "modeling_evil.Evil"})
    assert "auto_map" in refusal(model_copy, UnsafeModel).message


def test_that_program_files_are_refused(model_copy: Path) -> None:
    (model_copy / "modeling_evil.py").write_text("raise SystemExit")
    assert "modeling_evil.py" in refusal(model_copy, UnsafeModel).message
    (model_copy / "modeling_evil.py").unlink()
    (model_copy / "custom_generate").mkdir()
    assert "custom_generate" in refusal(model_copy, UnsafeModel).message


@pytest.mark.parametrize("kind", [None, 7, "", "bert", "mamba", "whisper", "../llama"])
def test_that_other_kinds_of_model_are_refused(model_copy: Path, kind: object) -> None:
    edit(model_copy / "config.json", model_type=kind)
    refusal(model_copy)


def test_that_quantised_weights_are_refused(model_copy: Path) -> None:
    edit(model_copy / "config.json", quantization_config={"quant_method": "gptq"})
    assert "gptq" in refusal(model_copy).message


@pytest.mark.parametrize("suffix", [".bin", ".pt", ".pth", ".ckpt", ".dat"])
def test_that_pickled_weights_are_refused_and_not_opened(model_copy: Path, suffix: str) -> None:
    canary = model_copy / "canary"
    (model_copy / "model.safetensors").unlink()
    (model_copy / f"pytorch_model{suffix}").write_bytes(pickle.dumps(_Trap(str(canary))))
    assert "pickled" in refusal(model_copy, UnsafeModel).message
    assert not canary.exists()


class _Trap:
    """Creates a file when it is unpickled."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return open, (self.path, "w")


def test_that_the_trap_of_these_tests_works(tmp_path: Path) -> None:
    pickle.loads(pickle.dumps(_Trap(str(tmp_path / "canary")))).close()  # noqa: S301
    assert (tmp_path / "canary").exists()


def test_that_a_pickle_called_safetensors_is_refused(model_copy: Path) -> None:
    (model_copy / "model.safetensors").write_bytes(pickle.dumps({"weight": [1.0] * 100}))
    assert "pickled file under another name" in refusal(model_copy, UnsafeModel).message


def test_that_pickled_copies_beside_safetensors_do_no_harm(model_copy: Path) -> None:
    (model_copy / "pytorch_model.bin").write_bytes(pickle.dumps(1))
    assert inspect(model_copy).model_type == "llama"


def test_that_missing_weights_are_refused(model_copy: Path) -> None:
    (model_copy / "model.safetensors").unlink()
    assert "model.safetensors" in refusal(model_copy).message


def test_that_a_missing_or_foreign_shard_is_refused(model_copy: Path) -> None:
    (model_copy / "model.safetensors").unlink()
    index = model_copy / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {"a": "model-00001-of-00002.safetensors"}}))
    assert "model-00001-of-00002.safetensors" in refusal(model_copy).message
    for name in ("../other.safetensors", "/etc/passwd", "weights.bin", 7):
        index.write_text(json.dumps({"weight_map": {"a": name}}))
        refusal(model_copy, UnsafeModel)
    index.write_text("[]")
    assert "damaged" in refusal(model_copy).message


def test_that_a_model_in_two_files_is_counted_whole(model_copy: Path, tiny_folder: Path) -> None:
    from safetensors.numpy import load_file, save_file

    whole = load_file(model_copy / "model.safetensors")
    names = sorted(whole)
    parts = {"a.safetensors": names[:5], "b.safetensors": names[5:]}
    for file, mine in parts.items():
        save_file({n: whole[n] for n in mine}, model_copy / file)
    (model_copy / "model.safetensors").unlink()
    where = {n: file for file, mine in parts.items() for n in mine}
    (model_copy / "model.safetensors.index.json").write_text(json.dumps({"weight_map": where}))
    assert inspect(model_copy).n_parameters == inspect(tiny_folder).n_parameters


def test_that_a_folder_without_tokenizer_is_refused(model_copy: Path) -> None:
    (model_copy / "tokenizer.json").unlink()
    assert "no tokenizer" in refusal(model_copy).message
    (model_copy / "tokenizer.json").write_text("{}")
    assert "tokenizer.json is damaged" in refusal(model_copy).message


def test_that_weights_cut_short_are_refused(model_copy: Path) -> None:
    file = model_copy / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-1])
    assert "cut short" in refusal(model_copy).message


def test_that_a_file_that_cannot_be_read_is_a_sentence(
    tiny_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("prefdesk.models.tensors.read_header", fail)
    assert "model.safetensors cannot be read: Permission denied" in refusal(tiny_folder).message


def test_that_the_fingerprint_names_weights_and_vocabulary(
    tiny_folder: Path, model_copy: Path, tmp_path: Path
) -> None:
    known = inspect(tiny_folder).fingerprint
    assert inspect(make_model(tmp_path / "again")).fingerprint == known
    edit(model_copy / "config.json", transformers_version="9.9", use_cache=True)
    shutil.move(model_copy, tmp_path / "moved")
    assert inspect(tmp_path / "moved").fingerprint == known
    assert inspect(make_model(tmp_path / "other", seed=1)).fingerprint != known
    edit(tmp_path / "moved" / "tokenizer.json", added_tokens=[])
    assert inspect(tmp_path / "moved").fingerprint != known


def test_that_the_licence_is_found(model_copy: Path) -> None:
    (model_copy / "LICENSE").write_text("\n   Some Licence 1.0\nText.")
    assert inspect(model_copy).licence == "Some Licence 1.0"
    (model_copy / "README.md").write_text("---\ntags: x\nlicense: apache-2.0\n---\n# Model")
    assert inspect(model_copy).licence == "apache-2.0"


def test_that_a_chat_template_is_found_wherever_it_may_lie(model_copy: Path) -> None:
    edit(model_copy / "tokenizer_config.json", chat_template=None)
    assert not inspect(model_copy).has_chat_template
    (model_copy / "chat_template.jinja").write_text("{{ messages }}")
    assert inspect(model_copy).has_chat_template


def test_that_the_file_that_is_loaded_is_the_file_that_is_checked(
    model_copy: Path, tiny_folder: Path
) -> None:
    """A single file goes before an index, as transformers has it."""
    (model_copy / "part.safetensors").write_bytes((model_copy / "model.safetensors").read_bytes())
    index = {"metadata": {}, "weight_map": {"model.norm.weight": "part.safetensors"}}
    (model_copy / "model.safetensors.index.json").write_text(json.dumps(index))
    assert weight_files(model_copy) == [model_copy / "model.safetensors"]
    (model_copy / "model.safetensors").write_bytes(b"damaged")
    with pytest.raises(ModelError):
        inspect(model_copy)
