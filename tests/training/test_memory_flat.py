"""A long round holds no more memory at its end than near its beginning."""

import gc
import os
import sys
from pathlib import Path

import pytest

from prefdesk.config import DeviceConfig, RoundConfig
from prefdesk.events import StepDone
from prefdesk.project import Project
from prefdesk.project.work import keeping
from tests.tiny import make_model
from tests.worlds import answered_project

pytestmark = [
    pytest.mark.heavy,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc"),
]

GROWTH_BYTES = 4 * 2**20
"""What 160 steps may add; measured 0.2 to 0.9 MiB. All weights kept once a step would be 19."""


def resident() -> int:
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.parametrize("objective", ["rloo", "ppo"])
@pytest.mark.parametrize("method", ["lora", "full"])
def test_that_200_steps_hold_their_memory(
    tmp_path: Path, objective: str, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "SHARE", 1e9)  # a state to go on from, many times
    config = RoundConfig(
        objective=objective, method=method, batch_prompts=1, epochs=25, learning_rate=1e-5,
        min_ess=0.0, kl_target=0.5, keep_state_s=0.2, override="a test",
    )  # fmt: skip
    path = answered_project(tmp_path / "a.prefdesk", make_model(tmp_path / "tiny"))
    seen = {}
    with Project.open(path) as project:
        prepared = project.rounds.create(config)
        one = DeviceConfig(device="cpu", threads=1, niceness=0)
        for event in project.run_job(prepared.job, device=one):
            if isinstance(event, StepDone) and event.step % 40 == 0:
                seen[event.step] = resident()
    assert list(seen) == [40, 80, 120, 160, 200]
    grown = seen[200] - seen[40]
    assert grown < GROWTH_BYTES, f"{grown / 2**20:+.2f} MiB over 160 steps: {seen}"
