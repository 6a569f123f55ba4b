"""Preprocessing: its speed beside the tokenizer's own batch call, and memory at 100,000 prompts.

The peer is the call of the tokenizer on a list of finished texts (transformers' fast tokenizer).
Ours starts earlier, from prompts, and renders the chat template too. The whole job runs in the
worker as in the window: it reads the prompts, encodes them, looks for everything, compares all with
all, and the project stores tokens and findings. Processor time throughout, rounds interleaved.
"""

import os
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from prefdesk.events import JobEnded
from prefdesk.jobs import Worker
from prefdesk.project import Project
from prefdesk.records import NewPrompt
from tests.bench.report import Report

PROMPTS, QUICK_PROMPTS = 100_000, 5_000
SLICE, QUICK_SLICE, ROUNDS = 10_000, 2_000, 5
BAR = 0.8
MEMORY_BAR_MB = 1024.0
STARTER = "prefdesk/models/SmolLM2-135M-Instruct"


def measure(*, quick: bool) -> Report:
    """Encode a part many times over, then run the whole job."""
    report = Report("preprocess")
    folder = _model()
    contents = texts(QUICK_PROMPTS if quick else PROMPTS)
    part = contents[: QUICK_SLICE if quick else SLICE]
    for template in ("chat", "plain"):
        run = _encoding(folder, part, template)
        report.runs.append(run)
        report.at_least(f"encoding, {template}, of the batch call's speed", run["ratio"], BAR, "x")
    with tempfile.TemporaryDirectory(dir=os.environ.get("PREFDESK_BENCH_FOLDER")) as name:
        os.environ["PREFDESK_BACKUPS"] = "off"
        run = _job(Path(name) / "bench.prefdesk", folder, contents)
    report.runs.append(run)
    report.at_least("whole job, of the batch call's speed", run["ratio"], BAR, "x")
    report.at_most("peak memory of the worker", run["worker_peak_mb"], MEMORY_BAR_MB, "MB")
    return report


def texts(n: int, seed: int = 1) -> list[str]:
    """Prompts of 8 to 80 words out of a vocabulary with the frequencies of a language (Zipf); one
    in twenty repeats another one, word for word or with one word changed."""
    rng = random.Random(seed)
    letters = "etaoinshrdlucmfwygpbvk"
    words = ["".join(rng.choices(letters, k=2 + i % 8)) for i in range(20_000)]
    weights = [1 / (i + 1) for i in range(len(words))]
    made: list[str] = []
    for i in range(n):
        if i % 20 == 19:
            parts = rng.choice(made).split()
            parts[rng.randrange(len(parts))] = rng.choice(words)
            made.append(" ".join(parts) if i % 40 == 39 else f" {rng.choice(made)}")
        else:
            made.append(" ".join(rng.choices(words, weights, k=rng.randrange(8, 80))) + "?")
    return made


def _model() -> Path:
    import platformdirs

    named = os.environ.get("PREFDESK_STARTER")
    folder = Path(named) if named else platformdirs.user_data_path() / STARTER
    if not folder.is_dir():
        raise SystemExit("No starter model: fetch it, or name its folder in PREFDESK_STARTER.")
    return folder


def _encoding(folder: Path, contents: list[str], template: str) -> dict[str, Any]:
    from prefdesk.models import encode_many, load_tokenizer

    tokenizer = load_tokenizer(folder)
    chat = template == "chat"
    finished = contents
    if chat:
        turns = [[{"role": "user", "content": text}] for text in contents]
        finished = tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(ROUNDS):
        a, one = _cpu(lambda: encode_many(tokenizer, contents, template=template))
        b, two = _cpu(lambda: tokenizer(finished, add_special_tokens=not chat)["input_ids"])
        assert [list(ids) for ids in one] == two
        ours.append(a)
        theirs.append(b)
    return {
        "run": f"encoding, {template}",
        "prompts": len(contents),
        "tokens_per_prompt": round(sum(map(len, two)) / len(two), 1),
        "ours_us": round(statistics.median(ours) / len(contents) * 1e6, 1),
        "batch_call_us": round(statistics.median(theirs) / len(contents) * 1e6, 1),
        "ratio": round(statistics.median(b / a for a, b in zip(ours, theirs)), 3),
    }


def _cpu(call: Callable[[], Any]) -> tuple[float, Any]:
    before = time.process_time()
    made = call()
    return time.process_time() - before, made


def _job(path: Path, folder: Path, contents: list[str]) -> dict[str, Any]:
    """The whole job by the worker; the batch call takes its own time beside it, here."""
    from prefdesk.models import load_tokenizer

    with Project.create(path) as project:
        project.checkpoints.use_model(folder)
        project.prompts.add([NewPrompt(text) for text in contents])
        tokenizer = load_tokenizer(folder)
        turns = [[{"role": "user", "content": text}] for text in contents]
        finished = tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
        batch, _ = _cpu(lambda: [tokenizer(finished[i : i + 512]) for i in _starts(len(finished))])
        first, again = _one(project, len(contents)), _one(project, len(contents))
        counts = project.preprocessing.counts()
    return {
        "run": "whole job",
        "prompts": len(contents),
        "batch_call_cpu_s": round(batch, 2),
        **first,
        "again_cpu_s": round(again["worker_cpu_s"] + again["owner_cpu_s"], 2),
        "ratio": round(batch / (first["worker_cpu_s"] + first["owner_cpu_s"]), 3),
        "findings": {kind: sum(of.values()) for kind, of in counts.items()},
    }


def _starts(n: int) -> range:
    return range(0, n, 512)


def _one(project: Project, n: int) -> dict[str, Any]:
    """Processor seconds of worker and owner for one job, without the start of the worker."""
    worker = Worker(project)
    # A first job loads the libraries.
    [*_, warm] = worker.run(project.preprocessing.tokens_job(1))
    assert isinstance(warm, JobEnded) and warm.status == "done", warm
    pid = worker.pid
    assert pid is not None
    before, mine, clock = _of(pid), time.process_time(), time.perf_counter()
    rest = _peak(pid)
    [*_, end] = worker.run(project.preprocessing.job())
    assert isinstance(end, JobEnded) and end.status == "done", end
    found = {
        "wall_s": round(time.perf_counter() - clock, 1),
        "worker_cpu_s": round(_of(pid) - before, 2),
        "owner_cpu_s": round(time.process_time() - mine, 2),
        "worker_before_mb": rest,
        "worker_peak_mb": _peak(pid),
        "owner_peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "prompts_per_s": round(n / (time.perf_counter() - clock)),
    }
    worker.close()
    return found


def _of(pid: int) -> float:
    """The processor seconds of a process so far (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _peak(pid: int) -> int:
    """The most memory that a process held so far, in MB (Linux)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return round(int(line.split()[1]) / 1024)
    return 0
