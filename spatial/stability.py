"""How sure it is that a place belongs to the patrolled ones: replicates of what might have been."""

from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from data.errors import N_, DegenerateDataError, Message
from spatial.grid import Lattice
from spatial.hexagon import ROW_PITCH

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

VALUES_AT_ONCE = 4_000_000
"""Values, or incidents, of all replicates of one block (32 MB)."""


@dataclass(frozen=True)
class Doubt:
    """What is not known of the incidents, and how often it is drawn.

    Examples
    --------
    >>> Doubt(location_error_m=30.0).draw(2, np.random.default_rng(0), replicates=3)[0].shape
    (3, 2)
    """

    location_error_m: float | Floats = 0.0
    """Standard deviation of the place, east and north each, in metres; one or one an incident."""
    chance: Floats | None = None
    """Probability of each incident to belong to the shift, such as its twelfths / 12; None: 1."""
    resample: bool = True
    """Draw as many incidents with replacement (bootstrap), or take them as they are."""

    def draw(
        self, n: int, rng: np.random.Generator, *, replicates: int
    ) -> tuple[Integers, NDArray[np.bool_], Floats]:
        """
        Draw incidents anew.

        Returns
        -------
        drawn, counted, moved_m
            Number of the incident, whether it falls into the shift, and how far it is moved east
            and north; shapes (replicates, n), the same, and (2, replicates, n).
        """
        drawn = np.broadcast_to(np.arange(n), (replicates, n))
        if self.resample:
            drawn = rng.integers(n, size=(replicates, n))
        counted = np.ones(drawn.shape, dtype=bool)
        if self.chance is not None:
            counted = rng.random(drawn.shape) < self.chance[drawn]
        error_m = np.broadcast_to(np.asarray(self.location_error_m, np.float64), (n,))[drawn]
        moved_m = np.zeros((2, *drawn.shape))
        if error_m.any():
            moved_m = rng.standard_normal(moved_m.shape) * error_m
        return drawn, counted, moved_m


