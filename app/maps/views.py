"""The maps of the four pages, and the one that holds them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import folium
import geopandas as gpd
import pandas as pd

from app.i18n import t
from app.labels import name_shift
from app.maps import legend
from app.maps.basemap import basemap
from app.maps.frame import build_map
from app.maps.geometry import Layer, bounds_of
from app.maps.hot import cells_of, count_cells, hot_cells, incident_points
from app.maps.measures import hot_edge_block, unit_of, value_block, value_layer
from app.maps.names import ground_names
from app.maps.points import key_point_rows, key_point_signs
from app.maps.sites import booth_layers, booth_rows, reach_layers, reach_rows
from app.maps.tours import patrol_layers, team_rows, visited_names
from app.text import number, period
from spatial.hotspots import HotspotAnalysis
from spatial.units import SEGMENT

if TYPE_CHECKING:  # app/study.py writes the map of a study: at run time the arrow is the other way
    from app.study import Study

NEARBY_M = 500.0
"""Key points and stops further outside the area do not widen the view."""
AROUND_M = 250.0
"""What is shown around the stops of a single team."""


def overview_map(study: Study) -> folium.Map:
    """Show incidents, key points and the hot cells of every shift."""
    shifts = _shifts(study)
    layers: list[Layer] = [
        *_ground(study),
        *(layer for shift in shifts for layer in hot_cells(study.hotspots, shift, filled=True)),
        *_in_group(t("事件"), [incident_points(study.area.incidents, study.hotspots)]),
        *_in_group(t("重点点位"), key_point_signs(study)),
    ]
    blocks: list[legend.Block] = [
        {"title": t("重点点位"), "rows": key_point_rows(study)},
        legend.incident_block(shifts),
        *(legend.hot_block(shift, filled=True) for shift in shifts),
        legend.ground_block(),
    ]
    return _finish(study, layers, _incident_caption(study), blocks)


def hotspot_map(
    study: Study,
    shift: str,
    *,
    found: HotspotAnalysis | None = None,
    measure: str = "count",
    surface: gpd.GeoDataFrame | None = None,
) -> folium.Map:
    """Show one shift's cells or segments by a measure, and those proven hot.

    Without `found` the hotspots of the study are shown; without a `surface` (its `value`) counts.
    """
    found = study.hotspots if found is None else found
    layers: list[Layer] = [
        *_ground(study),
        *_measured(found, shift, measure, surface),
        *_in_group(t("重点点位"), key_point_signs(study)),
        *_in_group(t("事件"), [incident_points(study.area.incidents, found)], shown=False),
    ]
    lines = found.units.kind == SEGMENT
    rows = cells_of(found, shift)
    explained = rows.assign(value=rows["n"]) if surface is None else surface
    blocks: list[legend.Block] = [
        value_block(explained, shift, measure, lines=lines),
        hot_edge_block(shift) if lines else legend.hot_block(shift),
        legend.ground_block(),
    ]
    caption = t(
        "{shift} {n} 起，{period}；{unit}",
        shift=name_shift(shift),
        n=number(found.n_by_shift[shift]),
        period=period(found.period),
        unit=t("单位：{unit}", unit=unit_of(measure, lines=lines)),
    )
    return _finish(study, layers, caption, blocks)


def _measured(
    found: HotspotAnalysis, shift: str, measure: str, surface: gpd.GeoDataFrame | None
) -> list[Layer]:
    """Draw the values and the edges of what is hot, the broad edges of segments underneath."""
    plain = measure == "count" or surface is None
    values = count_cells(found, shift) if plain else value_layer(surface, shift, measure)
    hot = hot_cells(found, shift)
    return [*hot, values] if found.units.kind == SEGMENT else [values, *hot]


def patrol_map(study: Study, shift: str, team: str | None = None) -> folium.Map:
    """Show the routes of a shift, of one team or of all."""
    layers: list[Layer] = [
        *_ground(study),
        *hot_cells(study.hotspots, shift, filled=True),
        *patrol_layers(study.plan, shift, team),
    ]
    visits = study.plan.visits
    visits = visits[(visits["shift"] == shift) & (visits["team"].eq(team) | (team is None))]
    layers.append(visited_names(visits))
    caption = t(
        "{date} {shift}：{teams} 个队，{n} 次到访",
        date=f"{study.day:%Y-%m-%d}",
        shift=name_shift(shift),
        teams=visits["team"].nunique(),
        n=len(visits),
    )
    blocks: list[legend.Block] = [
        legend.stop_block(team_rows(study.plan, shift, team)),
        legend.hot_block(shift, filled=True),
    ]
    return _finish(study, layers, caption, blocks, also=visits, closer=team is not None)


def booth_map(study: Study) -> folium.Map:
    """Show booths, the streets reached from them on foot, and the hot cells they are for."""
    layers: list[Layer] = [
        *_ground(study),
        *(layer for s in _shifts(study) for layer in hot_cells(study.hotspots, s, filled=True)),
        *reach_layers(study),
        *_in_group(t("重点点位"), key_point_signs(study)),
        *booth_layers(study),
    ]
    blocks: list[legend.Block] = [
        {"title": t("岗亭"), "rows": booth_rows(study)},
        {"title": t("步行可达（沿街）"), "rows": reach_rows()},
        *(legend.hot_block(shift, filled=True) for shift in _shifts(study)),
    ]
    return _finish(study, layers, _incident_caption(study), blocks)


def whole_map(study: Study) -> folium.Map:
    """Show everything but single incidents, one shift at a time: this map leaves the PC."""
    shifts = _shifts(study)
    layers = _ground(study)
    for position, shift in enumerate(shifts):
        drawn = [
            count_cells(study.hotspots, shift),
            *hot_cells(study.hotspots, shift),
            *patrol_layers(study.plan, shift),
        ]
        layers += _in_group(name_shift(shift), drawn, shown=position == 0, instead=True)
    layers += _in_group(t("重点点位"), key_point_signs(study))
    layers += _in_group(t("岗亭"), [*reach_layers(study), *booth_layers(study)], shown=False)
    blocks = [block for shift in shifts for block in _shift_blocks(study, shift)]
    blocks += [
        {"title": t("重点点位"), "rows": key_point_rows(study), "group": t("重点点位")},
        {"title": t("岗亭"), "rows": booth_rows(study), "group": t("岗亭")},
        {"title": t("步行可达（沿街）"), "rows": reach_rows(), "group": t("岗亭")},
    ]
    said = (t("内部使用"), _plan_caption(study), _incident_caption(study))
    return _finish(study, layers, " · ".join(said), blocks)


def _shift_blocks(study: Study, shift: str) -> list[legend.Block]:
    """Explain one shift's cells and teams."""
    blocks: list[legend.Block] = [
        legend.ramp_block(study.hotspots, shift),
        legend.hot_block(shift),
        legend.stop_block(team_rows(study.plan, shift)),
    ]
    return [{**block, "group": name_shift(shift)} for block in blocks]


