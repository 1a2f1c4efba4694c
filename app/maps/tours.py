"""Patrol routes along the streets, each team in its colour, with numbered stops."""

import math
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from shapely import LineString

from app.i18n import t
from app.labels import name_mode, name_visit
from app.maps import theme
from app.maps.geometry import Layer, lat_lon, to_lonlat
from app.text import number
from routing.plan import PatrolPlan

OFFSET_PX = 4.0
"""Routes lie this far to the right of the street's middle: there and back are two lines."""
ARROW_EVERY_M = 160.0
MANY_SIGNS = 3
"""Characters from which a stop's sign grows wider."""
STOP_PX = {"key_point": 27, "hotspot": 25}


def team_names(plan: PatrolPlan, shift: str) -> dict[str, str]:
    """Return the names of a shift's teams by their identifier, those with visits first."""
    teams = plan.teams[plan.teams["shift"] == shift]
    busy = set(plan.visits["team"][plan.visits["shift"] == shift])
    ranked = sorted(teams.index, key=lambda team: team not in busy)
    return {str(team): _team_name(str(team), str(teams["name"][team])) for team in ranked}


def _team_name(team: str, name: str) -> str:
    """Join identifier and name; a name that is a mere number says nothing more.

    Examples
    --------
    >>> _team_name("D1", "派出所 1"), _team_name("D2", " 2")
    ('D1 派出所 1', 'D2')
    """
    return team if not name.strip() or name.strip().isdigit() else f"{team} {name}"


def team_colors(plan: PatrolPlan, shift: str) -> dict[str, str]:
    """Return the colour of each team of a shift; it stays when only one team is shown."""
    return {team: theme.team_color(i) for i, team in enumerate(team_names(plan, shift))}


def patrol_layers(plan: PatrolPlan, shift: str, team: str | None = None) -> list[Layer]:
    """Draw the routes, the stops and the bases of a shift, of one team or of all."""
    colors = team_colors(plan, shift)
    shown = [code for code in colors if team in (None, code)]
    names = team_names(plan, shift)
    routes = _of(plan.routes, shift, shown)
    visits = _of(plan.visits, shift, shown)
    items = [
        _route(part.sort_values("leg"), names[code], colors[code], position)
        for position, code in enumerate(shown)
        if len(part := routes[routes["team"] == code])
    ]
    return [
        {"kind": "routes", "items": items},
        {"kind": "icons", "items": _bases(plan.teams, visits), "spread": False},
        {"kind": "icons", "items": _stops(visits, names, colors), "spread": True},
    ]


def visited_names(visits: gpd.GeoDataFrame) -> Layer:
    """Name the key points that are visited; a hot stop is told by its number."""
    due = visits[visits["stop_kind"] == "key_point"].drop_duplicates("label")
    items = [
        {
            "at": lat_lon(place),
            "text": label,
            "beside": STOP_PX["key_point"] / 2 + 3,
            "look": "place",
            "rank": 0,
            "from": 0,
        }
        for label, place in zip(due["label"], to_lonlat(due.geometry), strict=True)
    ]
    return {"kind": "labels", "items": items}


def team_rows(plan: PatrolPlan, shift: str, team: str | None = None) -> list[dict[str, object]]:
    """Return the legend's rows: the teams that have visits."""
    colors = team_colors(plan, shift)
    busy = set(_of(plan.visits, shift, list(colors))["team"])
    return [
        {"swatch": "line", "color": colors[code], "label": name}
        for code, name in team_names(plan, shift).items()
        if code in busy and team in (None, code)
    ]


def _of(frame: pd.DataFrame, shift: str, teams: list[str]) -> pd.DataFrame:
    """Return the rows of some teams of a shift."""
    return frame[(frame["shift"] == shift) & frame["team"].isin(teams)]


