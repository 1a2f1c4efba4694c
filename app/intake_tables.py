"""What was read of a file, as tables that a clerk can look through and change."""

from collections.abc import Sequence

import pandas as pd

from app.i18n import t
from app.record_words import COLUMN_NAMES, name_code
from data.errors import N_, Message
from data.ledger.findings import Findings
from data.ledger.known_headers import HEADERS
from data.ledger.layer_reading import LayerReading
from data.ledger.reading import Reading
from data.receipts import Receipt

HOW = {
    "remembered": N_("上次确认过"),
    "exact": N_("名称相同"),
    "synonym": N_("同义"),
    "fuzzy": N_("名称相近，请核对"),
    "content": N_("按内容判断，请核对"),
}
EFFECTS = {
    "noted": N_("提示"),
    "repaired": N_("已改正"),
    "assumed": N_("已假定"),
    "proposed": N_("请决定"),
    "set_aside": N_("未上图"),
    "dropped": N_("未读入"),
}
OTHER_COLUMNS = {
    "name": N_("名称"),
    "category": N_("类别"),
    "grade": N_("等级"),
    "code": N_("编码"),
    "parent_code": N_("上级编码"),
    "facility_id": N_("编号"),
    "crs": N_("坐标系"),
    "lonlat": N_("经纬度（一格）"),
    "date": N_("日期"),
    "clock": N_("时刻"),
    "year": N_("年"),
    "month": N_("月"),
    "day": N_("日"),
    "hour": N_("时"),
    "minute": N_("分"),
    "lon": N_("经度"),
    "lat": N_("纬度"),
}


def name_column(ours: str) -> str:
    """Name one of our columns."""
    known = OTHER_COLUMNS.get(ours) or COLUMN_NAMES.get(ours)
    return t(known) if known else ours


def column_rows(reading: Reading | LayerReading) -> pd.DataFrame:
    """List our columns, the file's header of each, and what the proposal rests on."""
    mapping = reading.mapping
    columns = {} if mapping is None else mapping.columns
    how = {} if mapping is None else mapping.how
    known = [ours for ours in HEADERS[_mapped_as(reading)] if ours not in columns]
    return pd.DataFrame(
        {
            t("本系统的列"): [name_column(ours) for ours in (*columns, *known)],
            t("文件中的列"): [*columns.values(), *[t("（不读）")] * len(known)],
            t("依据"): [t(HOW[how[ours]]) for ours in columns] + [""] * len(known),
        }
    )


def _mapped_as(reading: Reading | LayerReading) -> str:
    """Return under which list of headers a table was mapped."""
    if isinstance(reading, Reading):
        return "incidents"
    return "facilities" if reading.kind == "facilities" else "communities"


def column_choices(reading: Reading | LayerReading) -> list[str]:
    """List what a column may be filled from."""
    return [t("（不读）"), *reading.headers]


def read_choices(reading: Reading | LayerReading, edited: pd.DataFrame) -> dict[str, str]:
    """Return the columns that a clerk changed: ours -> header, empty if it is to stay unread."""
    before = column_rows(reading)[t("文件中的列")]
    mapping = reading.mapping
    columns = {} if mapping is None else mapping.columns
    names = [*columns, *(o for o in HEADERS[_mapped_as(reading)] if o not in columns)]
    after = edited[t("文件中的列")]
    return {
        ours: "" if new == t("（不读）") else str(new)
        for ours, old, new in zip(names, before, after, strict=True)
        if old != new and new is not None
    }


def finding_rows(findings: Findings) -> pd.DataFrame:
    """List the rows in which something was found: what stood there and what was made of it."""
    table = findings.table().sort_values("row", kind="stable")
    said = {code: t(Message.of(rule.said, n=1)) for code, rule in findings.rules.items()}
    remedy = {code: t(rule.remedy) if rule.remedy else "" for code, rule in findings.rules.items()}
    return pd.DataFrame(
        {
            t("行"): table["row"],
            t("列"): table["column"].map(name_column),
            t("原来"): table["before"],
            t("读作"): [
                say_value(column, after)
                for column, after in zip(table["column"], table["after"], strict=True)
            ],
            t("处理"): [t(EFFECTS[effect]) for effect in table["effect"]],
            t("说明"): table["rule"].map(said),
            t("办法"): table["rule"].map(remedy),
        }
    )


def say_value(column: str, value: str) -> str:
    """
    Say what a cell was read as in the reader's words, not in ours.

    Examples
    --------
    >>> from app.i18n import in_language
    >>> with in_language("zh"):
    ...     say_value("type", "street_soliciting"), say_value("address", "青梧路")
    ('站街设牌', '青梧路')
    """
    return name_code(column, value) if value else ""


def place_choices(reading: Reading, row: int) -> pd.DataFrame:
    """Return the places that a record may mean, for the map."""
    found = reading.candidates
    own = found[(found["row"] == row) & found["lon"].notna()].sort_values("rank")
    return own[["lon", "lat"]].assign(name=own["label"])


def receipt_rows(receipts: Sequence[Receipt]) -> pd.DataFrame:
    """Show what became of each table."""
    return pd.DataFrame(
        {
            t("文件"): [receipt.file for receipt in receipts],
            t("导入编号"): [receipt.number for receipt in receipts],
            t("新增"): [receipt.added for receipt in receipts],
            t("未变"): [receipt.unchanged for receipt in receipts],
            t("有改动"): [receipt.changed for receipt in receipts],
        }
    )
