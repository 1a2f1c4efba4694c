"""A lattice of squares or hexagons over a study area, addressed by integer arithmetic."""

from dataclasses import dataclass
from typing import Any, Self

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from shapely.geometry.base import BaseGeometry

from data.errors import N_, DegenerateDataError, Message
from spatial.hexagon import ROW_PITCH, hexagon_corners, hexagons_around, round_to_hexagon

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

MAX_CELLS = 5_000_000
SHAPES = ("square", "hexagon")
QUEEN = np.array([(column, row) for row in (-1, 0, 1) for column in (-1, 0, 1)])


@dataclass(frozen=True)
class Lattice:
    """A finite lattice of equal cells; the number of a cell is row x columns + column.

    Squares are half-open, so every point has one cell; only the outer right and upper edges
    belong to the last cell, as in `numpy.histogram`. Hexagons stand on a corner; odd rows are
    shifted to the right by half a cell.

    Examples
    --------
    >>> lattice = Lattice("square", 50.0, (0.0, 0.0), columns=3, rows=2)
    >>> lattice.locate([0, 49.9, 50, 150, 150.1], [0, 0, 50, 100, 0]).tolist()
    [0, 0, 4, 5, -1]
    """

    shape: str
    """`square` or `hexagon`."""
    cell_size_m: float
    """Side of a square; distance between opposite sides of a hexagon (its inner diameter)."""
    origin: tuple[float, float]
    """Metres; lower left corner of the first square, or centre of the first hexagon."""
    columns: int
    rows: int

    @classmethod
    def cover(cls, mask: BaseGeometry, cell_size_m: float, shape: str = "square") -> Self:
        """
        Lay the lattice that covers a study area.

        The origin is a multiple of the cell size, so that a boundary redrawn by a few metres does
        not move the cells under the incidents.

        Parameters
        ----------
        mask
            Study area, in metres.
        cell_size_m
            Side of a square or distance between opposite sides of a hexagon, above 0.
        shape
            `square` or `hexagon`.

        Raises
        ------
        DegenerateDataError
            If the shape is unknown, the area has no extent, the size is not above 0, or more than
            5 million cells would be needed, which no map shows.

        Examples
        --------
        >>> Lattice.cover(shapely.box(10, 10, 120, 60), 50.0)
        Lattice(shape='square', cell_size_m=50.0, origin=(0.0, 0.0), columns=3, rows=2)
        """
        _check(mask, cell_size_m, shape)
        west, south, east, north = mask.bounds
        hexagon = shape == "hexagon"
        pitch_m = cell_size_m * ROW_PITCH if hexagon else cell_size_m
        # two rows of hexagons repeat the pattern; snapping by one could swap odd and even
        period_m = 2 * pitch_m if hexagon else pitch_m
        # a point on the western edge may lie on the line to a hexagon whose centre is beyond it
        x0 = float((np.floor(west / cell_size_m) - hexagon) * cell_size_m)
        y0 = float(np.floor(south / period_m) * period_m)
        # floats, because a slip of the pen can ask for more cells than an integer holds
        columns = np.ceil((east - x0) / cell_size_m) + hexagon
        rows = np.ceil((north - y0) / pitch_m) + hexagon
        _check_number(columns * rows, cell_size_m)
        return cls(shape, float(cell_size_m), (x0, y0), int(columns), int(rows))

    @property
    def cell_area_m2(self) -> float:
        """Area of a whole cell, in square metres."""
        return self.cell_size_m**2 * (ROW_PITCH if self.shape == "hexagon" else 1.0)

    def locate(self, x: Any, y: Any) -> Integers:
        """
        Return the number of the cell that holds each point, -1 outside the lattice.

        Parameters
        ----------
        x, y
            Metres, shape (n,), finite.
        """
        return self._number(*self._address(np.asarray(x, float), np.asarray(y, float)))

    def centres(self, numbers: Integers) -> tuple[Floats, Floats]:
        """Return x and y of the centres of the cells with these numbers, in metres."""
        x, y = self._centres_in_cells(numbers)
        return x * self.cell_size_m + self.origin[0], y * self.cell_size_m + self.origin[1]

    def polygons(self, numbers: Integers) -> NDArray[np.object_]:
        """Return the whole cells with these numbers, as polygons in metres."""
        x, y = self._centres_in_cells(numbers)
        if self.shape == "hexagon":
            corners = hexagon_corners(x, y)
        else:
            steps = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)])
            corners = np.stack([x, y], axis=-1)[:, None, :] + steps
        return np.asarray(shapely.polygons(corners * self.cell_size_m + self.origin))

    def cells(self, mask: BaseGeometry, *, crs: Any = None) -> gpd.GeoDataFrame:
        """
        Clip the lattice to the study area.

        Parameters
        ----------
        mask
            Study area, in metres.
        crs
            Coordinate system of `mask`, carried over to the result.

        Returns
        -------
        cells
            CELLS frame of every cell that shares some area with `mask`, in the order of the cell
            numbers: `cell_id` such as `c012r034` (index), `column`, `row`, `area_m2` (above 0)
            and the clipped `geometry`.

        Examples
        --------
        >>> mask = shapely.box(0, 0, 75, 50)
        >>> Lattice.cover(mask, 50.0).cells(mask)["area_m2"].to_dict()
        {'c000r000': 2500.0, 'c001r000': 1250.0}
        """
        near, inside = self._split_by_boundary(mask)
        numbers = np.concatenate([near, inside])
        geometry = self.polygons(numbers)
        geometry[: near.size] = _areal(shapely.intersection(geometry[: near.size], mask))
        area_m2 = shapely.area(geometry)
        kept = np.flatnonzero(area_m2 > 0)
        kept = kept[np.argsort(numbers[kept])]
        row, column = np.divmod(numbers[kept], self.columns)
        names = [f"c{c:03d}r{r:03d}" for c, r in zip(column, row, strict=True)]
        return gpd.GeoDataFrame(
            {"column": column, "row": row, "area_m2": area_m2[kept]},
            geometry=geometry[kept],
            index=pd.Index(names, name="cell_id", dtype="str"),
            crs=crs,
        )

    def covered_share(self, mask: BaseGeometry) -> Floats:
        """Return the share of each whole cell that lies in `mask`, shape (rows, columns)."""
        near, inside = self._split_by_boundary(mask)
        share = np.zeros(self.rows * self.columns)
        share[inside] = 1.0
        clipped = shapely.intersection(self.polygons(near), mask)
        share[near] = shapely.area(clipped) / self.cell_area_m2
        return share.reshape(self.rows, self.columns)

    def positions(self, cells: gpd.GeoDataFrame) -> Integers:
        """Return a table from cell number to position in `cells`, -1 for cells not in it."""
        table = np.full(self.rows * self.columns, -1, dtype=np.int64)
        column, row = _addresses(cells)
        table[self._number(column, row)] = np.arange(len(cells))
        return table

    def neighbours(self, cells: gpd.GeoDataFrame) -> "csr_array[Any]":
        """
        Return binary weights between each cell and those around it, itself included.

        Parameters
        ----------
        cells
            CELLS frame of this lattice; cells that are not in it are nobody's neighbours.

        Returns
        -------
        neighbours
            Integer 0 or 1, shape (n, n), in the order of `cells`: up to 9 a row for squares
            (queen contiguity), up to 7 for hexagons.

        Examples
        --------
        >>> mask = shapely.box(0, 0, 150, 150)
        >>> lattice = Lattice.cover(mask, 50.0)
        >>> lattice.neighbours(lattice.cells(mask)).sum(axis=1).tolist()
        [4, 6, 4, 6, 9, 6, 4, 6, 4]
        """
        around = self._around(*_addresses(cells))
        found = np.where(around >= 0, self.positions(cells)[around], -1)
        source, slot = np.nonzero(found >= 0)
        ones = np.ones(source.size, dtype=np.int64)
        return csr_array((ones, (source, found[source, slot])), shape=(len(cells), len(cells)))

    def _centres_in_cells(self, numbers: Integers) -> tuple[Floats, Floats]:
        """Return the centres of cells in cell sizes from the origin."""
        row, column = np.divmod(numbers, self.columns)
        if self.shape == "hexagon":
            return column + (row & 1) / 2, row * ROW_PITCH
        return column + 0.5, row + 0.5

    def _address(self, x: Floats, y: Floats) -> tuple[Integers, Integers]:
        """Return column and row of points, also outside the lattice."""
        x, y = x - self.origin[0], y - self.origin[1]
        if self.shape == "hexagon":
            return round_to_hexagon(x / self.cell_size_m, y / self.cell_size_m)
        return _bin(x, self.cell_size_m, self.columns), _bin(y, self.cell_size_m, self.rows)

    def _number(self, column: Integers, row: Integers) -> Integers:
        """Return cell numbers, -1 for addresses outside the lattice."""
        inside = (column >= 0) & (column < self.columns) & (row >= 0) & (row < self.rows)
        return np.where(inside, row * self.columns + column, -1)

    def _around(self, column: Integers, row: Integers) -> Integers:
        """Return the numbers of the cells around addresses, shape (n, 7 or 9), -1 outside."""
        steps = hexagons_around(row) if self.shape == "hexagon" else QUEEN[None]
        return self._number(column[:, None] + steps[:, :, 0], row[:, None] + steps[:, :, 1])

    def _split_by_boundary(self, mask: BaseGeometry) -> tuple[Integers, Integers]:
        """Return the numbers of cells that may cross the edge of `mask`, and of those within it.

        Clipping is slow and containment is fast, so only cells next to the edge are clipped.
        """
        # between two points half a cell apart the edge stays in the cells around either of them
        edge = shapely.segmentize(mask.boundary, self.cell_size_m / 2)
        x, y = shapely.get_coordinates(edge).T
        around = self._around(*self._address(x, y))
        near = np.zeros(self.rows * self.columns, dtype=bool)
        near[around[around >= 0]] = True
        rest = np.flatnonzero(~near)
        shapely.prepare(mask)
        return np.flatnonzero(near), rest[shapely.contains_xy(mask, *self.centres(rest))]


