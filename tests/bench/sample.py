"""Our sampler against transformers' generate, and how near it comes to what the processor can do.

Both draw the same number of tokens from the starter model at temperature 1, in one process and
turn by turn, CPU seconds of one thread: 4 prompts of about 45 tokens, 4 completions each of exactly
64 tokens. In bf16 ours stands beside generate in bf16 and in fp32, whichever is faster on this
processor. With 16 prompts ours is held against the floor alone: what the matrix products take,
with the model's own shapes at that number of rows, weights packed where that is faster. With
--quick one turn and 16 tokens.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

import torch
from torch.nn import functional

from prefdesk.config import SamplingConfig
from prefdesk.models import DrawRequest, Policy, draw
from prefdesk.models.sample import engine_of
from tests.bench import starter
from tests.bench.report import Report
from tests.bench.starter import Ids

LENGTH, NEW_TOKENS, PER_PROMPT, TURNS = 45, 64, 4, 3
QUICK_TOKENS = 16
PARTS = ("fp32-16", "fp32-64", "bf16-16", "bf16-64")
FASTER = {"fp32": 1.5, "bf16": 2.3}
"""Times as fast as generate, at 16 rows."""
SHARE = 0.6
"""Of the floor's speed, at 64 rows."""


class Case(NamedTuple):
    """Prompts and how many tokens to draw behind each."""

    policy: Policy
    prompts: Sequence[Ids]
    new_tokens: int
    rivals: dict[str, Policy]


