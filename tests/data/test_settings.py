from dataclasses import fields

import pytest

from data.errors import FaultList
from data.settings import DAY, NIGHT, Settings, read_settings


def faults_of(tables: dict[str, object]) -> list[str]:
    """Read settings and return the faults as texts."""
    faults = FaultList("area.toml")
    read_settings(tables, faults)
    return [str(fault) for fault in faults.faults]


def test_no_table_means_every_default() -> None:
    """An empty file gives exactly the documented defaults."""
    assert read_settings({}, FaultList()) == Settings()
    assert faults_of({}) == []


def test_every_number_can_be_overridden() -> None:
    """Each numeric default can be changed within its bounds, and the change is kept."""
    for section in fields(Settings):
        if section.name == "shifts":
            continue
        for entry in fields(section.default):
            if "bounds" not in entry.metadata:
                continue
            _, most = entry.metadata["bounds"]
            got = read_settings({section.name: {entry.name: most}}, FaultList())
            assert getattr(getattr(got, section.name), entry.name) == most


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        ({"streets": {"foot_mps": 9}}, "between 0.3 and 2.5"),
        ({"streets": {"foot_mps": "fast"}}, "must be a number"),
        ({"patrol": {"team_size": 2.5}}, "between 2 and 6"),
        ({"patrol": {"team_size": True}}, "must be a number"),
        ({"patrol": {"horses": 1}}, "no such setting"),
        ({"patrol": 3}, "must be a table"),
        ({"patrol": {"key_points_need_enforcement": 1}}, "wrong type"),
        ({"shifts": {"day": {"hours": ["06:00", "18:00"], "patrol": []}}}, "add up"),
        ({"shifts": {"day": {"hours": ["06:00", "18:00"], "patrol": []}}}, "no patrol window"),
        ({"shifts": {"day": {"hours": ["6", "18:00"], "patrol": []}}}, "cannot be read"),
        ({"shifts": {"day": {"hours": ["06:00", "25:00"], "patrol": []}}}, "cannot be read"),
        ({"shifts": {"day": "all"}}, "cannot be read"),
        ({"analysis": {"cell_shape": "round"}}, "square, hexagon"),
        ({"patrol": {"staffing_use": "all"}}, "min, max"),
        (
            {"shifts": {"all": {"hours": ["00:00", "24:00"], "patrol": [["08:00", "18:00"]]}}},
            "the law allows 8.0 h",
        ),
    ],
)
def test_a_faulty_setting_is_named(tables: dict[str, object], said: str) -> None:
    """Each kind of slip in the settings has its own sentence with the remedy."""
    assert any(said in fault for fault in faults_of(tables))


def test_shifts_from_the_file() -> None:
    """Shifts are read as written; a window may run past midnight."""
    table = {
        "day": {"hours": ["07:00", "19:00"], "patrol": [["08:00", "11:00"]]},
        "night": {"hours": ["19:00", "07:00"], "patrol": [["22:00", "01:00"]], "dark": True},
    }
    day, night = read_settings({"shifts": table}, FaultList()).shifts
    assert (day.from_min, day.to_min, day.dark) == (420, 1140, False)
    assert night.patrol == ((1320, 1500),)
    assert night.dark


def shifts_of(night: list[list[str]], **more: object) -> dict[str, object]:
    """Write a table of two shifts, the night's windows as given."""
    return {
        "shifts": {
            "day": {
                "hours": ["06:00", "18:00"],
                "patrol": [["13:30", "17:00"], ["08:00", "11:30"]],
            },
            "night": {"hours": ["18:00", "06:00"], "patrol": night, "dark": True, **more},
        }
    }


def test_windows_after_midnight_belong_to_the_night_that_began() -> None:
    """Windows are sorted, and those of a night before its first hour lie on the next date."""
    faults = FaultList()
    table = shifts_of([["00:30", "02:30"], ["18:30", "21:30"], ["23:30", "00:00"]])
    day, night = read_settings(table, faults).shifts
    assert faults.faults == []
    assert day.patrol == ((480, 690), (810, 1020))
    assert night.patrol == ((1110, 1290), (1410, 1440), (1470, 1590))
    last = read_settings(shifts_of([["04:00", "06:00"]]), faults).shifts[1].patrol
    assert last == ((1680, 1800),)
    assert faults.faults == []


@pytest.mark.parametrize(
    ("night", "more", "said"),
    [
        ([["18:30", "21:30"], ["21:00", "22:00"]], {}, "18:30-21:30 and 21:00-22:00 overlap"),
        ([["09:00", "11:30"]], {}, "09:00-11:30 lies outside the hours of its shift, 18:00-06:00"),
        ([["05:00", "07:00"]], {}, "05:00-07:00 lies outside"),
        ([["17:00", "19:00"]], {}, "17:00-19:00 lies outside"),
        ([], {}, "no patrol window"),
        ([["18:30", "21:30", "23:00"]], {}, "cannot be read"),
        ([["18:30", "21:30"]], {"dark": "no"}, "wrong type"),
        ([["18:30", "21:30"]], {"drak": True}, "no such setting"),
        ([["18:30", "21:30"]], {"hours": ["18:00", "06:00", "07:00"]}, "cannot be read"),
    ],
)
def test_a_faulty_window_is_named(
    night: list[list[str]], more: dict[str, object], said: str
) -> None:
    """Overlaps, windows outside the shift and slips of its table each have their sentence."""
    assert any(said in fault for fault in faults_of(shifts_of(night, **more)))


def test_shifts_must_be_a_table() -> None:
    """A word in place of the shifts is a fault, not the default."""
    assert faults_of({"shifts": "x"}) == [
        "area.toml, shifts: This must be a table. (value: x) Write its name in square brackets."
    ]


def test_gates_are_a_list_of_texts() -> None:
    """Closed gates may be given as numbers or texts."""
    got = read_settings({"streets": {"closed_gates": [12, "13"]}}, FaultList())
    assert got.streets.closed_gates == ("12", "13")


def test_default_shifts_fill_the_day_and_the_law() -> None:
    """The default shifts partition the day and keep to eight hours."""
    assert sorted((*DAY.spans, *NIGHT.spans)) == [(0, 360), (360, 1080), (1080, 1440)]
    assert max(DAY.patrol_min, NIGHT.patrol_min) <= 8 * 60


def test_bandwidth_may_be_left_to_the_data() -> None:
    """The word auto asks for cross-validation and keeps a number to fall back on."""
    faults = FaultList()
    chosen = read_settings({"analysis": {"bandwidth_m": "auto", "cell_size_m": 60}}, faults)
    assert not faults.faults
    assert chosen.analysis.auto_bandwidth
    assert chosen.analysis.bandwidth_m == Settings().analysis.bandwidth_m
    assert chosen.analysis.cell_size_m == 60
    assert faults_of({"analysis": {"bandwidth_m": "automatic"}})


@pytest.mark.parametrize("name", ["unit", "correction", "cell_shape"])
def test_words_of_the_analysis_are_known_ones(name: str) -> None:
    """A unit, correction or shape that does not exist is a fault that lists those that do."""
    assert any(f"analysis.{name}" in fault for fault in faults_of({"analysis": {name: "circle"}}))
