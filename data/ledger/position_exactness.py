"""How exactly coordinates say where something was: decimals, and points that stand for no place."""

from os.path import commonprefix

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from data.errors import N_
from data.ledger.doubtful_positions import WORLD_X, WORLD_Y
from data.ledger.findings import Findings, Rule

SAME_DEG = 1e-9
"""A tenth of a millimetre."""
SEGMENT_DECIMALS, FINE_DECIMALS = 3, 4
"""0.001 degrees are some 100 m, good enough for a street; 0.01 degrees, over 1 km, for nothing."""
DEFAULT_SHARE, DEFAULT_ROWS = 0.2, 3
"""A point of this share of the rows, and this many different addresses, is the geocoder's."""
UNLIKE = 50.0
"""Addresses that are on the average less alike than this (0-100) are different places."""
_COMPARED = 50

POSITION_3_DECIMALS = Rule(
    "position_3_decimals",
    N_("{n} positions have three decimals; they are known to some 100 m only."),
    "noted",
)
POSITION_2_DECIMALS = Rule(
    "position_2_decimals",
    N_("{n} positions have two decimals or fewer; they are known to no better than 1 km."),
    "noted",
    N_("Export them with five decimals."),
)
DEFAULT_POINT = Rule(
    "default_point",
    N_("{n} records with different addresses stand at one point, where a search found nothing."),
    "dropped",
    N_("Put them on the map by hand, or correct their addresses."),
)
ONE_POINT = Rule(
    "one_point",
    N_("{n} records stand at one point, and no address tells whether they belong there."),
    "noted",
)


def limit_by_decimals(raw: pd.DataFrame, said: pd.Series, findings: Findings) -> pd.Series:
    """
    Tell how exact positions in degrees can be.

    A position has as many decimals as the longer of its coordinates. One position of a hundred
    loses its last decimal because that is a zero, so one decimal less than usual is usual.

    Returns
    -------
    limit
        `segment` for three decimals, `none` for fewer, empty for more.

    Examples
    --------
    >>> raw = pd.DataFrame({"x": [117.206312, 117.206, 117.2], "y": [39.141087, 39.141, 39.14]})
    >>> limit_by_decimals(raw, pd.Series(["", "", ""]), Findings()).tolist()
    ['', 'segment', 'none']
    """
    fine = pd.Series("", raw.index, dtype=str)
    degrees = (raw["x"].abs() <= WORLD_X) & (raw["y"].abs() <= WORLD_Y)
    short = [((raw[axis] - raw[axis].round(FINE_DECIMALS)).abs() < SAME_DEG) for axis in "xy"]
    checked = raw[degrees & short[0] & short[1]]
    if checked.empty:
        return fine
    decimals = np.maximum(_decimals(checked["x"]), _decimals(checked["y"]))
    # most are finer, or most have this many decimals
    usual = (
        FINE_DECIMALS + 1 if len(checked) * 2 < degrees.sum() else np.bincount(decimals).argmax()
    )
    decimals = np.where(decimals == usual - 1, usual, decimals)
    street, rough = (
        said[checked.index[mark]]
        for mark in (decimals == SEGMENT_DECIMALS, decimals < SEGMENT_DECIMALS)
    )
    findings.add(POSITION_3_DECIMALS, street, column="lon")
    findings.add(POSITION_2_DECIMALS, rough, column="lon")
    fine.loc[street.index], fine.loc[rough.index] = "segment", "none"
    return fine


def _decimals(numbers: pd.Series) -> NDArray[np.int64]:
    """Count the decimals of numbers that have four at the most; rounding errors do not count."""
    counts = np.full(len(numbers), FINE_DECIMALS)
    for n in range(FINE_DECIMALS, -1, -1):
        counts[(numbers - numbers.round(n)).abs() < SAME_DEG] = n
    return counts


def drop_default_points(
    raw: pd.DataFrame,
    limit: pd.Series,
    addresses: pd.Series,
    said: pd.Series,
    findings: Findings,
) -> tuple[pd.DataFrame, pd.Series]:
    """
    Empty the point at which a search for addresses put all that it did not find.

    Returns
    -------
    raw, limit
        The limit of what was emptied is `community`.

    Examples
    --------
    >>> raw = pd.DataFrame({"x": [117.2063] * 3, "y": [39.141] * 3})
    >>> addresses = pd.Series(["建国道12号", "民主道与进步道交口", "河边桥底下"])
    >>> blank = pd.Series([""] * 3)
    >>> raw, limit = drop_default_points(raw, blank, addresses, addresses, Findings())
    >>> bool(raw["x"].isna().all()), limit.tolist()
    (True, ['community', 'community', 'community'])
    """
    points = _shared_points(raw)
    shared = points.index[points >= max(DEFAULT_ROWS, DEFAULT_SHARE * raw["x"].count())]
    for x, y in shared:
        here = (raw["x"] == x) & (raw["y"] == y)
        different = pd.Series(addresses[here & (addresses != "")].unique(), dtype=str)
        if len(different) >= DEFAULT_ROWS and _unlike(different):
            findings.add(DEFAULT_POINT, said[here], column="lon")
            raw, limit = raw.mask(here), limit.mask(here, "community")
        elif different.empty:
            findings.add(ONE_POINT, said[here], column="lon")
    return raw, limit


def _shared_points(raw: pd.DataFrame) -> pd.Series:
    """Count the positions whose longitude is common enough for a default point."""
    x = raw["x"].value_counts()
    common = x.index[x >= DEFAULT_SHARE * raw["x"].count()]
    return raw[raw["x"].isin(common)].value_counts()


def _unlike(addresses: pd.Series) -> bool:
    """Tell whether addresses, apart from what all of them begin with, are different places."""
    same = len(commonprefix(addresses.tolist()))  # noqa: RUF071  # not of paths, of words
    ends = addresses.str[same:].head(_COMPARED).tolist()
    alike = process.cdist(ends, ends, scorer=fuzz.ratio)
    return bool(np.median(alike[np.triu_indices(len(ends), k=1)]) < UNLIKE)
