"""Log-probs of tokens and texts."""

from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import nn

from prefdesk.models import encode, load_policy
from prefdesk.models.library import transformers
from prefdesk.training import Draft, logprobs, scoring, text_logprob
from prefdesk.training.scoring import BRANCHED, HEAD, PLAIN, SHARED, Path
from tests.tiny import make_model
from tests.training.small import Policy, Table, TwoLayers, llama, random_rollouts, token_logp


def one_by_one(model: nn.Module, draft: Draft) -> list[float]:
    ids = torch.tensor([draft.prompt_ids + draft.token_ids])
    with torch.no_grad():
        out = model(
            input_ids=ids,
            attention_mask=torch.ones_like(ids),
            position_ids=torch.arange(ids.shape[1])[None],
        )
    logp = (out.logits[0] / draft.temperature).log_softmax(-1)
    start = len(draft.prompt_ids) - 1
    return [float(logp[start + t, token]) for t, token in enumerate(draft.token_ids)]


def drafts(temperature: float = 0.7) -> list[Draft]:
    some = random_rollouts([4, 3, 1], temperature=temperature)
    return [Draft(r.prompt_ids, r.token_ids, r.temperature) for r in some]


@pytest.mark.parametrize("path", [PLAIN, HEAD, SHARED, BRANCHED])
@pytest.mark.parametrize("budget", [1, 30, 10_000])
def test_that_packed_rows_score_as_each_alone(path: Path, budget: int) -> None:
    policy, items = Policy(llama()), drafts()
    found = scoring.score_all(policy, items, scoring.by_prompt(items), path, budget)
    for i, draft in enumerate(items):
        assert found[i].tolist() == pytest.approx(one_by_one(policy.model, draft), abs=1e-9)


def test_that_log_probs_come_in_the_order_asked_for() -> None:
    policy, items = Policy(llama()), drafts()
    found = logprobs(policy, items)
    for draft, values in zip(items, found):
        assert values == pytest.approx(one_by_one(policy.model, draft), abs=1e-9)
    assert logprobs(policy, []) == []


def test_that_a_table_is_scored_by_looking_up() -> None:
    model = Table(3)
    found = logprobs(Policy(model), [Draft((0,), (1, 0, 2), 0.5)])
    assert found[0] == pytest.approx(token_logp(model, (1, 0, 2), 0.5).tolist())


def test_that_a_llama_takes_the_fastest_way_and_a_bare_module_the_plain_one() -> None:
    items = drafts()
    groups = scoring.by_prompt(items)
    assert scoring.choose_path(Policy(llama()), items, groups) == BRANCHED
    assert scoring.choose_path(Policy(llama().bfloat16()), items, groups) == BRANCHED
    assert scoring.choose_path(Policy(TwoLayers(vocabulary=11)), items, groups) == PLAIN


def test_that_a_model_which_scales_its_logits_is_scored_the_plain_way() -> None:
    model: Any = llama()
    plain = model.forward

    def scaled(**inputs: Any) -> Any:
        out = plain(**inputs)
        out.logits = out.logits * 0.5
        return out

    model.forward = scaled
    items = drafts()
    assert scoring.choose_path(Policy(model), items, scoring.by_prompt(items)) == PLAIN


def test_that_a_model_which_ignores_the_mask_of_trees_does_not_share() -> None:
    model: Any = llama()
    decoder = model.model.forward

    def blind(**inputs: Any) -> Any:
        inputs.pop("rows", None)
        if inputs["attention_mask"].ndim == 4:
            inputs["attention_mask"] = torch.ones_like(inputs["input_ids"])
        return decoder(**inputs)

    model.model.forward = blind
    items = drafts()
    assert scoring.choose_path(Policy(model), items, scoring.by_prompt(items)) == HEAD


@pytest.mark.parametrize("odd", [{"softcap": 30.0}, {"sliding_window": 2}, {"rows": None}])
def test_that_a_model_with_more_to_its_attention_shares_by_a_mask(odd: dict[str, Any]) -> None:
    model: Any = llama().bfloat16()
    decoder, way = model.model.forward, model.config._attn_implementation

    def told(**inputs: Any) -> Any:
        if inputs.pop("rows", None):
            inputs |= {"rows": None} | odd
        return decoder(**inputs)

    model.model.forward = told
    items = drafts()
    assert scoring.choose_path(Policy(model), items, scoring.by_prompt(items)) == SHARED
    assert model.config._attn_implementation == way


