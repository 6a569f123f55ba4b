"""Training: rollouts with rewards in, a changed policy out.

Advantages, importance weights, losses and the round that joins them live here, on tensors; no
files, no SQL, no Qt. `project` and `jobs` call it inside functions, because it loads torch.
"""

from prefdesk.training.round import run_round
from prefdesk.training.scoring import logprobs, text_logprob
from prefdesk.training.sharding import spread
from prefdesk.training.state import RoundState, differences, numeric_path
from prefdesk.training.team import Team
from prefdesk.training.trial import Trial, run_trial
from prefdesk.training.types import (
    Baseline,
    Control,
    Draft,
    PolicyLike,
    Rollout,
    RoundEnd,
    StepReport,
)

__all__ = [
    "Baseline",
    "Control",
    "Draft",
    "PolicyLike",
    "Rollout",
    "RoundEnd",
    "RoundState",
    "StepReport",
    "Team",
    "Trial",
    "differences",
    "logprobs",
    "numeric_path",
    "run_round",
    "run_trial",
    "spread",
    "text_logprob",
]
