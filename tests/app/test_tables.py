import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import tables
from app.i18n import in_language
from app.study import Study
from data.errors import Message
from spatial.trend import compare_recent

END = pd.Timestamp("2026-06-30", tz="Asia/Shanghai")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_key_points_come_in_order_of_incidents(study: Study, language: str) -> None:
    """Every key point has a row, the one with most incidents first."""
    with in_language(language):
        shown = tables.key_point_rows(study.key_point_table, study.area.shifts)
    assert len(shown) == len(study.area.key_points)
    assert shown.iloc[:, -1].is_monotonic_decreasing


def test_cells_without_a_test_say_so() -> None:
    """A cell that was not tested says 样本不足 and shows no probability."""
    cells = pd.DataFrame(
        {
            "cell_id": ["a", "b"],
            "shift": "day",
            "n": [2.0, 0.0],
            "n_block": [2.0, 2.0],
            "expected": [np.nan, np.nan],
            "p_value": [np.nan, np.nan],
            "q_value": [np.nan, np.nan],
            "hot": False,
        }
    )
    shown = tables.hotspot_rows(cells, "day")
    assert shown["结论"].tolist() == ["样本不足"]
    assert shown["p"].tolist() == ["—"]


def test_hot_cells_come_first(study: Study) -> None:
    """The cells that are hot beyond chance head the table."""
    shown = tables.hotspot_rows(study.hotspots.hotspots, "day")
    hot = shown["结论"].eq("显著热点").tolist()
    assert any(hot)
    assert hot == sorted(hot, reverse=True)


def test_a_cut_list_says_so(study: Study) -> None:
    """A list of the first places tells how many there are; a whole one tells nothing."""
    cells = study.hotspots.hotspots
    total = tables.count_hotspot_rows(cells, "day")
    assert len(tables.hotspot_rows(cells, "day", most=total)) == total
    shown = tables.hotspot_rows(cells, "day", most=5)
    with in_language("zh"):
        assert tables.tell_cut(len(shown), total) == f"列前 5 处，共 {total} 处。"
    assert tables.tell_cut(total, total) == ""


def test_unmet_is_told_in_the_readers_language() -> None:
    """What, why and what helps are translated where they are shown."""
    row = {
        "what": Message.of("Hot stops of the {shift}", shift=Message("night shift")),
        "reason": Message("No team is on duty."),
        "remedy": Message("Put at least two people on duty in this shift."),
    }
    shown = tables.unmet_rows(pd.DataFrame([row]))
    assert shown.iloc[0].tolist() == ["夜间的热点", "没有队伍在岗。", "本班次至少安排两人在岗。"]


@given(st.lists(st.integers(min_value=0, max_value=400), min_size=1, max_size=60))
def test_recent_and_baseline_count_each_incident_at_most_once(days_ago: list[int]) -> None:
    """Both spans together hold the incidents of sixteen weeks, none twice."""
    times = pd.Series(END - pd.to_timedelta(days_ago, unit="D"))
    trend = compare_recent(times, end=END, recent_weeks=4, baseline_weeks=12)
    within = sum(day < 16 * 7 for day in days_ago)
    assert trend.recent == sum(day < 4 * 7 for day in days_ago)
    if trend.baseline is not None:
        assert trend.recent + trend.baseline * 3 == pytest.approx(within)
