"""Which ratings count: the same of many columns as of each record."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from prefdesk.project.fitting import Excluded, newest
from prefdesk.records import Credibility, Exclusion, Rating
from prefdesk.store.columns import Columns

RATINGS = st.lists(
    st.builds(
        Rating,
        st.integers(1, 3),
        st.just(1),
        st.integers(1, 3),
        st.sampled_from(["score", "label"]),
        st.sampled_from(["helpful", "fluent"]),
        st.integers(0, 1),
        st.sampled_from([0.0, 1.0, 2.0]),
        st.sampled_from([None, 2.5]),
        st.integers(0, 4),
        st.binary(min_size=16, max_size=16),
    ),
    max_size=25,
    unique_by=lambda r: r.event_uid,
)


@given(RATINGS)
def test_that_the_last_word_is_that_of_the_records(rows: list[Rating]) -> None:
    assert list(Columns.of(rows).newest()) == newest(rows)


@given(RATINGS, st.integers(0, 4), st.integers(1, 3))
def test_that_what_is_left_out_is_what_has_a_reason(
    rows: list[Rating], moment: int, rater: int
) -> None:
    one = Exclusion(b"", "rater", rater, None, "why", "", "", 0)
    active = [replace(one, scope="rater-after-order", after_hlc=moment)]
    if rows:
        active.append(replace(one, scope="rating", event_uid=rows[0].event_uid))
    weight = Credibility(b"", rater % 3 + 1, 0.0, "no", "", 0)
    for excluded in (
        Excluded.of([], []), Excluded.of([one], []), Excluded.of(active, []),
        Excluded.of(active, [weight]),
    ):  # fmt: skip
        reasons = [bool(excluded.reason(r)) for r in rows]
        assert excluded.left_out(Columns.of(rows)).tolist() == reasons
