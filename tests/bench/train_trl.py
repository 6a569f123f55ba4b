"""The other side of `train`: a step of TRL's RLOO or GRPO, by an interpreter that has TRL.

Knows nothing of prefdesk. The phases are timed by wrapping the trainer's own methods.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parents[2])]
from tests.bench.turns import Asked  # noqa: E402  (found through the line before)

KINDS = ("fp32", "autocast", "bf16")
"""Weights in fp32; the same with bf16 autocast; weights in bf16."""


def main() -> int:
    """Set the trainer up and let it loop; every step waits until it is asked for."""
    options = _options()
    asked = Asked()
    trainer, module = _trainer(options)
    spent: dict[str, float] = {}
    _wrap(trainer, module, spent)
    trainer.add_callback(_clock(asked, spent))
    trainer.train()
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--prompts", type=Path, required=True, help="JSON list of texts")
    parser.add_argument("--algorithm", choices=("rloo", "grpo"), default="rloo")
    parser.add_argument("--kind", choices=KINDS, required=True)
    parser.add_argument("--samples", type=int, required=True)
    parser.add_argument("--new-tokens", type=int, required=True)
    parser.add_argument("--micro-batch", type=int, required=True)
    parser.add_argument("--checkpointing", action="store_true")
    return parser.parse_args()


def _trainer(options: argparse.Namespace) -> tuple[Any, Any]:
    import torch
    import trl
    from datasets import Dataset
    from peft import LoraConfig
    from transformers import AutoTokenizer

    torch.set_num_threads(1)
    name = options.algorithm.upper()
    tokenizer = AutoTokenizer.from_pretrained(options.model)
    texts = json.loads(options.prompts.read_text())
    rows = [{"prompt": [{"role": "user", "content": text}]} for text in texts]
    config = getattr(trl, f"{name}Config")(**_settings(options, len(texts)))
    lora = LoraConfig(r=16, lora_alpha=32, target_modules="all-linear", task_type="CAUSAL_LM")
    trainer = getattr(trl, f"{name}Trainer")(
        model=options.model,
        reward_funcs=_reward,
        args=config,
        train_dataset=Dataset.from_list(rows),
        processing_class=tokenizer,
        peft_config=lora,
    )
    return trainer, sys.modules[type(trainer).__module__]


def _settings(options: argparse.Namespace, n_prompts: int) -> dict[str, Any]:
    together = n_prompts * options.samples
    return {
        "output_dir": str(options.prompts.parent),
        "per_device_train_batch_size": options.micro_batch,
        "gradient_accumulation_steps": together // options.micro_batch,
        "num_generations": options.samples,
        "max_completion_length": options.new_tokens,
        "generation_kwargs": {"min_new_tokens": options.new_tokens},
        "temperature": 1.0,
        "top_p": 1.0,
        "top_k": 0,
        "beta": 0.05,
        "learning_rate": 1e-5,
        "lr_scheduler_type": "constant",
        "max_steps": 10_000,
        "report_to": [],
        "save_strategy": "no",
        "logging_steps": 10_000,
        "disable_tqdm": True,
        "bf16": options.kind == "autocast",
        "gradient_checkpointing": options.checkpointing,
        "use_cpu": True,
        "seed": 0,
        "model_init_kwargs": {"dtype": "bfloat16" if options.kind == "bf16" else "float32"},
        "dataloader_pin_memory": False,
    }


def _reward(completions: list[Any], **_: Any) -> list[float]:
    texts = [c if isinstance(c, str) else c[0]["content"] for c in completions]
    return [len(set(t)) / (1 + len(t)) for t in texts]


def _wrap(trainer: Any, module: Any, spent: dict[str, float]) -> None:
    """Time generating, the three kinds of log-probs, and the backward pass."""
    import torch

    switched_off = []
    use_adapter = module.use_adapter

    @contextmanager
    def noted(*args: Any, **named: Any) -> Iterator[Any]:
        switched_off.append(True)
        try:
            with use_adapter(*args, **named) as model:
                yield model
        finally:
            switched_off.pop()

    module.use_adapter = noted
    score = trainer._get_per_token_logps_and_entropies

    def scored(*args: Any, **named: Any) -> Any:
        reads = "reference" if switched_off else "log-probs before"
        phase = "loss forward" if torch.is_grad_enabled() else reads
        return _clocked(score, phase, spent)(*args, **named)

    trainer._get_per_token_logps_and_entropies = scored
    trainer._generate = _clocked(trainer._generate, "generate", spent)
    trainer.accelerator.backward = _clocked(trainer.accelerator.backward, "backward", spent)


def _clocked(work: Callable[..., Any], phase: str, spent: dict[str, float]) -> Callable[..., Any]:
    def clocked(*args: Any, **named: Any) -> Any:
        began = time.process_time()
        try:
            return work(*args, **named)
        finally:
            spent[phase] = spent.get(phase, 0.0) + time.process_time() - began

    return clocked


def _clock(asked: Asked, spent: dict[str, float]) -> Any:
    from transformers import TrainerCallback

    wanted = asked.steps()

    class Clock(TrainerCallback):  # type: ignore[misc]
        began = 0.0

        def on_step_begin(self, *args: Any, **named: Any) -> None:
            if next(wanted, None) is None:
                os._exit(0)
            spent.clear()
            self.began = time.process_time()

        def on_step_end(self, *args: Any, **named: Any) -> None:
            asked.say(cpu={**spent, "step": time.process_time() - self.began})

    return Clock()


if __name__ == "__main__":
    sys.exit(main())
