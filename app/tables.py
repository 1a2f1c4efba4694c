"""Frames as tables for readers: names for codes, words for headings, nothing computed."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pandas as pd

from app.i18n import t
from app.labels import (
    name_booth_status,
    name_category,
    name_mode,
    name_shift,
    name_visit,
)
from app.text import probability, stability
from data.shifts import Shift
from reports.bundle import csv_bytes
from routing.plan import PatrolPlan

if TYPE_CHECKING:  # app/study.py writes the timetable: at run time the arrow is the other way
    from app.study import Study

KIND_COLUMNS = ["stop_kind", "required", "proven"]


def key_point_rows(table: pd.DataFrame, shifts: Iterable[Shift]) -> pd.DataFrame:
    """Show how many incidents lie near each key point, by shift; most first."""
    counts = {t("{shift}（起）", shift=name_shift(s.code)): f"n_{s.code}" for s in shifts}
    ranked = table.sort_values("n", ascending=False, kind="stable")
    shown = {
        t("名称"): ranked["name"],
        t("类别"): ranked["category"].map(name_category),
        **{heading: ranked[column].round(2) for heading, column in counts.items()},
        t("合计（起）"): ranked["n"].round(2),
    }
    return pd.DataFrame(shown)


def community_rows(table: pd.DataFrame, shifts: Iterable[Shift]) -> pd.DataFrame:
    """Show how many incidents lie in each community, by shift."""
    counts = {t("{shift}（起）", shift=name_shift(s.code)): f"n_{s.code}" for s in shifts}
    ranked = table.sort_values("n", ascending=False, kind="stable")
    shown = {
        t("社区"): ranked["name"],
        **{heading: ranked[column].round(2) for heading, column in counts.items()},
        t("合计（起）"): ranked["n"].round(2),
        t("近点位（起）"): ranked["near"].round(2),
    }
    return pd.DataFrame(shown)


def hotspot_rows(
    hotspots: pd.DataFrame, shift: str, *, places: pd.DataFrame | None = None, most: int = 50
) -> pd.DataFrame:
    """Show the cells of a shift that are hot or hold incidents, the least likely by chance first.

    A cell without an incident of its own is hot where its neighbours hold many. `places` gives by
    `cell_id` the `place` in words, and `since` when the incidents have been enough to prove it.
    The stability is that of being among as many of the hottest as are hot; its heading says so.
    """
    rows = hotspots[(hotspots["shift"] == shift) & (hotspots["hot"] | (hotspots["n"] > 0))]
    ranked = rows.sort_values(["hot", "q_value", "n"], ascending=[False, True, False]).head(most)
    named = {} if places is None else _in_words(places.reindex(ranked["cell_id"]))
    table = pd.DataFrame(
        {
            **{heading: column.to_numpy() for heading, column in named.items()},
            t("结论"): [_verdict(row) for row in ranked.itertuples()],
            t("起数"): ranked["n"].round(2).to_numpy(),
            t("本处及相邻（起）"): ranked["n_block"].round(2).to_numpy(),
            t("本处及相邻期望（起）"): ranked["expected"].round(2).to_numpy(),
            "p": ranked["p_value"].map(probability).to_numpy(),
            "q": ranked["q_value"].map(probability).to_numpy(),
        }
    )
    if "stability" in ranked:
        k = int(rows["hot"].sum())
        heading = t("稳定度（最热 {k} 处之内）", k=k) if k else t("稳定度")
        table[heading] = [_stability(row) for row in ranked.itertuples()]
    return table.assign(**{t("单元"): ranked["cell_id"].to_numpy()})


def count_hotspot_rows(hotspots: pd.DataFrame, shift: str) -> int:
    """Return how many places `hotspot_rows` would show if it showed them all."""
    rows = hotspots[hotspots["shift"] == shift]
    return int((rows["hot"] | (rows["n"] > 0)).sum())


def tell_cut(shown: int, total: int) -> str:
    """Say that a list shows only its first places; nothing where it shows them all.

    Examples
    --------
    >>> tell_cut(30, 30)
    ''
    """
    return str(t("列前 {n} 处，共 {total} 处。", n=shown, total=total)) if shown < total else ""


def _in_words(places: pd.DataFrame) -> dict[str, pd.Series]:
    """Name places, and say since when they have been proven hot."""
    since = places["since"].dt.strftime("%Y-%m-%d").fillna("—")
    return {t("地点（街道 · 附近点位）"): places["place"], t("自何日起可证实"): since}


def _stability(row: Any) -> str:
    """Say in how many replicates a hot cell stays among the hottest."""
    return stability(row.stability) if row.hot else "—"


def visit_rows(visits: pd.DataFrame) -> pd.DataFrame:
    """Show one team's timetable."""
    ordered = visits.sort_values("order")
    return pd.DataFrame(
        {
            t("序"): ordered["order"],
            t("地点"): ordered["label"],
            t("性质"): [
                name_visit(kind, required=required, proven=proven)
                for kind, required, proven in ordered[
                    ["stop_kind", "required", "proven"]
                ].to_numpy()
            ],
            t("到达"): ordered["arrive_at"].dt.strftime("%H:%M"),
            t("离开"): ordered["depart_at"].dt.strftime("%H:%M"),
            t("停留（分钟）"): ordered["dwell_min"],
        }
    )


