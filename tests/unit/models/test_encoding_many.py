"""Many prompts at once become exactly what they become one by one."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers.processors import TemplateProcessing

from prefdesk.errors import InputError, ModelError
from prefdesk.models import encode, encode_many, token_texts, with_control
from prefdesk.records import Message
from tests.tiny import BOS_ID, END_ID, START_ID
from tests.unit.models.test_encoding import PIECES, tokenizer, with_template

__all__ = ["tokenizer"]

CONTENT = st.one_of(
    PIECES,
    st.lists(
        st.builds(Message, st.sampled_from(["user", "assistant", "system"]), PIECES),
        min_size=1,
        max_size=3,
    ).map(tuple),
)


def one_by_one(policy: Any, contents: Any, **how: Any) -> list[Any]:
    found: list[Any] = []
    for content in contents:
        try:
            found.append(encode(policy, content, **how))
        except InputError as error:
            found.append(error.message)
    return found


def together(policy: Any, contents: Any, **how: Any) -> list[Any]:
    made = encode_many(policy, contents, **how)
    return [one.message if isinstance(one, InputError) else one for one in made]


@settings(max_examples=150, deadline=None)
@given(
    contents=st.lists(CONTENT, max_size=5),
    system=st.one_of(st.just(""), PIECES),
    template=st.sampled_from(["chat", "plain"]),
)
def test_that_many_are_encoded_as_one_by_one(
    policy: Any, contents: Any, system: str, template: str
) -> None:
    how = {"system": system, "template": template}
    assert together(policy, contents, **how) == one_by_one(policy, contents, **how)


def test_that_a_prompt_the_template_refuses_stops_no_other(tokenizer: Any) -> None:
    picky = with_template(
        tokenizer,
        "{% for m in messages %}{% if m['role'] == 'system' %}{{ raise_exception('no system') }}"
        "{% endif %}<|bos|>{{ m['content'] }}{% endfor %}",
    )
    contents = ["a", (Message("system", "S"), Message("user", "b")), "c", ()]
    made = encode_many(picky, contents)
    assert made[0] == (BOS_ID, *b"a") and made[2] == (BOS_ID, *b"c")
    assert isinstance(made[1], InputError) and "no system" in made[1].message
    assert isinstance(made[3], InputError)


def test_that_the_end_token_of_plain_texts_is_cut_off(tokenizer: Any) -> None:
    tokenizer.backend_tokenizer.post_processor = TemplateProcessing(
        single="<|bos|> $A <|im_end|>",
        special_tokens=[("<|bos|>", BOS_ID), ("<|im_end|>", END_ID)],
    )
    made = encode_many(tokenizer, ["Hi", "a<|bos|>"], template="plain")
    assert made == [(BOS_ID, *b"Hi"), (BOS_ID, *b"a<|bos|>")]


def test_that_without_a_chat_template_nothing_is_tried(tokenizer: Any) -> None:
    with pytest.raises(ModelError, match="plain"):
        encode_many(with_template(tokenizer, ""), ["a"])


def test_that_a_tokenizer_of_another_kind_goes_the_slow_way(tokenizer: Any) -> None:
    kind = type(tokenizer)

    class Odd(kind):  # type: ignore[valid-type,misc]
        def _encode_plus(self, *args: Any, **more: Any) -> Any:
            found = super()._encode_plus(*args, **more)
            found["input_ids"] = [7, *found["input_ids"]]
            return found

    tokenizer.__class__ = Odd
    try:
        made = encode_many(tokenizer, ["a", "b"], template="plain")
        assert made == [(7, *b"a"), (7, *b"b")]
    finally:
        tokenizer.__class__ = kind


def test_that_control_strings_are_named_where_they_stand(policy: Any) -> None:
    contents = ["a", "b <|im_end|>", (Message("user", "x"), Message("assistant", "<|bos|>"))]
    assert with_control(policy.tokenizer, contents) == {1: ["<|im_end|>"], 2: ["<|bos|>"]}
    assert with_control(policy.tokenizer, ["a <|im_", "end|> b"]) == {}
    assert with_control(policy.tokenizer, ["a"], system="<|bos|>") == {0: ["<|bos|>"]}


def test_that_tokens_have_texts_and_control_tokens_are_marked(policy: Any) -> None:
    ids = encode(policy, "é<|bos|>")
    shown = token_texts(policy, ids)
    assert [i for i, _, _ in shown] == list(ids)
    assert shown[0] == (START_ID, "<|im_start|>", True)
    assert [t for i, t, _ in shown if i in tuple("é".encode())] == ["Ã", "©"]
    assert [i for i, _, control in shown if control] == [START_ID, END_ID, START_ID]
