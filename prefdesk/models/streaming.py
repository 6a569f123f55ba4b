"""One answer, word by word, for somebody who waits for it."""

from collections.abc import Iterator

import torch

from prefdesk.config import SamplingConfig
from prefdesk.models.decoder import Decoder
from prefdesk.models.device import memory_errors
from prefdesk.models.load import Policy
from prefdesk.models.sample import DrawRequest, Growing, append, records
from prefdesk.records import Draw


class Answer:
    """An answer while it grows; the same bits that `draw` gives for this request alone."""

    def __init__(self, policy: Policy, row: Growing) -> None:
        self._policy, self._row = policy, row

    @property
    def n_tokens(self) -> int:
        """Tokens so far, the end token included."""
        return len(self._row.tokens)

    def draw(self) -> Draw:
        """What was drawn so far, with its log-probabilities."""
        [made] = records(self._policy, [[self._row.request]], [self._row])
        return made


@torch.no_grad()
def stream(policy: Policy, request: DrawRequest, config: SamplingConfig) -> Iterator[Answer]:
    """Draw one answer and give it back after every token; it is one object that grows.

    Raises `OutOfMemory`. Close the iterator to end early.
    """
    was_training = policy.model.training
    policy.model.eval()
    row = Growing(request, torch.Generator().manual_seed(request.seed))
    answer = Answer(policy, row)
    try:
        with memory_errors("This answer"):
            decoder = Decoder(policy)
            logits = decoder.prefill([request.token_ids], [1])
        for left in reversed(range(config.max_new_tokens)):
            tokens = append([row], logits, config, policy.end_ids)
            yield answer
            if row.finished or not left:
                return
            with memory_errors("This answer"):
                logits = decoder.step(tokens, [0])
    finally:
        policy.model.train(was_training)
