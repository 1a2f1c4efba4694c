"""The place of a record: by a click on the map, or one of the places that its words may mean."""

from functools import partial

import pandas as pd
import streamlit as st

from app.desk import keep
from app.edits import Hand
from app.i18n import t
from app.maps.editing import Picked, pick_place
from app.record_edits import BY_HAND, candidates_of, set_place
from app.record_words import name_geo_precision
from app.text import number, plain
from data.area import Area

MAP_PX = 520
EXACT = ("gate", "door")
"""A place known so well needs no candidates."""
CANDIDATE = ["name", "lon", "lat", "geo_precision", "score"]


def offer_place(area: Area, record_id: str, record: pd.Series, hand: Hand) -> None:
    """Let a reader put the record on the map by a click, or choose among candidates."""
    known = None if pd.isna(record["lon"]) else (float(record["lon"]), float(record["lat"]))
    found = candidates_of(area, record)
    if known and record["geo_precision"] in EXACT:
        found = found.head(0)
    picked = pick_place(
        area,
        key="record_map",
        revision=f"{record_id}:{area.seq}",
        at=known,
        candidates=found,
        height_px=MAP_PX,
    )
    precise, save = st.columns([3, 2], vertical_alignment="bottom")
    with precise:
        precision = _ask_precision(record_id, picked, found)
    if save.button(
        t("保存这个位置"),
        type="primary",
        disabled=picked is None,
        key=f"place:{record_id}",
        width="stretch",
    ):
        keep(lambda: _keep_place(area, record_id, picked, precision, hand))
    _offer_candidates(area, record_id, found, hand)


def _offer_candidates(area: Area, record_id: str, found: pd.DataFrame, hand: Hand) -> None:
    """List the places that the words may mean, each with a button that takes it."""
    for i, (label, lon, lat, precision, score) in enumerate(found[CANDIDATE].to_numpy()):
        name, take = st.columns([3, 2], vertical_alignment="center")
        said = t(
            "{i}. {name}（准到{precision}，相符 {score} 分）",
            i=i + 1,
            name=label,
            precision=name_geo_precision(precision),
            score=number(float(score), 0),
        )
        name.markdown(plain(said))
        picked = Picked(float(lon), float(lat), i)
        if take.button(t("就是这里"), key=f"take:{record_id}:{i}", width="stretch"):
            keep(partial(_keep_place, area, record_id, picked, str(precision), hand))


def _ask_precision(record_id: str, picked: Picked | None, found: pd.DataFrame) -> str:
    """Ask how exactly the place is known; a candidate knows it itself."""
    if picked is not None and picked.candidate is not None:
        return str(found["geo_precision"].iloc[picked.candidate])
    chosen = st.segmented_control(
        t("这个位置准到哪里"),
        list(BY_HAND),
        default=BY_HAND[0],
        format_func=name_geo_precision,
        key=f"precision:{record_id}",
    )
    return chosen or BY_HAND[0]


def _keep_place(
    area: Area, record_id: str, picked: Picked | None, precision: str, hand: Hand
) -> str:
    """Save the place that was picked."""
    if picked is None:
        return ""
    inside = set_place(area, record_id, (picked.lon, picked.lat), precision, hand)
    return t("位置已保存。") if inside else t("位置已保存；它在辖区以外，不参加本辖区的分析。")
