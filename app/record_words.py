"""What the columns, states and changes of a record are called."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from app.i18n import t
from app.labels import name_incident_type, name_source
from app.text import number
from data.errors import N_
from data.ledger.records import COLUMNS
from data.ledger.statuses import REASON_TEXTS, say_status

COLUMN_NAMES = {
    "occurred_from": N_("发生时间"),
    "occurred_to": N_("发生止"),
    "received_at": N_("受理时间"),
    "closed_at": N_("办结时间"),
    "time_precision": N_("时间精度"),
    "source": N_("来源"),
    "source_ref": N_("来源编号"),
    "type": N_("类型"),
    "summary": N_("内容"),
    "address": N_("地址"),
    "place_note": N_("地点描述"),
    "community": N_("社区"),
    "grid_code": N_("网格编码"),
    "near_facility": N_("最近设施"),
    "persons": N_("参与人数"),
    "boxes": N_("收缴盒数"),
    "goods_value": N_("货值"),
    "outcome": N_("处置结果"),
    "handler_org": N_("承办单位"),
    "note": N_("备注"),
    "lon": N_("位置"),
    "lat": N_("位置"),
    "geo_precision": N_("定位精度"),
    "place_origin": N_("位置从哪里来"),
    "datum": N_("坐标系"),
    "status": N_("状态"),
    "duplicate_of": N_("并入"),
}
GEO_PRECISIONS = {
    "gate": N_("门口"),
    "door": N_("门牌"),
    "segment": N_("路段"),
    "community": N_("社区"),
    "none": N_("无"),
    "unknown": N_("不详"),
}
TIME_PRECISIONS = {
    "minute": N_("准到分"),
    "hour": N_("准到小时"),
    "period": N_("一段时间"),
    "day": N_("只知道日期"),
    "none": N_("无时间"),
}
PLACE_ORIGINS = {
    "file": N_("文件中的坐标"),
    "gazetteer": N_("按地名找到"),
    "hand": N_("人工指定"),
    "": "",
}
OUTCOMES = {
    "shut_down": N_("取缔、清理"),
    "moved_on": N_("劝离"),
    "penalised": N_("处罚"),
    "referred": N_("移送"),
    "not_found": N_("未发现"),
    "unfounded": N_("不属实"),
}
CODES: Mapping[str, Mapping[str, str]] = {
    "geo_precision": GEO_PRECISIONS,
    "time_precision": TIME_PRECISIONS,
    "place_origin": PLACE_ORIGINS,
    "outcome": OUTCOMES,
    "status": REASON_TEXTS,
}
"""Column -> code -> its name."""
ACTIONS = {
    "import": N_("导入"),
    "edit": N_("改正"),
    "merge": N_("合并"),
    "split": N_("拆开"),
    "remove": N_("删除"),
    "save_layer": N_("修改"),
    "undo": N_("撤销"),
    "purge": N_("清除"),
    "erase": N_("抹去"),
    "restore": N_("恢复备份"),
}
TOLD = (
    "occurred_from",
    "time_precision",
    "source",
    "type",
    "summary",
    "address",
    "place_note",
    "community",
    "near_facility",
    "geo_precision",
    "place_origin",
    "persons",
    "boxes",
    "goods_value",
    "outcome",
    "handler_org",
    "closed_at",
    "note",
)
"""Columns of a record that its page shows, in this order; empty ones are left out."""


def tell_record(record: pd.Series, timezone: str) -> list[tuple[str, str]]:
    """Return name and content of everything that is known of a record."""
    told = [(t(COLUMN_NAMES[name]), tell_value(name, record, timezone)) for name in TOLD]
    where = [str(record["file"]), str(record["sheet"]), t("第 {row} 行", row=record["row"])]
    told.append((t("出自"), " · ".join(part for part in where if part)))
    told.append((t("状态"), t(say_status(str(record["status"])))))
    return [(name, said) for name, said in told if said]


def tell_value(name: str, record: pd.Series, timezone: str) -> str:
    """Say one column of a record in words."""
    value = record[name]
    if name == "occurred_from":
        return say_time(record, timezone)
    if name.endswith(("_at", "_to")):
        return "" if pd.isna(value) else f"{value.tz_convert(timezone):%Y-%m-%d %H:%M}"
    if name in {"persons", "boxes", "goods_value"}:
        return "" if pd.isna(value) else number(float(value), 2)
    return name_code(name, value)


def name_code(column: str, value: object) -> str:
    """Name a code of one of our columns; what is no code is shown as it is.

    Examples
    --------
    >>> from app.i18n import in_language
    >>> with in_language("zh"):
    ...     name_code("geo_precision", "gate"), name_code("address", "gate")
    ('门口', 'gate')
    """
    if column in {"source", "type"}:
        return name_source(value) if column == "source" else name_incident_type(value)
    return _look_up(CODES.get(column, {}), value)


def say_time(record: pd.Series, timezone: str) -> str:
    """Say when an incident happened, as exactly as that is known and no more.

    Examples
    --------
    >>> at = pd.Timestamp("2026-03-05T00:00Z")
    >>> day = pd.Series({"occurred_from": at, "occurred_to": at, "time_precision": "day"})
    >>> say_time(day, "Asia/Shanghai")
    '2026-03-05'
    """
    begin, end, precision = (
        record[name] for name in ("occurred_from", "occurred_to", "time_precision")
    )
    if pd.isna(begin):
        return ""
    local = begin.tz_convert(timezone)
    if precision in {"day", "none"}:
        return f"{local:%Y-%m-%d}"
    said = f"{local:%Y-%m-%d %H:%M}"
    if precision == "period" and not pd.isna(end):
        until = end.tz_convert(timezone)
        same_day = until.date() == local.date()
        return f"{said} – {until:%H:%M}" if same_day else f"{said} – {until:%Y-%m-%d %H:%M}"
    return said


def name_geo_precision(code: object) -> str:
    """Name how exactly a place is known."""
    return _look_up(GEO_PRECISIONS, code)


def name_action(code: object) -> str:
    """Name what an entry of the audit trail did."""
    return _look_up(ACTIONS, code)


def name_changes(before: pd.Series, after: pd.Series) -> str:
    """Name what differs between two versions of a record."""
    names = [
        COLUMN_NAMES[name]
        for name in COLUMNS
        if name in COLUMN_NAMES and not _same(before[name], after[name])
    ]
    return "、".join(t(name) for name in dict.fromkeys(names))


def _same(one: Any, other: Any) -> bool:
    return bool(one == other or (pd.isna(one) and pd.isna(other)))


def _look_up(names: Mapping[str, str], code: object) -> str:
    known = names.get(str(code))
    return str(code) if known is None else t(known)
