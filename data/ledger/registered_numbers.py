"""Numbers under which things are registered: kept as text, unless they are those of a person."""

import re

import pandas as pd

from data.errors import N_
from data.ledger.findings import Findings, Rule
from data.ledger.identity_numbers import looks_like_identity_number
from data.ledger.numbers import LOST

_MOBILE = re.compile(r"(?:\+?86)?1[3-9]\d{9}")
_SIGNS = r"[\W_]+"
_WHOLE = r"\d+\.0+"

NUMBER_OF_PERSON = Rule(
    "number_of_person",
    N_("{n} licence or code numbers look like the number of a person and were not kept."),
    "dropped",
)
CODE_DECIMAL = Rule(
    "code_decimal", N_("{n} codes had a decimal point added by a program."), "repaired"
)
CODE_LOST = Rule(
    "code_lost_digits",
    N_("{n} codes lost digits in a spreadsheet (like 1.2E+14) and were not kept."),
    "dropped",
    N_("Format the column as text in the source program and export it again."),
)


def read_registered(texts: pd.Series, *, column: str, findings: Findings) -> pd.Series:
    """
    Return registered numbers as text, without gaps; zeros in front stay.

    Parameters
    ----------
    texts
        One text a row.
    column
        Our name of the column, for the findings.
    findings
        Collects what was repaired or left out.

    Examples
    --------
    >>> texts = pd.Series(["津 CA0220001", "0120105.0", "1.2E+14", "440524188001010014"])
    >>> read_registered(texts, column="code", findings=Findings()).tolist()
    ['津CA0220001', '0120105', '', '']
    """
    if (texts == "").all():
        return texts
    plain = texts.str.normalize("NFKC").str.replace(r"\s+", "", regex=True)
    decimal = plain.str.fullmatch(_WHOLE)
    whole = plain.mask(decimal, plain.str.replace(r"\.0+$", "", regex=True))
    lost = whole.str.fullmatch(LOST)
    digits = whole.str.replace(_SIGNS, "", regex=True)
    personal = digits.map(_is_personal).astype(bool)
    made = whole.mask(lost | personal, "")
    for rule, hit in (
        (CODE_DECIMAL, decimal),
        (CODE_LOST, lost),
        (NUMBER_OF_PERSON, personal),
    ):
        findings.add(rule, texts[hit], column=column, after=made)
    return made


def _is_personal(number: str) -> bool:
    return looks_like_identity_number(number) or _MOBILE.fullmatch(number) is not None
