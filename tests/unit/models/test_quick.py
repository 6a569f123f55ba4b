"""The faster products give what transformers and peft give, both ways, and leave no trace."""

from typing import Any

import pytest
import torch
from peft import LoraConfig, get_peft_model
from torch import Tensor, nn

from prefdesk.models import engine, load, products
from prefdesk.models.quick import quick


class Halves(nn.Module):
    """Two layers."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(21, 37), nn.Linear(37, 13)

    def forward(self, x: Tensor) -> Tensor:
        return self.second(torch.tanh(self.first(x)))  # type: ignore[no-any-return]


def made(*, adapters: int, dtype: torch.dtype = torch.float32, **more: Any) -> Any:
    torch.manual_seed(3)
    model: Any = Halves().to(dtype)
    if not adapters:
        return model.eval()
    config = LoraConfig(r=4, lora_alpha=12.0, target_modules=["first", "second"], **more)
    model = get_peft_model(model, config)
    for name in range(1, adapters):
        model.add_adapter(f"other{name}", config)
    names = ["default", *(f"other{name}" for name in range(1, adapters))]
    model.base_model.set_adapter(names)
    for name, weight in model.named_parameters():
        if "lora_B" in name:
            nn.init.normal_(weight, std=0.3)
    return model.eval()


def both_ways(model: Any, *, fast: bool) -> list[Tensor]:
    """The answer to three rows of five, and every gradient there is."""
    torch.manual_seed(5)
    x = torch.randn(3, 5, 21, dtype=next(model.parameters()).dtype, requires_grad=True)
    model.zero_grad()
    if fast:
        with quick(model):
            found = model(x)
            found.square().sum().backward()
    else:
        found = model(x)
        found.square().sum().backward()
    slopes = [w.grad for w in model.parameters() if w.requires_grad]
    return [found.detach(), x.grad, *slopes]  # type: ignore[list-item]


def gap(one: list[Tensor], other: list[Tensor]) -> float:
    """The largest difference, as a share of the largest number of each tensor."""
    assert len(one) == len(other) > 2
    return max(float((a - b).abs().max() / b.abs().max()) for a, b in zip(one, other))


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A mark for each product that went the faster way."""
    marks: list[int] = []
    real = products.multiplied

    def counted(*given: Any) -> Tensor:
        marks.append(1)
        return real(*given)

    monkeypatch.setattr("prefdesk.models.quick.multiplied", counted)
    return marks


@pytest.mark.parametrize("adapters", [0, 1])
def test_that_values_and_gradients_are_those_of_the_plain_way(
    adapters: int, calls: list[int]
) -> None:
    model = made(adapters=adapters)
    plain = both_ways(model, fast=False)
    assert not calls
    assert gap(both_ways(model, fast=True), plain) < 1e-5
    assert len(calls) >= 6 or not products.is_quick(plain[0])


def test_that_halves_differ_by_their_rounding_and_slopes_of_adapters_stay_wide() -> None:
    model = made(adapters=1, dtype=torch.bfloat16)
    for name, weight in model.named_parameters():
        if "lora_" in name:
            weight.data = weight.data.float()
    found, plain = both_ways(model, fast=True), both_ways(model, fast=False)
    assert {w.grad.dtype for w in model.parameters() if w.requires_grad} == {torch.float32}
    for one, other in zip(found, plain):
        assert (one.float() - other.float()).norm() < 0.02 * other.float().norm()


@pytest.mark.parametrize(
    ("adapters", "more"), [(2, {}), (1, {"use_dora": True}), (1, {"lora_bias": True})]
)
def test_that_adapters_of_another_kind_go_on_as_peft_wrote_them(
    adapters: int, more: dict[str, Any]
) -> None:
    model = made(adapters=adapters, **more)
    assert gap(both_ways(model, fast=True), both_ways(model, fast=False)) < 1e-5


@pytest.mark.parametrize("bias", ["all", "lora_only"])
def test_that_a_bias_that_is_trained_along_gets_its_slope(bias: str) -> None:
    model = made(adapters=1, bias=bias)
    assert any("bias" in n for n, w in model.named_parameters() if w.requires_grad)
    assert gap(both_ways(model, fast=True), both_ways(model, fast=False)) < 1e-5


