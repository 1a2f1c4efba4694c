import numpy as np
import pandas as pd
import pytest

from data.errors import DegenerateDataError
from spatial.period_change import compare_with_earlier
from spatial.rate_ratio import compare_rates

START, END = (pd.Timestamp(day, tz="Asia/Shanghai") for day in ("2024-03-04", "2024-04-01"))
LONG_AGO = pd.Timestamp("2020-01-01", tz="Asia/Shanghai")


def incidents(*days: float, hours: float = 0) -> pd.DataFrame:
    """Make incidents some days after the start of the period, each lasting some hours."""
    first = START + pd.to_timedelta(list(days), unit="D")
    return pd.DataFrame({"occurred_from": first, "occurred_to": first + pd.Timedelta(hours=hours)})


def test_each_period_holds_its_own_incidents() -> None:
    """Periods are half-open, of equal length, and last year is 52 weeks before, to the weekday."""
    rows = incidents(0, 27.99, 28, -0.01, -28, -28.01, -364, -336.01, -336, -364.01)
    table, _ = compare_with_earlier(rows, start=START, end=END, known_from=LONG_AGO)
    assert table["n"].tolist() == [2, 2]
    assert table["n_before"].tolist() == [2, 2]
    assert table["days_before"].tolist() == [28, 28]
    assert (START - pd.Timedelta(weeks=52)).day_name() == START.day_name()


def test_three_and_then_one_is_no_success() -> None:
    """A drop from 3 to 1 is no change, and the sentence gives chance its due."""
    table, notes = compare_with_earlier(
        incidents(3, -3, -6, -9), start=START, end=END, known_from=LONG_AGO
    )
    assert not table["changed"].any()
    assert str(notes[0]) == (
        "1 against 3 in the period before: chance alone may do this (p = 0.625)."
    )


def test_two_comparisons_share_one_level() -> None:
    """Of p = 0.031 alone Holm's correction makes no change; of 20 against 1 it does."""
    six, _ = compare_with_earlier(
        incidents(*range(6), -340), start=START, end=END, known_from=LONG_AGO
    )
    assert six.loc["before", "p_exact"] == pytest.approx(1 / 32)
    assert not six.loc["before", "changed"]
    twenty, notes = compare_with_earlier(
        incidents(*range(20), -3, *range(-360, -341)), start=START, end=END, known_from=LONG_AGO
    )
    assert twenty["changed"].tolist() == [True, False]
    assert (
        str(notes[0]) == "20 against 1 in the period before: more than chance does (p = < 0.001)."
    )


def test_days_before_the_records_begin_are_unknown() -> None:
    """An earlier period counts from the first recorded day; half of it or more must be known."""
    known_from = START - pd.Timedelta(days=14)
    rows = incidents(1, 2, -1, -20)
    table, notes = compare_with_earlier(rows, start=START, end=END, known_from=known_from)
    assert table["days_before"].tolist() == [14, 0]
    assert table["n_before"].tolist() == [1, 0]
    same = compare_rates(2, 28, 1, 14)
    assert table.loc["before", "p_exact"] == same.p_exact
    assert table.loc["before", "ratio_high"] == same.ratio_high
    assert np.isnan(table.loc["last_year", "p_exact"])
    assert "do not reach back far enough to compare with the same weeks of last year" in str(
        notes[1]
    )


def test_intervals_across_a_bound_are_told() -> None:
    """An interval counts where its middle lies, and the reader learns how many cross a bound."""
    rows = incidents(-0.25, 5, hours=24)
    table, notes = compare_with_earlier(rows, start=START, end=END, known_from=LONG_AGO)
    assert table.loc["before", ["n", "n_before"]].tolist() == [2, 0]
    assert str(notes[-1]).startswith("1 incidents may lie on either side of a bound")


def test_no_incident_or_no_time_is_refused() -> None:
    """An empty ledger, or one without any time, gives a sentence."""
    for rows, sentence in [
        (incidents(), "There is no incident"),
        (incidents(1, 2).assign(occurred_from=pd.NaT), "None of the 2 incidents has a time"),
    ]:
        with pytest.raises(DegenerateDataError, match=sentence):
            compare_with_earlier(rows, start=START, end=END, known_from=LONG_AGO)
