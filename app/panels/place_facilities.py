"""点位: incidents within walking bands of each key point, and per 1,000 outpatient visits."""

from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from app.i18n import t
from app.labels import name_category, name_shift
from app.maps import theme
from app.panels.frame import keep
from app.panels.place_exposure import visits_of
from app.panels.place_streets import days_of, refuse_nothing
from app.panels.place_walks import gate_distances
from app.study import Study
from app.text import number, period, plain
from data.errors import Message
from spatial.facility_bands import BANDS_M, count_in_bands
from spatial.facility_risk import rate_key_points
from spatial.rates import rate_table

MOST_BARS = 10
BAR_PX = 30
ALL = "n"
LEAST_NAMED = 10
"""With fewer incidents near it a key point is not named as the one with most."""
SAME = 1e-9


def show(study: Study) -> None:
    """Show the bands, then the rates where visits are known."""
    refuse_nothing(study)
    bands = keep(
        study,
        "facility_bands",
        lambda: count_in_bands(
            study.area.key_points, study.area.gates, study.hotspots.parts, gate_distances(study)
        ),
    )
    within = st.segmented_control(
        t("沿街步行距离"),
        list(BANDS_M),
        default=BANDS_M[1],
        format_func=lambda band: t("{n:g} 米以内", n=band),
        key="facility_band",
    )
    within_m = float(within or BANDS_M[1])
    near = _within(bands, within_m)
    st.markdown(f"**{plain(_verdict(study, near))}**")
    chart, table = st.columns([1, 2], gap="medium")
    with chart:
        if near[ALL].any():
            st.altair_chart(_bars(study, near), width="stretch")
    with table:
        st.dataframe(_band_rows(study, bands, within_m), hide_index=True)
    said = t(
        "{n} 起，{period}；由各门口沿街步行起算，外圈含内圈；一起事件在同一点位只算一次，"
        "在相邻点位可各算一次，因此各行不能相加；时间不确定的按时段分摊。",
        n=study.hotspots.n,
        period=period(study.hotspots.period),
    )
    st.caption(plain(said))
    _show_rates(study, near[ALL], within_m)


def _within(bands: pd.DataFrame, within_m: float) -> pd.DataFrame:
    """Return the rows of one distance, by key point."""
    return pd.DataFrame(bands.xs(within_m, level="within_m"))


def _verdict(study: Study, near: pd.DataFrame) -> str:
    """Name the key point with the most incidents near it."""
    if not near[ALL].any():
        return t("这个距离内没有一处点位有事件。")
    none = int((near[ALL] == 0).sum())
    fullest = near.index[near[ALL] >= near[ALL].max() - SAME]
    if near[ALL].max() < LEAST_NAMED or len(fullest) > 1:
        return _say_unclear(float(near[ALL].max()), len(fullest), none)
    first = fullest[0]
    by_shift = [
        t("{shift} {n} 起", shift=name_shift(s.code), n=number(near[f"n_{s.code}"][first]))
        for s in study.area.shifts
    ]
    return t(
        "最多的是{name}：{n} 起（{shifts}）；{none} 处点位附近没有事件。",
        name=study.area.key_points.loc[first, "name"],
        n=number(near[ALL][first]),
        shifts="，".join(by_shift),
        none=none,
    )


def _say_unclear(most: float, tied: int, none: int) -> str:
    """Say why no key point is named: too few incidents, or several with as many."""
    if most < LEAST_NAMED:
        return t(
            "每处点位附近都不足 {least} 起（最多 {n} 起），太少，分不出哪处最多；"
            "{none} 处点位附近没有事件。",
            least=LEAST_NAMED,
            n=number(most),
            none=none,
        )
    return t(
        "有 {tied} 处点位并列最多，各 {n} 起；{none} 处点位附近没有事件。",
        tied=tied,
        n=number(most),
        none=none,
    )


