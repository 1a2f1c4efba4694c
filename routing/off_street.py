"""What lies too far from every street to be walked to: named, and never moved to one."""

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd

from data.area import Area
from data.errors import N_, Message
from data.profiles import build_profile
from data.snapping import attach_points
from routing.unmet import Unmet


def name_off_street(area: Area) -> list[Unmet]:
    """
    Name gates, facilities and existing booths that no walkable street is near, and count incidents.

    Parameters
    ----------
    area
        Its `max_snap_m` is how far a place may lie from a street.

    Returns
    -------
    unmet
        One row per facility not due daily whose first gate, and per daily key point some of whose
        gates, lie too far; one per such booth in use; one for all such incidents in the study
        area. A daily key point without any gate near a street is an unmet duty of the plan, and a
        team's base is judged by the team's own mode: see `name_stranded_teams`.

    Raises
    ------
    NetworkError
        If no street can be walked.

    Examples
    --------
    `tests/routing/test_off_street.py` puts each kind of place into a field.
    """
    mask = area.boundary.buffer(area.settings.analysis.edge_buffer_m)
    booths = area.booths[area.booths["status"] == "existing"]
    incidents = area.incidents[area.incidents.within(mask)]
    far_gates, far_booths, far_incidents = _far(area, area.gates, booths, incidents)
    far_m = area.settings.streets.max_snap_m
    standing = booths.loc[far_booths.to_numpy(), "name"].items()
    whats = [
        *_key_points(area, far_gates),
        *(Message.of(N_("Booth {name}"), name=name or booth_id) for booth_id, name in standing),
    ]
    reason = Message.of(N_("It lies farther than {far_m} m from every street."), far_m=far_m)
    remedy = Message(N_("Correct its coordinates, or add the missing way to the network."))
    rows = [Unmet(what, reason, remedy) for what in whats]
    if n := int(far_incidents.sum()):
        rows.append(
            Unmet(
                Message.of(N_("{n} incidents off the streets"), n=n),
                Message.of(
                    N_("They lie farther than {far_m} m from every street, so near no key point."),
                    far_m=far_m,
                ),
                Message(N_("Correct their coordinates, or add the missing ways to the network.")),
            )
        )
    return rows


def _key_points(area: Area, far: "pd.Series[bool]") -> Iterator[Message]:
    """Name the facilities and the single gates that are too far from a street."""
    for key_point_id, key_point in area.key_points.iterrows():
        own = area.gates[area.gates["key_point_id"] == key_point_id]
        lost = far[own.index].astype(bool)
        if not key_point["daily_required"]:
            if lost.iloc[:1].any():
                yield Message.of(N_("Facility {name}"), name=key_point["name"])
        elif not lost.all():
            for gate_name in own.loc[lost, "gate_name"]:
                label = " · ".join(filter(None, [key_point["name"], gate_name]))
                yield Message.of(N_("Gate {name}"), name=label)


def _far(area: Area, *layers: gpd.GeoDataFrame) -> list["pd.Series[bool]"]:
    """Mark in each layer the places that no street walked by daylight is near."""
    rules = area.settings.streets
    light = min(area.shifts, key=lambda shift: shift.dark)
    profile = build_profile(area.streets, "foot", light, rules)
    places = gpd.GeoSeries(
        np.concatenate([layer.geometry.to_numpy() for layer in layers]), crs=area.crs
    )
    if places.empty:
        return [pd.Series(data=False, index=layer.index, dtype=bool) for layer in layers]
    _, found = attach_points(profile, places, max_distance_m=rules.max_snap_m)
    far = found["node"].isna().to_numpy()
    starts = np.cumsum([0, *(len(layer) for layer in layers)])
    return [
        pd.Series(far[start : start + len(layer)], index=layer.index, dtype=bool)
        for start, layer in zip(starts, layers, strict=False)
    ]
