"""Which hours of the week: a table of hour, weekday and shift, and what it rests on."""

import pandas as pd
import streamlit as st

from app.charts_time import hour_map, part_bars, show_chart
from app.i18n import t
from app.labels import name_shift
from app.maps import theme
from app.panels.frame import keep
from app.panels.time_incidents import analysed_incidents
from app.panels.time_known import show_knowledge
from app.study import Study
from app.text import number, period, plain
from data.shifts import Shift
from spatial.busy_hours import find_busy_hours
from spatial.hour_table import HOURS_PER_WEEK, HourTable, tabulate_hours
from spatial.rates import exact_interval
from spatial.time_knowledge import count_time_knowledge

EVERY = ""
"""Stands for all shifts together; no shift has an empty code."""
BUSY_HOURS = 3
BLOCKS = (1, 2, 3, 6)
"""Hours that a cell of the week may hold; 6 and 18 o'clock end one of each."""
LEAST_PER_CELL = 2.0
"""Incidents a cell should hold on average before a finer week is proposed."""


def show_hours(study: Study) -> None:
    """Show when in the week incidents happen, and how well that is known."""
    incidents, shifts = analysed_incidents(study), study.area.shifts
    least = study.area.settings.analysis.min_n_ranking
    found = keep(study, "hours", lambda: tabulate_hours(incidents, shifts, least=least))
    known = keep(study, "time_knowledge", lambda: count_time_knowledge(incidents))
    _show_split(study, found)
    _show_week(study, found)
    _show_bars(study, found)
    show_knowledge(found, known)


def weekdays() -> list[str]:
    """Name the days of the week, Monday first."""
    return [t("周一"), t("周二"), t("周三"), t("周四"), t("周五"), t("周六"), t("周日")]


def _show_split(study: Study, found: HourTable) -> None:
    """Say how many belong to each shift and when most of them happen; all add up to the whole."""
    by_hour = found.table.groupby("hour").sum()
    for shift in study.area.shifts:
        _say_busiest(shift, by_hour[shift.code], study.area.settings.analysis.min_n_ranking)
    st.table(split_rows(study.hotspots.n_by_shift, study.area.shifts).map(plain), hide_index=True)


def split_rows(n_by_shift: pd.Series, shifts: tuple[Shift, ...]) -> pd.DataFrame:
    """Show the incidents of each shift, and the sum that they make up."""
    hours = {s.code: sum(b - a for a, b in s.spans) / 60 for s in shifts}
    total = float(n_by_shift.sum())
    rows = [(name_shift(code), float(n), hours[str(code)]) for code, n in n_by_shift.items()]
    rows.append((t("合计"), total, float(sum(hours.values()))))
    return pd.DataFrame(
        {
            t("班次"): [name for name, *_ in rows],
            t("起数"): [number(n, 2) for _, n, _ in rows],
            t("占比（%）"): [number(100 * n / total if total else 0.0) for _, n, _ in rows],
            t("时长（小时/天）"): [number(length) for *_, length in rows],
        }
    )


def _say_busiest(shift: Shift, by_hour: pd.Series, least: int) -> None:
    """Say in which hours of a shift most incidents happen, or that they are too few for that."""
    n = float(by_hour.sum())
    name = name_shift(shift.code)
    if n < least:
        said = t("{shift} {n} 起：样本不足，不说哪几个小时最多。", shift=name, n=number(n))
    else:
        busiest = find_busy_hours(by_hour, hours=BUSY_HOURS)
        said = t(
            "{shift} {n} 起，最多的 {hours} 个小时是 {first}:00–{last}:00，{busy} 起，"
            "占该班次的 {share:.0%}。",
            shift=name,
            n=number(n),
            hours=BUSY_HOURS,
            first=busiest.first,
            last=busiest.last,
            busy=number(busiest.n),
            share=busiest.n / n,
        )
    st.markdown(plain(said))