def cell_stability(
    x: Floats,
    y: Floats,
    *,
    lattice: Lattice,
    cells: gpd.GeoDataFrame,
    n_patrolled: int,
    doubt: Doubt | None = None,
    bandwidth_m: float | None = None,
    block: bool = False,
    shift_grid: bool = True,
    replicates: int = 1000,
    seed: int = 0,
) -> pd.Series:
    """
    Tell for each cell in which share of replicates it stays among the patrolled ones.

    A replicate draws the incidents anew, moves each within its location error, puts it into the
    shift or not, and lays the lattice elsewhere, by less than a cell. The `n_patrolled` cells of
    the moved lattice with the highest values are patrolled, ties broken by lot; a cell of
    value 0 never is. A cell of the map stays if its middle lies in a patrolled one.

    Parameters
    ----------
    x, y
        Metres, shape (n,); incidents outside the lattice are nowhere.
    lattice, cells
        The lattice and the CELLS frame that was cut from it.
    n_patrolled
        Cells that the staff can patrol, at least 1.
    doubt
        See `Doubt`; by default the incidents are resampled, their places and times are sure.
    bandwidth_m
        Given, the values are a Gaussian surface over the counts of the moved lattice, corrected for
        the edge, instead of the counts; squares only.
    block
        Without a bandwidth: the values are the counts of each cell and those around it, which is
        what Gi* tests, instead of its own.
    shift_grid
        Whether to move the lattice.
    replicates
        Number of replicates, at least 1.
    seed
        Of the random numbers.

    Returns
    -------
    stability
        Share in [0, 1] on the index of `cells`; its standard error is at most
        0.5 / sqrt(replicates).

    Raises
    ------
    DegenerateDataError
        If no cell or no replicate is asked for, or a surface over hexagons.

    Examples
    --------
    All ten incidents in the middle of one cell: it stays, unless the grid moves a neighbour's
    middle there too.

    >>> import shapely
    >>> mask = shapely.box(0, 0, 150, 50)
    >>> lattice = Lattice.cover(mask, 50.0)
    >>> around = {"lattice": lattice, "cells": lattice.cells(mask)}
    >>> cell_stability(np.full(10, 75.0), np.full(10, 25.0), **around, n_patrolled=1).to_dict()
    {'c000r000': 0.0, 'c001r000': 1.0, 'c002r000': 0.0}
    """
    _check(n_patrolled, replicates, lattice, bandwidth_m)
    rng = np.random.default_rng(seed)
    doubt = Doubt() if doubt is None else doubt
    # room for the lattice to be moved by a period; an odd row more would turn hexagons round
    wide = replace(lattice, columns=lattice.columns + 2, rows=lattice.rows + 3)
    around = _neighbours(wide) if block else None
    stays = np.zeros(len(cells), dtype=np.int64)
    step = max(1, VALUES_AT_ONCE // max(wide.columns * wide.rows, x.size))
    for start in range(0, replicates, step):
        many = min(step, replicates - start)
        moved_m = _grid_shifts(lattice, rng, many) if shift_grid else np.zeros((2, many, 1))
        counts = _counts((x, y), doubt, wide, moved_m, rng)
        at = _numbers(cells, lattice, wide, moved_m)
        values = counts
        if bandwidth_m is not None:
            values = _surface(counts, at, wide, bandwidth_m)
        elif around is not None:
            values = np.asarray(counts @ around)
        patrolled = _highest(values, n_patrolled, rng)
        stays += np.take_along_axis(patrolled, at, axis=1).sum(axis=0)
    return pd.Series(stays / replicates, index=cells.index, name="stability")


def _check(n_patrolled: int, replicates: int, lattice: Lattice, bandwidth_m: float | None) -> None:
    """Raise what makes the question empty."""
    if n_patrolled < 1 or replicates < 1:
        raise DegenerateDataError(
            Message.of(
                N_("{n} patrolled cells in {replicates} replicates cannot stay."),
                n=n_patrolled,
                replicates=replicates,
            ),
            N_("Ask for at least one of each."),
        )
    if bandwidth_m is not None and (lattice.shape != "square" or not 0 < bandwidth_m < np.inf):
        raise DegenerateDataError(
            Message.of(
                N_("There is no surface of {size} m over cells of the shape {shape}."),
                size=bandwidth_m,
                shape=lattice.shape,
            ),
            N_("Use squares and a bandwidth above 0 m, or counts."),
        )


def _grid_shifts(lattice: Lattice, rng: np.random.Generator, many: int) -> Floats:
    """Draw how far points move against the lattice, east and north, shape (2, many, 1)."""
    high = 2 * ROW_PITCH if lattice.shape == "hexagon" else 1.0
    moved = rng.random((2, many, 1)) * lattice.cell_size_m
    moved[1] *= high
    return moved


def _counts(
    places: tuple[Floats, Floats],
    doubt: Doubt,
    wide: Lattice,
    moved_m: Floats,
    rng: np.random.Generator,
) -> Floats:
    """Draw and count the incidents of some replicates, shape (many, cells of `wide`)."""
    x, y = places
    many, size = moved_m.shape[1], wide.rows * wide.columns
    drawn, counted, error_m = doubt.draw(x.size, rng, replicates=many)
    number = wide.locate(
        (x[drawn] + error_m[0] + moved_m[0]).ravel(), (y[drawn] + error_m[1] + moved_m[1]).ravel()
    ).reshape(drawn.shape)
    kept = counted & (number >= 0)
    flat = (number + np.arange(many)[:, None] * size)[kept]
    return np.bincount(flat, minlength=many * size).reshape(many, size).astype(np.float64)


def _numbers(cells: gpd.GeoDataFrame, lattice: Lattice, wide: Lattice, moved_m: Floats) -> Integers:
    """Return the moved cell that holds the middle of each cell of the map, shape (many, m)."""
    column, row = cells["column"].to_numpy(np.int64), cells["row"].to_numpy(np.int64)
    x, y = lattice.centres(row * lattice.columns + column)
    if lattice.shape == "square":
        # all squares move alike
        first = wide.locate(x[0] + moved_m[0].ravel(), y[0] + moved_m[1].ravel())
        return np.asarray((row - row[0]) * wide.columns + column - column[0] + first[:, None])
    across, up = x + moved_m[0], y + moved_m[1]
    return wide.locate(across.ravel(), up.ravel()).reshape(across.shape)


def _neighbours(wide: Lattice) -> "csr_array[Any]":
    """Return which cells of a whole lattice are neighbours, in the order of their numbers."""
    row, column = np.divmod(np.arange(wide.rows * wide.columns), wide.columns)
    return wide.neighbours(gpd.GeoDataFrame({"column": column, "row": row}))


def _surface(counts: Floats, at: Integers, wide: Lattice, bandwidth_m: float) -> Floats:
    """Filter the counts of every replicate and divide by the filtered study area."""
    # moved squares cover the study area in four ways only
    _, example, way = np.unique(at[:, 0], return_index=True, return_inverse=True)
    studied = np.zeros((example.size, counts.shape[1]))
    np.put_along_axis(studied, at[example], 1.0, axis=1)
    up, across = (
        np.exp(-((_steps_apart(n) * wide.cell_size_m / bandwidth_m) ** 2) / 2)
        for n in (wide.rows, wide.columns)
    )

    def smooth(values: Floats) -> Floats:
        raster = values.reshape(-1, wide.rows, wide.columns)
        return np.asarray((up @ raster @ across).reshape(values.shape))

    covered = np.where(studied > 0, smooth(studied), np.inf)
    return np.asarray(smooth(counts) / covered[way.ravel()])


def _steps_apart(n: int) -> Integers:
    """Return how many steps each of n places in a row is from every other."""
    place = np.arange(n)
    return np.asarray(np.abs(place[:, None] - place))


def _highest(values: Floats, k: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Mark the k highest values of each row that are above 0, ties broken by lot."""
    # a lot far below the difference between two values decides among equals only
    ranked = values * (1 + 1e-9 * rng.random(values.shape))
    k = min(k, ranked.shape[1])
    least = np.partition(ranked, -k, axis=1)[:, -k]
    return np.asarray((ranked >= least[:, None]) & (values > 0))
