"""The streets of a study cut into segments, and the incidents upon them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import geopandas as gpd
import pandas as pd

from app.i18n import t
from app.panels.frame import keep
from app.study import Study
from spatial.count import count_in_cells
from spatial.hotspots import HotspotAnalysis, find_hotspots
from spatial.refusals import refuse_few, refuse_no_time
from spatial.units import SEGMENT

NEAR_GATE_M = 150.0
"""A gate further away (straight line) does not tell a reader where a segment is."""


@dataclass(frozen=True)
class StreetCounts:
    """Segments, and what lies on them."""

    found: HotspotAnalysis
    """The study's incidents counted and tested by street segments."""
    incidents: gpd.GeoDataFrame
    """The incidents that the study analyses."""
    n: pd.Series
    """Incidents of each segment, whole numbers."""
    gates: pd.Series
    """Name of the gate near each segment, '' where there is none."""

    @property
    def lixels(self) -> gpd.GeoDataFrame:
        """The segments in the study area."""
        return self.found.cells

    @property
    def whole(self) -> gpd.GeoDataFrame:
        """All segments of every street, also beyond the study area."""
        whole = self.found.units.whole
        return self.lixels if whole is None else whole

    def rows(self, shift: str) -> pd.DataFrame:
        """Return the test of every segment in one shift, by segment."""
        table = self.found.hotspots
        return pd.DataFrame(table[table["shift"] == shift]).set_index("cell_id")

    def tell(self, ids: Iterable[str]) -> list[str]:
        """Name segments for a reader: the street, and the gate that is near."""
        said = []
        for segment in ids:
            street = self.lixels.loc[segment, "name"] or t("无名路")
            gate = self.gates[segment]
            said.append(t("{street}（近{gate}）", street=street, gate=gate) if gate else street)
        return said


def count_on_streets(study: Study) -> StreetCounts:
    """Count and test the incidents of a study on its street segments.

    Raises
    ------
    DegenerateDataError
        If there is no street to cut.
    """
    return keep(study, "street_counts", lambda: _count(study))


def studied_incidents(study: Study) -> gpd.GeoDataFrame:
    """Return the incidents that the study analyses."""
    return study.area.incidents.loc[study.hotspots.parts.index]


def days_of(study: Study) -> float:
    """Return the length of the study's period in days, its first and last day included.

    Raises
    ------
    DegenerateDataError
        If no incident with a time is analysed, because then there is no period.
    """
    refuse_nothing(study)
    first, last = (end.tz_localize(None).normalize() for end in study.hotspots.period)
    return float((last - first).days + 1)


def refuse_nothing(study: Study) -> None:
    """Refuse a study without an incident that has a time.

    Raises
    ------
    DegenerateDataError
        If there is none, because then nothing is counted and there is no period.
    """
    incidents = study.area.incidents
    refuse_no_time(incidents["occurred_from"], incidents["occurred_to"])
    refuse_few(study.hotspots.n, 1)


def off_streets(study: Study, streets: StreetCounts) -> str:
    """Say how many of the incidents lie on no segment; nothing where all do."""
    n = study.hotspots.n - streets.found.n
    return t("另有 {n} 起不在任何街道旁，未计入。", n=n) if n else ""


def _count(study: Study) -> StreetCounts:
    """Cut the streets, count and test."""
    area, incidents = study.area, studied_incidents(study)
    refuse_nothing(study)
    asked = replace(area.settings.analysis, unit=SEGMENT, period_weeks=0, replicates=0)
    found = find_hotspots(
        incidents,
        mask=area.boundary.buffer(asked.edge_buffer_m),
        shifts=area.shifts,
        analysis=asked,
        graph=area.streets,
    )
    known = incidents.loc[found.parts.index]
    n = count_in_cells(found.units.positions(known), found.cells)["n"]
    return StreetCounts(found, known, n, _nearest_gates(study, found.cells))


def _nearest_gates(study: Study, lixels: gpd.GeoDataFrame) -> pd.Series:
    """Return the name of the gate nearest to each segment, '' where none is near."""
    area = study.area
    if area.gates.empty:
        return pd.Series("", index=lixels.index)
    owner = area.gates["key_point_id"].map(area.key_points["name"]).fillna("")
    gates = gpd.GeoDataFrame(
        {"gate": (owner + area.gates["gate_name"].fillna("")).to_numpy()},
        geometry=area.gates.geometry.to_numpy(),
        crs=area.crs,
    )
    middle = gpd.GeoDataFrame(
        geometry=lixels.geometry.interpolate(0.5, normalized=True), crs=lixels.crs
    )
    near = gpd.sjoin_nearest(middle, gates, max_distance=NEAR_GATE_M)
    nearest: pd.Series = near.groupby(level=0)["gate"].first()
    return nearest.reindex(lixels.index, fill_value="")
