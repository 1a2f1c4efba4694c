import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import DegenerateDataError
from spatial.time_slices import cut_period, slice_twelfths

START, END = pd.Timestamp("2024-01-01", tz="UTC"), pd.Timestamp("2024-03-11", tz="UTC")


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-400, 2400), st.integers(0, 900)), max_size=8),
    st.integers(1, 30),
)
def test_slices_share_out_what_lies_inside(rows: list[tuple[int, int]], days: int) -> None:
    """Incidents inside all slices count 12 twelfths, others the share inside, to one twelfth."""
    first = [START + pd.Timedelta(hours=hour) for hour, _ in rows]
    last = [START + pd.Timedelta(hours=hour + length) for hour, length in rows]
    frame = pd.DataFrame(
        {
            "occurred_from": pd.Series(first, dtype="datetime64[us, UTC]"),
            "occurred_to": pd.Series(last, dtype="datetime64[us, UTC]"),
        }
    )
    edges = cut_period(START, END, days=days)
    parts = slice_twelfths(frame, edges)
    assert parts.shape == (len(rows), len(edges) - 1)
    for (begin, end), row in zip(zip(first, last, strict=True), parts.to_numpy(), strict=True):
        whole = max(end - begin, pd.Timedelta(microseconds=1))
        inside = min(max(begin + whole, edges[0]), edges[-1]) - max(min(begin, edges[-1]), edges[0])
        assert abs(row.sum() / 12 - inside / whole) < 1 / 12
        assert (row >= 0).all()
        if inside == whole:
            assert row.sum() == 12


def test_slices_end_with_the_period_and_are_whole_days_over_a_clock_change() -> None:
    """Slices are counted back from the end in calendar days, one of which lasts 23 h."""
    end = pd.Timestamp("2024-04-07", tz="Europe/Berlin")
    edges = cut_period(pd.Timestamp("2024-03-20", tz="Europe/Berlin"), end, days=7)
    assert [edge.strftime("%m-%d %H") for edge in edges] == ["03-24 00", "03-31 00", "04-07 00"]


def test_a_period_shorter_than_a_slice_is_refused() -> None:
    """A period without one whole slice is a sentence, not an empty table."""
    with pytest.raises(DegenerateDataError, match="shorter than one slice of 80 days"):
        cut_period(START, END, days=80)
