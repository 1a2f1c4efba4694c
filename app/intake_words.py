"""What was read of a file, in sentences for a clerk."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from app.i18n import t
from data.decisions import MERGED, name_row
from data.errors import N_, Message
from data.intake import Intake
from data.ledger.findings import Findings
from data.ledger.layer_reading import LayerReading
from data.ledger.positions import LOCAL
from data.ledger.reading import Reading
from data.ledger.statuses import REASON_TEXTS
from data.repeats import Known

DATUMS = {
    "wgs84": N_("WGS84"),
    "cgcs2000": N_("CGCS2000"),
    "gcj02": N_("GCJ-02（高德、腾讯）"),
    "bd09": N_("BD-09（百度）"),
}
MOST_NAMED = 4
"""Dropped columns that a sentence names; the rest is counted."""


def headline(reading: Reading | LayerReading, repeats: pd.DataFrame) -> str:
    """Say in one sentence how many rows were read, what is missing and what was dropped."""
    if isinstance(reading, LayerReading):
        parts = [t("{n} 个图形已读", n=len(reading.features))]
        return _sentence(reading.rows, parts, reading.private)
    counts, doubled = reading.counts, count_repeats(reading, repeats)
    on_map = len(reading.records) - sum(counts.values())
    parts = [t("{n} 行已读", n=on_map)]
    parts += [
        t("{n} 行{reason}", n=n, reason=t(Message.of(REASON_TEXTS[code])))
        for code, n in counts.items()
    ]
    if doubled:
        parts.append(t("其中 {n} 行疑似重复（待确认）", n=doubled))
    return _sentence(len(reading.records), parts, reading.private)


def _sentence(rows: int, parts: list[str], private: Any) -> str:
    """Join the parts of a headline."""
    comma, stop = t("，"), t("{n} 行：", n=rows)
    said = [*parts]
    if private:
        names = list(private)
        shown = t("、").join(names[:MOST_NAMED])
        dropped = t("已删除 {columns}", columns=shown)
        more = len(names) - MOST_NAMED
        said.append(dropped + (t(" 等 {n} 列", n=len(names)) if more > 0 else ""))
    return stop + comma.join(said)


def say_novelty(reading: Reading, known: Known) -> str:
    """Say how many rows are new, how many the ledger has already, how many a rule merges."""
    n, there = len(reading.records), count_known(reading, known)
    merged = reading.findings.counts.get(MERGED.code, 0)
    said = t("与台账比较：{new} 行是新的，{known} 行台账里已有", new=n - there, known=there)
    if merged:
        said += t("；新的里面 {n} 行按规则并入别的记录", n=merged)
    return said + t("。")


def count_known(reading: Reading, known: Known) -> int:
    """Count the rows of a table that the store knows already."""
    rows = known.get(reading.table_id)
    return 0 if rows is None else int(rows.sum())


def count_repeats(reading: Reading, repeats: pd.DataFrame) -> int:
    """Count the rows of a table that may repeat another record, beyond the one that counts."""
    own = {name_row(reading, row) for row in reading.records.index}
    mine = repeats[repeats["record"].isin(own)]
    return int((~mine["keeper"]).sum())


def name_datum(system: str) -> str:
    """Name a coordinate system."""
    if system == "auto":
        return t("由程序判断")
    if system == LOCAL:
        return t("本地坐标网（用控制点换算）")
    known = DATUMS.get(system)
    return t(known) if known else system or t("判断不了")


def say_findings(findings: Findings) -> Iterator[str]:
    """Say each rule that was applied, with its count."""
    for message in findings.messages():
        yield t(message)


def say_datum(reading: Reading | LayerReading) -> Iterator[str]:
    """Say which coordinate system the file is in, and why."""
    if reading.datum is not None:
        for message in reading.datum.said:
            yield t(message)


def as_json(intake: Intake, repeats: pd.DataFrame, known: Known) -> list[dict[str, Any]]:
    """Describe what was read of a file, for programs: codes, no sentences."""
    return [
        {
            "file": intake.file,
            "sheet": reading.sheet,
            "kind": "incidents" if isinstance(reading, Reading) else reading.kind,
            "rows_read": reading.rows,
            "set_aside": reading.counts,
            "columns": dict(reading.mapping.columns) if reading.mapping else {},
            "columns_dropped": dict(reading.private),
            "columns_unread": list(reading.mapping.unread) if reading.mapping else [],
            "datum": _datum_json(reading),
            **_repeats_json(reading, repeats, known),
            "findings": dict(reading.findings.counts),
        }
        for reading in intake.readings
    ]


def _repeats_json(
    reading: Reading | LayerReading, repeats: pd.DataFrame, known: Known
) -> dict[str, int]:
    """Count what may repeat another record, what a rule merges, and what is known already."""
    if isinstance(reading, LayerReading):
        return {"duplicates_proposed": 0}
    return {
        "duplicates_proposed": count_repeats(reading, repeats),
        "merged_by_rule": reading.findings.counts.get(MERGED.code, 0),
        "rows_known": count_known(reading, known),
    }


def _datum_json(reading: Reading | LayerReading) -> dict[str, Any] | None:
    """Describe the coordinate system that was found."""
    datum = reading.datum
    if datum is None:
        return None
    return {
        "system": datum.system or None,
        "confidence": round(datum.confidence, 4),
        "certain": datum.certain,
        "swapped": datum.swapped,
    }
