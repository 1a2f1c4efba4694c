"""Numbers that name a person: identity cards old and new, and bank cards, told by their checks."""

import re
from datetime import date

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_NEW = re.compile(r"(?:[1-6]\d|71|8[1-3]|9\d)\d{4}((?:18|19|20)\d{6})\d{3}[\dX]", re.ASCII)
_OLD = re.compile(r"[1-6]\d{5}(\d{6})\d{3}", re.ASCII)
_CARD = re.compile(r"\d{16,19}", re.ASCII)
_LAST_DIGIT = 9


def check_digit(body: str) -> str:
    """
    Return the last sign of an identity number from its first seventeen digits.

    References
    ----------
    GB 11643-1999, after ISO 7064 MOD 11-2; the example is the standard's own.

    Examples
    --------
    >>> check_digit("11010519491231002")
    'X'
    """
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, body, strict=True))
    return _CHECKS[total % 11]


def is_identity_number(text: str) -> bool:
    """
    Tell whether a text is a valid identity number of eighteen signs.

    Residence permits of people from Hong Kong, Macao and Taiwan (81 to 83) and of foreigners (9)
    are numbered in the same way.

    Examples
    --------
    >>> is_identity_number("440524188001010014"), is_identity_number("440524188001010015")
    (True, False)
    """
    number = text.upper()
    found = _NEW.fullmatch(number)
    return found is not None and _is_day(found[1]) and check_digit(number[:-1]) == number[-1]


def looks_like_identity_number(text: str) -> bool:
    """
    Tell whether a text is built like an identity number, old or new, whatever its check sign.

    Examples
    --------
    >>> looks_like_identity_number("440524188001010015")  # a slip in the last digit
    True
    >>> looks_like_identity_number("201801150830151172")  # two times run together
    False
    """
    number = text.upper()
    if found := _NEW.fullmatch(number):
        return _is_day(found[1])
    return is_old_identity_number(number)


def is_old_identity_number(text: str) -> bool:
    """
    Tell whether a text is an identity number of fifteen digits, as issued until 1999.

    It has no check digit: region and day of birth must be possible.

    References
    ----------
    GB 11643-1989

    Examples
    --------
    >>> is_old_identity_number("440524800101001"), is_old_identity_number("440524801301001")
    (True, False)
    """
    found = _OLD.fullmatch(text)
    return found is not None and _is_day("19" + found[1])


def is_bank_card(text: str) -> bool:
    """
    Tell whether a text is a card number of 16 to 19 digits with a valid check digit.

    References
    ----------
    ISO/IEC 7812-1, annex B (Luhn).

    Examples
    --------
    >>> is_bank_card("4111111111111111"), is_bank_card("4111111111111112")
    (True, False)
    """
    if _CARD.fullmatch(text) is None:
        return False
    doubled = (2 * int(digit) for digit in text[-2::-2])
    plain = sum(int(digit) for digit in text[::-2])
    return (plain + sum(n - 9 if n > _LAST_DIGIT else n for n in doubled)) % 10 == 0


def _is_day(digits: str) -> bool:
    """Tell whether eight digits are a day of the calendar."""
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True
