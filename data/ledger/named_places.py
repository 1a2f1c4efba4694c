"""Which community, and which road, a text names."""

import geopandas as gpd
import pandas as pd

from data.graphs import StreetGraph
from data.ledger.address_words import normalise
from data.ledger.gazetteer import Gazetteer, Place, Sense
from data.ledger.named_roads import name_roads
from data.ledger.place_finder import PlaceFinder
from data.ledger.place_names import OFFICIAL, name_community
from data.ledger.road_rules import LONG_ROAD


def find_communities(texts: pd.Series, communities: gpd.GeoDataFrame) -> pd.Series:
    """
    Find the community that each text names, in any of the forms of its name.

    Returns
    -------
    positions
        On the index of `texts`: position of the row in `communities`, -1 where none is meant.

    Examples
    --------
    >>> areas = gpd.GeoDataFrame({"name": ["晴岚社区", "望舒社区"]}, geometry=[None, None])
    >>> texts = pd.Series(["望舒居委会", "某街道晴岚社区", "晴岚", "青梧社区", ""])
    >>> find_communities(texts, areas).tolist()
    [1, 0, 0, -1, -1]
    """
    senses: dict[str, tuple[Sense, ...]] = {}
    for at, label in enumerate(communities["name"]):
        for name in name_community(label):
            senses[name.text] = (*senses.get(name.text, ()), Sense(at, name.worth, ""))
    shapes = communities.geometry
    places = tuple(map(Place, ["community"] * len(shapes), communities["name"], shapes))
    finder = PlaceFinder(Gazetteer(communities.crs, None, places, senses))
    found = {text: finder.find_community(text) for text in texts.dropna().unique()}
    return texts.map(lambda text: -1 if (at := found.get(text)) is None else at).astype(int)


def find_roads(texts: pd.DataFrame, streets: StreetGraph) -> pd.Series:
    """
    Find the road that the columns `address` and `place_note` name, if they name one.

    Returns
    -------
    roads
        On the index of `texts`: normalised name, '' where no road of the streets is named.

    Examples
    --------
    >>> import networkx as nx
    >>> import shapely
    >>> graph = nx.MultiDiGraph(crs="EPSG:32650")
    >>> _ = graph.add_edge(1, 2, name="建设路", geometry=shapely.LineString([(0, 0), (9, 0)]))
    >>> find_roads(pd.DataFrame({"address": ["某区建设路12号", "新建设路"]}), graph).tolist()
    ['建设路', '']
    """
    roads = name_roads(streets)
    places = tuple(map(Place, ["road"] * len(roads), roads["label"], roads.geometry))
    senses = {name: (Sense(at, OFFICIAL, ""),) for at, name in enumerate(roads.index)}
    finder = PlaceFinder(Gazetteer(roads.crs, None, places, senses))
    words = texts.reindex(columns=["address", "place_note"]).astype(object).fillna("").astype(str)
    said = list(words.itertuples(index=False, name=None))
    found = {pair: finder.find(pair[0], pair[1], "", "") for pair in set(said)}
    named = [
        next(
            (
                normalise(one.label)
                for one in found[pair]
                if one.kind == "road" and one.score >= LONG_ROAD
            ),
            "",
        )
        for pair in said
    ]
    return pd.Series(named, texts.index, dtype=object)
