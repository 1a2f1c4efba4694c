"""Poisson scan: the circle with the most incidents for what it is exposed to, and its chance."""

from collections.abc import Sequence
from typing import Any

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
COLUMNS = ("centre", "members", "radius_m", "n", "expected", "log_likelihood_ratio", "p_value")


def poisson_scan(
    cases: pd.Series,
    baseline: pd.Series,
    xy: Floats,
    *,
    distance_m: Floats | None = None,
    max_share: float = 0.5,
    max_radius_m: float = np.inf,
    min_cases: int = 2,
    at_most: int = 3,
    simulations: int = 999,
    seed: int = 0,
) -> Scan:
    """
    Find the circles in which incidents are most raised over what their places are exposed to.

    The number of incidents is taken as given, each falls on a place in proportion to its baseline,
    independently. Repeated incidents at one spot break that assumption and make clusters look
    surer than they are; `exact_gi_star` does not assume it.

    Parameters
    ----------
    cases
        Incidents of each unit, whole numbers, shape (n,).
    baseline
        What each unit is exposed to, at least 0: visits, opening hours, metres of street.
    xy
        Centre of each unit, metres, shape (n, 2); decides between units equally far away.
    distance_m
        Distance between the units, shape (n, n), such as `lixel_distances` for a scan along the
        streets. Omitted: straight lines.
    max_share, max_radius_m
        Size cap: largest share of the baseline in a circle, and its largest radius.
    min_cases
        Fewest incidents that make a cluster.
    at_most
        Clusters to report; they share no unit.
    simulations
        Maps of chance, at least 1.
    seed
        Of those maps.

    Returns
    -------
    scan
        `scan.clusters`: `centre` and `members` (labels of `cases`, nearest first), `radius_m`,
        `n`, `expected`, `ratio` (n / expected), `relative_risk` (inside against outside),
        `log_likelihood_ratio` and `p_value`: the share of maps, the observed one included, with
        any circle that scores as much. So later clusters are judged strictly.

    Raises
    ------
    DegenerateDataError
        If there are fewer than 2 incidents, counts are no whole numbers, or incidents lie where
        nothing is exposed, because then their rate is infinite.

    References
    ----------
    Kulldorff (1997), Communications in Statistics - Theory and Methods 26(6),
    doi:10.1080/03610929708831995

    Examples
    --------
    Six of eight incidents in the first of four equal places in a row, where 2 are expected.

    >>> cases = pd.Series([6, 1, 1, 0], index=["a", "b", "c", "d"])
    >>> xy = np.array([[0.0, 0], [50, 0], [100, 0], [150, 0]])
    >>> scan = poisson_scan(cases, pd.Series(1, cases.index), xy, simulations=99)
    >>> first = scan.clusters.iloc[0]
    >>> first["members"], int(first["n"]), float(first["expected"]), float(first["relative_risk"])
    (('a',), 6, 2.0, 9.0)
    >>> print(scan.note())
    8 windows with at most 50 % of the whole were tried, also on 99 maps of chance (seed 0). \
Another size limit may give other clusters.
    """
    _check(cases, baseline)
    n = cases.to_numpy(dtype=np.int64)
    exposed = baseline.to_numpy(dtype=np.float64)
    total, share = int(n.sum()), exposed / exposed.sum()
    zones = zones_around(
        xy, exposed, distance_m=distance_m, max_share=max_share, max_radius_m=max_radius_m
    )
    expected = [np.cumsum(share[zone]) * total for zone in zones]
    scores = [
        _scores(n[zone], e, total, min_cases) for zone, e in zip(zones, expected, strict=True)
    ]
    found = pick_clusters(zones, scores, at_most=at_most)
    reached = [float(scores[centre][size - 1]) for centre, size in found]
    needed = [critical_cases(np.concatenate(expected), total, at, min_cases) for at in reached]
    maps = np.random.default_rng(seed).multinomial(total, share, size=simulations)
    as_good = [_maps_as_good(maps, zones, least) for least in needed]
    rows = [
        {
            "centre": cases.index[centre],
            "members": tuple(cases.index[zones[centre][:size]]),
            "radius_m": radius_m(xy, distance_m, centre, zones[centre][:size]),
            "n": int(n[zones[centre][:size]].sum()),
            "expected": float(expected[centre][size - 1]),
            "log_likelihood_ratio": score,
            "p_value": (1 + times) / (1 + simulations),
        }
        for (centre, size), score, times in zip(found, reached, as_good, strict=True)
    ]
    windows = sum(zone.size for zone in zones)
    return Scan(_table(rows, total), windows, max_share, max_radius_m, simulations, seed)


def _check(cases: pd.Series, baseline: pd.Series) -> None:
    """Raise what makes the scan undefined."""
    faults = FaultList()
    n, exposed = cases.to_numpy(), baseline.to_numpy()
    if not (np.isfinite(n) & (n >= 0) & (n == np.floor(n))).all() or n.sum() < MIN_INCIDENTS:
        faults.add(
            Message.of(N_("A scan needs {least} or more whole incidents."), least=MIN_INCIDENTS),
            N_("Give each place a whole number of incidents, and choose a longer period."),
        )
    if not (np.isfinite(exposed) & (exposed >= 0)).all():
        faults.add(
            N_("Some baselines are negative or missing."),
            N_("Give every place a number of 0 or more, such as its visits."),
        )
    elif bare := int(((exposed == 0) & (n > 0)).sum()):
        faults.add(
            Message.of(N_("{n} places hold incidents but are exposed to nothing."), n=bare),
            N_("Leave these places out, or correct their baseline."),
        )
    faults.raise_if_any(DegenerateDataError)


def _scores(n: Integers, expected: Floats, total: int, min_cases: int) -> Floats:
    """Return the score of every beginning of a zone; 0 with fewer than `min_cases`."""
    inside = np.cumsum(n).astype(np.float64)
    score = log_likelihood_ratio(inside, expected, total)
    return np.where(inside >= min_cases, score, 0.0)


def _maps_as_good(maps: Integers, zones: Sequence[Integers], needed: Integers) -> int:
    """Count the maps (rows) where some beginning of a zone holds what it needs."""
    # whole numbers of half the width take half the time; a place on a row, as they are gathered
    narrow: Any = np.int16 if maps.sum(axis=1).max(initial=0) < np.iinfo(np.int16).max else np.int32
    waiting = np.ascontiguousarray(maps.T.astype(narrow))
    least = np.minimum(needed, np.iinfo(narrow).max).astype(narrow)[:, None]
    good = np.zeros(waiting.shape[1], dtype=bool)
    as_good, first = 0, 0
    for zone in zones:
        inside = np.cumsum(waiting[zone], axis=0, dtype=narrow)
        good |= (inside >= least[first : first + zone.size]).any(axis=0)
        first += zone.size
        if good.sum() > good.size / 4:  # a map is judged once; thinning out costs a copy
            as_good += int(good.sum())
            waiting = np.ascontiguousarray(waiting[:, ~good])
            good = np.zeros(waiting.shape[1], dtype=bool)
    return as_good + int(good.sum())


def _table(rows: list[dict[str, object]], total: int) -> pd.DataFrame:
    """Return the clusters as a frame, with the two ratios that readers know."""
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    table.index = pd.RangeIndex(1, len(rows) + 1, name="cluster")
    n, expected = table["n"].astype(float), table["expected"].astype(float)
    outside = (total - n) / (total - expected).where(total > expected)
    table.insert(5, "ratio", n / expected)
    # nobody outside: infinitely riskier inside
    table.insert(6, "relative_risk", (n / expected / outside.where(outside > 0)).fillna(np.inf))
    return table