def _route(legs: gpd.GeoDataFrame, name: str, color: str, position: int) -> dict[str, object]:
    """Describe the whole way of a team: base, stops in order, base."""
    legs = legs[legs["length_m"] > 0]
    minutes = legs["travel_s"].sum() / 60
    return {
        "legs": [_points(leg) for leg in to_lonlat(legs.geometry)],
        "color": color,
        "offset": OFFSET_PX + 2.5 * (position % 3),
        "tip": [
            name,
            t(
                "{mode} {km} km，路上 {min} 分钟",
                mode=name_mode(legs["mode"].iloc[0] if len(legs) else "foot"),
                km=number(legs["length_m"].sum() / 1000, 2),
                min=number(minutes, 0),
            ),
        ],
        "arrows": [arrow for line in legs.geometry for arrow in _arrows(line, legs.crs)],
    }


def _points(leg: LineString) -> list[list[float]]:
    """Return the places of a leg, latitude first."""
    return [[lat, lon] for lon, lat in shapely.get_coordinates(leg).tolist()]


def _arrows(line: LineString, crs: object) -> list[dict[str, object]]:
    """Place arrows along a leg, one for about every 160 m, at least one on a leg worth it."""
    if line.length < ARROW_EVERY_M / 3:
        return []
    count = max(1, round(line.length / ARROW_EVERY_M))
    at = [line.length * (i + 0.5) / count for i in range(count)]
    ends = [(line.interpolate(m - 3), line.interpolate(m + 3)) for m in at]
    pairs = [LineString(pair) for pair in ends if pair[0] != pair[1]]
    return [_arrow(pair) for pair in to_lonlat(gpd.GeoSeries(pairs, crs=crs))]


def _arrow(pair: LineString) -> dict[str, object]:
    """Describe an arrow that points from the first to the second place of a short line."""
    (x0, y0), (x1, y1) = pair.coords[0], pair.coords[-1]
    angle = math.degrees(math.atan2(y0 - y1, (x1 - x0) * math.cos(math.radians(y0))))
    return {"at": [(y0 + y1) / 2, (x0 + x1) / 2], "angle": round(angle, 1)}


def _stops(
    visits: gpd.GeoDataFrame, names: dict[str, str], colors: dict[str, str]
) -> list[dict[str, object]]:
    """Draw each stop of a team once, with the numbers of its visits there.

    Squares are key points, circles are hotspots.
    """
    items = []
    for (team, _), part in visits.groupby(["team", "stop_id"], sort=False):
        rows = list(part.sort_values("order").itertuples())
        first = rows[0]
        text = "/".join(str(row.order) for row in rows)
        size = STOP_PX[first.stop_kind]
        items.append(
            {
                "at": lat_lon(to_lonlat(part.geometry).iloc[0]),
                "text": text,
                "shape": "square" if first.stop_kind == "key_point" else "circle",
                "color": colors[str(team)],
                "ink": theme.PAPER,
                "size": size,
                "width": size if len(text) < MANY_SIGNS else size + 7 * (len(text) - 1),
                "rank": 500 - int(first.order),
                "tip": [
                    str(first.label),
                    f"{names[str(team)]} · {_purpose(first)}",
                    *(_visit_line(row) for row in rows),
                ],
            }
        )
    return items


def _purpose(row: Any) -> str:
    """Say what a visit is for."""
    return name_visit(row.stop_kind, required=bool(row.required), proven=bool(row.proven))


def _visit_line(row: Any) -> str:
    """Say when a visit is made."""
    return t(
        "{order}. {arrive} 到，{depart} 离，停留 {dwell} 分钟",
        order=row.order,
        arrive=f"{row.arrive_at:%H:%M}",
        depart=f"{row.depart_at:%H:%M}",
        dwell=number(row.dwell_min, 0),
    )


def _bases(teams: gpd.GeoDataFrame, visits: gpd.GeoDataFrame) -> list[dict[str, object]]:
    """Mark the base of each team that goes out, once, with the teams that start there."""
    teams = teams[teams.index.isin(visits["team"])]
    places = to_lonlat(teams.geometry)
    items = []
    for place, names in teams["name"].groupby(places.to_wkt().to_numpy()):
        items.append(
            {
                "at": lat_lon(shapely.from_wkt(place)),
                "text": t("基"),
                "shape": "shield",
                "color": theme.INK,
                "ink": theme.PAPER,
                "size": 28,
                "rank": 800,
                "tip": [
                    t("基地"),
                    *(_team_name(str(team), str(name)) for team, name in names.items()),
                ],
            }
        )
    return items
