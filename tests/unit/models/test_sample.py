"""Completions are drawn from the model's own distribution, reproducibly, with true log-probs."""

import functools
import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from prefdesk.config import SamplingConfig
from prefdesk.errors import Cancelled, InputError, OutOfMemory, TrainingError
from prefdesk.models import DrawRequest, batch_of, draw, encode, fits, load_policy, sample, weights
from prefdesk.models.choice import _find, choose, truncate
from prefdesk.models.engine import Engine
from prefdesk.records import Draw
from tests.tiny import END_ID
from tests.unit.models.kinds import KINDS, make_kind

TEXTS = ("Hi", "What is the capital of France?", "Write two sentences about a fox.", "é")
SETTINGS = SamplingConfig(max_new_tokens=20, batch_prompts=4)


def requests(policy: Any, texts: tuple[str, ...] = TEXTS, copies: int = 3) -> list[DrawRequest]:
    return [
        DrawRequest(i, encode(policy, text), k, 1000 * i + k)
        for i, text in enumerate(texts)
        for k in range(copies)
    ]


def drawn(policy: Any, wanted: list[DrawRequest], config: SamplingConfig) -> list[Draw]:
    return [one for batch in draw(policy, wanted, config) for one in batch]


def plain_logprobs(
    policy: Any, prompt: tuple[int, ...], tokens: tuple[int, ...], heat: float = 1.0
) -> torch.Tensor:
    """Log-probs of `tokens` after `prompt` by one plain pass without cache or padding."""
    with torch.no_grad():
        logits = policy.model(torch.tensor([prompt + tokens]), use_cache=False).logits[0]
    logprobs = (logits.double() / heat).log_softmax(-1)[len(prompt) - 1 : -1]
    found: torch.Tensor = logprobs.gather(1, torch.tensor(tokens)[:, None])[:, 0]
    return found


def test_that_logprobs_are_those_of_a_plain_pass(policy: Any) -> None:
    for heat in (1.0, 0.7, 1.8):
        config = SamplingConfig(max_new_tokens=20, temperature=heat)
        wanted = requests(policy)
        for request, one in zip(wanted, drawn(policy, wanted, config)):
            plain = plain_logprobs(policy, request.token_ids, one.token_ids, heat)
            assert torch.tensor(one.logprobs).sub(plain).abs().max() < 1e-5


def test_that_logprobs_agree_to_rounding_in_float64(fresh: Any) -> None:
    policy = fresh(dtype="float64")
    wanted = requests(policy)
    for request, one in zip(wanted, drawn(policy, wanted, SETTINGS)):
        plain = plain_logprobs(policy, request.token_ids, one.token_ids)
        assert torch.tensor(one.logprobs, dtype=torch.float64).sub(plain).abs().max() < 1e-12


@pytest.mark.parametrize("kind", KINDS)
def test_that_other_architectures_are_sampled_as_exactly(
    kind: str, tiny_folder: Path, tmp_path: Path
) -> None:
    policy = load_policy(make_kind(kind, tiny_folder, tmp_path / kind), device="cpu", threads=1)
    policy.end_ids = frozenset(range(0, 260, 13))
    wanted = requests(policy)
    made = drawn(policy, wanted, SETTINGS)
    assert {one.finished for one in made} == {True, False}
    for request, one in zip(wanted, made):
        plain = plain_logprobs(policy, request.token_ids, one.token_ids)
        assert torch.tensor(one.logprobs).sub(plain).abs().max() < 2e-5


def test_that_the_adapter_takes_part(fresh: Any, policy: Any) -> None:
    mine = fresh()
    weights.lora(mine, 4, 8.0, seed=1)
    with torch.no_grad():
        for name, weight in mine.model.named_parameters():
            if ".lora_B." in name:
                weight.fill_(0.05)
    wanted = requests(mine)
    made = drawn(mine, wanted, SETTINGS)
    assert [d.token_ids for d in made] != [d.token_ids for d in drawn(policy, wanted, SETTINGS)]
    for request, one in zip(wanted, made):
        plain = plain_logprobs(mine, request.token_ids, one.token_ids)
        assert torch.tensor(one.logprobs).sub(plain).abs().max() < 1e-5


