from itertools import combinations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from spatial.holm import holm
from spatial.period_change import compare_with_earlier

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=4)


def closed_testing(p_value: list[float]) -> list[float]:
    """Adjust by the closure of Bonferroni: the largest value of any set that holds the test."""
    tests = range(len(p_value))
    sets = [c for size in range(1, len(p_value) + 1) for c in combinations(tests, size)]
    whole = {c: min(1.0, len(c) * min(p_value[i] for i in c)) for c in sets}
    return [max(whole[c] for c in sets if i in c) for i in tests]


@given(P_VALUES)
def test_holm_is_the_closure_of_bonferroni(p_value: list[float]) -> None:
    """Holm's procedure is what closed testing makes of Bonferroni's inequality."""
    assert holm(pd.Series(p_value)).tolist() == closed_testing(p_value)


@given(n=st.integers(0, 60), before=st.integers(0, 60), last_year=st.integers(0, 60))
def test_changed_says_what_the_adjusted_p_says(n: int, before: int, last_year: int) -> None:
    """A comparison is called changed just where its adjusted p-value is at most alpha."""
    start, end = pd.Timestamp("2026-03-02"), pd.Timestamp("2026-03-30")
    middle = {start: n, start - pd.Timedelta(weeks=4): before, start - pd.Timedelta(weeks=52): 0}
    middle[start - pd.Timedelta(weeks=52)] = last_year
    times = pd.Series([day + pd.Timedelta(days=3) for day, k in middle.items() for _ in range(k)])
    if times.empty:
        return
    incidents = pd.DataFrame({"occurred_from": times, "occurred_to": times})
    table, _ = compare_with_earlier(
        incidents, start=start, end=end, known_from=pd.Timestamp("2024-01-01")
    )
    assert (holm(table["p_exact"]) <= 0.05).tolist() == table["changed"].tolist()
