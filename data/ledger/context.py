"""What is known of an area when a ledger about it is read."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import geopandas as gpd
import pandas as pd
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from data.area import Area, read_area
from data.folder import Folder, find_streets, read_folder
from data.graphs import StreetGraph
from data.ledger.datum_evidence import Evidence, street_lines
from data.ledger.door_numbers import read_doors
from data.ledger.gazetteer import Gazetteer, build_gazetteer
from data.map_files import osm_format
from data.tables import WGS84

_NOWHERE = CRS.from_epsg(3857)
"""Metric CRS of an area of which nothing is known; nothing is measured in it then."""


@dataclass(frozen=True)
class LedgerContext:
    """An area as a yardstick for ledgers; each layer may be missing."""

    folder: Path
    key: str
    timezone: str
    crs: CRS
    """Metric."""
    boundary: BaseGeometry | None
    """In `crs`, with the margin in which incidents still count."""
    streets: StreetGraph | None
    communities: gpd.GeoDataFrame | None
    key_points: gpd.GeoDataFrame | None
    gates: gpd.GeoDataFrame | None
    basemap: gpd.GeoDataFrame | None
    outline: BaseGeometry | None
    """The boundary itself, in `crs`; None where nobody drew one."""
    incidents: gpd.GeoDataFrame | None
    """The incidents that the area has already, from its file and its store."""

    @cached_property
    def margin_in_degrees(self) -> BaseGeometry | None:
        """The boundary with its margin, in longitude and latitude."""
        return _in_degrees(self.boundary, self.crs)

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """The names of the area's places."""
        return build_gazetteer(
            streets=self.streets,
            key_points=_or_none(self.key_points, "name", "category", "community"),
            gates=_or_none(self.gates, "key_point_id", "gate_name"),
            communities=_or_none(self.communities, "name"),
            boundary=self.outline,
            crs=self.crs,
            basemap=self.basemap,
            doors=self._doors,
        )

    @property
    def _doors(self) -> gpd.GeoDataFrame | None:
        """The door numbers that an OpenStreetMap file of the streets holds."""
        file = find_streets(self.folder)
        return None if file is None or osm_format(file) is None else read_doors(file)

    @cached_property
    def evidence(self) -> Evidence:
        """The layers against which a coordinate system is judged."""
        facilities = None
        if self.key_points is not None and len(self.key_points):
            facilities = self.key_points.to_crs(WGS84)
        return Evidence(
            boundary=_in_degrees(self.outline, self.crs),
            streets=None if self.streets is None else street_lines(self.streets),
            facilities=facilities,
            communities=None if self.communities is None else self.communities.to_crs(WGS84),
        )


def _or_none(frame: gpd.GeoDataFrame | None, *columns: str) -> gpd.GeoDataFrame:
    """Return the frame, or an empty one with the columns."""
    if frame is not None:
        return frame
    empty = {column: pd.Series(dtype=str) for column in columns}
    return gpd.GeoDataFrame(empty, geometry=[], crs=WGS84)


def _in_degrees(shape: BaseGeometry | None, crs: CRS) -> BaseGeometry | None:
    if shape is None:
        return None
    degrees: BaseGeometry = gpd.GeoSeries([shape], crs=crs).to_crs(WGS84).iloc[0]
    return degrees


def read_context(folder: Path) -> LedgerContext:
    """
    Read what an area folder says about its places.

    Parameters
    ----------
    folder
        Holds `area.toml`; for ledgers even the streets may be missing.

    Raises
    ------
    AreaError
        If a file that is there is faulty.
    """
    if find_streets(folder) is not None:
        return context_of(read_area(folder))
    return _bare_context(read_folder(folder, streets_needed=False))


def context_of(area: Area) -> LedgerContext:
    """Return the context that a complete area gives."""
    return LedgerContext(
        folder=area.folder,
        key=area.key,
        timezone=area.timezone,
        crs=area.crs,
        boundary=area.boundary.buffer(area.settings.analysis.edge_buffer_m),
        streets=area.streets,
        communities=area.communities if len(area.communities) else None,
        key_points=area.key_points,
        gates=area.gates,
        basemap=area.basemap,
        outline=area.boundary if area.bounded else None,
        incidents=area.incidents,
    )


def _bare_context(folder: Folder) -> LedgerContext:
    """Return the context of an area that has no streets yet."""
    key_points, gates = folder.tables["key_points"] or (None, None)
    layers = [folder.tables["communities"], key_points]
    outline = None if folder.boundary is None else gpd.GeoSeries([folder.boundary], crs=WGS84)
    placed = [layer for layer in (outline, *layers) if layer is not None and len(layer)]
    crs = placed[0].estimate_utm_crs() if placed else _NOWHERE
    metric = None if outline is None else outline.to_crs(crs).iloc[0]
    margin_m = folder.settings.analysis.edge_buffer_m
    return LedgerContext(
        folder=folder.path,
        key=folder.key,
        timezone=folder.timezone,
        crs=crs,
        boundary=None if metric is None else metric.buffer(margin_m),
        streets=None,
        communities=_metric(folder.tables["communities"], crs),
        key_points=_metric(key_points, crs),
        gates=_metric(gates, crs),
        basemap=None,
        outline=metric,
        incidents=None,
    )


def _metric(frame: gpd.GeoDataFrame | None, crs: CRS) -> gpd.GeoDataFrame | None:
    return None if frame is None else frame.to_crs(crs)
