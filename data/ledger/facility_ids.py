"""Which rows of a list are one facility: by its number, its licence, or its name and place."""

import base64
import hashlib

import numpy as np
import pandas as pd

from data.errors import N_
from data.ledger.findings import Findings, Rule
from data.row_ids import hide_personal_ids

GATES_APART = 0.01
"""Degrees within which rows of one name that name gates are gates of one facility: 1 km."""
_DIGEST_BYTES = 8
_SIGNS = r"[\W_]+"

NUMBER_SHARED = Rule(
    "facility_number_shared",
    N_("{n} rows have the number or licence of a facility with another name; they stand alone."),
    "repaired",
    N_("Give each facility its own number."),
)
REPEATED = Rule(
    "facility_repeated",
    N_("{n} rows repeat a facility with the same name, place and gate; it counts once."),
    "set_aside",
)
NAME_ELSEWHERE = Rule(
    "facility_name_elsewhere",
    N_("{n} facilities have the name of one before them, in another place; they are kept apart."),
    "noted",
)


def identify(rows: pd.DataFrame, *, findings: Findings) -> pd.Series:
    """
    Give each row the number of its facility.

    Rows are one facility if they share the list's number, else the licence, else name, address and
    place, or if they name gates of one name within a kilometre. Branches of a chain share only the
    name. A number made here is the same for the same facility in the next file.

    Parameters
    ----------
    rows
        Texts `facility_id, licence_no, name, address, gate_name`, numbers `lon, lat`.
    findings
        Collects what was repaired.

    Returns
    -------
    facility_id
        On the index of `rows`.

    Examples
    --------
    >>> row = {"facility_id": "", "licence_no": "", "name": "甲药房", "gate_name": "", "lat": 38.85}
    >>> here = {**row, "address": "一路1号", "lon": 117.9}
    >>> rows = pd.DataFrame([here, {**here, "address": "二路2号", "lon": 117.8}, here])
    >>> ids = identify(rows, findings=Findings())
    >>> ids[0] == ids[2], ids[0] == ids[1]
    (True, False)
    """
    given = rows["facility_id"]
    if (given != "").any():
        given = hide_personal_ids(given, shared=True)
    name = rows["name"].str.normalize("NFKC").str.casefold().str.replace(_SIGNS, "", regex=True)
    key = _made_keys(rows, name)
    key = key.mask(rows["licence_no"] != "", "licence|" + rows["licence_no"])
    key = key.mask(given != "", "number|" + given)
    stranger = _strangers(key, name)
    findings.add(NUMBER_SHARED, rows["name"][stranger], column="facility_id")
    key = key.mask(stranger, key + "|" + name)
    made = key.map({text: _digest(text) for text in key.unique()}).astype(str)
    ids = made.mask((given != "") & ~stranger, given)
    names = rows["name"][~ids.duplicated()]
    findings.add(NAME_ELSEWHERE, names[names.duplicated() & (names != "")], column="name")
    return ids


def _made_keys(rows: pd.DataFrame, name: pd.Series) -> pd.Series:
    """Write name, address and place; of rows that name gates near each other only the name."""
    lon, lat = (rows[axis].map("{:.5f}".format).astype(str) for axis in ("lon", "lat"))
    here = "place|" + name + "|" + rows["address"] + "|" + lon + "|" + lat
    at_gate = (rows["gate_name"] != "") & (name != "")
    spread = pd.DataFrame(
        {
            axis: rows[axis].groupby(name).transform("max")
            - rows[axis].groupby(name).transform("min")
            for axis in ("lon", "lat")
        }
    ).max(axis=1)
    together = at_gate & (spread.fillna(np.inf) <= GATES_APART)
    return here.mask(together, "gates|" + name)


def _strangers(key: pd.Series, name: pd.Series) -> pd.Series:
    """Tell which rows under one number have another name than the first of them."""
    shared = ~key.str.startswith(("place|", "gates|"))
    named = name.where(name != "")
    first = named.groupby(key).transform("first")
    return shared & named.notna() & (named != first)


def _digest(text: str) -> str:
    # in letters and few digits: no number of a person can come about by chance
    digest = hashlib.blake2s(text.encode(), digest_size=_DIGEST_BYTES).digest()
    return "F" + base64.b32encode(digest).decode().lower().rstrip("=")
