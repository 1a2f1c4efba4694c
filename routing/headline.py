"""The figures that stand above a plan."""

from typing import Any

import geopandas as gpd

from routing.solve import share_of_visit


def headline_figures(
    teams: gpd.GeoDataFrame,
    stops: gpd.GeoDataFrame,
    visits: gpd.GeoDataFrame,
    routes: gpd.GeoDataFrame,
) -> dict[str, Any]:
    """
    Count what a plan does, and what it leaves.

    Parameters
    ----------
    teams, stops, visits, routes
        The frames of the plan.

    Returns
    -------
    headline
        `teams`, `people`, `visits`; `key_points_required`, `key_points_visited`; `hot_stops`,
        `hot_stops_visited`, and of them `proven_stops`, `proven_stops_visited`; `prize_share`, the
        share of the incidents at hot stops that lie at a visited one (None without any);
        `prize_with_repeats`, the prize collected, each repeated visit worth less; `walk_km` by
        shift, the length of the teams on foot.

    Examples
    --------
    >>> import pandas as pd
    >>> teams = pd.DataFrame({"size": [2]})
    >>> stops = pd.DataFrame(
    ...     {"stop_kind": ["hotspot", "hotspot"], "place_id": ["c", "d"], "prize": [3.0, 1.0],
    ...      "required": False, "proven": True}, index=["day-c", "day-d"])
    >>> visits = pd.DataFrame({"stop_id": ["day-c", "day-c"]})
    >>> routes = pd.DataFrame({"shift": ["day"], "mode": ["foot"], "length_m": [1500.0]})
    >>> figures = headline_figures(teams, stops, visits, routes)
    >>> figures["hot_stops_visited"], figures["prize_share"], figures["prize_with_repeats"]
    (1, 0.75, 4.8)
    >>> figures["walk_km"]
    {'day': 1.5}
    """
    required = stops[stops["required"].astype(bool)]
    hot = stops[stops["stop_kind"] == "hotspot"]
    seen = hot[hot.index.isin(visits["stop_id"])]
    total = float(hot["prize"].sum())
    repeats = visits["stop_id"].value_counts()
    with_repeats = sum(
        prize * sum(share_of_visit(rank) for rank in range(int(repeats[stop_id])))
        for stop_id, prize in seen["prize"].items()
    )
    walked = routes[routes["mode"] == "foot"].groupby("shift", sort=False)["length_m"].sum()
    return {
        "teams": len(teams),
        "people": int(teams["size"].sum()),
        "visits": len(visits),
        "key_points_required": int(required["place_id"].nunique()),
        "key_points_visited": int(
            required.loc[required.index.isin(visits["stop_id"]), "place_id"].nunique()
        ),
        "hot_stops": len(hot),
        "hot_stops_visited": len(seen),
        "proven_stops": int(hot["proven"].sum()),
        "proven_stops_visited": int(seen["proven"].sum()),
        "prize_share": float(seen["prize"].sum()) / total if total else None,
        "prize_with_repeats": round(with_repeats, 6),
        "walk_km": {str(shift): float(length_m) / 1000 for shift, length_m in walked.items()},
    }
