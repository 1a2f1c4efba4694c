"""The clues of a file: which of its points can be held against what, and how well they fit."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from data.china_shift import Array, Pair
from data.ledger.datum_evidence import Ground
from data.ledger.datum_likelihood import (
    BOUNDARY,
    COMMUNITY,
    FACILITY,
    NAMED_STREET,
    STREET,
    Kind,
    log_likelihood,
)
from data.ledger.datum_names import find_names

Shapes = NDArray[np.object_]
Key = TypeVar("Key")

MOST_POINTS = 400
"""Points measured per kind of evidence; they were drawn at random before."""
SHIFTED_POINTS, SHIFTED = 60, 2000
"""Points that are shifted at random, and how many places that gives in all."""
SHIFT_M = 1500.0
"""Longest of the random shifts that say what chance would do."""
NAMING = {
    NAMED_STREET.code: ("address", "place_note"),
    FACILITY.code: ("name", "near_facility", "place_note", "address"),
    COMMUNITY.code: ("community",),
}
"""Columns of a record in which each kind of name may stand, the plainest first."""


@dataclass(frozen=True)
class Clue:
    """Points of the file that one kind of evidence speaks about."""

    kind: Kind
    rows: NDArray[np.intp]
    """Positions of the points."""
    ground: Ground
    targets: Shapes | None = None
    """What each of them is measured to; None if to the nearest street."""
    covered: BaseGeometry | None = None
    """Where the streets are known; None if that does not matter."""

    def measure(self, points: Shapes) -> Array:
        """Return distances (m) of points, one for each of `rows`; inside a polygon it is 0."""
        if self.targets is None:
            return self.ground.street_m(points)
        return np.asarray(shapely.distance(points, self.targets), dtype=float)

    def keep(self, chosen: NDArray[np.bool_] | NDArray[np.intp] | slice) -> "Clue":
        """Return the clue with some of its points only, perhaps repeated."""
        targets = None if self.targets is None else self.targets[chosen]
        return replace(self, rows=self.rows[chosen], targets=targets)


@dataclass(frozen=True)
class Fit:
    """How well a clue's points fit under one hypothesis."""

    n: int
    median_m: float
    share: float
    """Of the points that lie inside, or not farther than is typical."""
    log_likelihood: float


def find_clues(ground: Ground, records: pd.DataFrame | None, n: int) -> list[Clue]:
    """
    List what the points of a file can be held against.

    Parameters
    ----------
    ground
        The evidence, in metres.
    records
        Texts of the points, in their order: any of `name`, `near_facility`, `address`,
        `place_note`, `community`; None if there are none.
    n
        Number of points.
    """
    clues = []
    named = {NAMED_STREET: ground.streets, FACILITY: ground.facilities}
    named[COMMUNITY] = ground.communities
    for kind, shapes in named.items():
        if records is not None and shapes:
            names = _names(records, NAMING[kind.code], shapes)
            rows = np.flatnonzero(names.ne("").to_numpy())
            targets = np.array([shapes[name] for name in names.iloc[rows]], dtype=object)
            covered = ground.covered if kind is NAMED_STREET else None
            clues.append(Clue(kind, rows, ground, targets, covered))
    if len(ground.lines):
        clues.append(Clue(STREET, np.arange(n), ground, covered=ground.covered))
    if ground.boundary is not None:
        everywhere = np.full(n, ground.boundary, dtype=object)
        clues.append(Clue(BOUNDARY, np.arange(n), ground, everywhere))
    return clues


def narrow(clue: Clue, positions: Mapping[Key, Pair]) -> Clue:
    """
    Keep the points that the evidence speaks about under one hypothesis at least, each spot once.

    Parameters
    ----------
    clue
        What is held against what.
    positions
        Per hypothesis: x and y (m) of all points of the file.
    """
    reached = np.zeros(len(clue.rows), dtype=bool)
    for x, y in positions.values():
        points = _points(x[clue.rows], y[clue.rows])
        if clue.covered is None:
            reached |= clue.measure(points) <= clue.kind.reach_m
        else:
            reached |= shapely.contains(clue.covered, points)
    x, y = next(iter(positions.values()))
    cells = np.floor(np.column_stack([x, y])[clue.rows] / clue.kind.cell_m)
    spots = pd.DataFrame(cells).duplicated().to_numpy()
    chosen = np.zeros(len(clue.rows), dtype=bool)
    chosen[np.flatnonzero(reached & ~spots)[:MOST_POINTS]] = True
    return clue.keep(chosen)