@pytest.mark.parametrize("kind", ["gpt_neo", "falcon"])
def test_that_a_model_which_attends_in_its_own_way_never_reads_in_branches(kind: str) -> None:
    sizes = {
        "gpt_neo": {"num_layers": 2, "num_heads": 2, "attention_types": [[["global"], 2]]},
        "falcon": {"num_hidden_layers": 2, "num_attention_heads": 2},
    }
    config = transformers.AutoConfig.for_model(kind, vocab_size=97, hidden_size=32, **sizes[kind])
    model = transformers.AutoModelForCausalLM.from_config(config).bfloat16().eval()
    items = drafts()
    path = scoring.choose_path(Policy(model), items, scoring.by_prompt(items))
    assert not path.branch
    with pytest.raises(ValueError, match="a way of its own"), scoring.branching(model.transformer):
        pass


def test_that_dropout_is_off_while_scoring_and_back_afterwards() -> None:
    model = nn.Sequential(nn.Dropout(0.9))
    model.train()
    with scoring.steady(model):
        assert not model.training
    assert model.training


def test_that_scoring_stops_between_micro_batches_when_told() -> None:
    policy, items = Policy(llama()), drafts()
    answers = iter([True, False])
    groups = scoring.by_prompt(items)
    found = scoring.score_all(policy, items, groups, PLAIN, 1, lambda: next(answers))
    assert len(found) == 1


def test_that_windows_score_every_token_but_the_first_once() -> None:
    for length in range(40):
        ids = tuple(range(length))
        parts = scoring.windows(ids, 8)
        assert [t for part in parts for t in part.token_ids] == list(ids[1:])
        assert all(len(p.prompt_ids) + len(p.token_ids) <= 8 and p.prompt_ids for p in parts)
        for part in parts:
            whole = part.prompt_ids + part.token_ids
            assert whole == tuple(range(whole[0], whole[-1] + 1))


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A byte-level model with a tokenizer, in float64."""
    folder = make_model(tmp_path_factory.mktemp("model") / "tiny")
    return load_policy(folder, device="cpu", dtype="float64", threads=1)


def test_that_a_text_is_summed_over_its_bytes(reader: Any) -> None:
    ids = encode(reader, "A cat sat.", template="plain")
    (total, n), nothing = text_logprob(reader, ["A cat sat.", ""])
    assert n == len(ids) - 1
    assert total == pytest.approx(sum(one_by_one(reader.model, Draft(ids[:1], ids[1:]))), abs=1e-4)
    assert nothing == (0.0, 0)


def test_that_texts_of_different_length_do_not_touch_each_other(reader: Any) -> None:
    texts = ["A cat sat on a mat and saw a rat.", "No.", "Yes, and then some."]
    together = text_logprob(reader, texts)
    alone = [text_logprob(reader, [text])[0] for text in texts]
    for ours, theirs in zip(together, alone):
        assert ours == (pytest.approx(theirs[0], abs=1e-4), theirs[1])


def test_that_a_long_text_is_read_in_pieces(reader: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoring, "WINDOW", 6)
    ids = encode(reader, "abcdefghijk", template="plain")
    (total, n), *_ = text_logprob(reader, ["abcdefghijk"])
    parts = scoring.windows(ids, 6)
    assert n == len(ids) - 1 and len(parts) > 2
    assert total == pytest.approx(
        sum(sum(one_by_one(reader.model, part)) for part in parts), abs=1e-4
    )


def test_that_the_data_type_is_found_where_the_model_does_not_say() -> None:
    assert scoring.dtype_of(SimpleNamespace(dtype=torch.bfloat16)) == torch.bfloat16
    assert scoring.dtype_of(Table()) == torch.float64


@pytest.mark.parametrize(("path", "times"), [(PLAIN, 1), (HEAD, 2), (BRANCHED, 2)])
def test_that_more_is_read_at_once_only_where_no_table_of_logits_is_made(
    path: Path, times: int
) -> None:
    assert scoring.read_at_once(path, 100) == 100 * times
    half, whole = (Policy(llama().to(kind)) for kind in (torch.bfloat16, torch.float32))
    assert scoring.trained_at_once(half, path, 100) == (150 if path.head else 100)
    assert scoring.trained_at_once(whole, path, 100) == 100


def test_that_a_model_read_the_plain_way_gets_no_more_tokens_than_asked_for() -> None:
    model, seen = TwoLayers(vocabulary=11), list[int]()
    model.register_forward_pre_hook(
        lambda _, __, given: seen.append(given["input_ids"].numel()), with_kwargs=True
    )
    logprobs(Policy(model), [Draft((1,), (2,) * 9, 1.0)] * 8, budget=20)
    assert seen == [20] * 4
