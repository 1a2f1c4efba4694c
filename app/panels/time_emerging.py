"""Hotspots that come and go: since when and how often each place has been hot."""

from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import streamlit as st
from scipy.sparse import csr_array

from app.charts_time import show_chart, slice_strip
from app.i18n import t
from app.maps.patterns import PATTERN_NAMES, pattern_map
from app.maps.serve import show_map
from app.panels.frame import keep
from app.panels.time_incidents import analysed_incidents, ledger_days
from app.study import Study
from app.text import number, plain, probability
from routing.places import label_places
from spatial.aoristic import TWELFTHS
from spatial.count import count_in_cells
from spatial.emerging import LEAST_SLICES, PATTERNS, EmergingHotspots, find_emerging_hotspots
from spatial.emerging_places import EmergingPlaces, group_places
from spatial.gi_star import exact_gi_star
from spatial.multiple_tests import benjamini_hochberg
from spatial.time_slices import cut_period, slice_twelfths

LENGTHS_DAYS = (7, 14, 28, 91)
MOST_PLACES = 15
"""Rows of the picture of slices; the table has them all."""


class Emerging(NamedTuple):
    """What the panel shows."""

    found: EmergingHotspots
    grouped: EmergingPlaces
    n: float
    """Incidents within the slices."""
    edges: pd.DatetimeIndex
    n_past: int
    """Cells proven hot in some slice, corrected over all cells and slices, but not in the last."""


def show_emerging(study: Study) -> None:
    """Show the places by how they became hot, on a map and in a table."""
    days = _choose_length(study)
    with st.spinner(t("正在逐期检验…")):
        shown = keep(study, "emerging", lambda: find_places(study, days), days)
    _say_found(shown)
    _show_places(study, shown)
    caption = _caption(study, shown, days)
    cells = study.hotspots.units.frame.join(shown.found.cells)
    cells = cells[cells["pattern"] != "none"]
    show_map(pattern_map(study, cells, _tips(cells, shown), caption), key="time_emerging_map")
    notes = " ".join([caption, *map(t, shown.found.notes)])
    st.caption(plain(notes))


def _choose_length(study: Study) -> int:
    """Ask how long a slice is; the longest that still gives enough of them is proposed."""
    first, last = _bounds(study)
    usual = propose_length((last - first).days)
    chosen = st.segmented_control(
        t("每期几天"),
        LENGTHS_DAYS,
        default=usual,
        format_func=str,
        key="time_slice_days",
        help=plain(t("至少要 {n} 期，平均每期至少 10 起。", n=LEAST_SLICES)),
    )
    return chosen or usual


def propose_length(days: int) -> int:
    """Return the longest slices of which enough fit into so many days.

    Examples
    --------
    >>> propose_length(182), propose_length(30), propose_length(366)
    (14, 7, 28)
    """
    fit = [length for length in LENGTHS_DAYS if length * LEAST_SLICES <= days]
    return max(fit, default=LENGTHS_DAYS[0])