def measure(*, quick: bool, only: Sequence[str] = PARTS) -> Report:
    """Each part is a number type and a number of rows."""
    report = Report("sample")
    for part in only:
        kind, rows = part.split("-")
        if kind == "bf16" and not starter.has_bf16():
            report.runs.append({"run": part, "left_out": "the processor has no bf16"})
            continue
        policy = starter.policy(kind)
        found = starter.prompts(policy.tokenizer, int(rows) // PER_PROMPT, LENGTH)
        tokens = QUICK_TOKENS if quick else NEW_TOKENS
        rivals = _rivals(policy, kind) if rows == "16" else {}
        case = Case(policy, [ids for _, ids in found], tokens, rivals)
        _judge(report, kind, int(rows), _turns(case, 1 if quick else TURNS))
        del policy, rivals, case
    return report


def _rivals(policy: Policy, kind: str) -> dict[str, Policy]:
    more = {"generate fp32": starter.policy("fp32")} if kind == "bf16" else {}
    return {f"generate {kind}": policy, **more}


def _turns(case: Case, turns: int) -> dict[str, Any]:
    """Medians over turns, after one that is thrown away."""
    engines: dict[str, Callable[[], None]] = {"ours": partial(_ours, case)}
    engines |= {name: partial(_generate, case, rival) for name, rival in case.rivals.items()}
    floor = Floor(case)
    seconds: dict[str, list[float]] = {name: [] for name in [*engines, "floor"]}
    for turn in range(turns + 1):
        for name, engine in engines.items():
            spent = starter.cpu(engine)
            if turn:
                seconds[name].append(spent)
        if turn:
            seconds["floor"].append(floor.seconds())
    row: dict[str, Any] = {f"{n} CPU s": starter.middle(v) for n, v in seconds.items()}
    every = {n: [round(x, 3) for x in v] for n, v in seconds.items()}
    p = sum(map(len, case.prompts)) / len(case.prompts)
    shape: dict[str, Any] = {
        "P": round(p, 1),
        "C": case.new_tokens,
        "k": PER_PROMPT,
        "prompts": len(case.prompts),
    }
    shape |= _engine(case)
    return {**shape, **row, "all": every, "floor GFLOP/s": floor.rate}


def _judge(report: Report, kind: str, rows: int, found: dict[str, Any]) -> None:
    ours, floor = (found[f"{n} CPU s"] for n in ("ours", "floor"))
    found |= {"our tokens a CPU s": round(rows * found["C"] / ours)}
    found |= {"share of floor": round(floor / ours, 3)}
    theirs = [v for n, v in found.items() if n.startswith("generate")]
    if theirs:
        times = min(theirs) / ours
        found["times as fast"] = round(times, 3)
        report.at_least(f"times generate, {kind}, {rows} rows", times, FASTER[kind], "x")
    else:
        report.at_least(f"share of the compute floor, {kind}, {rows} rows", floor / ours, SHARE, "")
    report.runs.append({"run": f"{kind}, {rows} rows", **found})


def _config(case: Case) -> SamplingConfig:
    return SamplingConfig(
        per_prompt=PER_PROMPT, max_new_tokens=case.new_tokens, batch_prompts=len(case.prompts)
    )


def _groups(case: Case) -> list[list[DrawRequest]]:
    return [
        [DrawRequest(n, ids, index, seed=1000 * n + index) for index in range(PER_PROMPT)]
        for n, ids in enumerate(case.prompts)
    ]


def _ours(case: Case) -> None:
    requests = [one for group in _groups(case) for one in group]
    draws = [one for batch in draw(case.policy, requests, _config(case)) for one in batch]
    assert all(len(one.token_ids) == case.new_tokens for one in draws)


def _engine(case: Case) -> dict[str, Any]:
    """What was drawn with, and how long it takes to lay its weights out and to prove it."""
    found = []
    spent = starter.cpu(lambda: found.append(engine_of(case.policy, _groups(case), _config(case))))
    return {"engine": found[0].name, "of ours, engine CPU s": round(spent, 3)}


@torch.inference_mode()
def _generate(case: Case, rival: Policy) -> None:
    """As `model.generate` is called, with its texts decoded as ours are."""
    rows = [list(ids) for ids in case.prompts for _ in range(PER_PROMPT)]
    batch = rival.tokenizer.pad({"input_ids": rows}, return_tensors="pt")
    out = rival.model.generate(
        **batch,
        do_sample=True,
        temperature=1.0,
        top_k=0,
        top_p=1.0,
        max_new_tokens=case.new_tokens,
        min_new_tokens=case.new_tokens,
    )
    new = out[:, batch["input_ids"].shape[1] :]
    assert new.shape == (len(rows), case.new_tokens)
    rival.tokenizer.batch_decode(new, skip_special_tokens=True)


class Floor:
    """The matrix products of drawing, and nothing else; `rate` is that of one token's products."""

    def __init__(self, case: Case) -> None:
        model, self.tokens = case.policy.base_model, case.new_tokens
        self.dtype = case.policy.dtype
        self.body = list(_products(model))
        self.head = model.get_output_embeddings().weight.detach()
        self.read, self.prompts = sum(map(len, case.prompts)), len(case.prompts)
        self.rows = PER_PROMPT * len(case.prompts)
        self.rate: dict[str, float] = {}

    @torch.inference_mode()
    def seconds(self) -> float:
        """Each prompt read once, then one token after the other for all rows."""
        once = self._best(self.body, self.read, 1) + self._best([self.head], self.prompts, 1)
        everything = [*self.body, self.head]
        step = self._best(everything, self.rows, 3)
        flops = 2 * self.rows * sum(w.numel() for w in everything)
        self.rate = {"one token": round(flops / step / 1e9, 1)}
        return once + (self.tokens - 1) * step

    def _best(self, weights: Sequence[torch.Tensor], rows: int, times: int) -> float:
        inputs = {w.shape[1]: torch.randn(rows, w.shape[1], dtype=self.dtype) for w in weights}
        ways = [lambda: [functional.linear(inputs[w.shape[1]], w) for w in weights]]
        packed = [_packed(w, rows) for w in weights]
        if all(p is not None for p in packed):
            pairs = [(p, w.shape[1]) for p, w in zip(packed, weights)]
            ways.append(lambda: [_multiply(inputs[size], p) for p, size in pairs])
        return min(_spent(way, times) for way in ways)


def _products(model: Any) -> Iterator[torch.Tensor]:
    """Weights of the body, those that read the same input in one."""
    for layer in model.model.layers:
        a, m = layer.self_attn, layer.mlp
        yield torch.cat([a.q_proj.weight, a.k_proj.weight, a.v_proj.weight]).detach()
        yield a.o_proj.weight.detach()
        yield torch.cat([m.gate_proj.weight, m.up_proj.weight]).detach()
        yield m.down_proj.weight.detach()


def _packed(weight: torch.Tensor, rows: int) -> Any:
    """The weight as oneDNN likes it for this number of rows, or None."""
    try:
        return torch.ops.mkldnn._reorder_linear_weight(weight, rows)
    except (RuntimeError, NotImplementedError, AttributeError):
        return None


def _multiply(x: torch.Tensor, packed: Any) -> torch.Tensor:
    out: torch.Tensor = torch.ops.mkldnn._linear_pointwise(x, packed, None, "none", [], "")
    return out


def _spent(work: Callable[[], object], times: int) -> float:
    work()
    return min(starter.cpu(work) for _ in range(times))
