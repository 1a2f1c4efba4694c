"""Many cells, few places to stand: choose cells apart and give each other cell to the nearest."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Cluster(NamedTuple):
    """A chosen cell and the cells that it stands for, itself among them."""

    seed: int
    members: NDArray[np.bool_]


def thin_cells(
    points: NDArray[np.float64],
    n: NDArray[np.float64],
    appeal: NDArray[np.float64],
    *,
    spacing_m: float,
    most: int,
) -> list[Cluster]:
    """
    Choose cells greedily, none nearer than `spacing_m` to one already chosen.

    Parameters
    ----------
    points
        Centres of the cells (m), shape (k, 2).
    n
        Incidents per cell, shape (k,).
    appeal
        What to choose by, the highest first; of equal ones the first, shape (k,).
    spacing_m
        Least distance (m) between two chosen cells.
    most
        How many cells may be chosen.

    Returns
    -------
    clusters
        In the order of choice. Every cell belongs to the nearest chosen one, so the incidents of
        all clusters add up to those of all cells; clusters without incidents are left out.

    Examples
    --------
    >>> points, n = np.array([[0.0, 0], [50, 0], [200, 0]]), np.array([1.0, 4, 2])
    >>> [(c.seed, n[c.members].sum()) for c in thin_cells(points, n, n, spacing_m=100, most=5)]
    [(1, np.float64(5.0)), (2, np.float64(2.0))]
    """
    chosen = choose_apart(points, appeal, spacing_m=spacing_m)[:most]
    if not chosen:
        return []
    nearest = np.argmin([distance_m(points, points[cell]) for cell in chosen], axis=0)
    clusters = [Cluster(cell, nearest == number) for number, cell in enumerate(chosen)]
    return [cluster for cluster in clusters if n[cluster.members].any()]


def choose_apart(
    points: NDArray[np.float64], appeal: NDArray[np.float64], *, spacing_m: float
) -> list[int]:
    """
    Choose points by falling appeal, none nearer than `spacing_m` to one already chosen.

    Parameters
    ----------
    points
        Coordinates (m), shape (k, 2).
    appeal
        The highest first; of equal ones the first, shape (k,).
    spacing_m
        Least distance (m) between two chosen points.

    Returns
    -------
    chosen
        Positions, in the order of choice.

    Examples
    --------
    >>> choose_apart(np.array([[0.0, 0], [50, 0], [200, 0]]), np.array([1.0, 4, 2]), spacing_m=100)
    [1, 2]
    """
    chosen: list[int] = []
    for place in np.argsort(-np.round(appeal, 9), kind="stable").tolist():
        if (distance_m(points[chosen], points[place]) >= spacing_m).all():
            chosen.append(place)
    return chosen


def distance_m(points: NDArray[np.float64], place: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the straight distance (m) of each point from one place.

    Examples
    --------
    >>> distance_m(np.array([[3.0, 4.0]]), np.array([0.0, 0.0])).tolist()
    [5.0]
    """
    distance: NDArray[np.float64] = np.hypot(points[:, 0] - place[0], points[:, 1] - place[1])
    return distance