def visit_csv(plan: PatrolPlan) -> bytes:
    """Write every team's timetable for a spreadsheet program, in the reader's language."""
    visits = plan.visits
    shown = visit_rows(visits.assign(order=range(len(visits)))).drop(columns=t("序"))
    shown.insert(0, t("序"), visits["order"])
    shown.insert(0, t("队"), visits["team"])
    shown.insert(0, t("班次"), visits["shift"].map(name_shift))
    return csv_bytes(shown)


def team_rows(study: "Study", shift: str) -> pd.DataFrame:
    """Show who goes out in a shift, and how much of its patrol time is taken."""
    teams, visits, routes = (
        frame[frame["shift"] == shift]
        for frame in (study.plan.teams, study.plan.visits, study.plan.routes)
    )
    patrol_min = next(s.patrol_min for s in study.area.shifts if s.code == shift)
    count = visits.groupby("team").size()
    dwell_min = visits.groupby("team")["dwell_min"].sum()
    travel_min = routes.groupby("team")["travel_s"].sum() / 60
    taken_min = dwell_min.add(travel_min, fill_value=0)
    return pd.DataFrame(
        {
            t("队"): teams.index,
            t("组成"): teams["orgs"],
            t("人数"): teams["size"],
            t("持证执法人员"): teams["enforcers"],
            t("方式"): teams["mode"].map(name_mode),
            t("片区"): teams["community"].replace("", t("全辖区")),
            t("到访（次）"): count.reindex(teams.index, fill_value=0),
            t("停留与路上（分钟）"): taken_min.reindex(teams.index, fill_value=0)
            .round()
            .astype(int),
            t("班次在外（分钟）"): patrol_min,
        }
    )


def booth_rows(booths: pd.DataFrame) -> pd.DataFrame:
    """Show what each booth covers alone, and what would be lost without it."""
    return pd.DataFrame(
        {
            t("编号"): booths.index,
            t("位置"): booths["name"],
            t("状态"): booths["status"].map(name_booth_status),
            t("单独覆盖（%）"): booths["covered_share"] * 100,
            t("净增（%）"): booths["marginal_share"] * 100,
        }
    )


def coverage_rows(coverage: pd.DataFrame) -> pd.DataFrame:
    """Show the share of demand within each walking time, now and as planned."""
    return pd.DataFrame(
        {
            t("班次"): coverage["shift"].map(name_shift),
            t("步行（分钟）"): coverage["minutes"],
            t("现状（%）"): coverage["now"] * 100,
            t("建成后（%）"): coverage["planned"] * 100,
        }
    )


def uncovered_rows(uncovered: pd.DataFrame) -> pd.DataFrame:
    """Show the places that no booth covers, the weightiest first."""
    ranked = uncovered.sort_values("weight", ascending=False, kind="stable")
    return pd.DataFrame(
        {
            t("地点"): ranked["label"],
            t("班次"): ranked["shift"].map(name_shift),
            t("需求权重"): ranked["weight"].round(2),
        }
    )


def unmet_rows(unmet: pd.DataFrame) -> pd.DataFrame:
    """Show what the plan cannot do, why, and what would help."""
    return pd.DataFrame(
        {
            t("未能安排"): [t(message) for message in unmet["what"]],
            t("原因"): [t(message) for message in unmet["reason"]],
            t("办法"): [t(message) for message in unmet["remedy"]],
        }
    )


def left_out_table(left_out: pd.DataFrame) -> pd.DataFrame:
    """Show how many records are on no map, by reason."""
    return pd.DataFrame(
        {t("原因"): [t(reason) for reason in left_out["reason"]], t("条数"): list(left_out["n"])}
    )


def _verdict(row: Any) -> str:
    """Say in words what the test of a cell says."""
    if pd.isna(row.p_value):
        return t("样本不足")
    return t("显著热点") if row.hot else t("不显著")
