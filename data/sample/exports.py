"""A week's ledger as an office would export it, with every fault that such files have.

37 rows: 34 can be read, two have no place that anybody could find, one repeats another. The
places are in GCJ-02, as the maps of a telephone give them, and the file does not say so.
"""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from shapely import Point

from data.datum import gcj02_from_wgs84
from data.sample.facilities import facilities, nearest_street
from data.sample.plane import LABEL, draw_from, to_lonlat
from data.sample.spots import Spots
from data.sample.story import TRUTH

HEADER = (
    "序号", "工单编号", "来源", "受理时间", "发生时间", "类型", "诉求内容", "地点", "经度", "纬度",
    "举报人", "联系电话", "处置结果",
)  # fmt: skip
TITLE = f"云桥街道非法收售药品线索台账（{LABEL}）"
FIRST_DAY = date(2026, 11, 9)
N_ROWS, N_NEXT_WEEK = 37, 5
UNPLACED_ROWS, REPEATED_ROW, REPEATING_ROW = (12, 25), 19, 20
"""Numbers (序号) of the rows without a place, and of the report that comes twice."""
_HOT_SHARE = 0.4  # of the reports: before the gate where most of them come from
_EPOCH = date(1899, 12, 30)
_TYPES = ("站街收药", "散发小广告", "交易聚集", "张贴小广告")
_SOURCES = ("12345", "110", "网格", "巡查发现")
_TEXTS = {
    "站街收药": "举牌收药",
    "散发小广告": "向行人散发收药卡片",
    "交易聚集": "聚在一起买卖药品",
    "张贴小广告": "电线杆上贴满收药小广告",
}
_SCENES = (
    "公交站牌后面有人", "便道上两辆电动车旁", "树荫下三四个人", "早点摊边上", "排队挂号时听说外面",
    "接孩子路过看见", "停车场出口一侧", "报刊亭背后又", "自行车棚门前", "路灯杆底下有人",
    "台阶上坐着几位", "卖水果的三轮车旁",
)  # fmt: skip
_WISHES = (
    "希望派人管一管", "影响通行", "已经好几天了", "请核实处理", "喇叭声很吵", "老人容易上当",
    "要求尽快清走",
)  # fmt: skip
_UNPLACED = ("河边桥底下", "来电人说不清，大概是一个路口")
_PERSONS = ("张某某", "李某", "王某某", "赵某")


@dataclass(frozen=True)
class Report:
    """What is known of one report before a clerk writes it down."""

    number: int
    source: str
    kind: str
    day: date
    minute: int
    place: Point | None
    address: str
    text: str

    def at(self, later_min: int = 0) -> datetime:
        """Return the moment of the report, or one some minutes later."""
        start = datetime.combine(self.day, datetime.min.time())
        return start + timedelta(minutes=self.minute + later_min)


