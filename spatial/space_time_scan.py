"""Space-time permutation scan: where incidents are more, lately, than place and time explain."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.errors import N_, DegenerateDataError, FaultList, Message
from spatial.scan_windows import (
    Scan,
    critical_cases,
    log_likelihood_ratio,
    pick_clusters,
    radius_m,
    zones_around,
)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MIN_INCIDENTS = 2
BLOCK_CELLS = 8_000_000
"""Counts of simulated maps held at once (32 MB)."""
COLUMNS = (
    *("centre", "members", "radius_m", "start", "end", "n", "expected", "ratio"),
    *("log_likelihood_ratio", "p_value", "recurrence", "span"),
)


def space_time_scan(
    place: Integers,
    when: Integers,
    xy: Floats,
    *,
    period: tuple[int, int],
    distance_m: Floats | None = None,
    prospective: bool = True,
    max_share: float = 0.5,
    max_radius_m: float = np.inf,
    max_duration: int | None = None,
    min_cases: int = 2,
    at_most: int = 3,
    simulations: int = 999,
    seed: int = 0,
) -> Scan:
    """
    Find the places and times that hold more incidents than the two explain by themselves.

    Expected in a circle and an interval: incidents of the circle x incidents of the interval / all.
    So neither a place that is always busy nor a busy season makes a cluster, and no exposure need
    be known; what a cluster shows is that place and time go together. Chance is the same incidents
    with their times in random order.

    Parameters
    ----------
    place
        Row number in `xy` of each incident, shape (N,).
    when
        Time of each incident in whole units (days, weeks) since any epoch, shape (N,).
    xy
        Places, metres, shape (n, 2); decides between places equally far away.
    period
        First and last unit of the study period, both included; not the first and last incident.
    distance_m
        Distance between the places, shape (n, n), such as `lixel_distances`. Omitted: straight
        lines.
    prospective
        True tries the intervals that reach to the end of the period ("is it hot now?"), False
        those between any two incidents.
    max_share, max_radius_m, max_duration
        Size cap: largest share of the incidents in a circle, its largest radius, and the most units
        in an interval; by default half of the period.
    min_cases
        Fewest incidents that make a cluster.
    at_most
        Clusters to report; they share no place.
    simulations
        Random orders of the times, at least 1.
    seed
        Of those orders.

    Returns
    -------
    scan
        `scan.clusters`: `centre` and `members` (row numbers of `xy`, nearest first), `radius_m`,
        `start` and `end` (units, both included), `n`, `expected`, `ratio`, `log_likelihood_ratio`,
        `p_value` (share of the orders, the observed one included, with any window that scores as
        much) and `recurrence`: if the scan were run once a unit, so strong a cluster would arise by
        chance once in this many units (1 / p; only for the prospective scan, else missing).

    Raises
    ------
    DegenerateDataError
        If there are fewer than 2 incidents, all at one time or at one place, or some outside the
        period: then place and time cannot go together.

    References
    ----------
    Kulldorff et al. (2005), PLoS Medicine 2(3): e59, doi:10.1371/journal.pmed.0020059; Kleinman
    et al. (2004), American Journal of Epidemiology 159(3), doi:10.1093/aje/kwh029, for the
    recurrence interval.

    Examples
    --------
    Two places of four incidents; in the last of ten days all three are at the second one, where
    4 x 3 / 8 = 1.5 are expected.

    >>> place = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    >>> when = np.array([1, 2, 3, 4, 5, 10, 10, 10])
    >>> xy = np.array([[0.0, 0.0], [100.0, 0.0]])
    >>> scan = space_time_scan(place, when, xy, period=(1, 10), simulations=99)
    >>> scan.clusters.iloc[0][["members", "start", "end", "n"]].astype(str).tolist()
    ['(1,)', '10', '10', '3']
    >>> float(scan.clusters.iloc[0]["expected"])
    1.5
    """
    _check(place, when, len(xy), period)
    longest = (period[1] - period[0] + 1) // 2 if max_duration is None else max_duration
    moments, moment = np.unique(when, return_inverse=True)
    spans = _spans(moments, period[1], longest, prospective=prospective)
    held = np.bincount(place, minlength=len(xy)).astype(np.float64)
    zones = zones_around(
        xy, held, distance_m=distance_m, max_share=max_share, max_radius_m=max_radius_m
    )
    seen = _score(place, moment, zones, spans, min_cases)
    best = [score.max(axis=1, initial=0) for score in seen.scores]
    found = pick_clusters(zones, best, at_most=at_most)
    rows = [_row(seen, zones, centre, size) for centre, size in found]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    table.index = pd.RangeIndex(1, len(rows) + 1, name="cluster")
    table["radius_m"] = [radius_m(xy, distance_m, at, zones[at][:size]) for at, size in found]
    first, last = spans[table.pop("span").astype(np.int64)].T
    table["start"], table["end"] = moments[first], period[1] if prospective else moments[last]
    needed = [
        [critical_cases(e, place.size, score, min_cases) for e in seen.expected]
        for score in table["log_likelihood_ratio"]
    ]
    orders = _orders(moment, len(xy) * len(spans), simulations, np.random.default_rng(seed))
    table["p_value"] = (1 + _orders_as_good(orders, place, zones, spans, needed)) / (
        1 + simulations
    )
    table["recurrence"] = 1 / table["p_value"] if prospective else np.nan
    windows = len(spans) * sum(zone.size for zone in zones)
    return Scan(table, windows, max_share, max_radius_m, simulations, seed)


class _Seen(NamedTuple):
    """What the windows hold: by place and interval, and by centre, size and interval."""

    observed: NDArray[Any]
    expected: list[Floats]
    scores: list[Floats]


def _score(
    place: Integers, moment: Integers, zones: Sequence[Integers], spans: Integers, min_cases: int
) -> _Seen:
    """Score every window; 0 with fewer than `min_cases`."""
    observed = _in_spans(place, moment[None], len(zones), spans)[..., 0]
    held, everywhere = np.bincount(place, minlength=len(zones)), observed.sum(axis=0)
    expected = [np.outer(np.cumsum(held[zone]), everywhere) / place.size for zone in zones]
    scores = []
    for zone, e in zip(zones, expected, strict=True):
        inside = np.cumsum(observed[zone], axis=0).astype(np.float64)
        score = log_likelihood_ratio(inside, e, place.size)
        scores.append(np.where(inside >= min_cases, score, 0.0))
    return _Seen(observed, expected, scores)


def _row(seen: _Seen, zones: Sequence[Integers], centre: int, size: int) -> dict[str, Any]:
    """Describe a cluster by its best interval, of equally good ones the shortest."""
    members, scores = zones[centre][:size], seen.scores[centre][size - 1]
    span = int(scores.argmax())
    n, expected = int(seen.observed[members, span].sum()), seen.expected[centre][size - 1, span]
    return {
        "centre": centre,
        "members": tuple(members.tolist()),
        "span": span,
        "n": n,
        "expected": float(expected),
        "ratio": float(n / expected),
        "log_likelihood_ratio": float(scores[span]),
    }


def _check(place: Integers, when: Integers, n_places: int, period: tuple[int, int]) -> None:
    """Raise what keeps place and time from going together."""
    faults = FaultList()
    if place.size < MIN_INCIDENTS:
        faults.add(
            Message.of(N_("A scan needs {least} or more whole incidents."), least=MIN_INCIDENTS),
            N_("Choose a longer period."),
        )
    elif np.ptp(place) == 0 or np.ptp(when) == 0:
        faults.add(
            Message.of(N_("All {n} incidents are at one place or at one time."), n=place.size),
            N_("Choose a longer period or a larger area."),
        )
    if outside := int(((when < period[0]) | (when > period[1])).sum()):
        faults.add(
            Message.of(N_("{n} incidents lie outside the period of the scan."), n=outside),
            N_("Leave them out, or choose a longer period."),
        )
    if ((place < 0) | (place >= n_places)).any():
        faults.add(N_("Some incidents have no place."), N_("Leave incidents without a place out."))
    faults.raise_if_any(DegenerateDataError)


def _spans(moments: Integers, end: int, longest: int, *, prospective: bool) -> Integers:
    """Return first and last moment (row numbers) of every interval, the short ones first."""
    n = moments.size
    if prospective:
        first = np.flatnonzero(end - moments + 1 <= longest)[::-1]
        return np.stack([first, np.full(first.size, n - 1)], axis=1)
    first, last = np.triu_indices(n)
    duration = moments[last] - moments[first] + 1
    short = np.flatnonzero(duration <= longest)
    order = short[np.lexsort((first[short], duration[short]))]
    return np.stack([first[order], last[order]], axis=1)


def _in_spans(place: Integers, moment: Integers, n_places: int, spans: Integers) -> NDArray[Any]:
    """Count incidents by place, interval and map, for maps of the moments (one a row)."""
    narrow = _width(place.size)
    # what lies before every interval is one moment, which no interval holds
    first = int(spans.min()) - 1 if len(spans) else -1
    later = np.maximum(moment - first, 0)
    maps, n_moments = len(moment), int(moment.max()) - first + 1
    cell = (place * n_moments + later) * maps + np.arange(maps)[:, None]
    counts = np.bincount(cell.ravel(), minlength=n_places * n_moments * maps).astype(narrow)
    until = np.cumsum(counts.reshape(n_places, n_moments, maps), axis=1, dtype=narrow)
    within: NDArray[Any] = until[:, spans[:, 1] - first] - until[:, spans[:, 0] - first - 1]
    return within


def _width(total: int) -> Any:
    """Return the narrowest type for counts up to 1 above `total`: half the width, half the time."""
    return np.int16 if total < np.iinfo(np.int16).max else np.int32


def _orders(
    moment: Integers, cells: int, simulations: int, rng: np.random.Generator
) -> Iterator[Integers]:
    """Return random orders of the moments, as many at once as memory allows."""
    at_once = max(1, BLOCK_CELLS // max(1, cells))
    for done in range(0, simulations, at_once):
        rows = min(at_once, simulations - done)
        yield rng.permuted(np.tile(moment, (rows, 1)), axis=1)


def _orders_as_good(
    orders: Iterator[Integers],
    place: Integers,
    zones: Sequence[Integers],
    spans: Integers,
    needed: Sequence[Sequence[Integers]],
) -> Integers:
    """Count, for each cluster, the orders in which some window holds what it needs."""
    as_good = np.zeros(len(needed), dtype=np.int64)
    limits = [[least[..., None].astype(_width(place.size)) for least in rows] for rows in needed]
    for moment in orders:
        counts = _in_spans(place, moment, len(zones), spans)
        good = np.zeros((len(needed), len(moment)), dtype=bool)
        for at, zone in enumerate(zones):
            waiting = np.flatnonzero(~good.all(axis=0))
            inside = counts[zone] if waiting.size == len(moment) else counts[zone][..., waiting]
            inside = np.cumsum(inside, axis=0, dtype=counts.dtype)
            for row, least in enumerate(limits):
                good[row, waiting] |= (inside >= least[at]).any(axis=(0, 1))
        as_good += good.sum(axis=1)
    return as_good
