"""The cells of a list of facilities, read row by row."""

from collections.abc import Mapping

import pandas as pd

from data.columns import NO, YES
from data.errors import N_
from data.ledger.blank_words import without_blanks
from data.ledger.facility_classes import classify, grade_of, read_each
from data.ledger.findings import Findings, Rule
from data.ledger.privacy import mask_texts
from data.ledger.registered_numbers import read_registered
from data.ledger.table import LedgerTable
from data.ledger.validity import note_reversed, read_days

TEXTS = ("name", "address", "community", "open_hours", "responsible_org", "responsible_person")
FLAGS = ("weekend_open", "insured")
DAYS = ("valid_from", "valid_to", "last_inspected_at")
COLUMNS = (
    "name",
    "category",
    "class_said",
    "grade",
    "address",
    "community",
    "gate_count",
    "gate_name",
    "open_hours",
    *FLAGS,
    "licence_no",
    "responsible_org",
    "responsible_person",
    "daily_required",
    "status",
    *DAYS,
)
"""Of a facility. All are texts but `gate_count` (a whole number, at least 1) and `daily_required`
(a boolean); days are `YYYY-MM-DD`, flags `yes` or `no`; empty where nothing is known. `class_said`
is the file's own word for `category`."""
_STATUS = {
    "open": "营业|在业|开业|正常|存续|开放|在用|运营|open|active",
    "moved": "迁出|搬迁|迁址|已迁|搬走|moved",
    "closed": "停业|歇业|停用|注销|关闭|关停|吊销|暂停|终止|撤销|倒闭|closed",
}
"""Code -> words that tell it; the last that fits counts: 正常停业 is closed."""
_NAME_SAYS = r"[(（](?P<said>[^()（）]*(?:停业|歇业|关闭|暂停营业|搬迁|迁出|迁址)[^()（）]*)[)）]"

STATUS_FROM_NAME = Rule(
    "facility_status_from_name",
    N_("{n} facilities say in brackets after their name that they are closed or have moved."),
    "assumed",
)
STATUS_UNKNOWN = Rule(
    "facility_status_unknown",
    N_("{n} words for the status of a facility are not known; they count as open."),
    "noted",
    N_("Write 营业, 停业 or 迁出."),
)
FLAG_UNREAD = Rule(
    "flag_unread", N_("{n} cells should say yes or no and do not; they are left empty."), "dropped"
)


def read_rows(
    table: LedgerTable, columns: Mapping[str, str], *, findings: Findings
) -> pd.DataFrame:
    """
    Read every cell of a list of facilities that is known.

    Parameters
    ----------
    table
        As its file gave it.
    columns
        Our column -> the file's header; what is missing is empty.
    findings
        Collects what was repaired or assumed.

    Returns
    -------
    rows
        On the index of the table's cells: `facility_id` as the file gives it, and `COLUMNS`, of
        which here all are texts.

    Examples
    --------
    >>> cells = pd.DataFrame({"名称": ["甲药房(已停业)"]}, index=[2])
    >>> rows = read_rows(LedgerTable("a.csv", "", cells), {"name": "名称"}, findings=Findings())
    >>> rows.loc[2, ["category", "status"]].tolist()
    ['pharmacy', 'closed']
    """
    cells = table.cells
    blank = pd.Series("", cells.index, dtype=str)
    names = ("facility_id", "gate_count", "gate_name", *COLUMNS)
    said = {
        ours: without_blanks(cells[columns[ours]].str.strip()) if ours in columns else blank
        for ours in dict.fromkeys(names)
    }
    for ours in (*TEXTS, "gate_name"):
        if (said[ours] != "").any():
            said[ours] = mask_texts(said[ours], findings=findings, column=ours)
    word, grade = said["category"], said["grade"]
    said["class_said"] = word
    said["category"] = classify(word, said["name"], grade, findings=findings)
    full = read_each(grade.where(grade != "", word), grade_of)
    said["grade"] = full.where(full != "", grade)
    said["licence_no"] = read_registered(said["licence_no"], column="licence_no", findings=findings)
    said["status"] = _read_status(said["status"], said["name"], findings)
    for ours in FLAGS:
        said[ours] = _read_flag(said[ours], ours, findings)
    for ours in DAYS:
        said[ours] = read_days(said[ours], column=ours, findings=findings)
    note_reversed(said["valid_from"], said["valid_to"], findings=findings)
    said["daily_required"] = _read_flag(said["daily_required"], "daily_required", findings)
    return pd.DataFrame(said, index=cells.index)


def _read_status(words: pd.Series, names: pd.Series, findings: Findings) -> pd.Series:
    """Turn words for open, closed and moved into codes; names may say it in brackets."""
    hint = names.str.extract(_NAME_SAYS)["said"].fillna("").where(words == "", "")
    findings.add(STATUS_FROM_NAME, names[hint != ""], column="status", after=hint)
    told = words.where(words != "", hint).astype(str)
    code = pd.Series("", words.index, dtype=str)
    for status, parts in _STATUS.items():
        code = code.mask(told.str.contains(parts, case=False, regex=True), status)
    unknown = (told != "") & (code == "")
    findings.add(STATUS_UNKNOWN, words[unknown], column="status")
    return code


def _read_flag(words: pd.Series, column: str, findings: Findings) -> pd.Series:
    """Turn words for yes and no into `yes` and `no`."""
    small = words.str.lower()
    flag = pd.Series("", words.index, dtype=str).mask(small.isin(YES), "yes")
    flag = flag.mask(small.isin(NO - {""}), "no")
    findings.add(FLAG_UNREAD, words[(flag == "") & (words != "")], column=column)
    return flag
