"""OSMnx as this project uses it: no folder of its own in the tree, and the tags we need."""

from importlib import import_module
from types import ModuleType

from data.cache import cache_folder

ROUTING_TAGS = (
    "access",
    "bicycle",
    "bridge",
    "cycleway",
    "foot",
    "highway",
    "layer",
    "lit",
    "motor_vehicle",
    "motorcar",
    "name",
    "opening_hours",
    "oneway:bicycle",
    "tunnel",
    "vehicle",
)
"""Tags that a street must not change along its way: where one changes, a new edge begins."""
WAY_TAGS = (*ROUTING_TAGS, "junction", "oneway", "service", "surface")
NODE_TAGS = (
    "access",
    "barrier",
    "bicycle",
    "foot",
    "motor_vehicle",
    "motorcar",
    "name",
    "opening_hours",
    "vehicle",
)


def load_osmnx() -> ModuleType:
    """
    Import OSMnx so that it writes no `./data` and `./cache`, and drops no tag such as `lit`.

    It takes two seconds to import, which only the first reading of a map file need wait for.

    Examples
    --------
    >>> settings = load_osmnx().settings
    >>> settings.use_cache, "lit" in settings.useful_tags_way
    (False, True)
    """
    ox = import_module("osmnx")
    folder = cache_folder()
    ox.settings.use_cache = False
    ox.settings.data_folder = folder / "osmnx"
    ox.settings.cache_folder = folder / "osmnx"
    ox.settings.logs_folder = folder / "osmnx"
    ox.settings.useful_tags_way = list(WAY_TAGS)
    ox.settings.useful_tags_node = list(NODE_TAGS)
    return ox
