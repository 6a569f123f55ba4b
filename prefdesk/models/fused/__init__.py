"""A decoder of our own for the commonest family of models, on weights put together for it.

Llama, SmolLM, Qwen2, Qwen3 and Mistral share one plan: norm, attention with grouped heads and
rotary positions, norm, gated feed-forward. `plan` reads it from a transformers model, adapters
merged in; `decode` runs it token by token.
"""

from prefdesk.models.fused.decode import FusedDecoder
from prefdesk.models.fused.plan import Plan, Unknown, read

__all__ = ["FusedDecoder", "Plan", "Unknown", "read"]