def _check(mask: BaseGeometry, cell_size_m: float, shape: str) -> None:
    """Raise what makes a lattice impossible."""
    if shape not in SHAPES:
        raise DegenerateDataError(
            Message.of(N_("There is no cell shape {shape}."), shape=shape),
            N_("Write square or hexagon."),
        )
    if mask.is_empty or not mask.area > 0:
        raise DegenerateDataError(
            N_("The study area has no extent."), N_("Give a boundary that encloses an area.")
        )
    if not 0 < cell_size_m < np.inf:
        raise DegenerateDataError(
            Message.of(N_("Cells of {size} m do not exist."), size=cell_size_m),
            N_("Give a cell size above 0 m."),
        )


def _check_number(n: float, cell_size_m: float) -> None:
    """Raise if there are more cells than a map can show."""
    if n > MAX_CELLS:
        least_m = np.ceil(cell_size_m * np.sqrt(n / MAX_CELLS))
        raise DegenerateDataError(
            Message.of(
                N_("Cells of {size} m would cut this study area into {n} cells."),
                size=cell_size_m,
                n=int(n),
            ),
            Message.of(N_("Use cells of {least} m or more."), least=int(least_m)),
        )


def _bin(offset: Floats, size: float, count: int) -> Integers:
    """Return numbers of half-open bins, the last closed; outside: below 0, or `count` and up."""
    number = np.floor(offset / size).astype(np.int64)
    return np.where((number == count) & (offset <= count * size), count - 1, number)


def _addresses(cells: gpd.GeoDataFrame) -> tuple[Integers, Integers]:
    """Return column and row of the cells of a CELLS frame."""
    return cells["column"].to_numpy(dtype=np.int64), cells["row"].to_numpy(dtype=np.int64)


def _areal(geometry: NDArray[np.object_]) -> NDArray[np.object_]:
    """Keep the polygons where a cell also touches the edge of the area along a line or point."""
    kind = shapely.get_type_id(geometry)
    cleaned = geometry.copy()
    for at in np.flatnonzero(kind == shapely.GeometryType.GEOMETRYCOLLECTION):
        parts = shapely.get_parts(geometry[at])
        cleaned[at] = shapely.union_all(parts[shapely.get_dimensions(parts) > 1])
    return cleaned
