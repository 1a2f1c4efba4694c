"""The streets as plain arrays, and the walks along them that spread a kernel."""

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from spatial.lixel import lixel_positions

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

STEPS = 512
"""Steps in the reach of a kernel, by which tiny walks go on together."""
MOST_ENDS = 16_384
"""Ends entered by walks that go on together, after which these are led to their end (64 MB)."""


@dataclass(frozen=True)
class Streets:
    """Whole streets and the crossings where they meet, whatever lixels they were cut into.

    A street is a number; its end 0 is where its line starts, its end 1 where it stops. The number
    `2 s + e` means end e of street s.
    """

    length_m: Floats
    """Of each street, shape (s,)."""
    node: Integers
    """Crossing at each end, shape (2 s,)."""
    first: Integers
    """Where the ends at each crossing begin in `ends`, shape (crossings + 1,)."""
    ends: Integers
    """Ends that meet at crossing 0, then those at crossing 1, ...; shape (2 s,)."""
    of_lixel: Integers
    """Street of each lixel."""

    @classmethod
    def of(cls, lixels: gpd.GeoDataFrame) -> "Streets":
        """
        Put the streets together again from their lixels.

        Parameters
        ----------
        lixels
            Result of `cut_lixels`, all lixels of each street.

        Examples
        --------
        >>> lixels = pd.DataFrame({"u": [1, 1, 2], "v": [2, 2, 3], "key": 0, "to_m": [5, 10, 7.0]})
        >>> streets = Streets.of(lixels)
        >>> streets.length_m.tolist(), streets.node.tolist(), streets.of_lixel.tolist()
        ([10.0, 7.0], [0, 1, 1, 2], [0, 0, 1])
        """
        u, v, key = (lixels[name].to_numpy(dtype=np.int64) for name in ("u", "v", "key"))
        of_lixel, _ = pd.factorize(pd.MultiIndex.from_arrays([u, v, key]))
        last = np.zeros(int(of_lixel.max(initial=-1)) + 1, dtype=np.int64)
        last[of_lixel] = np.arange(of_lixel.size)
        length_m = np.zeros(last.size)
        np.maximum.at(length_m, of_lixel, lixels["to_m"].to_numpy(dtype=np.float64))
        crossings, node = np.unique(np.stack([u[last], v[last]], axis=1), return_inverse=True)
        node = node.ravel()
        first = np.concatenate([[0], np.cumsum(np.bincount(node, minlength=crossings.size))])
        ends = np.argsort(node, kind="stable")
        return cls(length_m, node, first, ends, of_lixel.astype(np.int64))


def locate_on_streets(
    points: gpd.GeoDataFrame | gpd.GeoSeries,
    lixels: gpd.GeoDataFrame,
    streets: Streets,
    *,
    max_snap_m: float = 100.0,
) -> tuple[Integers, Floats]:
    """
    Find where along which street each point lies.

    Parameters
    ----------
    points
        Point geometry, in the CRS of the lixels.
    lixels, streets
        Result of `cut_lixels`, and `Streets.of` it.
    max_snap_m
        A point further than this (m, straight line) from every street lies on none.

    Returns
    -------
    street, at_m
        Number of the street, -1 for none, and metres along its line, each of shape (n,).

    Examples
    --------
    >>> lixels = gpd.GeoDataFrame(
    ...     {"u": 1, "v": 2, "key": 0, "from_m": [0.0, 50.0], "to_m": [50.0, 99.0]},
    ...     geometry=[shapely.LineString([(0, 0), (50, 0)]), shapely.LineString([(50, 0), (99, 0)])]
    ... )
    >>> points = gpd.GeoSeries.from_xy([60, 60], [9, 500])
    >>> street, at_m = locate_on_streets(points, lixels, Streets.of(lixels))
    >>> street.tolist(), at_m.tolist()
    ([0, -1], [60.0, 0.0])
    """
    position = lixel_positions(points, lixels, max_snap_m=max_snap_m)
    on = position >= 0
    street = np.full(position.size, -1, dtype=np.int64)
    at_m = np.zeros(position.size)
    lines = lixels.geometry.to_numpy()[position[on]]
    past_m = shapely.line_locate_point(lines, points.geometry.to_numpy()[on])
    street[on] = streets.of_lixel[position[on]]
    along_m = lixels["from_m"].to_numpy(dtype=np.float64)[position[on]] + past_m
    at_m[on] = np.clip(along_m, 0, streets.length_m[street[on]])
    return street, at_m