def _bars(study: Study, near: pd.DataFrame) -> Any:
    """Draw the fullest key points, shift beside shift."""
    top = near[near[ALL] > 0].nlargest(MOST_BARS, ALL)
    names = _unique_names(study, top.index)
    codes = [shift.code for shift in study.area.shifts]
    rows = [
        {"place": names[point], "shift": name_shift(code), "n": float(top.loc[point, f"n_{code}"])}
        for point in top.index
        for code in codes
    ]
    colors = [theme.INCIDENT.get(code, theme.INCIDENT["all"]) for code in codes]
    return (
        alt.Chart(pd.DataFrame(rows))
        .mark_bar()
        .encode(
            x=alt.X("n:Q", title=t("事件（起）")),
            y=alt.Y("place:N", title=t("点位"), sort=list(names.values())),
            color=alt.Color(
                "shift:N",
                scale=alt.Scale(domain=[name_shift(code) for code in codes], range=colors),
                legend=alt.Legend(title=None, orient="bottom"),
            ),
        )
        .properties(height=BAR_PX * len(top) + 60)
    )


def _unique_names(study: Study, points: pd.Index) -> dict[str, str]:
    """Name key points, with their number where two have one name."""
    names = study.area.key_points.loc[points, "name"]
    twice = names.duplicated(keep=False)
    return {
        str(point): f"{name} {point}" if double else str(name)
        for point, name, double in zip(points, names, twice, strict=True)
    }


def _band_rows(study: Study, bands: pd.DataFrame, within_m: float) -> pd.DataFrame:
    """List all key points with the incidents within each distance, the fullest first."""
    wide = pd.DataFrame({band: _within(bands, band)[ALL] for band in BANDS_M})
    order = wide.loc[wide[within_m].sort_values(ascending=False, kind="stable").index]
    points = study.area.key_points.loc[order.index]
    rates = rate_table(order[within_m], days=days_of(study))
    return pd.DataFrame(
        {
            t("点位"): points["name"],
            t("类别"): points["category"].map(name_category),
            **{t("≤{n:g} 米（起）", n=band): order[band].round(2) for band in order.columns},
            t("≤{n:g} 米（起/天）", n=within_m): rates["per_day"].round(3),
            t("95 % 区间（起/天）"): [
                f"{number(low, 3)}–{number(high, 3)}"
                for low, high in zip(rates["per_day_low"], rates["per_day_high"], strict=True)
            ],
        }
    )


def _show_rates(study: Study, n: pd.Series, within_m: float) -> None:
    """Show the incidents per 1,000 visits, or say what is missing for that."""
    title = t("每千门诊人次的事件")
    st.markdown(f"**{title}**")
    visits = visits_of(study)
    if not visits.notna().any():
        st.info(
            t(
                "还没有门诊量：在点位表（key_points.csv）加一列“年门诊人次”（outpatient_visits），"
                "填五处以上，这里就给出每千门诊人次的事件数。"
            )
        )
        return
    rates, said = keep(
        study,
        "facility_rates",
        lambda: rate_key_points(n, visits, days=days_of(study)),
        within_m,
    )
    shown = rates[rates["shrunk"].notna()].sort_values("shrunk", ascending=False, kind="stable")
    points = study.area.key_points.loc[shown.index]
    intervals = [
        f"{number(low, 2)}–{number(high, 2)}"
        for low, high in zip(shown["low"], shown["high"], strict=True)
    ]
    st.dataframe(
        pd.DataFrame(
            {
                t("点位"): points["name"],
                t("起数"): shown["n"].round(2),
                t("门诊（千人次）"): shown["visits"].round(1),
                t("原始率（起/千人次）"): shown["rate"].round(2),
                t("收缩后（起/千人次）"): shown["shrunk"].round(2),
                t("95 % 区间"): intervals,
            }
        ),
        hide_index=True,
    )
    st.caption(plain(_tell_rates(study, within_m, said)))


def _tell_rates(study: Study, within_m: float, said: tuple[Message, ...]) -> str:
    """Say how the rates are made."""
    text = t(
        "{period}，沿街 {within:g} 米以内；门诊量按全年均匀折算；"
        "收缩：人次少的点位，率向全体的率靠拢，免得一两起就排第一。",
        period=period(study.hotspots.period),
        within=within_m,
    )
    return " ".join([text, *(t(message) for message in said)])