def week_of_reports() -> list[Report]:
    """Draw the reports of the week and of the days after it."""
    rng = draw_from(11)
    spots = Spots(rng)
    known = [f for f in facilities() if f.community and f.category != "公交站"]
    reports = []
    for number in range(1, N_ROWS + N_NEXT_WEEK + 1):
        facility = known[int(rng.integers(len(known)))]
        gate = facility.gates[int(rng.integers(len(facility.gates)))]
        middle, near = gate.place, f"{facility.name}{gate.name}"
        if rng.random() < _HOT_SHARE:
            middle, near = Point(TRUTH.day.place), TRUTH.day.name
        place, _ = spots.around(middle)
        kind = _TYPES[int(rng.integers(len(_TYPES)))]
        reports.append(
            Report(
                number=number,
                source=_SOURCES[int(rng.integers(len(_SOURCES)))],
                kind=kind,
                day=FIRST_DAY + timedelta(days=(number - 1) * 5 // N_ROWS),
                minute=int(rng.integers(7 * 60 + 30, 11 * 60)),
                place=place,
                address=f"{nearest_street(place)[1]}（{near}附近）",
                text=(
                    f"{_SCENES[number % len(_SCENES)]}{_TEXTS[kind]}，"
                    f"{_WISHES[number % len(_WISHES)]}"
                ),
            )
        )
    return reports


def _without_place(report: Report, said: str) -> Report:
    return Report(
        report.number, report.source, report.kind, report.day, report.minute, None, said,
        report.text,
    )  # fmt: skip


def _again(report: Report, number: int, rng: np.random.Generator) -> Report:
    """Let a second person report the same thing to another office a little later."""
    assert report.place is not None  # noqa: S101  # the row that repeats has a place
    near = Point(report.place.x + rng.normal(0, 12), report.place.y + rng.normal(0, 12))
    source = "110" if report.source == "12345" else "12345"
    text = f"{report.text}，请派人来"
    return Report(
        number, source, report.kind, report.day, report.minute + 25, near, report.address, text
    )


# --- how the clerk writes it ----------------------------------------------------------------------

_WHEN: tuple[Callable[[Report], str], ...] = (
    lambda r: f"{r.at():%Y-%m-%d %H:%M}",
    lambda r: f"{r.day.month}月{r.day.day}日早上{r.minute // 60}点多",
    lambda r: f"{r.day.year}.{r.day.month}.{r.day.day} {r.at():%H:%M}",
    lambda r: f"{r.at():%H:%M}-{r.at(30):%H:%M}",
    lambda r: f"{(r.day - _EPOCH).days + r.minute / 1440:.4f}",
    lambda r: f"{r.day.year}年{r.day.month}月{r.day.day}日上午{r.minute // 60}点",
    lambda _: "",
    lambda r: f"{r.day.year}/{r.day.month}/{r.day.day}",
    lambda r: f"{r.at():%Y-%m-%d %H:%M}".translate(
        str.maketrans("0123456789:", "０１２３４５６７８９：")
    ),
)


def _degrees(report: Report) -> tuple[str, str]:
    """Write the place in GCJ-02, in some rows with the faults that such columns have."""
    if report.place is None:
        return "", ""
    lon, lat = (float(v) for v in gcj02_from_wgs84(*to_lonlat((report.place.x, report.place.y))))
    spoilt = {
        4: (f"{lat:.6f}", f"{lon:.6f}"),  # exchanged
        9: (f"{lon:.6f},{lat:.6f}", ""),  # both in one cell
        15: ("0", "0"),
        17: ("", ""),  # the address tells
        22: (_sexagesimal(lon), _sexagesimal(lat)),
        28: ("", ""),
        31: (f"{lat:.6f}", f"{lon:.6f}"),
        33: (f"{lon:.6f}，{lat:.6f}", ""),
    }
    return spoilt.get(report.number, (f"{lon:.6f}", f"{lat:.6f}"))


def _sexagesimal(degrees: float) -> str:
    """Write degrees, minutes and seconds.

    Examples
    --------
    >>> _sexagesimal(117.5)
    '117°30′0.00″'
    """
    minutes, seconds = divmod(degrees * 3600, 60)
    whole, minutes = divmod(int(minutes), 60)
    return f"{whole}°{minutes}′{seconds:.2f}″"


def _cells(report: Report) -> list[str]:
    """Write one row; numbers of persons are invented and must never be stored."""
    lon, lat = _degrees(report)
    telephone = f"1990000{report.number:04d}"  # a block that nobody's number is from
    text = report.text
    if report.number % 9 == 0:
        text += f"，卡片上电话{telephone[:3]}-{telephone[3:7]}-{telephone[7:]}"
    if report.number % 11 == 0:
        text += f"，加微信yao{telephone[-5:]}"
    number = f"2.0261E+1{report.number % 3}" if report.number in {6, 14} else _ticket(report)
    return [
        str(report.number), number, report.source, f"{report.at(40):%Y-%m-%d %H:%M}",
        _WHEN[report.number % len(_WHEN)](report), report.kind, text, report.address, lon, lat,
        _PERSONS[report.number % len(_PERSONS)], telephone, "已处理",
    ]  # fmt: skip


def _ticket(report: Report) -> str:
    return f"GD{report.day:%y%m%d}{report.number:03d}"


def export_text(*, next_week: bool = False) -> str:
    """Return the export; that of the next week holds the same rows and a few new ones."""
    reports = week_of_reports()
    for number, said in zip(UNPLACED_ROWS, _UNPLACED, strict=True):
        reports[number - 1] = _without_place(reports[number - 1], said)
    reports[REPEATING_ROW - 1] = _again(reports[REPEATED_ROW - 1], REPEATING_ROW, draw_from(10))
    if not next_week:
        reports = reports[:N_ROWS]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    blank = [""] * (len(HEADER) - 1)
    writer.writerow([TITLE, *blank])
    writer.writerow(HEADER)
    writer.writerows(_cells(report) for report in reports)
    writer.writerow(["合计", *blank[:4], f"{len(reports)}起", *blank[5:]])
    return text.getvalue()


def export_bytes(*, next_week: bool = False) -> bytes:
    """Return the export in GB 18030, as office programs in China save it."""
    return export_text(next_week=next_week).encode("gb18030")