def _show_week(study: Study, found: HourTable) -> None:
    """Show the week as a table of colours."""
    which, how = st.columns([1, 1], vertical_alignment="bottom")
    with which:
        shift = _choose_shift(study.area.shifts)
    usual = propose_block(found.n_effective)
    with how:
        block = st.segmented_control(
            t("每格几小时"), BLOCKS, default=usual, format_func=str, key="time_hour_block"
        )
    size = block or usual
    counts = found.table.sum(axis=1) if shift == EVERY else found.table[shift]
    cells = week_cells(counts, size)
    show_chart(hour_map(cells, shift=shift, numbers=size > 1), height_px=300)
    said = t(
        "{shift} {n} 起，{period}；单位：起/格，平均每格 {mean} 起。"
        "格里的数小，单格的高低多半是偶然，请看整行、整列和下面的合计。",
        shift=_name(shift),
        n=number(float(counts.sum())),
        period=period(study.hotspots.period),
        mean=number(float(cells["n"].mean())),
    )
    st.caption(plain(said))


def _choose_shift(shifts: tuple[Shift, ...]) -> str:
    """Ask for one shift, or all of them together."""
    chosen = st.segmented_control(
        t("班次"),
        [EVERY, *(shift.code for shift in shifts if len(shifts) > 1)],
        default=EVERY,
        format_func=lambda code: plain(_name(code)),
        key="time_hour_shift",
    )
    return chosen or EVERY


def _name(code: str) -> str:
    """Name a shift, or all of them together."""
    return t("全部班次") if code == EVERY else name_shift(code)


def propose_block(n: float) -> int:
    """Return how many hours a cell should hold, that it holds some incidents on average.

    Examples
    --------
    >>> propose_block(40), propose_block(156), propose_block(1000)
    (6, 3, 1)
    """
    enough = [size for size in BLOCKS if n * size / HOURS_PER_WEEK >= LEAST_PER_CELL]
    return enough[0] if enough else BLOCKS[-1]


def week_cells(counts: pd.Series, size: int) -> pd.DataFrame:
    """Join hours to cells of `size` hours; name their weekdays and hours."""
    weekday = counts.index.get_level_values("weekday")
    first = counts.index.get_level_values("hour") // size * size
    joined = counts.groupby([weekday, first]).sum()
    days = weekdays()
    return pd.DataFrame(
        {
            "weekday": [days[day - 1] for day, _ in joined.index],
            "hours": [str(h) if size == 1 else f"{h}–{h + size}" for _, h in joined.index],
            "n": joined.to_numpy(),
        }
    )


def _show_bars(study: Study, found: HourTable) -> None:
    """Show the sums over the hours of the day and the days of the week, with their intervals."""
    colors = {
        name_shift(s.code): theme.INCIDENT.get(s.code, theme.INCIDENT["all"])
        for s in study.area.shifts
    }
    sides = ("hour", t("时刻（点）")), ("weekday", t("周几"))
    for column, (level, title) in zip(st.columns([3, 2]), sides, strict=True):
        sums = found.table.groupby(level).sum()
        names = weekdays() if level == "weekday" else [str(hour) for hour in sums.index]
        totals = exact_interval(sums.sum(axis=1)).assign(n=sums.sum(axis=1)).set_axis(names)
        with column:
            spec = part_bars(
                _by_shift(sums.set_axis(names)),
                totals.rename_axis("place").reset_index(),
                title=title,
                unit=t("起数（全期合计）"),
                colors=colors,
                level=found.n / len(sums),
            )
            show_chart(spec, height_px=280)
    said = t(
        "{n} 起，{period}；细线是 95% 区间（按泊松分布；分摊的起数按插值），"
        "虚线是各时段一样多时的高度。"
        "区间跨过虚线的，不足以说它多或少；一排里偶尔有一个越线，也可能是偶然。",
        n=found.n,
        period=period(study.hotspots.period),
    )
    st.caption(plain(said))


def _by_shift(sums: pd.DataFrame) -> pd.DataFrame:
    """List the parts of each bar, in the order of the shifts."""
    rows = [
        {"place": str(place), "part": name_shift(code), "order": order, "n": float(n)}
        for place, row in sums.iterrows()
        for order, (code, n) in enumerate(row.items())
    ]
    return pd.DataFrame(rows)
