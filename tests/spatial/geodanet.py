"""The streets and crimes that ship inside libpysal; lengths are in feet."""

import geopandas as gpd
import networkx as nx
from libpysal.examples import get_path

from data.graphs import StreetGraph
from spatial.lixel import cut_lixels


def geodanet() -> tuple[gpd.GeoDataFrame, gpd.GeoSeries]:
    """Return the 293 streets, uncut, and the 287 crimes."""
    lines = gpd.read_file(get_path("streets.shp"))
    streets: StreetGraph = nx.MultiDiGraph(crs=lines.crs)
    crossings: dict[tuple[float, ...], int] = {}
    for line in lines.geometry:
        ends = [tuple(round(value, 1) for value in line.coords[at]) for at in (0, -1)]
        u, v = (crossings.setdefault(end, len(crossings)) for end in ends)
        streets.add_edge(u, v, geometry=line, length=line.length)
    crimes = gpd.read_file(get_path("crimes.shp")).geometry
    return cut_lixels(streets, length_m=1e6), crimes.set_crs(lines.crs, allow_override=True)
