from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from data.ledger.identity_numbers import (
    check_digit,
    is_bank_card,
    is_identity_number,
    is_old_identity_number,
    looks_like_identity_number,
)

STANDARD = ("11010519491231002X", "440524188001010014")
BODIES = st.tuples(
    st.sampled_from(["110105", "120105", "440524", "659001", "810000"]),
    st.dates(date(1800, 1, 1), date(2099, 12, 31)),
    st.integers(0, 999),
).map(lambda parts: f"{parts[0]}{parts[1]:%Y%m%d}{parts[2]:03}")


@pytest.mark.parametrize("number", STANDARD)
def test_examples_of_the_standard(number: str) -> None:
    """The two examples printed in GB 11643-1999 are valid, with a small x as well."""
    assert is_identity_number(number)
    assert is_identity_number(number.lower())
    assert check_digit(number[:17]) == number[17]


@given(BODIES, st.integers(0, 16), st.integers(1, 9))
def test_every_slip_in_one_digit_is_found(body: str, at: int, by: int) -> None:
    """ISO 7064 MOD 11-2 finds every single wrong digit."""
    number = body + check_digit(body)
    wrong = number[:at] + str((int(number[at]) + by) % 10) + number[at + 1 :]
    assert is_identity_number(number)
    assert not is_identity_number(wrong)


@given(BODIES, st.integers(0, 15))
def test_every_exchange_of_neighbours_is_found(body: str, at: int) -> None:
    """ISO 7064 MOD 11-2 finds two neighbouring digits exchanged."""
    assume(body[at] != body[at + 1])
    swapped = body[:at] + body[at + 1] + body[at] + body[at + 2 :]
    assert not is_identity_number(swapped + check_digit(body))


@pytest.mark.parametrize(
    "text",
    ["", "1101051949123100", "11010519491331002X", "00010519491231002X", "一1010519491231002X"],
)
def test_no_identity_number(text: str) -> None:
    """Too short, no month 13, no region 00, no other script."""
    assert not is_identity_number(text)
    assert not looks_like_identity_number(text)


def test_old_numbers_have_a_day_of_birth() -> None:
    """Fifteen digits are an identity number if seven to twelve are a day of the last century."""
    assert is_old_identity_number("110105491231002")
    assert not is_old_identity_number("110105490230002")
    assert not is_old_identity_number("1101054912310021")


@pytest.mark.parametrize(
    "number",
    # the test numbers that the card schemes publish
    ["4111111111111111", "5555555555554444", "6011111111111117", "3530111333300000"],
)
def test_published_card_numbers(number: str) -> None:
    """Test numbers of the card schemes are valid, and with another last digit they are not."""
    assert is_bank_card(number)
    assert not is_bank_card(number[:-1] + str((int(number[-1]) + 1) % 10))


def test_cards_have_sixteen_to_nineteen_digits() -> None:
    """Shorter and longer numbers are no bank cards."""
    assert not is_bank_card("79927398713")  # a valid Luhn number of eleven digits
    assert not is_bank_card("0" * 20)
