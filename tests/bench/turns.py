"""Two programs that take turns: each works in a process of its own, a step whenever it is asked.

Who is measured so has its own memory and its own libraries, and what the machine does meanwhile
falls on both alike. The child's side (`Asked`) needs nothing but Python, so that it also serves
an interpreter which has never heard of prefdesk.
"""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
QUIET = {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_VERBOSITY": "error",
}


class Asked:
    """The child's side: wait for the word, answer one line of JSON for each step."""

    def __init__(self) -> None:
        self._out = os.fdopen(os.dup(1), "w", buffering=1)
        os.dup2(2, 1)  # what libraries print must not get between the answers

    def steps(self) -> Iterator[int]:
        """Counts the steps that are asked for; ends when no more are."""
        self.say(ready=True)
        for n, line in enumerate(sys.stdin):
            if line.strip() != "step":
                return
            yield n

    def say(self, **what: Any) -> None:
        """One answer, with the most memory that this process ever held."""
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        gib = peak / (2**30 if sys.platform == "darwin" else 2**20)
        self._out.write(json.dumps({**what, "peak GiB": round(gib, 2)}) + "\n")


class Side:
    """The parent's side of one program."""

    def __init__(self, python: str, script: str, options: Sequence[str]) -> None:
        self.command = [python, str(ROOT / "tests" / "bench" / script), *options]
        self._process = subprocess.Popen(
            self.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **QUIET, "PYTHONPATH": str(ROOT)},
        )
        self._answer()

    def step(self) -> dict[str, Any]:
        """What one step took."""
        assert self._process.stdin is not None
        self._process.stdin.write("step\n")
        self._process.stdin.flush()
        return self._answer()

    def close(self) -> None:
        """End the program."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{' '.join(self.command)} ended with {self._process.wait()}")
        found: dict[str, Any] = json.loads(line)
        return found
