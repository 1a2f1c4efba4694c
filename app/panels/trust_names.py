"""Cells by the street and the gate that they lie at: nobody knows a place by its cell's number."""

import geopandas as gpd

from app.panels.place_streets import count_on_streets
from app.study import Study


def name_cells(study: Study, cells: gpd.GeoDataFrame) -> list[str]:
    """Name each cell by the street segment nearest to its middle."""
    if cells.empty:
        return []
    streets = count_on_streets(study)
    tree = streets.lixels.sindex
    row, nearest = tree.nearest(cells.geometry.centroid, return_all=False)
    named = dict(zip(row.tolist(), streets.tell(streets.lixels.index[nearest]), strict=True))
    return [named[at] for at in range(len(cells))]