def _shifts(study: Study) -> list[str]:
    """Return the codes of the area's shifts."""
    return [shift.code for shift in study.area.shifts]


def _ground(study: Study) -> list[Layer]:
    """Return the base map with its names."""
    return [*basemap(study.area), ground_names(study.area)]


def _in_group(
    name: str, layers: list[Layer], *, shown: bool = True, instead: bool = False
) -> list[Layer]:
    """Let a reader switch layers together; `instead` groups replace one another."""
    group = {"name": name, "shown": shown, "instead": instead}
    return [{**layer, "group": group} for layer in layers]


def _incident_caption(study: Study) -> str:
    """Say how many incidents are shown, of which time."""
    return t(
        "事件 {n} 起，{period}；重点点位 {points} 处",
        n=study.hotspots.n,
        period=period(study.hotspots.period),
        points=len(study.area.key_points),
    )


def _plan_caption(study: Study) -> str:
    """Say of which day the plan is, and how many visits it has."""
    visits = len(study.plan.visits)
    return t("计划日期 {day}，{visits} 次到访", day=study.day, visits=visits)


def _finish(
    study: Study,
    layers: list[Layer],
    caption: str,
    blocks: list[legend.Block],
    also: gpd.GeoDataFrame | None = None,
    *,
    closer: bool = False,
) -> folium.Map:
    """Build the map over the area and what is near it, or `closer` over `also` alone."""
    area = study.area
    land = gpd.GeoSeries([area.boundary], crs=area.crs)
    drawn = (
        [area.key_points.geometry] if also is None else [area.key_points.geometry, also.geometry]
    )
    near = [part[part.distance(area.boundary) <= NEARBY_M] for part in drawn]
    places = [land, *near]
    if closer and also is not None and len(also):
        places = [also.geometry.buffer(AROUND_M)]
    bounds = bounds_of(pd.concat(places))
    return build_map(area, layers, bounds=bounds, caption=caption, legend=blocks)
