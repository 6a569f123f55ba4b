"""What preprocessing sees in one page of prompts after another."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from prefdesk.config import PreprocessConfig
from prefdesk.errors import InputError
from prefdesk.models import fitting, with_control
from prefdesk.records import Prompt, PromptFinding
from prefdesk.texts import Sketches, folded, guess, is_blank, spaced

_MOST_STRINGS = 8
_LONGEST_SKETCHED = 100_000
"""Characters of a prompt that are compared with others; what lies behind them is not."""


def asked(prompt: Prompt) -> str:
    """What people ask in a prompt: the turns of the user."""
    if isinstance(prompt.content, str):
        return prompt.content
    return "\n\n".join(m.content for m in prompt.content if m.role == "user")


def compared(prompt: Prompt) -> str:
    """The text of a prompt that is compared with others."""
    return prompt.text[:_LONGEST_SKETCHED]


class Looks:
    """Looks at pages of prompts; keeps what the report and the search for repeats need.

    `order` holds the ids of the prompts that may repeat each other, `digests` a hash of the text
    of each, `sketches` their sketches, all in the same order.
    """

    def __init__(self, tokenizer: Any, config: PreprocessConfig, system: str) -> None:
        self._tokenizer, self._config, self._system = tokenizer, config, system
        self._lengths: Counter[int] = Counter()
        self._languages: Counter[str] = Counter()
        self._unknown: Counter[str] = Counter()
        self._n = 0
        self.found: Counter[str] = Counter()
        self.order: list[int] = []
        self.digests: list[bytes] = []
        self.sketches = Sketches()

    def look(
        self,
        prompts: Sequence[Prompt],
        lengths: Mapping[int, int],
        refused: Mapping[int, InputError],
    ) -> list[PromptFinding]:
        """What is wrong with these prompts, taken by themselves."""
        self._n += len(prompts)
        self._lengths.update(lengths[p.id] for p in prompts if p.id in lengths)
        control = with_control(self._tokenizer, [p.content for p in prompts])
        found: list[PromptFinding] = []
        for position, prompt in enumerate(prompts):
            if prompt.id in refused:
                detail = {"reason": refused[prompt.id].message}
                found.append(PromptFinding("refused", prompt.id, detail=detail))
            if position in control:
                strings = control[position][:_MOST_STRINGS]
                found.append(PromptFinding("control", prompt.id, detail={"strings": strings}))
            found += self._of_one(prompt, lengths.get(prompt.id, 0))
        self._remember([p for p in prompts if not is_blank(asked(p))])
        self.found.update(f.kind for f in found)
        return found

    def _of_one(self, prompt: Prompt, n_tokens: int) -> Iterator[PromptFinding]:
        text = asked(prompt)
        if is_blank(text):
            yield PromptFinding("empty", prompt.id)
            return
        if n_tokens > self._config.max_prompt_tokens:
            yield PromptFinding("too-long", prompt.id, None, n_tokens, self._cut(prompt))
        told = guess(text)
        if not told.language:
            self._unknown[told.why] += 1
            return
        self._languages[told.language] += 1
        if self._config.language not in ("", told.language):
            yield PromptFinding("language", prompt.id, detail={"language": told.language})

    def _cut(self, prompt: Prompt) -> dict[str, int]:
        config = self._config
        fits = fitting(
            self._tokenizer,
            prompt.content,
            config.max_prompt_tokens,
            system=self._system,
            template=config.template,
        )
        return {"keep": fits[0], "tokens": fits[1]} if fits else {}

    def _remember(self, prompts: Sequence[Prompt]) -> None:
        texts = [compared(p) for p in prompts]
        self.order += [p.id for p in prompts]
        self.digests += [
            hashlib.blake2b(spaced(t).encode("utf-8", "surrogatepass"), digest_size=16).digest()
            for t in texts
        ]
        self.sketches.add([folded(t) for t in texts])

    def report(self) -> dict[str, Any]:
        """The figures of the whole run, as JSON takes them."""
        config = self._config
        return {
            "n_prompts": self._n,
            "template": config.template,
            "limit": config.max_prompt_tokens,
            "language": config.language,
            "likeness": config.likeness,
            "histogram": sorted(self._lengths.items()),
            "longest": max(self._lengths, default=0),
            "n_too_long": self.found["too-long"],
            "languages": dict(self._languages.most_common()),
            "unknown_languages": dict(self._unknown.most_common()),
            "findings": dict(self.found),
        }