def test_that_bfloat16_is_drawn_reproducibly_and_nearly_as_exactly(fresh: Any) -> None:
    policy = fresh(dtype="bfloat16")
    wanted = requests(policy)
    made = drawn(policy, wanted, SETTINGS)
    assert made == drawn(policy, wanted, SETTINGS)
    for request, one in zip(wanted, made):
        plain = plain_logprobs(policy, request.token_ids, one.token_ids)
        assert torch.tensor(one.logprobs).sub(plain).abs().max() < 0.1


def test_that_the_same_request_gives_the_same_bits(policy: Any) -> None:
    first, second = (drawn(policy, requests(policy), SETTINGS) for _ in range(2))
    assert first == second
    assert len({one.token_ids for one in first}) > 6


def test_that_a_draw_does_not_depend_on_its_batch(policy: Any) -> None:
    wanted = requests(policy)
    together = drawn(policy, wanted, SETTINGS)
    for request, one in zip(wanted, together):
        [alone] = drawn(policy, [request], SETTINGS)
        assert alone.token_ids == one.token_ids
        assert np.allclose(alone.logprobs, one.logprobs, atol=1e-5, rtol=0)


def test_that_a_longer_limit_only_adds_tokens(policy: Any) -> None:
    wanted = requests(policy)
    short = drawn(policy, wanted, SamplingConfig(max_new_tokens=5))
    long = drawn(policy, wanted, SamplingConfig(max_new_tokens=30))
    for a, b in zip(short, long):
        assert b.token_ids[: len(a.token_ids)] == a.token_ids


def test_that_the_stored_layout_names_the_batch_to_repeat(policy: Any) -> None:
    wanted = requests(policy, copies=2)
    config = SamplingConfig(max_new_tokens=12, batch_prompts=3)
    by_key = {(r.prompt_id, r.index): r for r in wanted}
    for one in drawn(policy, wanted, config):
        layout = json.loads(one.layout)
        mates = [by_key[key] for key in batch_of(one.layout)]
        again = drawn(policy, mates, config)[layout["row"]]
        assert again == one
        assert layout["dtype"] == "float32" and "torch" in layout["engine"]


def test_that_batches_hold_as_many_prompts_as_asked(policy: Any) -> None:
    sizes = [len(b) for b in draw(policy, requests(policy), SamplingConfig(batch_prompts=3))]
    assert sizes == [9, 3]
    order = [(d.prompt_id, d.index) for d in drawn(policy, requests(policy), SETTINGS)]
    assert order == [(i, k) for i in range(4) for k in range(3)]


def test_that_greedy_draws_are_those_of_transformers(policy: Any) -> None:
    config = SamplingConfig(max_new_tokens=25, top_k=1)
    for request in requests(policy, copies=1):
        [one] = drawn(policy, [request], config)
        ids = torch.tensor([request.token_ids])
        theirs = policy.model.generate(
            ids,
            attention_mask=torch.ones_like(ids),
            do_sample=False,
            max_new_tokens=25,
            pad_token_id=0,
        )
        assert list(one.token_ids) == theirs[0, ids.shape[1] :].tolist()
        assert max(map(abs, one.logprobs)) == 0.0


def test_that_the_end_token_is_kept_with_its_logprob_and_not_shown(fresh: Any) -> None:
    policy = fresh()
    policy.end_ids = frozenset({ord("a"), ord("h"), END_ID})
    made = drawn(policy, requests(policy, copies=8), SETTINGS)
    finished = [one for one in made if one.finished]
    assert 8 < len(finished) < len(made)
    for one in made:
        assert len(one.logprobs) == len(one.token_ids) <= 20
        assert one.finished == (one.token_ids[-1] in policy.end_ids)
        assert not set(one.token_ids[:-1]) & policy.end_ids
    for one in finished:
        body = bytes(t for t in one.token_ids[:-1] if t < 256)
        assert one.text == body.decode(errors="replace")


def test_that_a_completion_cut_by_the_limit_is_not_finished(fresh: Any) -> None:
    policy = fresh()
    policy.end_ids = frozenset()
    made = drawn(policy, requests(policy), SETTINGS)
    assert all(not one.finished and len(one.token_ids) == 20 for one in made)


