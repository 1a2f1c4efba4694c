"""Windows that a scan statistic tries, and how it scores and picks among them."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import xlogy

from data.errors import N_, DegenerateDataError, Message

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

SAME_DISTANCE_M = 6
"""Decimals of a metre that decide whether two places lie equally far from a centre."""
SAME_SCORE = 1e-9
"""A simulated window this much below the observed one is as good: the rest is rounding."""


class Scan(NamedTuple):
    """Clusters, and the settings that they depend on."""

    clusters: pd.DataFrame
    """One row a cluster, best first, numbered from 1; columns as the scan says that found it."""
    n_windows: int
    """Windows that were tried on each map."""
    max_share: float
    """Largest share of the baseline in a cluster."""
    max_radius_m: float
    simulations: int
    seed: int

    def note(self) -> Message:
        """Say what the clusters depend on, for the line under the map."""
        text = N_(
            "{windows} windows with at most {share} % of the whole were tried, also on"
            " {simulations} maps of chance (seed {seed}). Another size limit may give other"
            " clusters."
        )
        return Message.of(
            text,
            windows=self.n_windows,
            share=f"{100 * self.max_share:g}",
            simulations=self.simulations,
            seed=self.seed,
        )


def zones_around(
    xy: Floats,
    baseline: Floats,
    *,
    distance_m: Floats | None = None,
    max_share: float = 0.5,
    max_radius_m: float = np.inf,
) -> list[Integers]:
    """
    Return around each place the places that a growing circle takes in, one after the other.

    Every beginning of such a list is a zone. Of places equally far from the centre the one with the
    smaller x comes first, then the one with the smaller y, as in SaTScan; so a zone need not be a
    complete ring.

    Parameters
    ----------
    xy
        Metres, shape (n, 2).
    baseline
        What a zone may hold only a part of: expected cases, visits, cases; shape (n,), at least 0.
    distance_m
        Distance between the places, shape (n, n), such as `lixel_distances`; `inf` where no way
        leads. Omitted: straight lines.
    max_share
        Largest share of the baseline in a zone, in (0, 1].
    max_radius_m
        Largest distance from the centre.

    Returns
    -------
    zones
        For each place the row numbers of the largest zone around it, nearest first; empty if the
        place alone holds more than `max_share`.

    Raises
    ------
    DegenerateDataError
        If the share is not in (0, 1] or a coordinate is missing, because no zone would be defined.

    Examples
    --------
    >>> zones = zones_around(np.array([[0.0, 0], [9, 0], [10, 0]]), np.ones(3), max_share=0.7)
    >>> [zone.tolist() for zone in zones]
    [[0, 1], [1, 2], [2, 1]]
    """
    if not 0 < max_share <= 1 or not np.isfinite(xy).all():
        raise DegenerateDataError(
            Message.of(
                N_("No zones of at most {share} of the cases can be laid around {n} places."),
                share=max_share,
                n=len(xy),
            ),
            N_("Give a share above 0 and up to 1, and every place its coordinates."),
        )
    n = len(xy)
    if distance_m is None:
        distance_m = np.hypot(*(xy[:, None, :] - xy[None, :, :]).transpose(2, 0, 1))
    x, y = (np.broadcast_to(xy[:, axis], (n, n)) for axis in (0, 1))
    # the centre itself comes first even where another place lies on top of it
    own = ~np.eye(n, dtype=bool)
    order = np.lexsort((y, x, own, distance_m.round(SAME_DISTANCE_M)), axis=-1)
    far_m = np.take_along_axis(distance_m, order, axis=1)
    held = np.cumsum(baseline[order], axis=1)
    allowed = held <= max_share * baseline.sum() * (1 + 1e-12)
    allowed &= (far_m <= max_radius_m) & np.isfinite(far_m)
    return [order[at, : int(row.sum())] for at, row in enumerate(allowed)]


def log_likelihood_ratio(cases: Floats, expected: Floats, total: int) -> Floats:
    """
    Score windows by how much likelier a raised rate inside makes the cases; 0 where it is not.

    Parameters
    ----------
    cases, expected
        Inside each window, shapes that broadcast; `expected` above 0 wherever there are cases.
    total
        Cases in all.

    References
    ----------
    Kulldorff (1997), Communications in Statistics - Theory and Methods 26(6),
    doi:10.1080/03610929708831995

    Examples
    --------
    Three of 100 cases where 0.42 are expected.

    >>> float(log_likelihood_ratio(np.array(3.0), np.array(0.42), 100).round(6))
    3.352053
    """
    raised = cases > expected
    inside = np.where(raised, expected, 1.0)
    outside = np.where(raised & (expected < total), total - expected, 1.0)
    inside = np.where(inside > 0, inside, 1.0)
    score = xlogy(cases, cases / inside) + xlogy(total - cases, (total - cases) / outside)
    return np.where(raised, score, 0.0)


def critical_cases(expected: Floats, total: int, score: float, min_cases: int) -> Integers:
    """
    Return the least number of cases with which each window scores `score` or more.

    With these a simulated map is judged by comparing whole numbers: no logarithm is taken.

    Examples
    --------
    >>> critical_cases(np.array([0.42, 20.0]), 100, 3.352, 2).tolist()
    [3, 31]
    """
    low = np.floor(expected).astype(np.int64)  # never enough
    high = np.full(expected.shape, total + 1, dtype=np.int64)  # always enough, or impossible
    while (high - low > 1).any():
        middle = (low + high) // 2
        score_there = log_likelihood_ratio(middle.astype(np.float64), expected, total)
        enough = score_there >= score - SAME_SCORE
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return np.maximum(high, min_cases)


def pick_clusters(
    zones: Sequence[Integers], scores: Sequence[Floats], *, at_most: int
) -> list[tuple[int, int]]:
    """
    Return the best zones that share no place, best first.

    As in SaTScan each centre offers only its best zone, and gives way if a better one has taken a
    place of it. So a second cluster is not what is left of a circle that was cut off.

    Parameters
    ----------
    zones
        Result of `zones_around`.
    scores
        Score of each beginning of each list, at least 0.
    at_most
        Number of zones to return.

    Returns
    -------
    clusters
        `(centre, size)`: the first `size` places of `zones[centre]`. Of equal scores the first
        centre and the smallest zone; a score of 0 is no cluster.

    Examples
    --------
    >>> zones = [np.array([0, 1]), np.array([1, 0]), np.array([2, 1]), np.array([3])]
    >>> scores = [np.array([1.0, 5.0]), np.array([2.0, 5.0]), np.array([3.0, 4.0]), np.array([2.0])]
    >>> pick_clusters(zones, scores, at_most=3)
    [(0, 2), (3, 1)]
    """
    clusters: list[tuple[int, int]] = []
    taken = np.zeros(len(zones), dtype=bool)
    best = np.array([score.max(initial=0.0) for score in scores])
    # rounded, so that sums in two orders do not decide which of two equal centres is first
    for centre in np.argsort(-best.round(9), kind="stable").tolist():
        if len(clusters) == at_most or best[centre] <= SAME_SCORE:
            break
        size = int(np.argmax(scores[centre] >= best[centre] - SAME_SCORE)) + 1
        members = zones[centre][:size]
        if not taken[members].any():
            clusters.append((centre, size))
            taken[members] = True
    return clusters


def radius_m(xy: Floats, distance_m: Floats | None, centre: int, members: Integers) -> float:
    """Return the distance (m) from the centre of a zone to its furthest place."""
    if distance_m is None:
        return float(np.hypot(*(xy[members] - xy[centre]).T).max())
    return float(distance_m[centre, members].max())
