"""A city's own grid, fitted from points whose place is known; refused where the points are bad."""

import json
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from pyproj import Transformer
from scipy.special import fdtrc

from data.china_shift import Array, Pair, as_arrays
from data.errors import N_, AreaError, Message
from data.projection import WGS84

FEWEST, FEWEST_AFFINE = 3, 5
MOST_RMS_M = 5.0
"""Residuals beyond this say that a point is wrong, or that the file is in no plane grid."""
LEAST_SPAN_M = 200.0
"""Points nearer together than this fix no direction."""
LEAST_WIDTH = 0.05
"""Width over length of the points; in a line they cannot tell a grid from its mirror image."""
SCALES = (0.9, 1.1)
"""Metres per unit of the grid, in which a city counts; feet and degrees are refused."""
SIGNIFICANT = 0.01
RANK_XY = 2


@dataclass(frozen=True)
class LocalGrid:
    """A plane grid and its place: metres of a projection around the points = offset + A (x, y)."""

    kind: str
    """`similarity` (4 parameters) or `affine` (6)."""
    matrix: tuple[tuple[float, float], tuple[float, float]]
    origin: tuple[float, float]
    """Of the grid, in the middle of the points."""
    offset: tuple[float, float]
    """Metres of that origin in the projection."""
    lon: float
    lat: float
    """Middle of the projection (transverse Mercator, scale 1)."""
    rms_m: float
    residuals_m: tuple[float, ...]
    """How far off each point is."""
    left_out_m: tuple[float, ...]
    """How far off each point is if the grid is fitted without it."""

    def to_wgs84(self, x: ArrayLike, y: ArrayLike) -> Pair:
        """Convert grid coordinates to longitude and latitude."""
        east, north = as_arrays(x, y)
        (a, b), (c, d) = self.matrix
        east, north = east - self.origin[0], north - self.origin[1]
        there = (a * east + b * north + self.offset[0], c * east + d * north + self.offset[1])
        lon, lat = _projection(self.lon, self.lat).transform(*there, direction="INVERSE")
        return np.asarray(lon), np.asarray(lat)

    def to_json(self) -> str:
        """Write the grid as text that `from_json` reads."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "LocalGrid":
        """
        Read a grid that `to_json` wrote.

        Raises
        ------
        ValueError, TypeError, KeyError
            If the text is something else.
        """
        kept: dict[str, Any] = json.loads(text)
        (a, b), (c, d) = kept.pop("matrix")
        plain: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in kept.items()}
        return cls(matrix=((a, b), (c, d)), **plain)


def fit_local_grid(control: pd.DataFrame) -> LocalGrid:
    """
    Fit a plane grid to points whose place is known.

    Four parameters (shift, turn, scale) by least squares; six only from five points on, and only
    if they fit significantly better by an F test at 1 %.

    Parameters
    ----------
    control
        `x`, `y` in the grid (east, north) and `lon`, `lat` in WGS 84, at least three points.

    Returns
    -------
    grid
        With the residual of each point, and how far off it is if it is left out.

    Raises
    ------
    AreaError
        If the points are too few, too near together or in a line, the axes are exchanged, the
        grid does not count in metres, or a point is off.

    References
    ----------
    Ghilani & Wolf, Adjustment Computations, chapter on two-dimensional coordinate transformations.

    Examples
    --------
    >>> control = pd.DataFrame(
    ...     {"x": [0.0, 1000, 0], "y": [0.0, 0, 1000], "lon": [117.2, 117.2116, 117.2],
    ...      "lat": [39.14, 39.14, 39.149]})
    >>> fit_local_grid(control).kind
    'similarity'
    """
    _check_points(control)
    lon, lat = float(control["lon"].mean()), float(control["lat"].mean())
    there = np.column_stack(_projection(lon, lat).transform(control["lon"], control["lat"]))
    here = control[["x", "y"]].to_numpy(dtype=float)
    _check_spread(here, there)
    matrix = _similarity(here, there)
    _check_axes(here, there, matrix)
    kind = "similarity"
    if len(here) >= FEWEST_AFFINE and _is_better(here, there):
        kind, matrix = "affine", _affine(here, there)
    residuals = _residuals(here, there, matrix)
    _check_residuals(control, here, there, residuals)
    return LocalGrid(
        kind=kind,
        matrix=(
            (float(matrix[0, 0]), float(matrix[0, 1])),
            (float(matrix[1, 0]), float(matrix[1, 1])),
        ),
        origin=(float(here[:, 0].mean()), float(here[:, 1].mean())),
        offset=(float(there[:, 0].mean()), float(there[:, 1].mean())),
        lon=lon,
        lat=lat,
        rms_m=_rms(residuals),
        residuals_m=tuple(residuals.tolist()),
        left_out_m=tuple(_left_out(here, there, kind)),
    )


def say_grid(grid: LocalGrid) -> Message:
    """Say by how many points a grid is fixed, and how well they fit."""
    return Message.of(
        N_("The city's own grid, by {n} control points: {rms} m off on average, at most {most} m."),
        n=len(grid.residuals_m),
        rms=round(grid.rms_m, 2),
        most=round(max(grid.residuals_m), 2),
    )


def _projection(lon: float, lat: float) -> Transformer:
    """Return the conversion from WGS 84 to metres around a place."""
    return Transformer.from_crs(
        WGS84, f"+proj=tmerc +lon_0={lon} +lat_0={lat} +k=1 +ellps=WGS84 +units=m", always_xy=True
    )


def _similarity(here: Array, there: Array) -> Array:
    """Fit turn and scale by least squares around the middles of the points."""
    x, y = (here - here.mean(axis=0)).T
    east, north = (there - there.mean(axis=0)).T
    size = float((x**2 + y**2).sum())
    a, b = float((x * east + y * north).sum() / size), float((x * north - y * east).sum() / size)
    return np.array([[a, -b], [b, a]])


def _affine(here: Array, there: Array) -> Array:
    """Fit a free matrix by least squares around the middles of the points."""
    found, *_ = np.linalg.lstsq(here - here.mean(axis=0), there - there.mean(axis=0), rcond=None)
    return np.asarray(found.T)


def _residuals(here: Array, there: Array, matrix: Array) -> Array:
    """Return how far off each point is (m)."""
    off = (there - there.mean(axis=0)) - (here - here.mean(axis=0)) @ matrix.T
    return np.asarray(np.hypot(*off.T))


def _left_out(here: Array, there: Array, kind: str) -> list[float]:
    """Return how far off each point is if the others are fitted without it (m)."""
    fit = _affine if kind == "affine" else _similarity
    off = []
    for k in range(len(here)):
        others = np.arange(len(here)) != k
        matrix = fit(here[others], there[others])
        guess = (here[k] - here[others].mean(axis=0)) @ matrix.T + there[others].mean(axis=0)
        off.append(float(np.hypot(*(there[k] - guess))))
    return off


def _is_better(here: Array, there: Array) -> bool:
    """Tell whether six parameters fit significantly better than four."""
    four = float((_residuals(here, there, _similarity(here, there)) ** 2).sum())
    six = float((_residuals(here, there, _affine(here, there)) ** 2).sum())
    free = 2 * len(here) - 6
    if four - six <= 1e-6 * len(here):  # a millimetre is nothing, however exact the rest
        return False
    ratio = (four - six) / 2 / max(six / free, 1e-12)
    return bool(fdtrc(2, free, ratio) < SIGNIFICANT)


def _rms(residuals: Array) -> float:
    """Return the root of the mean square."""
    return float(np.sqrt(np.mean(residuals**2)))


def _check_points(control: pd.DataFrame) -> None:
    """Refuse too few points, and points without numbers."""
    numbers = control[["x", "y", "lon", "lat"]].to_numpy(dtype=float)
    if not np.isfinite(numbers).all():
        raise AreaError(N_("A control point lacks a number."), N_("Fill in x, y, lon and lat."))
    if len(control.drop_duplicates(["x", "y"])) < FEWEST:
        raise AreaError(
            Message.of(N_("A grid needs at least {n} different control points."), n=FEWEST),
            N_("Add points, best at the rim of the area."),
        )


def _check_spread(here: Array, there: Array) -> None:
    """Refuse points that are too near together, or in a line, in the grid or on the ground."""
    length, width = np.linalg.svd(there - there.mean(axis=0), compute_uv=False)[:RANK_XY]
    if 2 * length / np.sqrt(len(there)) < LEAST_SPAN_M:
        raise AreaError(
            Message.of(N_("The control points lie within {m} m."), m=round(LEAST_SPAN_M)),
            N_("Choose points far apart, best at the rim of the area."),
        )
    sizes = np.linalg.svd(here - here.mean(axis=0), compute_uv=False)
    if width < LEAST_WIDTH * length or sizes[1] < LEAST_WIDTH * sizes[0]:
        raise AreaError(
            N_("The control points lie in a line."), N_("Add a point well aside of the line.")
        )


def _check_axes(here: Array, there: Array, matrix: Array) -> None:
    """Refuse exchanged axes and other units than metres."""
    mirrored = _similarity(here[:, ::-1], there)
    straight_m = _rms(_residuals(here, there, matrix))
    mirrored_m = _rms(_residuals(here[:, ::-1], there, mirrored))
    if mirrored_m < straight_m / 3 and straight_m > MOST_RMS_M:
        raise AreaError(
            N_("The axes of the grid are exchanged: x runs north, as surveyors count."),
            N_("Exchange the columns x and y."),
        )
    scale = float(np.sqrt(abs(np.linalg.det(matrix))))
    if not SCALES[0] <= scale <= SCALES[1] and straight_m <= MOST_RMS_M * 10:
        raise AreaError(
            N_("The grid does not count in metres."),
            N_("Check the unit, and that x, y, lon and lat belong to the same points."),
        )


def _check_residuals(control: pd.DataFrame, here: Array, there: Array, residuals: Array) -> None:
    """Refuse points that do not fit, and name the one that is wrong if there is one."""
    rms = _rms(residuals)
    if rms <= MOST_RMS_M:
        return
    wrong = _wrong_point(here, there)
    if wrong is not None:
        raise AreaError(
            Message.of(
                N_("Control point {name} is off by {m} m; the others fit."),
                name=str(control.index[wrong]),
                m=round(_left_out(here, there, "similarity")[wrong]),
            ),
            N_("Check its numbers and its place on the map."),
        )
    raise AreaError(
        Message.of(N_("The control points are off by {m} m on average."), m=round(rms, 1)),
        N_("Check that x, y, lon and lat belong to the same points and lon, lat are WGS 84."),
    )


def _wrong_point(here: Array, there: Array) -> int | None:
    """Return the point without which the others fit; three points cannot tell."""
    if len(here) <= FEWEST:
        return None
    without = []
    for k in range(len(here)):
        others = np.arange(len(here)) != k
        matrix = _similarity(here[others], there[others])
        without.append(_rms(_residuals(here[others], there[others], matrix)))
    best, second = np.argsort(without)[:2]
    return int(best) if without[best] <= MOST_RMS_M < without[second] else None
