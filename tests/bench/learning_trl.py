"""DPO or KTO on a file of judged answers, by an interpreter that has TRL; an adapter an epoch."""

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any


def main() -> int:
    """Train as many epochs as there are targets, and put each one's adapter there."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--method", choices=("dpo", "kto"), required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("targets", nargs="+", type=Path)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="bench"))
    _trainer(options, folder).train()
    by_step = sorted(folder.glob("checkpoint-*"), key=lambda p: int(p.name.split("-")[1]))
    for saved, target in zip(by_step, options.targets, strict=True):
        shutil.copyfile(saved / "adapter_model.safetensors", target)
    shutil.rmtree(folder)
    return 0


def _trainer(options: argparse.Namespace, folder: Path) -> Any:
    import torch
    import trl
    from datasets import Dataset
    from peft import LoraConfig
    from transformers import AutoTokenizer

    torch.set_num_threads(1)
    name = options.method.upper()
    settings = {
        "output_dir": str(folder),
        "per_device_train_batch_size": 8,
        "num_train_epochs": len(options.targets),
        "learning_rate": 1e-4,
        "lr_scheduler_type": "constant",
        "beta": 0.1,
        "save_strategy": "epoch",
        "save_only_model": True,
        "report_to": [],
        "logging_steps": 10_000,
        "disable_tqdm": True,
        "bf16": False,
        "gradient_checkpointing": False,
        "use_cpu": True,
        "seed": 0,
        "model_init_kwargs": {"dtype": "float32"},
        "dataloader_pin_memory": False,
    }
    return getattr(trl, f"{name}Trainer")(
        model=options.model,
        args=getattr(trl, f"{name}Config")(**settings),
        train_dataset=Dataset.from_list(json.loads(options.data.read_text())),
        processing_class=AutoTokenizer.from_pretrained(options.model),
        peft_config=LoraConfig(
            r=16, lora_alpha=32, target_modules="all-linear", task_type="CAUSAL_LM"
        ),
    )


if __name__ == "__main__":
    sys.exit(main())
