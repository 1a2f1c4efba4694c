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


def test_gates_are_a_list_of_texts() -> None:
    """Closed gates may be given as numbers or texts."""
    got = read_settings({"streets": {"closed_gates": [12, "13"]}}, FaultList())
    assert got.streets.closed_gates == ("12", "13")


def test_default_shifts_fill_the_day_and_the_law() -> None:
    """The default shifts partition the day and keep to eight hours."""
    assert sorted((*DAY.spans, *NIGHT.spans)) == [(0, 360), (360, 1080), (1080, 1440)]
    assert max(DAY.patrol_min, NIGHT.patrol_min) <= 8 * 60
