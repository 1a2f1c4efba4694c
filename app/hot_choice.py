"""What a reader may choose on the page of hotspots, and the hotspots of that choice."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import geopandas as gpd
import pandas as pd

from app.study import Study
from data.area import Area
from data.errors import N_
from routing.places import label_places
from spatial.exposure_surface import along_streets, per_street_km, per_thousand_visits
from spatial.hot_since import hot_since
from spatial.hotspots import HotspotAnalysis, find_hotspots
from spatial.lixel import cut_lixels
from spatial.source_layers import AGENCY, CITIZEN, PATROL, layer_of_source
from spatial.units import AREA, HEXAGON, SEGMENT, SQUARE, unit_kind

ALL = "all"
LAYERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {ALL: (), "reports": (CITIZEN, AGENCY), "patrol": (PATROL,)}
)
"""Layers of sources that a choice takes; all of them, also unknown ones, where it names none."""
LAYER_NAMES = {ALL: N_("全部来源"), "reports": N_("居民与部门"), "patrol": N_("巡查发现")}
UNIT_LABELS = {
    SQUARE: N_("方格"),
    HEXAGON: N_("六边形"),
    AREA: N_("社区"),
    SEGMENT: N_("路段"),
}
WEEKS = (0, 4, 8, 13, 26, 52)
"""Weeks back from the last incident; 0: the period of the area's settings."""
NETWORK_BANDWIDTH_M = 100.0
"""Of the density along the streets where the map has no bandwidth of its own."""
MEASURES = {
    "count": N_("起数"),
    "density": N_("核密度"),
    "network": N_("沿街密度"),
    "street": N_("每千米街道"),
    "visits": N_("每千门诊人次"),
    "stability": N_("稳定度"),
}


@dataclass(frozen=True)
class HotChoice:
    """Which incidents to count by which units."""

    unit: str
    layer: str = ALL
    kind: str = ALL
    weeks: int = 0


def units_of(area: Area) -> list[str]:
    """List the units that an area offers, its own first."""
    own = unit_kind(area.settings.analysis)
    offered = [own, SQUARE, HEXAGON, SEGMENT, *([AREA] if len(area.communities) else [])]
    return list(dict.fromkeys(offered))


def kinds_of(area: Area) -> list[str]:
    """List the types of incidents of the street that an area has, the commonest first."""
    return [ALL, *map(str, area.street_incidents["type"].value_counts().index)]


def chosen_incidents(area: Area, choice: HotChoice) -> gpd.GeoDataFrame:
    """
    Return the incidents of the chosen sources and type; restricted ones stay for their note.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> frame = pd.DataFrame({"source": ["tip", "patrol_find"], "type": "leafleting"})
    >>> area = SimpleNamespace(incidents=frame)
    >>> chosen_incidents(area, HotChoice("square", layer="patrol"))["source"].tolist()
    ['patrol_find']
    """
    incidents = area.incidents
    layers = LAYERS[choice.layer]
    if layers:
        incidents = incidents[layer_of_source(incidents["source"]).isin(layers)]
    return incidents if choice.kind == ALL else incidents[incidents["type"] == choice.kind]


def find_chosen(study: Study, choice: HotChoice) -> HotspotAnalysis:
    """
    Find the hotspots of a choice; those of the study where nothing else is chosen.

    Raises
    ------
    DegenerateDataError
        If the units cannot be laid, such as communities that overlap.
    """
    area = study.area
    own = area.settings.analysis
    if choice == HotChoice(unit_kind(own)):
        return study.hotspots
    weeks = choice.weeks or own.period_weeks
    end = study.hotspots.period[1]
    return find_hotspots(
        chosen_incidents(area, choice),
        mask=area.boundary.buffer(own.edge_buffer_m),
        shifts=area.shifts,
        analysis=replace(own, unit=choice.unit, period_weeks=weeks),
        streets=gpd.GeoSeries(
            [data["geometry"] for *_, data in area.streets.edges(data=True)], crs=area.crs
        ),
        areas=area.communities,
        graph=area.streets,
        now=None if pd.isna(end) else end,
    )


