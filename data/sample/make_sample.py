"""Write the fictional sub-district: `python data/sample/make_sample.py`.

The seed is fixed, so the same files come out, byte for byte. Nothing in them is real: the place
lies in the open sea, and every name, office and incident is invented.
"""

import json
import sys
from pathlib import Path

from shapely import Polygon
from shapely.geometry import mapping
from shapely.ops import unary_union

from data.sample.communities import communities
from data.sample.exports import export_bytes
from data.sample.osm_file import draw_osm
from data.sample.plane import CENTRE_LAT, CENTRE_LON, LABEL, SEED, shape_to_lonlat, to_lonlat
from data.sample.posts import STREET_OFFICE, offices
from data.sample.shapes import largest
from data.sample.story import TRUTH
from data.sample.tables import (
    booth_rows,
    camera_rows,
    incident_rows,
    key_point_rows,
    staffing_rows,
    visit_rows,
    write_csv,
)
from data.sample.truth import truth_json

__all__ = ["NAME", "TRUTH", "make_sample"]
LEDGERS = "ledgers"
"""Folder of ledgers with faults, for trying the import; the area itself does not read them."""
NAME = f"云桥街道（{LABEL}）"

_AREA = """\
# {name}：由 data/sample/make_sample.py 按固定种子（{seed}）生成，请勿手改。
# 这里不存在：坐标（东经{lon}°、北纬{lat}°一带）是渤海湾的海面，街名、机构、人员、事件都是编的。
# 情节：{first} 至 {last} 共26周；{cleanup} 在菱歌早市集中清理一次，之后那处热点挪到了河对岸。
name = "{name}"
timezone = "Asia/Shanghai"
demo = true
osm = false  # 街道也是编的，不来自 OpenStreetMap

[files]
network = "streets.osm"
boundary = "boundary.geojson"
communities = "communities.geojson"
key_points = "key_points.csv"
staffing = "staffing.csv"
incidents = "incidents.csv"
booths = "booths.csv"
cameras = "cameras.csv"
visits = "visits.csv"

# 队伍的默认出发地：街道办事处门前（staffing.csv 里没写基地的单位从这里出发）
[base]
lon = {base_lon:.6f}
lat = {base_lat:.6f}

# 班次：hours 决定事件算进哪一层，patrol 是队伍在外的时段（都可以改；两个班次合起来要正好一整天）
[shifts.day]
hours = ["06:00", "18:00"]
patrol = [["08:00", "11:30"], ["13:30", "17:00"]]

# dark = true：走夜间路网。开放时间盖不满巡逻时段的门（公园、棹歌苑）算关着，没有路灯的路走得慢
[shifts.night]
hours = ["18:00", "06:00"]
patrol = [["18:30", "21:30"]]
dark = true

[booths]
new_booths = 2  # 除在用岗亭外再设几个
"""


def make_sample(folder: Path) -> None:
    """Write all files of the sample area into a folder that exists."""
    tables = {
        "key_points": key_point_rows(),
        "staffing": staffing_rows(),
        "incidents": incident_rows(),
        "booths": booth_rows(),
        "cameras": camera_rows(),
        "visits": visit_rows(),
    }
    texts = {f"{name}.csv": write_csv(rows) for name, rows in tables.items()}
    texts["area.toml"] = _area_toml()
    texts["truth.json"] = truth_json()
    texts["streets.osm"] = draw_osm().text()
    parts = [
        (shape, {"code": f"YQ{number:02d}", "name": name, "note": LABEL})
        for number, (name, shape) in enumerate(communities().items(), start=1)
    ]
    # the union of the parts has their corners too, so that rounding opens no gap
    whole = largest(unary_union([shape for shape, _ in parts]))
    texts["communities.geojson"] = _geojson(parts)
    texts["boundary.geojson"] = _geojson([(whole, {"code": "YQ", "name": NAME, "note": LABEL})])
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode())
    (folder / LEDGERS).mkdir(exist_ok=True)
    for name, next_week in (("order_12345.csv", False), ("order_12345_next_week.csv", True)):
        (folder / LEDGERS / name).write_bytes(export_bytes(next_week=next_week))


def _area_toml() -> str:
    door = offices()[STREET_OFFICE].door
    lon, lat = to_lonlat((door.x, door.y))
    return _AREA.format(
        name=NAME,
        seed=SEED,
        lon=CENTRE_LON,
        lat=CENTRE_LAT,
        first=TRUTH.first_day,
        last=TRUTH.last_day,
        cleanup=TRUTH.cleanup_on,
        base_lon=lon,
        base_lat=lat,
    )


def _geojson(shapes: list[tuple[Polygon, dict[str, str]]]) -> str:
    """Return polygons in longitude and latitude as GeoJSON, one feature a line."""
    features = [
        {
            "type": "Feature",
            "properties": properties,
            "geometry": mapping(shape_to_lonlat(shape.normalize().reverse())),
        }
        for shape, properties in shapes
    ]
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False) for feature in features)
    return f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n'


if __name__ == "__main__":
    make_sample(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