def spread_kernels(  # pragma: no cover  # noqa: C901, PLR0912, PLR0915
    events: Any, places: Any, network: Any, kernel: Any, density: Any
) -> None:
    """Add to each place the kernels of all events that walk to it.

    `events` are street, metres along it, weight and row of `density`; `places` are the first place
    of each street, the places' metres along it and their column of `density`; `network` are
    `length_m`, `node`, `first`, `ends`; `kernel` are its shape (0 Epanechnikov, 1 quartic,
    2 Gaussian), standard deviation, reach, height, whether walks turn back at crossings, and the
    share of a walk below which it goes on together with others.

    A walk is one entry of a stack: the end at which it enters a street, how far it has come and
    what share of the kernel it carries. Among short streets walks become countless and tiny: those
    below the least share are put together by the end that they enter and by distance, each split
    between the two nearest steps so that its mean distance stays, and go on from the nearest step
    to the furthest. None is given up.
    """
    street, at_m, weight, row = events
    first_place, place_m, column = places
    length_m, node, first, ends = network
    shape, deviation_m, reach_m, height, turning, least = kernel
    step_m = reach_m / STEPS
    stack_end, stack_m, stack_share = np.empty(4096, np.int64), np.empty(4096), np.empty(4096)
    number = np.full(node.size, -1, np.int64)
    owner = np.empty(64, np.int64)
    together = np.zeros((64, STEPS + 2))
    used = 0
    for event in range(street.size):
        here, start_m = street[event], at_m[event]
        last = event + 1 == street.size or row[event + 1] != row[event] or used >= MOST_ENDS
        # entries with a negative end are the two halves of the street that the event lies on
        stack_end[0], stack_m[0], stack_share[0] = -1, -start_m, 1.0
        stack_end[1], stack_m[1], stack_share[1] = -2, start_m - length_m[here], 1.0
        top, step, at = 2, 0, 0
        while True:
            alone = top > 0
            if alone:
                top -= 1
                end, come_m, share = stack_end[top], stack_m[top], stack_share[top]
                carried = weight[event]
            else:
                if at == used:
                    at, step = 0, step + 1
                if not last or step > STEPS or used == 0:
                    break
                end, come_m, share = owner[at], step * step_m, together[at, step]
                carried = 1.0
                at += 1
                if share == 0:
                    continue
            forward = end == -1 or (end >= 0 and end % 2 == 0)
            on = here if end < 0 else end // 2
            for place in range(first_place[on], first_place[on + 1]):
                along_m = place_m[place] if forward else length_m[on] - place_m[place]
                away_m = come_m + along_m
                # a place exactly at the event belongs to its forward half
                if away_m > reach_m or away_m < 0 or (away_m == 0 and end == -2):  # noqa: PLR2004
                    continue
                if shape == 2:  # noqa: PLR2004
                    value = np.exp(-0.5 * (away_m / deviation_m) ** 2)
                else:
                    value = 1 - (away_m / reach_m) ** 2
                    if shape == 1:
                        value *= value
                density[row[event], column[place]] += carried * share * height * value
            # what goes on together must leave its step, however short the street
            come_m += length_m[on] if alone else max(length_m[on], step_m)
            if come_m >= reach_m:
                continue
            arrived = 2 * on + 1 if forward else 2 * on
            crossing = node[arrived]
            meeting = first[crossing + 1] - first[crossing]
            nearest = int(come_m / step_m)
            late = (come_m / step_m - nearest) * carried
            early = carried - late
            for slot in range(first[crossing], first[crossing + 1]):
                onward = ends[slot]
                if turning:
                    part = share * (2.0 / meeting - (1.0 if onward == arrived else 0.0))
                elif onward == arrived:
                    continue
                else:
                    part = share / (meeting - 1)
                if part == 0:
                    continue
                if alone and abs(part) >= least:
                    if top == stack_end.size:
                        stack_end = np.append(stack_end, np.empty_like(stack_end))
                        stack_m = np.append(stack_m, np.empty_like(stack_m))
                        stack_share = np.append(stack_share, np.empty_like(stack_share))
                    stack_end[top], stack_m[top], stack_share[top] = onward, come_m, part
                    top += 1
                    continue
                if number[onward] < 0:
                    if used == owner.size:
                        owner = np.append(owner, np.empty_like(owner))
                        together = np.append(together, np.zeros_like(together), axis=0)
                    number[onward], owner[used] = used, onward
                    used += 1
                together[number[onward], nearest] += part * early
                together[number[onward], nearest + 1] += part * late
        if last:
            number[owner[:used]] = -1
            together[:used] = 0.0
            used = 0
