"""Addresses whose place is known -> door numbers that place others."""

import geopandas as gpd
import pandas as pd

from data.ledger.address_words import normalise, read_number
from data.ledger.candidates import tail_of
from data.ledger.gazetteer import Gazetteer
from data.ledger.mentions import find_mentions


def learn_doors(
    addresses: pd.Series, points: gpd.GeoSeries, gazetteer: Gazetteer
) -> gpd.GeoDataFrame:
    """
    Read the door numbers of addresses that stand at known points.

    Parameters
    ----------
    addresses
        Such as those of facilities, or of records that came with coordinates.
    points
        Where each is, on the index of `addresses`, in any CRS.
    gazetteer
        Knows the roads; one without doors will do.

    Returns
    -------
    doors
        Columns `road`, `low`, `high` and `geometry`, as `build_gazetteer` takes them; one row per
        address that names a known road and a number on it.

    Examples
    --------
    >>> from data.ledger.gazetteer import Place, Sense
    >>> road = Place("road", "建设路", None)
    >>> known = Gazetteer(None, None, (road,), {"建设路": (Sense(0, 100, ""),)})
    >>> addresses = pd.Series(["某区建设路12-16号", "建设路口", "新建设路8号"])
    >>> points = gpd.GeoSeries(gpd.points_from_xy([0, 1, 2], [0, 0, 0]))
    >>> learn_doors(addresses, points, known)[["road", "low", "high"]].to_numpy().tolist()
    [['建设路', 12, 16]]
    """
    rows = [
        (at, road, *numbers)
        for at, text in enumerate(addresses.fillna("").map(normalise))
        for road, numbers in _read(text, gazetteer)[:1]
    ]
    table = pd.DataFrame(rows, columns=["at", "road", "low", "high"])
    shapes = points.loc[addresses.index].take(table["at"]).reset_index(drop=True)
    return gpd.GeoDataFrame(table[["road", "low", "high"]], geometry=shapes, crs=points.crs)


def _read(text: str, gazetteer: Gazetteer) -> list[tuple[str, tuple[int, int]]]:
    """Return the roads that a text names with a number."""
    mentions = find_mentions(text, gazetteer)
    found = []
    for at, mention in enumerate(mentions):
        place = gazetteer.places[mention.senses[0].place]
        numbers = read_number(tail_of(text, mentions, at))
        if mention.whole and place.kind == "road" and numbers is not None:
            found.append((place.label, numbers))
    return found
