"""The nouns of the product as frozen records. Standard library only; every room may import them.

A *completion* is a text that people judge: one distinct answer to a prompt from one checkpoint.
A *draw* is one act of the sampler: the tokens and log-probabilities under which a completion
came out. Two draws with the same text belong to one completion, whose `multiplicity` is 2.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Split = Literal["train", "evaluation"]
RatingKind = Literal["score", "label"]
CheckpointKind = Literal["base", "lora", "full"]
RewardRule = Literal["shrunk", "unshrunk"]
JobStatus = Literal["running", "done", "stopped", "cancelled", "failed"]

LABELS: tuple[str, ...] = ("bad", "medium", "good")
"""Labels in order; a label's stored value is its index."""

LABEL_POINTS: tuple[float, ...] = (0.0, 5.0, 10.0)
"""Where labels lie on the 0-10 scale until thresholds are estimated (a stated prior)."""

SCALE: tuple[float, float] = (0.0, 10.0)
"""The scale of a score, lowest and highest."""

DEFAULT_CRITERION = "overall"


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation; `role` is system, user or assistant."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the model is asked: plain text, or the messages of a conversation.

    `source` is a passage or a text to translate that raters see beside the answer;
    `references` are known good answers; `columns` are the imported columns as they were.
    """

    id: int
    uid: bytes
    content: str | tuple[Message, ...]
    task: str = ""
    split: Split = "train"
    references: tuple[str, ...] = ()
    source: str = ""
    tags: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The prompt as a person reads it; turns are separated by an empty line."""
        if isinstance(self.content, str):
            return self.content
        return "\n\n".join(m.content for m in self.content)


@dataclass(frozen=True, slots=True)
class NewPrompt:
    """A prompt that is not in a project yet."""

    content: str | tuple[Message, ...]
    task: str = ""
    split: Split = "train"
    references: tuple[str, ...] = ()
    source: str = ""
    tags: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draw:
    """One act of the sampler.

    `logprobs[t]` is the natural log of the probability with which `token_ids[t]` was drawn, at
    the sampling's temperature and truncation; the end token is included when `finished`.
    `layout` names the batch (rows, width, position) that must be repeated to draw the same bits.
    """

    prompt_id: int
    index: int
    seed: int
    token_ids: tuple[int, ...]
    logprobs: tuple[float, ...]
    text: str
    finished: bool
    layout: str
    id: int = 0
    completion_id: int = 0
    sampling_id: int = 0


@dataclass(frozen=True, slots=True)
class DrawSize:
    """A draw without its tokens: what it belongs to and how long it is."""

    completion_id: int
    prompt_id: int
    sampling_id: int
    n_tokens: int
    finished: bool


@dataclass(frozen=True, slots=True)
class Completion:
    """A distinct answer that people judge."""

    id: int
    uid: bytes
    prompt_id: int
    checkpoint_id: int
    text: str
    multiplicity: int
    n_tokens: int
    finished: bool


@dataclass(frozen=True, slots=True)
class Sampling:
    """One request for completions: which checkpoint, which prompts, which settings (JSON)."""

    id: int
    checkpoint_id: int
    split: Split
    settings: str
    created_ms: int


@dataclass(frozen=True, slots=True)
class Rater:
    """Somebody who judges. A simulated rater is called so wherever it shows."""

    id: int
    uid: bytes
    name: str
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """One act of a rater as it was written; never changed, never deleted.

    `kind` is score, label, skip, comment or retract; a retraction names its `target`.
    Events of one `act` are undone together; `verb` says what the act was: rate, skip,
    comment, move, undo, redo, unmerge or remerge. `hlc` orders events across machines.
    """

    uid: bytes
    act: bytes
    verb: str
    completion_id: int
    rater_id: int
    kind: str
    criterion: str
    occasion: int
    hlc: int
    utc_ms: int
    value: float | None = None
    body: str = ""
    target: bytes | None = None
    seconds: float | None = None

    def is_ahead(self, now_ms: int) -> bool:
        """True if the clock that timed it was more than a day ahead of `now_ms`."""
        return self.utc_ms > now_ms + 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class Rating:
    """A judgement that counts now: the winner among a rater's events on one completion.

    `value` is the score (0-10), or the label's index in `LABELS`.
    """

    completion_id: int
    prompt_id: int
    rater_id: int
    kind: RatingKind
    criterion: str
    occasion: int
    value: float
    seconds: float | None
    hlc: int
    event_uid: bytes
    comment: str = ""

    @property
    def points(self) -> float:
        """The judgement on the 0-10 scale, a label at its stated point."""
        return self.on_scale(LABEL_POINTS)

    def on_scale(self, label_points: tuple[float, ...]) -> float:
        """The judgement on the 0-10 scale, a label at its of these points."""
        return self.value if self.kind == "score" else label_points[int(self.value)]


@dataclass(frozen=True, slots=True)
class Figures:
    """What a decision was made on: p-value, adjusted p-value, the threshold it was held against,
    and the version of the model that gave them."""

    p: float | None = None
    q: float | None = None
    threshold: float | None = None
    model: str = ""


