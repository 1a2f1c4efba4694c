"""The frame of places that a patrol may visit."""

from collections.abc import Mapping, Sequence

import geopandas as gpd

from data.area import Area

COLUMNS = (
    "shift",
    "stop_kind",
    "place_id",
    "label",
    "prize",
    "dwell_min",
    "required",
    "needs_enforcement",
    "proven",
)


def stops_frame(rows: Sequence[Mapping[str, object]], area: Area) -> gpd.GeoDataFrame:
    """
    Build a STOPS frame, also of no rows at all.

    Parameters
    ----------
    rows
        Each with `stop_id`, the columns of the frame and `geometry`.
    area
        Its CRS.

    Returns
    -------
    stops
        STOPS frame indexed by `stop_id`.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> stops_frame([], SimpleNamespace(crs=32650)).index.name
    'stop_id'
    """
    frame = gpd.GeoDataFrame(
        rows, columns=["stop_id", *COLUMNS, "geometry"], geometry="geometry", crs=area.crs
    )
    types: Mapping[str, type] = {
        **dict.fromkeys(("stop_id", "shift", "stop_kind", "place_id", "label"), str),
        "prize": float,
        "dwell_min": float,
        "required": bool,
        "needs_enforcement": bool,
        "proven": bool,
    }
    return frame.astype(types).set_index("stop_id")
