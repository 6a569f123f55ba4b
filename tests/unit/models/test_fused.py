"""The decoder of our own says what the plain one says, or is not used and says why."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from prefdesk.config import SamplingConfig
from prefdesk.models import DrawRequest, draw, encode, engine, load_policy, sample, weights
from prefdesk.models.decoder import Decoder
from prefdesk.models.engine import Engine, engine_for
from prefdesk.models.fused import FusedDecoder, Unknown, decode, read
from prefdesk.models.fused.past import Repeated, Shared
from prefdesk.models.products import Product
from tests.unit.models.kinds import make_kind

FAMILY = {
    "llama": {"head_dim": 8},
    "qwen2": {},
    "qwen3": {"head_dim": 16},
    "mistral": {"sliding_window": None, "head_dim": 8},
}
PROMPTS = [(65, 66, 67), (104, 105), (120, 121, 122, 123, 124)]


def load(tiny_folder: Path, folder: Path, kind: str, **settings: Any) -> Any:
    made = make_kind(kind, tiny_folder, folder, **settings)
    policy = load_policy(made, device="cpu", threads=1, dtype="float64")
    torch.manual_seed(3)
    for name, weight in policy.model.named_parameters():
        if name.endswith(("bias", "norm.weight")):
            torch.nn.init.normal_(weight, mean=1.0, std=0.3)
    return policy


LEAVING: tuple[tuple[list[int], tuple[list[int], ...]], ...] = (
    ([2, 1, 2], ([0, 1, 2, 3, 4], [4, 1, 2, 3], [0, 3, 2], [0, 1], [0, 1], [1])),
    ([2, 2, 2], ([0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5], [4, 5], [1], [0])),
)


def walk(decoder: Decoder | FusedDecoder, way: int = 0) -> torch.Tensor:
    """Logits over several steps in which rows leave, from the front, the middle and the end."""
    copies, steps = LEAVING[way]
    found = [decoder.prefill(PROMPTS, copies)]
    tokens = torch.tensor([70, 71, 72, 73, 74, 75])
    for keep in steps:
        found.append(decoder.step(tokens[: len(found[-1])], keep))
    return torch.cat(found)


@pytest.mark.parametrize("way", range(len(LEAVING)))
@pytest.mark.parametrize("past", [Repeated, Shared])
def test_that_both_pasts_remember_alike(
    past: Any, way: int, policy: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decode, "past_of", past)
    with torch.no_grad():
        fused = walk(FusedDecoder(read(policy.model, rows=6), room=8), way)
        assert (fused - walk(Decoder(policy), way)).abs().max() < 1e-4


@pytest.mark.parametrize("kind", FAMILY)
def test_that_the_family_is_decoded_as_by_transformers(
    kind: str, tiny_folder: Path, tmp_path: Path
) -> None:
    policy = load(tiny_folder, tmp_path / kind, kind, **FAMILY[kind])
    with torch.no_grad():
        fused = walk(FusedDecoder(read(policy.model, rows=5), room=8))
        assert (fused - walk(Decoder(policy))).abs().max() < 1e-9


def test_that_adapters_are_merged(fresh: Callable[..., Any]) -> None:
    policy = fresh(dtype="float64")
    weights.lora(policy, 4, 8.0, seed=1)
    for name, weight in policy.model.named_parameters():
        if ".lora_B." in name:
            torch.nn.init.normal_(weight, std=0.3)
    with torch.no_grad():
        plain = walk(Decoder(policy))
        fused = walk(FusedDecoder(read(policy.base_model, rows=5), room=8))
        with policy.reference():
            bare = walk(FusedDecoder(read(policy.base_model, rows=5), room=8))
            assert (bare - walk(Decoder(policy))).abs().max() < 1e-9
    assert (fused - plain).abs().max() < 1e-9
    assert (fused - bare).abs().max() > 0.1


@pytest.mark.parametrize("kind", ["gpt2", "gemma2", "mistral"])
def test_that_other_models_are_drawn_the_plain_way_with_a_reason(
    kind: str, tiny_folder: Path, tmp_path: Path
) -> None:
    policy = load_policy(make_kind(kind, tiny_folder, tmp_path / kind), device="cpu", threads=1)
    with pytest.raises(Unknown):
        read(policy.model, rows=1)
    found = engine_for(policy, PROMPTS, 3)
    assert found.plan is None and found.name == "plain"
    assert found.why.startswith("Answers are drawn the plain way: ")


def test_that_a_decoder_that_differs_is_not_used(
    policy: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert engine_for(policy, PROMPTS, 3).name == "fused"
    monkeypatch.setattr(engine, "read", lambda *a, **k: _bent(read(*a, **k)))
    assert "differs by" in engine_for(policy, PROMPTS, 3).why


def _bent(plan: Any) -> Any:
    return plan._replace(norm=plan.norm._replace(weight=plan.norm.weight * 1.01))


def test_that_drawing_says_why_it_went_the_plain_way_and_notes_the_decoder(
    policy: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = [DrawRequest(1, encode(policy, "Hi"), k, k) for k in range(2)]
    settings = SamplingConfig(max_new_tokens=4)
    said: list[str] = []
    (fused,) = draw(policy, wanted, settings, note=said.append)
    assert not said and all('"decoder":"fused"' in one.layout for one in fused)
    monkeypatch.setattr(sample, "engine_of", lambda *_: Engine(why="Because."))
    (plain,) = draw(policy, wanted, settings, note=said.append)
    assert said == ["Because."] and all('"decoder":"plain"' in one.layout for one in plain)


def test_that_the_rows_that_go_on_close_up() -> None:
    assert sample._closed_up([False] * 3) == [0, 1, 2]
    assert sample._closed_up([True, False, False, True, False]) == [4, 1, 2]
    assert sample._closed_up([True, True]) == []
    assert sample._closed_up([True, True, False, False]) == [3, 2]


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
def test_that_products_are_those_of_a_plain_matrix(dtype: torch.dtype) -> None:
    torch.manual_seed(0)
    weight, bias = torch.randn(37, 21).to(dtype), torch.randn(37).to(dtype)
    for rows in (1, 5, 40):
        x = torch.randn(rows, 2, 21).to(dtype)
        truth = torch.nn.functional.linear(x.double(), weight.double(), bias.double())
        error = (Product(weight, bias, rows=5)(x).double() - truth).abs().max()
        assert error < 60 * torch.finfo(dtype).eps


def test_that_float16_is_drawn_by_it_too(fresh: Callable[..., Any]) -> None:
    policy = fresh(dtype="float16")
    assert engine_for(policy, PROMPTS, 6).name == "fused"
    with torch.no_grad():
        fused = walk(FusedDecoder(read(policy.model, rows=6), room=8))
        assert (fused - walk(Decoder(policy))).abs().max() < 0.02
