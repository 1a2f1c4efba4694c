"""The list of records: which of them are asked for, and how they are shown."""

from collections.abc import Collection, Iterable
from datetime import date

import geopandas as gpd
import pandas as pd
import shapely

from app.i18n import t
from app.labels import name_incident_type, name_source
from app.maps.geometry import LONLAT
from app.record_words import say_time
from data.ledger.records import PLACED, REASONS
from data.ledger.statuses import say_status

MOST_SHOWN = 1000
MOST_ALIKE = 20
NEAR_M = 300.0
WITHIN = pd.Timedelta(days=3)
"""Records farther apart than this are not offered for merging."""
SUSPECTED = "suspected"
"""Asks for records that may repeat one another, though nobody has said so yet."""


def count_states(records: pd.DataFrame, suspected: Collection[str]) -> dict[str, int]:
    """Count records by what keeps them off the map, those on it, and suspected repetitions."""
    counts = records["status"].value_counts()
    states = {code: int(counts.get(code, 0)) for code in (*REASONS, PLACED)}
    return {**states, SUSPECTED: len(suspected)}


def name_state(code: str) -> str:
    """Name a state by which records are asked for."""
    return t("疑似重复") if code == SUSPECTED else t(say_status(code))


def choose_records(
    records: pd.DataFrame,
    *,
    states: Collection[str],
    sources: Collection[str],
    days: tuple[date, ...],
    words: str,
    suspected: Collection[str],
    timezone: str,
) -> pd.DataFrame:
    """
    Return the records that were asked for; nothing asked for is everything.

    Parameters
    ----------
    days
        First and last day, local time; records without a time are left out where days are given.
    words
        Looked for in the texts, in any of them.
    """
    asked = pd.Series(data=True, index=records.index)
    if states:
        asked &= records["status"].isin(set(states)) | (
            records.index.isin(set(suspected)) & (SUSPECTED in states)
        )
    if sources:
        asked &= records["source"].isin(set(sources))
    if len(days) == len(("first", "last")):
        local = records["occurred_from"].dt.tz_convert(timezone).dt.date
        asked &= (local >= days[0]) & (local <= days[1])
    if words.strip():
        texts = records[["summary", "address", "place_note", "community", "source_ref", "note"]]
        whole = texts.agg(" ".join, axis=1)
        asked &= whole.str.contains(words.strip(), regex=False, case=False)
    return records[asked]


def record_rows(records: pd.DataFrame, timezone: str) -> pd.DataFrame:
    """Show records as a table, the last ones first."""
    shown = records.head(MOST_SHOWN)
    return pd.DataFrame(
        {
            t("时间"): [say_time(row, timezone) for _, row in shown.iterrows()],
            t("来源"): shown["source"].map(name_source),
            t("类型"): shown["type"].map(name_incident_type),
            t("地点"): _first_words(shown, ("address", "place_note", "near_facility", "summary")),
            t("社区"): shown["community"],
            t("状态"): [t(say_status(code)) for code in shown["status"]],
            t("文件"): shown["file"],
            t("行"): shown["row"],
        },
        index=shown.index,
    )


def _first_words(records: pd.DataFrame, columns: Iterable[str]) -> pd.Series:
    """Return the first of some texts that is not empty."""
    found = pd.Series("", records.index, dtype=str)
    for column in columns:
        found = found.where(found != "", records[column])
    return found


def find_alike(records: pd.DataFrame, record_id: str, crs: object) -> pd.DataFrame:
    """
    Return the records that may tell of the same incident, the nearest in time first.

    Those of about the same days that lie near, or whose place is not known; a person decides.
    """
    record = records.loc[record_id]
    others = records[(records.index != record_id) & (records["duplicate_of"] == "")]
    if pd.isna(record["occurred_from"]):
        return others.head(0)
    away = (others["occurred_from"] - record["occurred_from"]).abs()
    others, away = others[away <= WITHIN], away[away <= WITHIN]
    if not pd.isna(record["lon"]):
        places = gpd.points_from_xy(others["lon"], others["lat"], crs=LONLAT).to_crs(crs)
        here = gpd.points_from_xy([record["lon"]], [record["lat"]], crs=LONLAT).to_crs(crs)[0]
        far = pd.Series(shapely.distance(places, here) > NEAR_M, others.index)
        others = others[~far]
    return others.loc[away[others.index].sort_values(kind="stable").index].head(MOST_ALIKE)
