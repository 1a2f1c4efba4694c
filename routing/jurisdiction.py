"""Which team may visit which stop: areas of responsibility and certificates."""

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.errors import N_, Message
from routing.unmet import Unmet

BORDER_M = 30.0
"""A stop this far (m) outside a community still counts as in it: borders run along streets."""


def within_jurisdiction(
    teams: gpd.GeoDataFrame, stops: gpd.GeoDataFrame, communities: gpd.GeoDataFrame
) -> pd.DataFrame:
    """
    Tell which stops lie in the jurisdiction of each team.

    Parameters
    ----------
    teams
        TEAMS frame; `community` holds the id or the name of a community, or nothing.
    stops
        STOPS frame.
    communities
        COMMUNITIES frame; a community that it lacks limits nobody.

    Returns
    -------
    within
        True where the stop may be visited; teams down, stops across.

    Examples
    --------
    >>> from shapely import Point, box
    >>> teams = gpd.GeoDataFrame({"community": ["", "桥北"]}, index=["D1", "D2"])
    >>> stops = gpd.GeoDataFrame(index=["a", "b"], geometry=[Point(120, 50), Point(500, 50)])
    >>> communities = gpd.GeoDataFrame(
    ...     {"name": ["桥北"]}, index=["C1"], geometry=[box(0, 0, 100, 100)])
    >>> within_jurisdiction(teams, stops, communities).to_numpy().tolist()
    [[True, True], [True, False]]
    """
    within = {
        team_id: _stops_within(str(community), stops, communities)
        for team_id, community in teams["community"].items()
    }
    return pd.DataFrame.from_dict(within, orient="index", columns=stops.index).astype(bool)


def holds_certificates(
    teams: gpd.GeoDataFrame, stops: gpd.GeoDataFrame, min_enforcers: int
) -> pd.DataFrame:
    """
    Tell which stops each team is certified for.

    Parameters
    ----------
    teams
        TEAMS frame.
    stops
        STOPS frame.
    min_enforcers
        Certified officers that a stop with `needs_enforcement` takes.

    Returns
    -------
    certified
        True where the team's certificates suffice; teams down, stops across.

    References
    ----------
    行政处罚法 (2021) 第42条: 执法人员不得少于两人.

    Examples
    --------
    >>> teams = pd.DataFrame({"enforcers": [2, 1]}, index=["D1", "D2"])
    >>> stops = pd.DataFrame({"needs_enforcement": [True, False]}, index=["gate", "hot"])
    >>> holds_certificates(teams, stops, 2).to_numpy().tolist()
    [[True, True], [False, True]]
    """
    enough = teams["enforcers"].to_numpy() >= min_enforcers
    free = ~stops["needs_enforcement"].to_numpy(dtype=bool)
    return pd.DataFrame(enough[:, None] | free[None, :], index=teams.index, columns=stops.index)


def name_missing_communities(
    teams: gpd.GeoDataFrame, communities: gpd.GeoDataFrame
) -> tuple[Unmet, ...]:
    """
    Name the teams whose community is on no map, because nothing then limits where they go.

    Parameters
    ----------
    teams
        TEAMS frame.
    communities
        COMMUNITIES frame, perhaps empty.

    Returns
    -------
    unmet
        One row per community that is missing.

    Examples
    --------
    >>> teams = pd.DataFrame({"community": ["桥北", "桥北", ""]})
    >>> [str(row.what) for row in name_missing_communities(teams, pd.DataFrame({"name": []}))]
    ['The jurisdiction 桥北']
    """
    names = [name for name in teams["community"].unique() if name]
    return tuple(
        Unmet(
            Message.of(N_("The jurisdiction {community}"), community=name),
            Message(N_("No community of this name is in the area's files, so it limits no team.")),
            Message(N_("Add its boundary to the communities file, or correct the name.")),
        )
        for name in names
        if not _named(name, communities).any()
    )


def _named(community: str, communities: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Mark the communities that have this id or name."""
    named: NDArray[np.bool_] = np.asarray(
        (communities.index == community) | (communities["name"] == community).to_numpy(), dtype=bool
    )
    return named


def _stops_within(
    community: str, stops: gpd.GeoDataFrame, communities: gpd.GeoDataFrame
) -> list[bool]:
    """Mark the stops in a community; all of them if it is empty or unknown."""
    named = _named(community, communities)
    if not community or not named.any():
        return [True] * len(stops)
    near: list[bool] = (
        stops.distance(communities.geometry[named].union_all()) <= BORDER_M
    ).tolist()
    return near
