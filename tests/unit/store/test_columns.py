"""Judgements as columns say what the same judgements say as records."""

from hypothesis import given
from hypothesis import strategies as st

from prefdesk import store
from prefdesk.records import Rating
from prefdesk.store.columns import Columns

from .conftest import score

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
def test_that_columns_hold_what_went_in(rows: list[Rating]) -> None:
    columns = Columns.of(rows)
    assert list(columns) == rows and list(columns[1:]) == rows[1:]
    assert columns.points((0, 4, 10)).tolist() == [r.on_scale((0, 4, 10)) for r in rows]


def test_that_columns_are_read_as_the_records_are(c: store.Connection) -> None:
    assert list(store.columns.current(c)) == []
    score(c, 3, 4.0, seconds=1.25)
    score(c, 3, 7.0, rater=2)
    score(c, 1, 9.0, rater=2, criterion="style")
    store.events.append(c, rater_id=1, completion_id=2, kind="label", value=2, criterion="style")
    store.events.append(c, rater_id=1, completion_id=3, kind="skip")
    assert list(store.columns.current(c)) == store.events.current(c)
    for split in ("train", "evaluation"):
        found = store.columns.current(c, split=split)
        assert list(found) == store.events.current(c, split=split)
