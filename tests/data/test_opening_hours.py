import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.opening_hours import is_open_throughout

DAY = [(480, 690), (810, 1020)]
EVENING = [(1110, 1290)]


@pytest.mark.parametrize(
    ("text", "by_day", "by_night"),
    [
        ("", True, True),
        ("24/7", True, True),
        ("open", True, True),
        ("off", False, False),
        ("06:00-20:00", True, False),
        ("06：00～20：00", True, False),
        ("6:00-24:00", True, True),
        ("00:00-24:00", True, True),
        ("Mo-Su 06:00-22:00", True, True),
        ("Mo-Fr 06:00-22:00", False, False),
        ("Mo-Fr 06:00-22:00; Sa,Su 08:00-17:00", True, False),
        ("Mo-Su 06:00-22:00; PH off", True, True),
        ("Fr-Mo 06:00-22:00; Tu-Th 05:00-23:00", True, True),
        ("08:00-11:30,13:30-21:30", True, True),
        ("08:00-11:30, 14:00-21:30", False, True),
        ("18:00-06:00", False, True),
        ("sunrise-sunset", True, False),
        ("dawn-22:00", True, True),
        ("Mo-Su", True, True),
        ("06:00-22:00; Su off", False, False),
    ],
)
def test_hours_cover_the_windows(text: str, *, by_day: bool, by_night: bool) -> None:
    """Hours are open for a shift only if they cover its windows on all days of the week."""
    assert is_open_throughout(text, DAY) == by_day
    assert is_open_throughout(text, EVENING) == by_night


@pytest.mark.parametrize(
    "text",
    [
        "Apr-Oct 06:00-20:00",
        "by appointment",
        "PH off",
        "99:00-03:00",
        "06:00+",
        "Mo-Xx 08:00-09:00",
    ],
)
def test_hours_not_understood_count_as_open(text: str) -> None:
    """A gate is not shut by hours that the tool cannot read."""
    assert is_open_throughout(text, EVENING)


def test_hours_past_midnight_reach_into_the_next_day() -> None:
    """A window that ends after midnight is covered by hours that do."""
    assert is_open_throughout("22:00-02:00", [(1380, 1500)])
    assert not is_open_throughout("22:00-24:00", [(1380, 1500)])


@given(st.text(max_size=40))
def test_no_text_is_too_strange(text: str) -> None:
    """Whatever a tag holds, the answer is yes or no."""
    assert is_open_throughout(text, DAY) in {True, False}


@given(st.integers(0, 1439), st.integers(1, 1440), st.integers(0, 1439), st.integers(1, 300))
def test_one_span_agrees_with_minute_by_minute(
    opens: int, length: int, start: int, duration: int
) -> None:
    """One daily span covers a window exactly if it holds each of the window's minutes."""
    closes = (opens + length) % 1440
    text = f"{opens // 60:02}:{opens % 60:02}-{closes // 60:02}:{closes % 60:02}"
    open_minutes = {(opens + minute) % 1440 for minute in range(length)}
    covered = all((start + minute) % 1440 in open_minutes for minute in range(duration))
    assert is_open_throughout(text, [(start, start + duration)]) == covered