def test_that_a_prompt_is_read_once_and_finished_rows_leave(
    fresh: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = fresh()
    policy.end_ids = frozenset({ord("a"), ord("h"), END_ID})
    seen: list[tuple[int, ...]] = []
    forward = policy.model.forward

    @functools.wraps(forward)
    def spy(*args: Any, **kwargs: Any) -> Any:
        seen.append(tuple(kwargs["input_ids"].shape))
        return forward(*args, **kwargs)

    wanted = requests(policy, copies=4)
    monkeypatch.setattr(sample, "engine_of", lambda *_: Engine())
    monkeypatch.setattr(policy.model, "forward", spy)
    made = drawn(policy, wanted, SETTINGS)
    width = max(len(r.token_ids) for r in wanted)
    assert seen[0] == (len(TEXTS), width)
    assert all(shape[1] == 1 for shape in seen[1:])
    assert sum(shape[0] for shape in seen[1:]) == sum(len(d.token_ids) - 1 for d in made)


def test_that_sampling_stops_between_two_tokens(policy: Any) -> None:
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 6

    with pytest.raises(Cancelled):
        next(draw(policy, requests(policy), SETTINGS, cancelled=cancelled))
    assert len(asked) == 7


def test_that_prompts_that_do_not_fit_are_refused_before_any_work(policy: Any) -> None:
    assert fits(policy, 2028, SETTINGS) and not fits(policy, 2029, SETTINGS)
    assert not fits(policy, 0, SETTINGS)
    for ids in ((), tuple([65] * 2029)):
        bad = [*requests(policy), DrawRequest(99, ids, 0, 1)]
        with pytest.raises(InputError, match="Prompt 99"):
            next(draw(policy, bad, SETTINGS))


def test_that_the_model_is_left_as_it_was(fresh: Any) -> None:
    policy = fresh()
    policy.model.train()
    ids = torch.tensor([encode(policy, "Hi")])
    drawn(policy, requests(policy), SETTINGS)
    assert policy.model.training
    policy.model.requires_grad_(True)
    policy.model(ids).logits.sum().backward()


def test_that_weights_that_are_not_numbers_stop_the_draw(fresh: Any) -> None:
    policy = fresh()
    policy.model.model.norm.weight[0] = float("nan")
    with pytest.raises(TrainingError, match="not numbers"):
        drawn(policy, requests(policy), SETTINGS)


def test_that_running_out_of_memory_is_a_sentence(
    fresh: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = fresh()

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried")

    monkeypatch.setattr(policy.model, "forward", fail)
    with pytest.raises(OutOfMemory):
        drawn(policy, requests(policy), SETTINGS)


def test_that_duplicates_are_possible(policy: Any) -> None:
    prompt = encode(policy, "Hi")
    wanted = [DrawRequest(1, prompt, k, k) for k in range(60)]
    made = drawn(policy, wanted, SamplingConfig(max_new_tokens=1))
    assert max(Counter(d.token_ids for d in made).values()) > 1


# --- one step -----------------------------------------------------------------


def test_that_tokens_are_drawn_as_often_as_they_are_likely() -> None:
    generator = torch.Generator().manual_seed(0)
    n = 10_000
    for size in (7, 256, 300, 700):
        logits = torch.randn(1, size, generator=generator) * 3
        grid = (torch.arange(n, dtype=torch.float64) + 0.5) / n
        tokens, _ = choose(logits.expand(n, -1), grid, SamplingConfig())
        share = torch.bincount(tokens, minlength=size).double() / n
        assert (share - logits[0].double().softmax(-1)).abs().max() < 1.01 / n


@settings(max_examples=200, deadline=None)
@given(
    logits=hnp.arrays(np.float32, st.integers(1, 600), elements=st.floats(-40, 40, width=32)),
    uniform=st.floats(0, 1, exclude_max=True),
)
def test_that_a_draw_is_the_inverse_of_the_cumulated_probabilities(
    logits: np.ndarray[Any, Any], uniform: float
) -> None:
    [token], [logprob] = (
        t.tolist()
        for t in choose(
            torch.from_numpy(logits)[None],
            torch.tensor([uniform], dtype=torch.float64),
            SamplingConfig(),
        )
    )
    p = np.exp(logits.astype(np.float64) - logits.max())
    edges = np.concatenate([[0.0], np.cumsum(p) / p.sum()])
    assert edges[token] - 1e-6 <= uniform <= edges[token + 1] + 1e-6
    assert logprob == pytest.approx(np.log(p[token] / p.sum()), abs=1e-5)


@pytest.mark.parametrize("uniform", [0.0, 1e-300, 0.5, 1 - 2**-53])
def test_that_an_impossible_token_is_never_drawn(uniform: float) -> None:
    for size in (3, 256, 257, 600):
        for possible in {0, size // 2, size - 1}:
            logits = torch.full((1, size), -torch.inf)
            logits[0, possible] = -3.0
            tokens, logprobs = choose(
                logits, torch.tensor([uniform], dtype=torch.float64), SamplingConfig()
            )
            assert tokens.tolist() == [possible]
            assert logprobs.tolist() == [0.0]


def test_that_many_rows_are_drawn_as_each_alone() -> None:
    generator = torch.Generator().manual_seed(0)
    logits, uniforms = torch.randn(40, 300, generator=generator), torch.rand(40).double()
    config = SamplingConfig(temperature=0.7, top_p=0.9)
    tokens, logprobs = choose(logits, uniforms, config)
    for n in range(40):
        alone = choose(logits[n : n + 1], uniforms[n : n + 1], config)
        assert tokens[n] == alone[0] and logprobs[n] == alone[1]


def test_that_the_last_number_below_one_draws_a_token() -> None:
    generator = torch.Generator().manual_seed(0)
    last = torch.full((50,), 1 - 2**-53, dtype=torch.float64)
    for size in (2, 256, 300, 777):
        logits = torch.randn(50, size, generator=generator)
        tokens, _ = choose(logits, last, SamplingConfig())
        assert tokens.tolist() == [size - 1] * 50


def test_that_a_share_rounded_up_to_one_stays_at_the_last_possible_place() -> None:
    at, rest, total = _find(torch.tensor([[1.0, 2.0, 0.0]]), torch.ones(1, 1, dtype=torch.float64))
    assert (at.item(), total.item()) == (1, 3.0)
    assert rest.item() == pytest.approx(1.0)


def test_that_rare_tokens_keep_their_probability() -> None:
    logits = torch.zeros(1, 50_000)
    logits[0, 0] = 25.0
    rest = 49_999 / (np.exp(25.0) + 49_999)
    for share in (0.0001, 0.5, 0.9999):
        uniform = 1 - rest * (1 - share)
        tokens, _ = choose(logits, torch.tensor([uniform], dtype=torch.float64), SamplingConfig())
        assert tokens.item() == pytest.approx(1 + share * 49_999, abs=5)


def test_that_truncation_keeps_the_likeliest_and_renormalises() -> None:
    logits = torch.tensor([[0.4, 0.3, 0.2, 0.1]]).log()[:, [2, 0, 3, 1]]
    assert torch.isfinite(truncate(logits, 2, 1.0))[0].tolist() == [False, True, False, True]
    assert torch.isfinite(truncate(logits, 0, 0.69))[0].tolist() == [False, True, False, True]
    assert torch.isfinite(truncate(logits, 0, 0.71))[0].tolist() == [True, True, False, True]
    assert torch.isfinite(truncate(logits, 0, 0.05))[0].tolist() == [False, True, False, False]
    assert torch.isfinite(truncate(logits, 3, 0.75))[0].tolist() == [False, True, False, True]
    assert torch.equal(truncate(logits, 0, 1.0), logits)
    config = SamplingConfig(top_k=2)
    tokens, logprobs = choose(
        logits.expand(2, -1), torch.tensor([0.1, 0.9], dtype=torch.float64), config
    )
    assert tokens.tolist() == [1, 3]
    assert np.exp(logprobs.tolist()) == pytest.approx([4 / 7, 3 / 7], abs=1e-6)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_that_logits_that_are_not_numbers_are_an_error(value: float) -> None:
    logits = torch.tensor([[0.0, value, 1.0]])
    with pytest.raises(TrainingError):
        choose(logits, torch.tensor([0.5], dtype=torch.float64), SamplingConfig())
