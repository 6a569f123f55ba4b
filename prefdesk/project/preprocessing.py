"""What preprocessing found about the prompts, and what people decide about it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from prefdesk import store
from prefdesk.config import PreprocessConfig
from prefdesk.errors import InputError
from prefdesk.events import JobEvent, JobSpec
from prefdesk.project.core import Core
from prefdesk.records import (
    NewPrompt,
    PromptChoice,
    PromptDecision,
    PromptFinding,
    PromptFindingKind,
)


@dataclass(frozen=True, slots=True)
class PreprocessReport:
    """The figures of the last run that came to its end.

    `histogram` holds (tokens, prompts) pairs in order of the tokens; a prompt that the chat
    template refuses has none. `languages` counts prompts by language where it could be told,
    `unknown_languages` by the reason where not.
    """

    n_prompts: int
    template: str
    limit: int
    longest: int
    fingerprint: str = ""
    language: str = ""
    likeness: float = 0.8
    histogram: tuple[tuple[int, int], ...] = ()
    n_too_long: int = 0
    languages: Mapping[str, int] = field(default_factory=dict)
    unknown_languages: Mapping[str, int] = field(default_factory=dict)
    findings: Mapping[str, int] = field(default_factory=dict)


class Preprocessing:
    """`project.preprocessing`."""

    def __init__(self, core: Core, runner: Any) -> None:
        self._core = core
        self._run = runner

    def job(self, config: PreprocessConfig | None = None) -> JobSpec:
        """The job that encodes what is not encoded yet and looks at every prompt.

        Raises `InputError` without prompts and for a language that cannot be told.
        """
        config = config or PreprocessConfig()
        check_language(config.language)
        if not self._core.query(store.prompts.count):
            raise InputError("There are no prompts.", "Import prompts first.")
        return JobSpec("preprocess", {"config": config.to_json()})

    def run(self, **settings: Any) -> Iterator[JobEvent]:
        """Preprocess here and now; `settings` are the fields of `PreprocessConfig`."""
        events: Iterator[JobEvent] = self._run(self.job(PreprocessConfig(**settings)))
        return events

    def tokens_job(self, prompt_id: int, *, template: str = "chat") -> JobSpec:
        """The job that says what the model sees of one prompt; it changes nothing."""
        return JobSpec("tokens", {"prompt_id": prompt_id, "template": template})

    def report(self) -> PreprocessReport | None:
        """The figures of the last run; None if there was none since the format has them."""
        text = self._core.query(lambda c: store.meta.get(c, store.prompt_findings.REPORT))
        return report_of(text) if text else None

    def findings(
        self,
        kind: PromptFindingKind | None = None,
        *,
        choice: PromptChoice | None = None,
        after: tuple[str, int] = ("", 0),
        limit: int = 200,
    ) -> list[PromptFinding]:
        """Findings behind (kind, prompt id), in that order."""
        return self._core.query(
            lambda c: store.prompt_findings.page(c, kind, choice=choice, after=after, limit=limit)
        )

    def of_prompt(self, prompt_id: int) -> list[PromptFinding]:
        """What was found about one prompt."""
        return self._core.query(lambda c: store.prompt_findings.of_prompt(c, prompt_id))

    def counts(self) -> dict[str, dict[str, int]]:
        """How many findings there are, by kind and by what was decided."""
        return self._core.query(store.prompt_findings.counts)

    def n_tokens(self, prompt_id: int) -> int:
        """The length of a prompt in the last run, 0 if it has none."""
        report = self.report()
        if report is None:
            return 0
        of = report.fingerprint
        sizes = self._core.query(lambda c: store.completions.encoded_sizes(c, of, [prompt_id]))
        return sizes.get(prompt_id, 0)

    def decide(
        self,
        prompt_ids: Sequence[int],
        kind: PromptFindingKind,
        choice: PromptChoice,
        *,
        author: str = "",
        note: str = "",
    ) -> int:
        """Decide about findings of one kind, as one act that can be undone.

        keep: it stays as it is, also for the sampler if it is too long. leave-out: it is neither
        sampled nor trained on. shorten: a copy cut to what fits takes its place. open: undecided.
        Returns the number of the act, 0 if nothing changes. Raises `InputError` for a choice that
        a finding does not offer.
        """
        wishes = [(i, kind, choice) for i in prompt_ids]
        return self._core.mutate(
            lambda c: store.prompt_decisions.decide(c, wishes, author=author, note=note),
            *("prompts", "decisions"),
        )

    def decide_open(
        self, kind: PromptFindingKind, choice: PromptChoice, *, author: str = "", note: str = ""
    ) -> int:
        """Decide about all findings of a kind that nobody decided about yet.

        With shorten, those that cannot be shortened stay open.
        """

        def write(c: store.Connection) -> int:
            found = store.prompt_findings.page(c, kind, choice="open", limit=-1)
            wishes = [
                (f.prompt_id, f.kind, choice) for f in found if choice != "shorten" or f.can_shorten
            ]
            return store.prompt_decisions.decide(c, wishes, author=author, note=note)

        return self._core.mutate(write, "prompts", "decisions")

    def undo(self, *, author: str = "") -> int:
        """Take the newest decision back; returns the number of the new act, 0 without one."""
        return self._core.mutate(
            lambda c: store.prompt_decisions.undo(c, author=author), "prompts", "decisions"
        )

    def redo(self, *, author: str = "") -> int:
        """Decide again what was taken back last; as `undo`."""
        return self._core.mutate(
            lambda c: store.prompt_decisions.redo(c, author=author), "prompts", "decisions"
        )

    def can_undo(self) -> tuple[bool, bool]:
        """Whether there is something to undo, and something to redo."""
        return self._core.query(store.prompt_decisions.can_undo)

    def log(self, limit: int = 1000) -> list[PromptDecision]:
        """Every decision, newest first."""
        return self._core.query(lambda c: store.prompt_decisions.log(c, limit))

    def in_force(self, *choices: PromptChoice) -> list[PromptDecision]:
        """The decisions that count now, by prompt."""
        return self._core.query(lambda c: store.prompt_decisions.in_force(c, *choices))

    def left_out(self) -> set[int]:
        """The prompts that are neither sampled nor trained on, by decision."""
        return self._core.query(store.prompt_decisions.left_out)

    def shortened(self, finding: PromptFinding) -> NewPrompt:
        """The prompt that would take the place of one that is too long."""
        if not finding.can_shorten:
            raise InputError(f"Prompt {finding.prompt_id} cannot be shortened.")
        return self._core.query(
            lambda c: store.prompt_decisions.shortened(
                store.prompts.get(c, finding.prompt_id), finding
            )
        )


def check_language(language: str) -> None:
    """Raise `InputError` for a language that the detector does not know."""
    from prefdesk.texts import LANGUAGES

    if language and language not in LANGUAGES:
        raise InputError(
            f"The language {language!r} cannot be told.", f"Known are {', '.join(LANGUAGES)}."
        )


def report_of(text: str) -> PreprocessReport | None:
    """The report from its stored form; None for one of an older format, without a histogram."""
    with store.reading("the report preprocess"):
        body = json.loads(text)
        if "histogram" not in body:
            return None
        body["histogram"] = tuple((int(length), int(n)) for length, n in body["histogram"])
        return PreprocessReport(**body)