def weigh(clue: Clue, positions: Mapping[Key, Pair], background_m: Array) -> dict[Key, Fit]:
    """
    Say how well the points of a clue fit under each hypothesis.

    Parameters
    ----------
    clue
        What is held against what, narrowed.
    positions
        Per hypothesis: x and y (m) of all points of the file.
    background_m
        Distances (m) that chance gives, from `shift`.
    """
    if not clue.rows.size:
        return {key: Fit(0, np.nan, np.nan, 0.0) for key in positions}
    points = {key: _points(x[clue.rows], y[clue.rows]) for key, (x, y) in positions.items()}
    distances = {key: clue.measure(shapes) for key, shapes in points.items()}
    return _fits(clue, points, distances, background_m)


def shift(clue: Clue, positions: Mapping[Key, Pair], rng: np.random.Generator) -> Array:
    """
    Measure points (m) after random shifts, where the evidence is known.

    Parameters
    ----------
    clue
        What is held against what, narrowed.
    positions
        Per hypothesis: x and y (m) of all points of the file. The one that fits best is shifted.
    rng
        Draws the shifts.
    """
    few = clue.keep(slice(SHIFTED_POINTS))
    if not few.rows.size:
        return np.array([])
    places = [np.column_stack([x, y])[few.rows] for x, y in positions.values()]
    closest = min(places, key=lambda xy: float(np.median(few.measure(_points(*xy.T)))))
    rounds = -(-SHIFTED // len(closest))
    xy = np.tile(closest, (rounds, 1))
    # lengths in even steps of area, and each point by itself: less is left to chance
    length_m = SHIFT_M * np.sqrt((rng.permutation(len(xy)) + 0.5) / len(xy))
    angle = rng.uniform(0, 2 * np.pi, len(xy))
    moved = _points(xy[:, 0] + length_m * np.cos(angle), xy[:, 1] + length_m * np.sin(angle))
    chosen = np.tile(np.arange(len(closest)), rounds)
    if few.covered is not None:
        known = shapely.contains(few.covered, moved)
        moved, chosen = moved[known], chosen[known]
    return few.keep(chosen).measure(moved)


def _points(x: Array, y: Array) -> Shapes:
    """Make points."""
    return np.asarray(shapely.points(x, y), dtype=object)


def _names(
    records: pd.DataFrame, columns: tuple[str, ...], known: Mapping[str, BaseGeometry]
) -> pd.Series:
    """Find a known name in the columns where it may stand."""
    names = pd.Series("", records.index, dtype=str)
    for column in columns:
        if column in records.columns:
            open_ = names.eq("")
            found = find_names(records.loc[open_, column], known)
            names = names.where(~open_, found.reindex(names.index).fillna(""))
    return names


def _fits(
    clue: Clue,
    points: Mapping[Key, Shapes],
    distances: Mapping[Key, Array],
    background_m: Array,
) -> dict[Key, Fit]:
    """Sum up the distances under each hypothesis."""
    seen = {
        key: np.full(len(shapes), fill_value=True)
        if clue.covered is None
        else shapely.contains(clue.covered, shapes)
        for key, shapes in points.items()
    }
    near = {key: seen[key] & (distances[key] <= clue.kind.typical_m) for key in points}
    return {
        key: Fit(
            n=int(seen[key].sum()),
            median_m=float(np.median(measured)) if measured.size else np.nan,
            share=float(near[key].sum() / max(seen[key].sum(), 1)),
            log_likelihood=log_likelihood(clue.kind, measured, background_m),
        )
        for key in points
        for measured in [distances[key][seen[key]]]
    }
