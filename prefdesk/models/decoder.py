"""Run the model token by token for several rows that share what they can."""

import inspect
from collections.abc import Sequence

import torch
from torch import Tensor

from prefdesk.models.cache import grow_in_place
from prefdesk.models.library import transformers
from prefdesk.models.load import Policy


class Decoder:
    """The model with the key-value cache of the rows that are still being drawn."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.accepted = inspect.signature(policy.base_model.forward).parameters
        # transformers renamed the argument in its fifth version and accepts only one of the two.
        self.cache_name = "cache" if "cache" in self.accepted else "past_key_values"
        self.cache = transformers.DynamicCache(config=policy.base_model.config)

    def prefill(self, prompts: Sequence[tuple[int, ...]], copies: Sequence[int]) -> Tensor:
        """Read each prompt once, then repeat it; logits of the next token [rows, vocabulary]."""
        device, width = self.policy.device, max(map(len, prompts))
        ids = torch.zeros(len(prompts), width, dtype=torch.long)
        mask = torch.zeros_like(ids)
        for row, prompt in enumerate(prompts):
            ids[row, width - len(prompt) :] = torch.tensor(prompt)
            mask[row, width - len(prompt) :] = 1
        places = (mask.cumsum(-1) - 1).clamp(min=0)
        logits = self._forward(ids.to(device), mask.to(device), places.to(device))
        which = torch.repeat_interleave(torch.arange(len(prompts)), torch.tensor(copies)).to(device)
        self.cache.batch_select_indices(which)
        grow_in_place(self.cache)
        self.mask = mask.to(device)[which]
        self.places = places[:, -1:].to(device)[which]
        return logits[which]

    def step(self, tokens: Tensor, keep: list[int]) -> Tensor:
        """Take the drawn tokens [rows] of the rows in `keep`, let the others go; next logits."""
        if len(keep) < len(tokens):
            which = torch.tensor(keep, device=self.mask.device)
            self.cache.batch_select_indices(which)
            tokens = tokens.to(which.device)[which]
            self.mask, self.places = self.mask[which], self.places[which]
        self.mask = torch.cat([self.mask, self.mask.new_ones(len(keep), 1)], dim=1)
        self.places = self.places + 1
        return self._forward(tokens[:, None].to(self.mask.device), self.mask, self.places)

    def _forward(self, ids: Tensor, mask: Tensor, places: Tensor) -> Tensor:
        wanted = {"position_ids": places, "logits_to_keep": 1}
        extra = {k: v for k, v in wanted.items() if k in self.accepted}
        extra[self.cache_name] = self.cache
        found = self.policy.model(input_ids=ids, attention_mask=mask, use_cache=True, **extra)
        logits: Tensor = found.logits[:, -1]
        return logits
