"""The CSV tables of the sample: headers in Chinese, as street offices keep them."""

import csv
import io
from datetime import datetime
from functools import cache

from shapely import Point

from data.sample.communities import communities
from data.sample.facilities import facilities
from data.sample.ledger import Incident, keep_ledger
from data.sample.patrols import patrol_visits
from data.sample.plane import LABEL, to_lonlat
from data.sample.posts import (
    MARKET_OFFICE,
    POLICE,
    STREET_OFFICE,
    booth,
    cameras,
    community_doors,
    offices,
)
from data.sample.series import plant_near_repeats

Row = dict[str, str | int]
BRIGADE = "综合执法大队"
OUTPATIENTS = {
    "青梧医院": 612_000, "荻花医院": 438_000, "苇岸社区卫生服务中心": 74_000,
    "望舒社区卫生服务中心": 58_000, "听澜医院": 36_000, "砚池口腔医院": 21_000,
    "拾穗骨科医院": 27_000,
}  # fmt: skip
"""Visits of outpatients a year, as invented as everything else."""


def write_csv(rows: list[Row]) -> str:
    r"""Return rows as CSV text with a header and line feeds.

    Examples
    --------
    >>> write_csv([{"单位": "甲", "最少": 1}])
    '单位,最少\n甲,1\n'
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _degrees(place: Point | None) -> dict[str, str | int]:
    """Return the columns 经度 and 纬度 to six decimals (0.1 m); empty where there is no place."""
    if place is None:
        return {"经度": "", "纬度": ""}
    lon, lat = to_lonlat((place.x, place.y))
    return {"经度": f"{lon:.6f}", "纬度": f"{lat:.6f}"}


def key_point_rows() -> list[Row]:
    """Return one row per gate."""
    return [
        {
            "编号": facility.facility_id, "名称": facility.name, "类别": facility.category,
            "社区": facility.community, "门口名称": gate.name, **_degrees(gate.place),
            "坐标系": "WGS84", "每日必巡": "是" if facility.daily else "否",
            "地址": f"{gate.street}（{facility.name}{gate.name}）", "等级": facility.grade,
            "状态": "营业", "年门诊人次": OUTPATIENTS.get(facility.name, ""), "备注": LABEL,
        }
        for facility in facilities()
        for gate in facility.gates
    ]  # fmt: skip


def staffing_rows() -> list[Row]:
    """Return who can be sent: 23 people, or 24 with the brigade's third."""
    doors = community_doors()
    basis = f"{LABEL}：仿某街道方案附件，每个社区2人"
    rows = [
        _staff(f"{name}居委会", (2, 2), basis, mode="步行", community=name, base=doors[name])
        for name in communities()
    ]
    note = f"{LABEL}：仿附件，"
    base = {name: office.door for name, office in offices().items()}
    return [
        *rows,
        _staff(STREET_OFFICE, (1, 1), f"{note}街道办1人，带队联络", mode="步行"),
        _staff(BRIGADE, (2, 3), f"{note}大队2–3人", enforce=True, mode="电动车"),
        _staff(
            f"{BRIGADE}（街面岗）", (1, 2),
            f"{note}大队1–2人；与上一行是同一批人，只计一次（合计23–24人，相加则为24–26人）",
            counted_in=BRIGADE, enforce=True, mode="电动车",
        ),
        _staff(MARKET_OFFICE, (2, 2), f"{note}市场监管所2人", enforce=True, mode="电动车",
               base=base[MARKET_OFFICE]),
        _staff(POLICE, (2, 2), f"{note}派出所2人；两人都值夜班，夜间才有合法的两人执法组",
               enforce=True, mode="车", night=2, base=base[POLICE]),
    ]  # fmt: skip


def _staff(
    org: str, count: tuple[int, int], basis: str, *, mode: str, counted_in: str = "",
    enforce: bool = False, night: int = 0, community: str = "", base: Point | None = None,
) -> Row:  # fmt: skip
    degrees = _degrees(base)
    return {
        "单位": org, "最少": count[0], "最多": count[1], "计入单位": counted_in, "依据": basis,
        "执法资格": "是" if enforce else "否", "夜班人数": night, "方式": mode,
        "所属社区": community, "基地经度": degrees["经度"], "基地纬度": degrees["纬度"],
        "备注": LABEL,
    }  # fmt: skip


@cache
def _numbered() -> list[tuple[str, Incident]]:
    """Return the ledger with its numbers, in the order of receipt."""
    ledger = plant_near_repeats(keep_ledger())
    return [(f"YS-{number:03d}", incident) for number, incident in enumerate(ledger, start=1)]


def incident_rows() -> list[Row]:
    """Return the ledger, in the order of receipt."""
    rows: list[Row] = []
    for number, incident in _numbered():
        spell = incident.spell
        day_only = spell.precision == "日"
        rows.append({
            "事件编号": number, "来源": incident.source,
            "受理时间": _clock(incident.received_at),
            "发生时间": f"{spell.since:%Y-%m-%d}" if day_only else _clock(spell.since),
            "发生止": _clock(spell.until) if spell.until else "",
            "时间精度": spell.precision, "类型": incident.kind, "地址": incident.address,
            "地点描述": incident.near, "社区": incident.community, **_degrees(incident.place),
            "坐标系": "WGS84", "定位精度": incident.geo_precision, "备注": LABEL,
        })  # fmt: skip
    return rows


def _clock(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


def booth_rows() -> list[Row]:
    """Return the one standing booth."""
    name, place = booth()
    return [
        {
            "岗亭编号": "GT-01", "名称": f"{name}岗亭", "类型": "固定", "状态": "在用",
            **_degrees(place), "坐标系": "WGS84", "备注": LABEL,
        }
    ]  # fmt: skip


def camera_rows() -> list[Row]:
    """Return the cameras."""
    return [
        {
            "设备编号": f"SX-{number:02d}", "位置": camera.place_name, **_degrees(camera.place),
            "坐标系": "WGS84", "朝向°": camera.bearing, "可视距离m": camera.range_m,
            "视角°": camera.fov_deg, "备注": LABEL,
        }
        for number, camera in enumerate(cameras(), start=1)
    ]  # fmt: skip


def visit_rows() -> list[Row]:
    """Return the patrol records of the last weeks; nobody is named in them."""
    return [
        {
            "日期": f"{visit.day:%Y-%m-%d}", "班次": visit.shift, "队伍": visit.team, "人数": 2,
            "执法人数": 2, "点位编号": visit.point_id,
            "到达": f"{visit.arrived_at:%H:%M}" if visit.arrived_at else "",
            "离开": f"{visit.left_at:%H:%M}" if visit.left_at else "",
            "方式": visit.mode, "结果": visit.result, "关联事件": visit.incident_id,
            "天气": visit.weather, "备注": LABEL,
        }
        for visit in patrol_visits(_numbered())
    ]  # fmt: skip