NO_FIGURES = Figures()
"""Those of a decision that rests on none."""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Ratings left out of every reward: a whole rater, one rating (by event), or all that a rater
    said from a moment on (`after_hlc`, the reading of `event_uid`, which is left out too)."""

    uid: bytes
    scope: Literal["rater", "rating", "rater-after-order"]
    rater_id: int
    event_uid: bytes | None
    reason: str
    statistic: str
    author: str
    utc_ms: int
    restored: bool = False
    after_hlc: int | None = None
    figures: Figures = NO_FIGURES


@dataclass(frozen=True, slots=True)
class Credibility:
    """A rater's weight as a person set it, with a note: `value` (0 to 3) times the precision of
    the panel's mean rater, 0 leaves the rater out; None lets it be estimated again."""

    uid: bytes
    rater_id: int
    value: float | None
    note: str
    author: str
    utc_ms: int
    restored: bool = False


@dataclass(frozen=True, slots=True)
class Reward:
    """What people think of a completion, ready for training.

    `quality` and `se` are in points of the scale; `reliability` is between 0 and 1; `reward`
    is `(quality - mean) / within-prompt sd`, one affine map for the whole project.

    Training uses EITHER that shrunk reward with `weight` 1 OR the unshrunk one, which nothing pulls
    to the middle, with its reliability as weight: both together would discount doubt twice.
    """

    completion_id: int
    prompt_id: int
    quality: float
    se: float
    reliability: float
    reward: float
    n_ratings: int
    weight: float = 1.0


REPLACED = "replaced by a later judgement of the same answer"
"""The rule of a rating that its own rater's later one stands in for."""


@dataclass(frozen=True, slots=True)
class RewardPart:
    """One rating inside a reward: raw score, the rater's correction, weight, kept or not.

    `rule` says why it was left out: an exclusion's reason, or `REPLACED`. `credibility` is the
    rater's weight, 1 for the panel's mean; `by_hand` if a person set it. `criterion` says what
    was judged.
    """

    rater_id: int
    rater: str
    event_uid: bytes
    score: float
    bias: float
    weight: float
    kept: bool
    rule: str
    comment: str = ""
    credibility: float | None = None
    by_hand: bool = False
    criterion: str = ""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A state of the model. `base` points at a model folder; others hold weights in the file."""

    id: int
    uid: bytes
    kind: CheckpointKind
    name: str
    parent_id: int | None
    round_id: int | None
    header: str
    size_bytes: int
    created_ms: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Round:
    """One training round: its settings, where it started and what it made."""

    id: int
    uid: bytes
    number: int
    status: JobStatus
    config: str
    parent_checkpoint_id: int
    checkpoint_id: int | None
    created_ms: int
    message: str = ""


@dataclass(frozen=True, slots=True)
class Metric:
    """One number of one step of a round, under TRL's name where TRL has one."""

    round_id: int
    step: int
    name: str
    value: float


@dataclass(frozen=True, slots=True)
class JobRow:
    """One piece of long work, so that a crashed one is recognised and resumed."""

    id: int
    kind: str
    status: JobStatus
    settings: str
    started_ms: int
    heartbeat_ms: int
    done: int
    total: int
    message: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PackMerge:
    """A rating pack that was merged, as the project remembers it.

    `state` is running (begun, and not finished), done, undoing or undone; `seal` says how sure
    the sender is; `report` is JSON with the counts.
    """

    id: int
    uid: bytes
    pack_uid: bytes
    rater_id: int
    state: Literal["running", "done", "undoing", "undone"]
    seal: str
    started_ms: int
    report: str


PromptFindingKind = Literal[
    "empty", "refused", "control", "duplicate", "near", "too-long", "language"
]
PromptChoice = Literal["open", "keep", "leave-out", "shorten"]

PROMPT_FINDINGS: tuple[PromptFindingKind, ...] = (
    *("empty", "refused", "control", "duplicate", "near", "too-long", "language"),
)
"""What preprocessing looks for in prompts, in the order in which it is shown."""


@dataclass(frozen=True, slots=True)
class PromptFinding:
    """What preprocessing found about a prompt, and what was decided about it.

    `other_id` is the prompt that a duplicate repeats. `value` is a number of tokens (too-long) or
    a similarity between 0 and 1 (near). `detail` holds what else belongs to the kind: the control
    `strings`, the `reason` of a refusal, the `language` that was found, whether the other prompt is
    of the other split (`across`), and for what is too long how many characters of the last turn
    fit (`keep`) and how many tokens that makes (`tokens`).
    """

    kind: PromptFindingKind
    prompt_id: int
    other_id: int | None = None
    value: float | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    choice: PromptChoice = "open"

    @property
    def can_shorten(self) -> bool:
        """True if a shorter prompt could take its place."""
        return self.kind == "too-long" and isinstance(self.detail.get("keep"), int)


@dataclass(frozen=True, slots=True)
class PromptDecision:
    """One decision about one finding, as it was written down; nothing is ever erased.

    Rows of one `act` were decided together; `undoes` names the act that this one takes back.
    `made_id` is the shorter prompt that took the place of the prompt.
    """

    id: int
    act: int
    undoes: int | None
    prompt_id: int
    kind: str
    choice: PromptChoice
    made_id: int | None
    author: str
    note: str
    utc_ms: int


@dataclass(frozen=True, slots=True)
class Changes:
    """What a mutation changed: the kinds of thing, and who asked. Carried by one signal."""

    kinds: frozenset[str]
    origin: str = ""

    def touches(self, *kinds: str) -> bool:
        """True if any of `kinds` changed."""
        return not self.kinds.isdisjoint(kinds)