@pytest.mark.parametrize("adapters", [0, 1])
@pytest.mark.parametrize("shape", [(0, 21), (21,), (2, 0, 21)])
def test_that_no_rows_and_bare_rows_are_taken_as_torch_takes_them(
    adapters: int, shape: tuple[int, ...]
) -> None:
    model, x = made(adapters=adapters), torch.ones(shape, requires_grad=True)
    with quick(model):
        found = model(x)
        found.sum().backward()
    assert torch.equal(found, model(x)) and x.grad is not None and x.grad.shape == x.shape


def test_that_a_strided_bias_is_added_as_it_stands() -> None:
    x, weight, wide = torch.randn(5, 7), torch.randn(6, 7), torch.randn(12)
    if not products.is_quick(x):
        pytest.skip("this torch does not multiply by oneDNN")
    found = products.multiplied(x, weight, wide[::2])
    assert (found - nn.functional.linear(x, weight, wide[::2])).abs().max() < 1e-5


def test_that_an_adapter_that_is_off_counts_for_nothing() -> None:
    model = made(adapters=1)
    x = torch.randn(5, 21)
    with torch.no_grad(), quick(model):
        on = model(x)
        with model.disable_adapter():
            off = model(x)
    bare = made(adapters=0)(x)
    assert (off - bare).abs().max() < 1e-5 < (on - bare).abs().max()


def test_that_wide_numbers_are_multiplied_by_torch_to_the_last_bit(calls: list[int]) -> None:
    model = made(adapters=1, dtype=torch.float64)
    assert gap(both_ways(model, fast=True), both_ways(model, fast=False)) == 0.0
    assert not calls


def test_that_a_model_is_left_as_it_was_even_after_a_failure() -> None:
    model = made(adapters=1)
    with pytest.raises(ZeroDivisionError), quick(model), quick(model):
        assert any("forward" in vars(m) for m in model.modules())
        raise ZeroDivisionError
    assert not any("forward" in vars(m) for m in model.modules())


def test_that_a_copy_made_meanwhile_is_a_plain_model_again(fresh: Any) -> None:
    policy = fresh()
    with quick(policy.model):
        copied = policy.clone_reference()
        assert any("forward" in vars(m) for m in policy.model.modules())
    assert not any("forward" in vars(m) for m in copied.model.modules())


def test_that_an_inner_end_does_not_end_the_outer() -> None:
    model = made(adapters=0)
    with quick(model):
        with quick(model):
            pass
        assert "forward" in vars(model.first)


def test_that_weights_that_begin_anywhere_are_moved_to_a_line_of_the_cache() -> None:
    model = nn.Linear(21, 37)
    shifted = torch.zeros(37 * 21 + 1)[1:].view(37, 21)
    truth = shifted.normal_().clone()
    model.weight.data = shifted
    assert model.weight.data_ptr() % load.CACHE_LINE
    load.align(model)
    assert not model.weight.data_ptr() % load.CACHE_LINE and torch.equal(model.weight, truth)


def test_that_both_decoders_are_given_the_same_token(
    policy: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[list[int]] = []
    for decoder in (engine.Decoder, engine.FusedDecoder):

        def step(self: Any, tokens: Tensor, keep: list[int], real: Any = decoder.step) -> Tensor:
            given.append(tokens.tolist())
            return real(self, tokens, keep)  # type: ignore[no-any-return]

        monkeypatch.setattr(decoder, "step", step)
    real_prefill = engine.Decoder.prefill

    def prefill(self: Any, *asked: Any) -> Tensor:
        logits = real_prefill(self, *asked)
        best = logits.argmax(-1, keepdim=True)
        return logits.scatter(-1, (best + 1) % logits.shape[-1], float(logits.max()) + 1e-4)

    monkeypatch.setattr(engine.Decoder, "prefill", prefill)
    engine.engine_for(policy, [(5, 6, 7), (8, 9)], 2)
    assert len(given) == 2 and given[0] == given[1]


def test_that_a_layer_that_cannot_be_looked_at_leaves_the_others_as_they_were(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(layer: nn.Module) -> None:
        if isinstance(layer, nn.Tanh):
            raise ZeroDivisionError

    monkeypatch.setattr("prefdesk.models.lean.way_of", broken)
    model = nn.Sequential(nn.Linear(2, 2), nn.Tanh())
    with pytest.raises(ZeroDivisionError), quick(model):
        pass
    assert not any("forward" in vars(m) for m in model.modules())
