"""Texts of coordinates -> numbers, and which of them are no place."""

import numpy as np
import pandas as pd

from data.errors import N_
from data.ledger.angles import read_angles
from data.ledger.blank_words import without_blanks
from data.ledger.doubtful_positions import (
    drop_missing,
    drop_strangers,
    restore_scale,
    restore_sides,
    said_places,
)
from data.ledger.findings import Findings, Rule
from data.ledger.position_exactness import drop_default_points, limit_by_decimals
from data.ledger.text_groups import group_parts, plain_numbers

POSITION_JOINED = Rule(
    "position_joined",
    N_("{n} positions have both coordinates in one cell; they were taken apart."),
    "repaired",
)
POSITION_IN_MINUTES = Rule(
    "position_degrees_minutes",
    N_("{n} positions are in degrees, minutes and seconds; they were made decimal."),
    "repaired",
)
POSITION_DECIMAL_COMMA = Rule(
    "position_decimal_comma", N_("{n} positions have a decimal comma."), "repaired"
)
POSITION_UNREAD = Rule(
    "position_unread",
    N_("{n} positions cannot be read."),
    "dropped",
    N_("Write longitude and latitude as decimal numbers."),
)

_MINUTES = r"[°º度分′]|^[^.]*[.:\s-]\d+[.:\s-]\d"
_COMMA = r"[+-]?\d{1,9},\d+"
_PAIR = (
    r"^[\[(（]?\s*(?P<x>[+-]?\d{1,9}\.\d+)\s*[,，;；、\s]\s*(?P<y>[+-]?\d{1,9}\.\d+)\s*[\])）]?$"
)


def read_positions(table: pd.DataFrame, *, findings: Findings) -> pd.DataFrame:
    """
    Read the coordinates of records, in whatever system the file has them.

    Parameters
    ----------
    table
        Texts under our names: `lon` and `lat`, or both in either of them, or both in `lonlat`;
        `address` (and `place_note`) help to know a point that stands for no place.
    findings
        Counts what was done.

    Returns
    -------
    positions
        On the index of `table`: `raw_x` and `raw_y` (east and north, NaN where there is no place)
        in degrees, or metres where the file has metres; and `geo_limit`, the most exact class of
        `geo_precision` that the numbers allow, empty where they set no limit.

    Examples
    --------
    >>> table = pd.DataFrame({"lon": ["117.2063", "39.1469", "117.2101,39.1432"]})
    >>> table = table.assign(lat=["39.1410", "117.2128", ""])
    >>> read_positions(table, findings=Findings())[["raw_x", "raw_y"]].to_numpy().tolist()
    [[117.2063, 39.141], [117.2128, 39.1469], [117.2101, 39.1432]]
    """
    texts = {name: _texts(table, name) for name in ("lon", "lat", "lonlat")}
    lon, lat, both = (_read_column(texts[name], name) for name in texts)
    raw = pd.DataFrame(
        {
            "x": lon["x"].fillna(lat["x"]).fillna(both["x"]),
            "y": lat["y"].fillna(lon["y"]).fillna(both["y"]),
        }
    )
    said = texts["lon"].where(texts["lon"] != "", texts["lat"])
    said = said.where(said != "", texts["lonlat"])
    for rule in (POSITION_DECIMAL_COMMA, POSITION_JOINED, POSITION_IN_MINUTES, POSITION_UNREAD):
        rows = (lon["how"] == rule.code) | (lat["how"] == rule.code) | (both["how"] == rule.code)
        findings.add(rule, said[rows], column="lon", after=said_places(raw, said[rows]))
    for settle in (drop_missing, restore_scale, restore_sides, drop_strangers):
        raw = settle(raw, said, findings)
    limit = limit_by_decimals(raw, said, findings)
    raw, limit = drop_default_points(raw, limit, _where_written(table), said, findings)
    return pd.DataFrame({"raw_x": raw["x"], "raw_y": raw["y"], "geo_limit": limit})


def _texts(table: pd.DataFrame, name: str) -> pd.Series:
    """Pick a column of texts, empty where the table has none."""
    blank = pd.Series("", table.index, dtype=str)
    return without_blanks(table[name].str.strip()) if name in table else blank


def _where_written(table: pd.DataFrame) -> pd.Series:
    """Return what each record says in words of its place."""
    return _texts(table, "address") + _texts(table, "place_note")


def _read_column(texts: pd.Series, name: str) -> pd.DataFrame:
    """Read one column: its own coordinate, or both where a cell holds a pair, and `how`."""
    own = "y" if name == "lat" else "x"
    read = pd.DataFrame({"x": np.nan, "y": np.nan, "how": ""}, index=texts.index)
    if (texts == "").all():
        return read
    read[own] = plain_numbers(texts)
    rest = texts[read[own].isna() & (texts != "")]
    comma = rest[rest.str.fullmatch(_COMMA).to_numpy(dtype=bool)]
    read.loc[comma.index, own] = plain_numbers(comma.str.replace(",", ".", regex=False))
    rest = rest.drop(comma.index)
    pairs = group_parts(rest, _PAIR)
    left = rest.drop(pairs.index)
    angles = pd.concat([pairs, _read_slowly(left, own)])
    read.loc[angles.index, ["x", "y"]] = angles
    minutes = left.index[left.str.contains(_MINUTES).to_numpy(dtype=bool)]
    read.loc[comma.index, "how"] = POSITION_DECIMAL_COMMA.code
    read.loc[minutes, "how"] = POSITION_IN_MINUTES.code
    read.loc[angles.index[angles.notna().all(axis=1)], "how"] = POSITION_JOINED.code
    read.loc[angles.index[angles.isna().all(axis=1)], "how"] = POSITION_UNREAD.code
    return read


def _read_slowly(texts: pd.Series, own: str) -> pd.DataFrame:
    """Read what is neither a number nor a plain pair, each different text once."""
    each = texts.unique()
    angles = [{angle.axis or own: angle.value for angle in read_angles(text)} for text in each]
    read = pd.DataFrame(angles, each, columns=["x", "y"], dtype=float)
    return read.reindex(texts).set_axis(texts.index)
