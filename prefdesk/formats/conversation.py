"""Conversations as chat files have them: a list of messages with role and content."""

from typing import Any

from prefdesk.formats.jsontext import Refused, as_text
from prefdesk.records import Message

ROLES = ("system", "user", "assistant")


def conversation(turns: list[Any]) -> str | tuple[Message, ...]:
    """Messages from a list of {"role", "content"}; a single question becomes plain text.

    `Refused` unless roles are known, a system text comes first, every turn has text and the last
    one is the user's: a completion answers it.
    """
    messages: list[Message] = []
    for number, turn in enumerate(turns, 1):
        if not isinstance(turn, dict) or not isinstance(turn.get("content"), str):
            raise Refused(f"message {number} is not an object with role and content as text")
        role, content = turn.get("role"), turn["content"]
        if role not in ROLES or (role == "system" and number > 1):
            rule = "only the first may be system" if role == "system" else ", ".join(ROLES)
            raise Refused(f"message {number} has the role {as_text(role)[:20]!r}; {rule}")
        if not content.strip():
            raise Refused(f"message {number} is empty")
        messages.append(Message(role, content))
    if not messages:
        raise Refused("the conversation has no messages")
    if messages[-1].role != "user":
        raise Refused(f"the conversation ends with the {messages[-1].role}, not with the user")
    return messages[0].content if len(messages) == 1 else tuple(messages)
