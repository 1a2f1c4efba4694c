"""Colours and widths of the maps: a calm light ground, few strong colours upon it."""

INK = "#1f2a33"
PAPER = "#ffffff"

LAND = {"stroke": False, "fill": True, "fillColor": "#f8f6f1", "fillOpacity": 1}
BOUNDARY = {"color": "#6b5b7b", "weight": 2.5, "opacity": 0.9, "dashArray": "10 5", "fill": False}
COMMUNITY = {"color": "#a79bb5", "weight": 1.4, "opacity": 0.9, "dashArray": "3 5", "fill": False}
GROUND = {
    "park": {
        "color": "#c3dab2",
        "weight": 1,
        "fill": True,
        "fillColor": "#d7e8c9",
        "fillOpacity": 1,
    },
    "water": {
        "color": "#9cc6df",
        "weight": 1,
        "fill": True,
        "fillColor": "#b7d8ea",
        "fillOpacity": 1,
    },
    "building": {
        "color": "#d5cfc3",
        "weight": 0.7,
        "fill": True,
        "fillColor": "#e6e1d7",
        "fillOpacity": 1,
    },
}
WATER_LINE = {"color": "#b7d8ea", "fill": False, "width_m": 8.0, "least": 2}
RAILWAY = (
    {"color": "#8d8d95", "fill": False, "width_m": 3.5, "least": 2.2},
    {"color": "#ffffff", "fill": False, "width_m": 1.5, "least": 1, "dashArray": "9 9"},
)

STREET_RANKS = {
    "major": ("motorway", "trunk", "primary"),
    "middle": ("secondary", "tertiary"),
    "minor": ("residential", "unclassified", "living_street", "road", "busway"),
    "service": ("service", "track", "pedestrian"),
    "path": ("footway", "path", "cycleway", "corridor", "bridleway", "platform"),
    "steps": ("steps",),
}
"""OSM classes by the width in which they are drawn; links go with their class."""
# width in metres, fill, casing
STREETS = {
    "service": (4.5, "#ffffff", "#dcd7cc"),
    "minor": (7.0, "#ffffff", "#d3cdc0"),
    "middle": (10.0, "#fffdf2", "#cfc6ab"),
    "major": (14.0, "#fdedb9", "#d9bf73"),
}
PATHS = {
    "path": {"color": "#b9a98c", "fill": False, "width_m": 1.6, "least": 1.1, "dashArray": "5 4"},
    "steps": {"color": "#a98f66", "fill": False, "width_m": 3.2, "least": 2.4, "dashArray": "2 2"},
}

RAMPS = {
    "day": ("#fdd9a8", "#fdb26b", "#f5804a", "#dc4a2d", "#a31422"),
    "night": ("#dcd6ee", "#b9aedb", "#9180c4", "#6a4fa8", "#43237f"),
    "all": ("#cfe3d6", "#9ccbb4", "#5fac92", "#2c8374", "#0d5656"),
}
"""Five steps from few to many, by shift: warm by day, violet by night."""
HOT_EDGE = {"day": "#5c0911", "night": "#22104a", "all": "#033434"}

INCIDENT = {"day": "#d1491d", "night": "#5a3d9e", "all": "#33475b"}
CATEGORY_COLORS = {
    "tertiary_hospital": "#b3261e",
    "community_health_center": "#0f7b6c",
    "private_hospital": "#c2571a",
    "hospital": "#b3261e",
    "clinic": "#c2571a",
    "pharmacy": "#2e7d32",
    "market": "#8a6d00",
    "station": "#37474f",
    "bus_stop": "#607d8b",
    "police": "#1a4f9c",
    "police_post": "#1a4f9c",
    "library": "#6d4c9f",
}
OTHER_COLOR = "#5d6670"

# dark enough on the light ground, told apart by colour-blind readers (after Okabe & Ito, and Tol)
TEAM_COLORS = (
    "#0072b2",
    "#d55e00",
    "#00855f",
    "#b0357e",
    "#6a51a3",
    "#8c6d00",
    "#2d9bd6",
    "#882255",
    "#444b54",
    "#4b8b1e",
)

BOOTH_COLORS = {"existing": "#1a4f9c", "proposed": "#c2410c"}
REACH_COLORS = ("#0c6357", "#3aa89a", "#a5dad2")
"""Streets reached on foot within the least, the middle and the largest time."""


def team_color(position: int) -> str:
    """Return the colour of the team at a position of the shift's list, from the first on again.

    Examples
    --------
    >>> team_color(0) == team_color(len(TEAM_COLORS))
    True
    """
    return TEAM_COLORS[position % len(TEAM_COLORS)]


def rank_of(highway: str) -> str:
    """Return the rank in which an OSM class of street is drawn.

    Examples
    --------
    >>> rank_of("primary_link"), rank_of("bridleway"), rank_of("escape")
    ('major', 'path', 'minor')
    """
    plain = highway.removesuffix("_link")
    return next((rank for rank, names in STREET_RANKS.items() if plain in names), "minor")
