"""The headline figures of a plan as a few lines of text."""

from collections.abc import Iterator

from app.i18n import t
from app.labels import name_shift
from app.study import Study
from app.text import number, period
from data.ledger.statuses import MATCH_RATE


def summary_lines(study: Study) -> Iterator[str]:
    """Say in a few lines what was analysed, what the plan does and what it leaves."""
    figures = study.plan.headline
    area, hotspots = study.area, study.hotspots
    yield t("{area}，计划日期 {day}，种子 {seed}", area=area.name, day=study.day, seed=study.seed)
    yield t("事件 {n} 起（{period}）", n=hotspots.n, period=period(hotspots.period))
    yield t(
        "台账 {recorded} 起，已定位 {located} 起（{share:.0%}；不足 {least:.0%} 时地图可能误导）",
        recorded=area.recorded,
        located=area.located,
        share=area.match_rate,
        least=MATCH_RATE,
    )
    for shift in area.shifts:
        cells = hotspots.hotspots[hotspots.hotspots["shift"] == shift.code]
        yield t(
            "{shift}：{n} 起，显著热点 {hot} 格",
            shift=name_shift(shift.code),
            n=number(float(hotspots.n_by_shift[shift.code])),
            hot=int(cells["hot"].sum()),
        )
    yield t("队伍 {teams} 个 {people} 人，到访 {visits} 次", **figures)
    yield t(
        "每日必巡点位：应巡 {key_points_required} 处，已排 {key_points_visited} 处",
        **figures,
    )
    yield t(
        "热点与事件较多处：{hot_stops} 处，已排 {hot_stops_visited} 处；其中热点 {proven_stops} 处",
        **figures,
    )
    for code, length_km in figures["walk_km"].items():
        yield t("{shift}：各步行队共走 {km} 千米", shift=name_shift(code), km=number(length_km))
    status = study.booths.booths["status"]
    yield t(
        "岗亭：在用 {existing} 处，拟设 {proposed} 处",
        existing=int((status == "existing").sum()),
        proposed=int((status == "proposed").sum()),
    )
    unmet = len(study.plan.unmet) + len(study.booths.unmet)
    if unmet:
        yield t("未能安排的事项 {n} 项，见 unmet.csv", n=unmet)
