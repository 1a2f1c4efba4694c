import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import AreaError, Fault, FaultList, Message
from data.masking import mask

TELEPHONES = [
    "13812345678",
    "138.1234.5678",
    "138–1234—5678",
    "１３８１２３４５６７８",
    "(022)2621.1234",
    "（022） 2621 1234",
    "+86 138 1234 5678",
    "138_1234_5678",
    "12010119900307201X",
]


@pytest.mark.parametrize("number", TELEPHONES)
def test_no_spelling_of_a_number_passes(number: str) -> None:
    """A telephone or identity number is masked however it is written, and the text around stays."""
    masked = mask(f"北门{number}王五")
    assert not any(character.isdigit() for character in masked.replace("022", ""))
    assert masked.startswith("北门")
    assert masked.endswith("王五")
    assert number not in masked


@pytest.mark.parametrize("text", ["建设路12号3栋1501室", "G2516 K123", "12345", "110"])
def test_addresses_stay_readable(text: str) -> None:
    """Letters between digits break a run, so that an address is no telephone number."""
    assert mask(text) == text


@given(st.text())
def test_masking_twice_is_masking_once(text: str) -> None:
    """A masked text has nothing left to mask."""
    assert mask(mask(text)) == mask(text)


@pytest.mark.parametrize("number", TELEPHONES)
@pytest.mark.parametrize("column", ["occurred_from", "lon", "address", None])
def test_a_fault_shows_no_number(number: str, column: str | None) -> None:
    """No value or file name of a fault shows a telephone number, whatever the column."""
    faults = FaultList(f"张三{number}.csv")
    faults.add("No.", "Yes.", column=column, value=number)
    named = AreaError("No.", "Yes.").named(f"{number}.csv")
    assert number not in str(faults.faults[0])
    assert number not in str(named[0])


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("occurred_from", "2026-13-45 08:00"),
        ("occurred_from", "2026/9/3 8:15:00"),
        ("occurred_to", "2026-09-03T08:15:00+08:00"),
        ("occurred_from", "9/3/26 18:15"),
        ("occurred_from", "20260903"),
        ("lat", "117.9003690"),
        (None, "500000, 4300000, 500100.5, 4300100"),
    ],
)
def test_times_and_coordinates_stay_readable(column: str | None, value: str) -> None:
    """A faulty time, coordinate or extent is shown as it stands: it is nobody's number."""
    assert Fault(Message("No."), Message("Yes."), column=column, value=value).value == value


def test_dates_in_file_names_stay() -> None:
    """The date in the name of a ledger is no telephone number."""
    name = "out/2026/1120/台账20260903-20260910.csv"
    assert FaultList(name).file == name
    assert Fault(Message("No."), Message("Yes."), file=name).file == name
