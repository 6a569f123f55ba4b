"""Whatever a file holds: known errors only, and what was written is read again."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prefdesk import formats
from prefdesk.errors import PrefdeskError
from prefdesk.formats.visible import reveal

FRAGMENTS = st.sampled_from(
    [b'"', b"'", b",", b";", b"\t", b"\n", b"\r", b"\r\n", b"\0", b"{", b"}", b"[", b"]", b":",
     b'{"prompt": "a"}\n', b'"prompt"', b"prompt,task\n", b"rater,completion,score\n", b"A,1,5\n",
     b"A,1,nan\n", b"1e999", b"NaN", b"\\ud800", b"\\u0000", b"\xef\xbb\xbf", b"\xff\xfe", b"\xe9",
     b"\xed\xa0\x80", "ä\u2028€".encode(), b'"messages": [{"role": "user", "content": "x"}]',
     b"9" * 50, b"[" * 3000, b"null", b"true"]
)  # fmt: skip
FILES = st.one_of(st.binary(max_size=300), st.lists(FRAGMENTS, max_size=40).map(b"".join))
TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=40
).filter(lambda t: t.strip() != "")


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".tsv", ".txt"])
@settings(max_examples=150, deadline=None)
@given(data=FILES, template=st.sampled_from(["", "Say {prompt}"]))
def test_that_any_file_of_prompts_is_read_or_refused_in_words(
    suffix: str, data: bytes, template: str
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"f{suffix}"
        path.write_bytes(data)
        try:
            read = formats.read_prompts(path, template=template)
        except PrefdeskError as error:
            assert error.message.endswith(".")
            return
        for row in read.rows:
            assert str(row.content).strip()
            repr(row).encode()
        assert all(bad.line > 0 and bad.reason for bad in read.bad)


@pytest.mark.parametrize("suffix", [".jsonl", ".csv"])
@settings(max_examples=150, deadline=None)
@given(data=FILES)
def test_that_any_file_of_ratings_is_read_or_refused_in_words(suffix: str, data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"f{suffix}"
        path.write_bytes(data)
        try:
            read = formats.read_ratings(path)
        except PrefdeskError as error:
            assert error.message.endswith(".")
            return
        assert all(0 <= row.value <= 10 and row.rater for row in read.rows)


@pytest.mark.parametrize("suffix", [".jsonl", ".csv"])
@settings(max_examples=100, deadline=None)
@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {
                "prompt": TEXTS,
                "references": st.lists(TEXTS, max_size=3),
                "source": st.one_of(st.just(""), TEXTS),
                "extra": st.one_of(st.just(""), TEXTS),
            }
        ),
        min_size=1,
        max_size=5,
    )
)
def test_that_prompts_written_are_prompts_read(suffix: str, rows: list[dict[str, object]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"f{suffix}"
        formats.write_table(path, rows)
        read = formats.read_prompts(path)
    assert read.bad == ()
    assert [
        {"prompt": r.content, "references": list(r.references), "source": r.source, **r.columns}
        for r in read.rows
    ] == rows


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200), st.integers(1, 200))
def test_that_revealing_is_total_and_settles(text: str, limit: int) -> None:
    once = reveal(text, limit=limit)
    assert once.cut or len(text) <= limit
    again = reveal(once.text)
    assert (again.text, again.revealed) == (once.text, 0)