def describe_places(study: Study, found: HotspotAnalysis, shift: str) -> pd.DataFrame:
    """
    Name the places of a shift that are hot or hold incidents, and date the hot ones.

    Returns
    -------
    places
        Index `cell_id`: `place` (street and key point nearby) and `since` (NaT where not hot).
    """
    rows = found.hotspots[found.hotspots["shift"] == shift].set_index("cell_id")
    rows = rows[rows["hot"] | (rows["n"] > 0)]
    area = study.area
    names = label_places(
        rows.geometry.representative_point(), area.streets, area.key_points, area.gates
    )
    since = pd.Series(pd.NaT, index=rows.index, dtype="datetime64[ns]")
    if rows["hot"].any():
        counted = area.incidents.loc[found.parts.index]
        analysis = area.settings.analysis
        dated = hot_since(counted, found.parts[shift], found.units, analysis, found.period)
        since = dated.reindex(rows.index)
    return pd.DataFrame({"place": names, "since": since})


def measures_of(area: Area, found: HotspotAnalysis, shift: str) -> list[str]:
    """List what the colours may show: surfaces only where there are incidents enough."""
    offered = ["count"]
    if found.n_by_shift[shift] >= area.settings.analysis.min_n_surface:
        surfaces = ["density", "network", "street"]
        offered += [*surfaces, "visits"] if _visits(area) is not None else surfaces
    rows = found.hotspots[found.hotspots["shift"] == shift]
    return [*offered, "stability"] if rows["stability"].notna().any() else offered


def surface_of(study: Study, found: HotspotAnalysis, shift: str, measure: str) -> gpd.GeoDataFrame:
    """
    Return the values that a map shows: `value` and `geometry`.

    Raises
    ------
    DegenerateDataError
        If nothing is exposed within the study area.
    """
    rows = found.hotspots[found.hotspots["shift"] == shift].set_index("cell_id")
    if measure == "network":
        return _along_streets(study, found, shift)
    if measure in {"street", "visits"}:
        value = _relative(study, found, shift, visits=measure == "visits")
    else:
        value = {"density": _density(found, shift), "stability": rows["stability"]}.get(
            measure, rows["n"]
        )
    return rows.assign(value=value.reindex(rows.index))


def _density(found: HotspotAnalysis, shift: str) -> pd.Series:
    """Return the density of a shift."""
    if found.density is None:
        return pd.Series(0.0, index=found.cells.index)
    return found.density[shift]


def _along_streets(study: Study, found: HotspotAnalysis, shift: str) -> gpd.GeoDataFrame:
    """Return the density along the streets, on segments whatever the units are."""
    area = study.area
    lixels = found.units.whole
    if lixels is None:
        lixels = cut_lixels(area.streets, length_m=area.settings.analysis.segment_m)
    weights = found.parts[[shift]] / 12
    density = along_streets(
        area.incidents.loc[found.parts.index],
        weights,
        lixels,
        bandwidth_m=NETWORK_BANDWIDTH_M,
        within=area.boundary.buffer(area.settings.analysis.edge_buffer_m),
    )
    return density.rename(columns={shift: "value"})


def _relative(
    study: Study, found: HotspotAnalysis, shift: str, *, visits: bool = False
) -> pd.Series:
    """Return incidents per km of street, or per 1,000 outpatient visits."""
    area, analysis = study.area, study.area.settings.analysis
    incidents = area.incidents.loc[found.parts.index]
    weights = found.parts[[shift]] / 12
    around = {
        "mask": area.boundary.buffer(analysis.edge_buffer_m),
        "cells": found.cells,
        "bandwidth_m": found.bandwidth_m or analysis.bandwidth_m,
    }
    yearly = _visits(area)
    if visits and yearly is not None:
        days = max((found.period[1] - found.period[0]) / pd.Timedelta(days=1), 1.0)
        risk = per_thousand_visits(incidents, weights, area.key_points, yearly, days=days, **around)
        return risk[shift]
    lixels = cut_lixels(area.streets, length_m=analysis.segment_m)
    return per_street_km(incidents, weights, lixels, **around)[shift]


def _visits(area: Area) -> "pd.Series | None":
    """Return outpatient visits a year of each key point; None where nobody entered any."""
    if "outpatient_visits" not in area.key_points:
        return None
    visits = pd.to_numeric(area.key_points["outpatient_visits"], errors="coerce")
    return visits.astype(float) if (visits > 0).any() else None
