"""Compare a period with earlier ones: two small counts, without calling luck a success."""

import numpy as np
import pandas as pd

from data.errors import N_, Message
from spatial.rate_ratio import RateChange, compare_rates
from spatial.refusals import refuse_few, refuse_no_time

DAY = pd.Timedelta(days=1)
LEAST_COVER = 0.5
"""Share of an earlier period that the records must cover for it to be compared."""


def compare_with_earlier(
    incidents: pd.DataFrame,
    *,
    start: pd.Timestamp,
    end: pd.Timestamp,
    known_from: pd.Timestamp,
    alpha: float = 0.05,
) -> tuple[pd.DataFrame, tuple[Message, ...]]:
    """
    Compare a period with the one just before it and with the same weeks of last year.

    An incident counts at the middle of its interval. Last year is 52 weeks earlier, so that both
    periods hold the same weekdays. Where records begin only within an earlier period, its days are
    those from then on; where they cover less than half of it there is no comparison. `changed` is
    the exact test after Holm's correction for the two comparisons: three incidents and then one is
    no change.

    Parameters
    ----------
    incidents
        INCIDENTS frame of the street.
    start, end
        The period, local times with zone; `end` belongs to what follows.
    known_from
        When the records begin: earlier days without incidents are unknown, not quiet.
    alpha
        Level of `changed`.

    Returns
    -------
    table
        Rows `before` and `last_year`: `n`, `days`, `n_before`, `days_before`, the fields of
        `RateChange` (NaN without comparison) and `changed`.
    notes
        A sentence for each comparison, and the number of incidents whose interval crosses a bound.

    Raises
    ------
    DegenerateDataError
        If there is no incident at all, or none has a time.

    References
    ----------
    Holm (1979), Scandinavian Journal of Statistics 6(2).

    Examples
    --------
    >>> days = pd.to_datetime(["2024-02-05", "2024-02-06", "2024-02-07", "2024-03-10"])
    >>> table, notes = compare_with_earlier(
    ...     pd.DataFrame({"occurred_from": days, "occurred_to": days}),
    ...     start=pd.Timestamp("2024-03-01"),
    ...     end=pd.Timestamp("2024-03-29"),
    ...     known_from=pd.Timestamp("2024-01-01"),
    ... )
    >>> print(table.loc["before", ["n", "n_before", "p_exact", "changed"]].to_dict())
    {'n': 1, 'n_before': 3, 'p_exact': 0.625, 'changed': False}
    >>> print(notes[0])
    1 against 3 in the period before: chance alone may do this (p = 0.625).
    """
    refuse_few(len(incidents), 1)
    refuse_no_time(incidents["occurred_from"], incidents["occurred_to"])
    first, last = incidents["occurred_from"], incidents["occurred_to"]
    middle = first + (last - first) / 2
    n, days = _count(middle, start, end), (end - start) / DAY
    rows, bounds = {}, {start, end}
    for name, earlier in (("before", end - start), ("last_year", pd.Timedelta(weeks=52))):
        since, until = max(start - earlier, known_from), end - earlier
        days_before = max((until - since) / DAY, 0.0)
        n_before = _count(middle, since, until)
        rows[name] = {"n": n, "days": days, "n_before": n_before, "days_before": days_before}
        if days_before >= LEAST_COVER * days:
            rows[name] |= compare_rates(n, days, n_before, days_before)._asdict()
            bounds |= {since, until}
    columns = ["n", "days", "n_before", "days_before", *RateChange._fields]
    table = pd.DataFrame.from_dict(rows, orient="index").reindex(columns=columns)
    table = table.astype({"n": int, "n_before": int})
    table["changed"] = _holm(table["p_exact"], alpha)
    said = [_sentence(str(name), row) for name, row in table.iterrows()]
    crossing = sum(int(((first < bound) & (last > bound)).sum()) for bound in bounds)
    if crossing:
        text = N_("{n} incidents may lie on either side of a bound; their middle decides.")
        said.append(Message.of(text, n=crossing))
    return table, tuple(said)


def _count(times: pd.Series, start: pd.Timestamp, end: pd.Timestamp) -> int:
    """Return how many times lie in a half-open period."""
    return int(((times >= start) & (times < end)).sum())


def _holm(p_value: pd.Series, alpha: float) -> pd.Series:
    """Tell which hypotheses Holm's step-down procedure rejects; NaN counts as not tested."""
    tested = p_value.dropna().sort_values()
    level = alpha / np.arange(len(tested), 0, -1)
    passed = pd.Series(tested.to_numpy() <= level, index=tested.index).cummin()
    return passed.reindex(p_value.index, fill_value=False).astype(bool)


def _sentence(name: str, row: pd.Series) -> Message:
    """Say of one comparison what it can carry."""
    period = {"before": N_("the period before"), "last_year": N_("the same weeks of last year")}
    which = Message(period[name])
    if np.isnan(row["p_exact"]):
        text = N_("The records do not reach back far enough to compare with {period}.")
        return Message.of(text, period=which)
    text = (
        N_("{n} against {n_before} in {period}: more than chance does (p = {p}).")
        if row["changed"]
        else N_("{n} against {n_before} in {period}: chance alone may do this (p = {p}).")
    )
    p = f"{row['p_exact']:.3f}" if row["p_exact"] >= 0.001 else "< 0.001"  # noqa: PLR2004
    return Message.of(text, n=row["n"], n_before=row["n_before"], period=which, p=p)
