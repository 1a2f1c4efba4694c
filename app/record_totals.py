"""Where the records of an area are: so many on the map, each other one under one reason."""

from dataclasses import dataclass
from datetime import datetime

import geopandas as gpd
import pandas as pd

from app.i18n import t
from app.maps.geometry import LONLAT
from data.area import Area


@dataclass(frozen=True)
class Totals:
    """Counts of records that add up: `total` is `on_map` and every reason together."""

    on_map: int
    left_out: int
    """On no map, each under one reason of `Area.left_out`."""
    imported: int
    """Those of the total that the store keeps; the others stand in the area's own file."""
    period: tuple[datetime, datetime]
    """First and last incident with a place, in the area's zone."""

    @property
    def total(self) -> int:
        """All records, those that repeat another one among them."""
        return self.on_map + self.left_out

    @property
    def of_file(self) -> int:
        """Records of the area's own file."""
        return self.total - self.imported


def count_totals(area: Area, imported: int) -> Totals:
    """Count the records of an area; `imported` of them are in its store."""
    reach = area.boundary.buffer(area.settings.analysis.edge_buffer_m)
    on_map = int(area.street_incidents.within(reach).sum())
    times = area.incidents["occurred_from"]
    return Totals(on_map, int(area.left_out["n"].sum()), imported, (times.min(), times.max()))


def total_rows(area: Area, totals: Totals) -> pd.DataFrame:
    """Show how the total comes about: on the map, each reason, together."""
    reasons = [(t(reason), int(n)) for reason, n in area.left_out_reasons]
    rows = [(t("在图上"), totals.on_map), *reasons, (t("合计"), totals.total)]
    return pd.DataFrame(rows, columns=[t("去向"), t("条数")])


def fill_communities(records: pd.DataFrame, communities: gpd.GeoDataFrame) -> pd.Series:
    """
    Name the community of each record: in which its point lies, else the one that it names.

    Parameters
    ----------
    records
        With `lon`, `lat` (degrees, WGS 84) and `community`.
    communities
        With `name`, in any system.

    Returns
    -------
    names
        On the index of `records`; empty where neither is known.
    """
    named = records["community"].astype(str)
    placed = records[records["lon"].notna()]
    if placed.empty or communities.empty:
        return named
    points = gpd.GeoSeries(
        gpd.points_from_xy(placed["lon"], placed["lat"], crs=LONLAT), index=placed.index
    ).to_crs(communities.crs)
    at, area_at = communities.sindex.query(points, predicate="within")
    first = ~pd.Series(at).duplicated().to_numpy()  # a point on a border lies in the first
    found = pd.Series(
        communities["name"].to_numpy()[area_at[first]], placed.index[at[first]], dtype=str
    )
    lying = found.reindex(records.index).fillna("")
    return lying.where(lying != "", named).astype(str)