def _bounds(study: Study) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return the days to slice: those of the ledger, within the period of the study."""
    first, last = ledger_days(study)
    if study.area.settings.analysis.period_weeks:
        first = max(first, study.hotspots.period[0])
    return first, last


def find_places(study: Study, days: int) -> Emerging:
    """
    Test every slice of time, and join the cells to places.

    Raises
    ------
    DegenerateDataError
        If there are too few slices, or too few incidents for them.
    """
    units, settings = study.hotspots.units, study.area.settings.analysis
    incidents = analysed_incidents(study)
    edges = cut_period(*_bounds(study), days=days)
    twelfths = slice_twelfths(incidents, edges)
    neighbours = units.neighbours()
    parts = count_in_cells(units.positions(incidents), units.frame, twelfths)
    found = find_emerging_hotspots(
        parts, neighbours, alpha=settings.alpha, least_per_slice=settings.min_n_ranking
    )
    n = parts.sum(axis=1) / TWELFTHS
    ever = ever_proven(parts, neighbours, settings.alpha)
    n_past = int((ever & ~found.cells["hot_now"]).sum())
    return Emerging(found, group_places(found, neighbours, n), float(n.sum()), edges, n_past)


def ever_proven(
    parts: pd.DataFrame, neighbours: "csr_array[Any]", alpha: float, *, reach: int = 1
) -> pd.Series:
    """
    Tell which cells were hot in some slice, corrected over all cells and slices at once.

    "In some slice or other" is asked of every slice: corrected slice by slice, as the classes are,
    about every fifth map of chance has such a cell.

    Parameters
    ----------
    parts
        Twelfths of incidents, cells x slices in the order of time.
    neighbours
        Which cells are neighbours, 1 on the diagonal.
    alpha
        Level, after Benjamini-Hochberg over cells x slices.
    reach
        Slices before each one that are counted with it, as in `find_emerging_hotspots`.

    Returns
    -------
    proven
        On the index of `parts`.

    Examples
    --------
    `tests/app/test_panels_time.py` tries it on maps of chance.
    """
    pooled = parts.T.rolling(reach + 1, min_periods=1).sum().T.astype(np.int64)
    p_value = pooled.apply(lambda slice_: exact_gi_star(slice_, neighbours)["p_value"])
    q_value = benjamini_hochberg(pd.Series(p_value.to_numpy().ravel())).to_numpy()
    proven = (q_value.reshape(p_value.shape) <= alpha).any(axis=1)
    return pd.Series(proven, index=parts.index)


def _say_found(shown: Emerging) -> None:
    """Say how many places are of which kind."""
    counts = shown.grouped.places["pattern"].value_counts()
    kinds = [
        t("{pattern} {n} 处", pattern=t(name), n=int(counts[code]))
        for code, name in PATTERN_NAMES.items()
        if code in counts.index and code != "historical"
    ]
    said = (
        t("最近一期的热点：{kinds}。", kinds="、".join(kinds))
        if kinds
        else t("最近一期没有显著热点。")
    )
    st.markdown(f"**{plain(said)}**")
    if shown.n_past:
        said = t("另有 {n} 格以前某几期热过，最近一期不热（全部格与期一并校正）。", n=shown.n_past)
        st.markdown(plain(said))


def _show_places(study: Study, shown: Emerging) -> None:
    """Show the places in a table, and when each of them was hot."""
    if shown.grouped.places.empty:
        return
    names = name_places(study, shown.grouped)
    st.dataframe(place_rows(shown, names), hide_index=True)
    strip = strip_cells(shown, names)
    show_chart(slice_strip(strip), height_px=190 + 34 * strip["place"].nunique())


def name_places(study: Study, grouped: EmergingPlaces) -> list[str]:
    """Name each place by its number, and the street and the key point nearest to its middle."""
    cells = study.hotspots.units.frame.geometry.loc[grouped.place_of_cell.index]
    middles = gpd.GeoSeries(cells.centroid.to_numpy(), index=grouped.place_of_cell, crs=cells.crs)
    middle = middles.groupby(level=0).apply(lambda places: places.union_all().centroid)
    points = gpd.GeoSeries(middle, crs=cells.crs).set_axis([""] * len(middle))
    area = study.area
    labels = label_places(points, area.streets, area.key_points, area.gates)
    return [f"{row + 1} {label}".strip() for row, label in enumerate(labels)]


def place_rows(shown: Emerging, names: list[str]) -> pd.DataFrame:
    """Show each place with its class, how often it was hot and since when."""
    places = shown.grouped.places
    total = shown.found.hot.shape[1]
    return pd.DataFrame(
        {
            t("地点"): names,
            t("类别"): [t(PATTERN_NAMES[code]) for code in places["pattern"]],
            t("热点格（个）"): places["n_cells"],
            t("格内（起）"): places["n"].round(1),
            t("热的期数（共 {total} 期）", total=total): places["n_hot"],
            t("这一轮始于"): [f"{since:%Y-%m-%d}" for since in places["since"]],
            t("意思"): [t(PATTERNS[code]) for code in places["pattern"]],
        }
    )


def strip_cells(shown: Emerging, names: list[str]) -> pd.DataFrame:
    """List for each place and slice whether it was hot."""
    hot = shown.grouped.hot.head(MOST_PLACES)
    return pd.DataFrame(
        [
            {
                "place": names[row],
                "slice": f"{begin:%y-%m-%d}",
                "hot": t("热") if hot.iloc[row, column] else t("不热"),
            }
            for row in range(len(hot))
            for column, begin in enumerate(hot.columns)
        ]
    )


def _tips(cells: pd.DataFrame, shown: Emerging) -> list[list[str]]:
    """Say under the pointer what is known of a cell."""
    total = shown.found.hot.shape[1]
    return [
        [
            t(PATTERN_NAMES[pattern]),
            t("{n} 期中有 {hot} 期是热点", n=total, hot=n_hot),
            t("升降趋势 p {p}（未校正）", p=probability(p_trend)),
        ]
        for pattern, n_hot, p_trend in cells[["pattern", "n_hot", "p_trend"]].to_numpy()
    ]


def _caption(study: Study, shown: Emerging, days: int) -> str:
    """Say what was cut into which slices, and how they were tested."""
    return t(
        "{n} 起，{start} 至 {end}，{slices} 期、每期 {days} 天；每期连同前一期做精确 Gi*，"
        "各期内按 {alpha:g} 校正；单位：格。",
        n=number(shown.n),
        start=f"{shown.edges[0]:%Y-%m-%d}",
        end=f"{shown.edges[-1] - pd.Timedelta(hours=1):%Y-%m-%d}",
        slices=len(shown.edges) - 1,
        days=days,
        alpha=study.area.settings.analysis.alpha,
    )
