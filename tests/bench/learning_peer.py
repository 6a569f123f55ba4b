"""DPO and KTO by TRL for `learning`, on the ratings of the first round, as its users would do it.

Pairs are all pairs of a prompt's answers whose plain means differ; for KTO an answer is desirable
if its plain mean lies above the mean of all. TRL works under an interpreter of its own.
"""

import json
import os
import subprocess
from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from prefdesk.models import Policy, weights
from prefdesk.ratings import RatingTable, item_scores
from tests.bench import starter
from tests.bench.turns import QUIET, ROOT

if TYPE_CHECKING:
    from tests.bench.learning_round import Answer, World

PEERS, EPOCHS = ("dpo", "kto"), 4
Row = dict[str, Any]


def train(method: str, world: "World", answers: Sequence["Answer"], table: RatingTable) -> None:
    """Train all epochs; each leaves an adapter where the world expects that of a round."""
    means = dict(zip(table.items, item_scores(table, "mean").tolist()))
    scores = [float(means[n]) for n in range(len(answers))]
    rows = _pairs(world, answers, scores) if method == "dpo" else _labels(world, answers, scores)
    data = world.place / f"{method}-{world.seed}.json"
    data.write_text(json.dumps(rows))
    targets = [str(world.adapter(method, n)) for n in range(1, EPOCHS + 1)]
    script = str(ROOT / "tests" / "bench" / "learning_trl.py")
    options = ["--method", method, "--model", str(starter.folder()), "--data", str(data)]
    command = [os.environ["PREFDESK_PEER_PYTHON"], script, *options, *targets]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, **QUIET})


def header(policy: Policy, file: Path) -> Row:
    """What `weights.attach` wants to know about an adapter that may not be ours."""
    return {"r": 16, "alpha": 32.0, "target_modules": weights.linear_layers(policy.model)}


def _turn(who: str, text: str) -> list[Row]:
    return [{"role": who, "content": text}]


def _pairs(world: "World", answers: Sequence["Answer"], scores: Sequence[float]) -> list[Row]:
    groups: dict[int, list[int]] = defaultdict(list)
    for n, answer in enumerate(answers):
        groups[answer.drawn.prompt_id].append(n)
    rows = []
    for prompt, members in groups.items():
        for a, b in combinations(members, 2):
            better, worse = (a, b) if scores[a] > scores[b] else (b, a)
            if scores[a] != scores[b]:
                said = {"chosen": answers[better].drawn.text, "rejected": answers[worse].drawn.text}
                sides = {k: _turn("assistant", text) for k, text in said.items()}
                rows.append({"prompt": _turn("user", world.train[prompt]), **sides})
    return rows


def _labels(world: "World", answers: Sequence["Answer"], scores: Sequence[float]) -> list[Row]:
    middle = float(np.mean(scores))
    return [
        {
            "prompt": _turn("user", world.train[answer.drawn.prompt_id]),
            "completion": _turn("assistant", answer.drawn.text),
            "label": bool(score > middle),
        }
        for answer, score in zip(answers, scores)
    ]
