import pandas as pd

from data.errors import FaultList
from data.row_checks import check_datum, check_rows, read_codes, read_flags
from data.schema import FILES


def test_no_check_shows_a_telephone_number() -> None:
    """Whichever check finds a telephone number in the wrong cell, its fault does not show it."""
    number = "138.1234.5678"
    table = pd.DataFrame(
        {
            "name": ["a"],
            "category": ["b"],
            "lon": [number],
            "lat": ["13812345678"],
            "mode": [number],
            "can_enforce": [number],
            "crs": [number],
        },
        index=[2],
    )
    faults = FaultList()
    check_rows(table, FILES["key_points"], faults)
    read_codes(table, "mode", faults, closed=True)
    read_flags(table, "can_enforce", pd.Series([False], index=[2]), faults)
    check_datum(table, faults)
    assert [fault.column for fault in faults.faults] == [
        "lon",
        "lat",
        "mode",
        "can_enforce",
        "crs",
    ]
    assert {fault.value for fault in faults.faults} == {"***"}


def test_a_swapped_coordinate_is_shown() -> None:
    """A coordinate out of range is shown, so that one sees that lon and lat are exchanged."""
    table = pd.DataFrame(
        {"name": ["a"], "category": ["b"], "lon": ["38.85"], "lat": ["117.900369"]}, index=[2]
    )
    faults = FaultList()
    check_rows(table, FILES["key_points"], faults)
    assert [fault.value for fault in faults.faults] == ["117.900369"]
