"""What a patrol or a booth could meet: incidents of cells or segments pooled to demand points."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from spatial.rates import exact_interval


def prize_surface(hotspots: gpd.GeoDataFrame, shift: str) -> gpd.GeoDataFrame:
    """
    Tell what each unit of a shift is worth: its incidents, where, how surely hot and how stable.

    Parameters
    ----------
    hotspots
        HOTSPOTS frame of cells, areas or segments, in metres; `stability` may be missing.
    shift
        Code of the shift.

    Returns
    -------
    surface
        Index `cell_id`, sorted: `n` (incidents), `hot`, `stability` (share of replicates, NaN where
        there is none); geometry: the middle, of a segment the one along its line.

    Examples
    --------
    >>> rows = gpd.GeoDataFrame(
    ...     {"cell_id": ["b", "a"], "shift": "day", "n": [2.0, 5.0], "hot": [False, True]},
    ...     geometry=[shapely.box(0, 0, 50, 50), shapely.LineString([(0, 0), (80, 0)])])
    >>> surface = prize_surface(rows, "day")
    >>> surface["n"].to_dict(), surface.geometry["a"].wkt
    ({'a': 5.0, 'b': 2.0}, 'POINT (40 0)')
    """
    rows = hotspots[hotspots["shift"] == shift].set_index("cell_id").sort_index()
    shapes = rows.geometry.to_numpy()
    middle = shapely.centroid(shapes)
    line = shapely.get_type_id(shapes) == shapely.GeometryType.LINESTRING
    middle[line] = shapely.line_interpolate_point(shapes[line], 0.5, normalized=True)
    stability = rows["stability"] if "stability" in rows else pd.Series(np.nan, index=rows.index)
    columns = {
        "n": rows["n"].astype(float),
        "hot": rows["hot"].astype(bool),
        "stability": stability.astype(float),
    }
    return gpd.GeoDataFrame(columns, geometry=middle, crs=hotspots.crs)


def pool_prizes(
    surface: pd.DataFrame, members: Mapping[str, list[str]], *, confidence: float = 0.95
) -> pd.DataFrame:
    """
    Add up the incidents of the units that each demand point stands for, with what is not known.

    Parameters
    ----------
    surface
        Result of `prize_surface`.
    members
        For each demand point the `cell_id` of its units.
    confidence
        Of the interval.

    Returns
    -------
    prizes
        On the names of the points: `prize` (incidents), `prize_low` and `prize_high` (exact
        interval of the mean that would bring so many; it does not know that the point was chosen
        because it had many), and `stability`, the mean over the units weighted by their incidents.

    References
    ----------
    Garwood (1936), Biometrika 28(3-4), doi:10.1093/biomet/28.3-4.437

    Examples
    --------
    >>> surface = pd.DataFrame({"n": [8.0, 2.0], "stability": [1.0, 0.5]}, index=["a", "b"])
    >>> pool_prizes(surface, {"P": ["a", "b"]}).round(2).loc["P"].to_dict()
    {'prize': 10.0, 'prize_low': 4.8, 'prize_high': 18.39, 'stability': 0.9}
    """
    names = pd.Index(list(members), dtype=str)
    prize = pd.Series([float(surface.loc[m, "n"].sum()) for m in members.values()], index=names)
    bounds = exact_interval(prize.astype(float), confidence=confidence).add_prefix("prize_")
    stable = [_mean_stability(surface.loc[units]) for units in members.values()]
    return pd.DataFrame({"prize": prize}).join(bounds).assign(stability=stable)


def _mean_stability(units: pd.DataFrame) -> float:
    """Return the stability of the incidents of some units; NaN where none is known."""
    known = units[units["stability"].notna() & (units["n"] > 0)]
    if known.empty:
        return float("nan")
    return float(np.average(known["stability"], weights=known["n"]))
