"""A period against the last one and against last year, with a test fit for small counts."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from app.charts_time import PERIOD_COLORS, show_chart, week_bars
from app.i18n import t
from app.panels.frame import keep
from app.panels.time_incidents import DAY, ledger_days, street_incidents
from app.study import Study
from app.text import number, plain, probability
from data.errors import Message
from spatial.holm import holm
from spatial.late_ledgers import count_late
from spatial.period_change import compare_with_earlier
from spatial.week_counts import count_weeks

WEEKS = (1, 2, 4, 8, 12, 26)
LAST_YEAR = pd.DateOffset(weeks=52)


def show_change(study: Study) -> None:
    """Compare some weeks with those before and with the same ones of last year."""
    known_from, known_to = ledger_days(study)
    weeks, end = _choose(study, known_from, known_to)
    start = end - pd.DateOffset(weeks=weeks)
    alpha = study.area.settings.analysis.alpha
    table, notes = keep(
        study,
        "change",
        lambda: compare_with_earlier(
            street_incidents(study), start=start, end=end, known_from=known_from, alpha=alpha
        ),
        start,
        end,
    )
    compared = table.assign(p_adjusted=holm(table["p_exact"]))
    for name, row in compared.iterrows():
        st.markdown(f"**{plain(say_change(str(name), row))}**")
    _warn_of_late_ledgers(study, start, weeks)
    st.dataframe(change_rows(compared), hide_index=True)
    _show_caption(start, end, alpha, notes[len(table) :])
    _show_weeks(study, known_from, start, end)


def _warn_of_late_ledgers(study: Study, start: pd.Timestamp, weeks: int) -> None:
    """Say that one more ledger is no rise."""
    late = count_late(
        street_incidents(study)["occurred_from"],
        since=start - pd.DateOffset(weeks=weeks) + 7 * DAY,
        start=start,
    )
    if late:
        said = t(
            "本期有 {n} 起来自上期还没有的台账（新导入的文件只从较晚的日子开始）：多出来的可能只是"
            "多了一份台账，不能当作增加。",
            n=late,
        )
        st.warning(plain(said), icon="⚠️")


def _choose(
    study: Study, known_from: pd.Timestamp, known_to: pd.Timestamp
) -> tuple[int, pd.Timestamp]:
    """Ask for the number of weeks and their last day."""
    usual = study.area.settings.analysis.hot_period_weeks
    left, right = st.columns([1, 1], vertical_alignment="bottom")
    with left:
        weeks = st.segmented_control(
            t("本期几周"),
            sorted({*WEEKS, usual}),
            default=usual,
            format_func=str,
            key="time_change_weeks",
        )
    last = (known_to - DAY).date()
    with right:
        chosen = st.date_input(
            t("本期最后一天"),
            value=last,
            min_value=known_from.date(),
            max_value=last,
            format="YYYY-MM-DD",
            key="time_change_end",
        )
    day = chosen if isinstance(chosen, date) else last
    return weeks or usual, pd.Timestamp(day, tz=known_to.tz) + DAY


def say_change(name: str, row: Any) -> str:
    """Say in one sentence what a comparison can carry."""
    which = t("上期") if name == "before" else t("去年同期")
    if np.isnan(row["p_exact"]):
        return t("与{which}：台账不够早，无法比较。", which=which)
    if not row["changed"]:
        verdict = t("变化不足以判断")
    elif row["ratio"] > 1:
        verdict = t("增加，超出偶然")
    else:
        verdict = t("减少，超出偶然")
    return t(
        "比{which}：{n} 起对 {before} 起，{verdict}（p {p}）。",
        which=which,
        n=int(row["n"]),
        before=int(row["n_before"]),
        verdict=verdict,
        p=probability(row["p_adjusted"]),
    )


def change_rows(compared: pd.DataFrame) -> pd.DataFrame:
    """Show counts, days, rate ratio with its interval, and p after Holm."""
    tested = compared["p_exact"].notna()
    low, high = compared["ratio_low"], compared["ratio_high"]
    return pd.DataFrame(
        {
            t("对照"): [t("上期") if i == "before" else t("去年同期") for i in compared.index],
            t("本期（起/天数）"): _per_days(compared["n"], compared["days"]),
            t("对照期（起/天数）"): _per_days(compared["n_before"], compared["days_before"]),
            t("率比"): [_ratio(ratio) for ratio in compared["ratio"]],
            t("率比的 95% 区间"): [
                f"{_ratio(a)}–{_ratio(b)}" if known else "—"
                for a, b, known in zip(low, high, tested, strict=True)
            ],
            t("p（精确）"): [probability(p) for p in compared["p_exact"]],
            t("p（Holm 校正）"): [probability(p) for p in compared["p_adjusted"]],
        }
    )


def _per_days(n: pd.Series, days: pd.Series) -> list[str]:
    """Write counts with their days."""
    return [f"{count} / {number(length)}" for count, length in zip(n, days, strict=True)]


def _ratio(value: float) -> str:
    """Write a ratio; without an upper end where there was nothing before."""
    return "∞" if np.isinf(value) else number(value, 2)


def _show_caption(
    start: pd.Timestamp, end: pd.Timestamp, alpha: float, notes: tuple[Message, ...]
) -> None:
    """Say what the periods are, how they were tested and what the test assumes."""
    said = t(
        "本期 {start} 至 {last}；上期是紧挨着的前一段，去年同期在 52 周之前（周几相同）。"
        "率比是每天起数之比；p 为两个小计数的精确检验，Holm 校正后不大于 {alpha:g} 才说有变化。"
        "专挑高的一段来比，它自己也会回落。",
        start=f"{start:%Y-%m-%d}",
        last=f"{end - DAY:%Y-%m-%d}",
        alpha=alpha,
    )
    st.caption(plain(" ".join([said, *map(t, notes)])))


def _show_weeks(
    study: Study, known_from: pd.Timestamp, start: pd.Timestamp, end: pd.Timestamp
) -> None:
    """Draw the weeks up to the end, those that are compared in colour."""
    if known_from + pd.DateOffset(weeks=1) > end:
        st.caption(plain(t("台账到这一天不满一周，不画每周起数。")))
        return
    n = count_weeks(street_incidents(study), start=known_from, end=end)
    first = pd.DatetimeIndex(n.index)
    colors = {
        t("本期"): PERIOD_COLORS["now"],
        t("上期"): PERIOD_COLORS["before"],
        t("去年同期"): PERIOD_COLORS["last_year"],
        t("其他周"): PERIOD_COLORS["other"],
    }
    roles = [name_role(week, start, end) for week in first]
    weeks = pd.DataFrame(
        {
            "start": _local_days(first),
            "end": _local_days(first + pd.DateOffset(weeks=1)),
            "n": n.to_numpy(),
            "role": roles,
        }
    )
    used = {name: color for name, color in colors.items() if name in roles}
    show_chart(week_bars(weeks, used), height_px=240)
    said = t(
        "每周起数，共 {n} 起，{start} 至 {last}；"
        "一周从本期最后一天往回数，开头不满一周的 {days} 天不画。",
        n=int(n.sum()),
        start=f"{first[0]:%Y-%m-%d}",
        last=f"{end - DAY:%Y-%m-%d}",
        days=(first[0] - known_from).days,
    )
    st.caption(plain(said))


def _local_days(days: pd.DatetimeIndex) -> list[str]:
    """Write days so that a browser in any zone reads the same ones."""
    return [f"{day:%Y-%m-%dT00:00:00}" for day in days]


def name_role(week: pd.Timestamp, start: pd.Timestamp, end: pd.Timestamp) -> str:
    """Name the period to which a week belongs."""
    length = end - start
    if week >= start:
        return t("本期")
    if week >= start - length:
        return t("上期")
    if start - LAST_YEAR <= week < end - LAST_YEAR:
        return t("去年同期")
    return t("其他周")
