"""Fixtures for every package: a small area folder on a grid of streets."""

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import settings

from app.study import Study, run_study

settings.register_profile("suite", deadline=None, max_examples=40)
settings.load_profile("suite")

SAMPLE = Path(__file__).parents[1] / "data" / "sample"
LON, LAT = 117.9, 38.85
STEP_LON, STEP_LAT = 0.001383, 0.001081
"""About 120 m each."""
SIDE = 5


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep prepared networks of the tests apart from the user's."""
    folder = tmp_path_factory.mktemp("cache")
    before = os.environ.get("XUNGE_CACHE_DIR")
    os.environ["XUNGE_CACHE_DIR"] = str(folder)
    yield folder
    if before is None:
        del os.environ["XUNGE_CACHE_DIR"]
    else:
        os.environ["XUNGE_CACHE_DIR"] = before


def grid_osm() -> str:
    """Write 5 x 5 junctions, 120 m apart, as OSM XML; one junction is a gate shut at night."""
    nodes = [
        f'<node id="{1 + column + SIDE * row}" lon="{LON + column * STEP_LON:.6f}" '
        f'lat="{LAT + row * STEP_LAT:.6f}" version="1">'
        + (
            '<tag k="barrier" v="gate"/><tag k="opening_hours" v="06:00-18:00"/>'
            if (column, row) == (4, 4)
            else ""
        )
        + "</node>"
        for row in range(SIDE)
        for column in range(SIDE)
    ]
    ways = []
    for line in range(SIDE):
        across = "".join(f'<nd ref="{1 + k + SIDE * line}"/>' for k in range(SIDE))
        along = "".join(f'<nd ref="{1 + line + SIDE * k}"/>' for k in range(SIDE))
        for number, (name, refs) in enumerate((("横", across), ("纵", along))):
            ways.append(
                f'<way id="{100 + 2 * line + number}" version="1">{refs}'
                f'<tag k="highway" v="residential"/><tag k="name" v="{name}{line + 1}路"/>'
                f'<tag k="lit" v="{"no" if line == 0 else "yes"}"/></way>'
            )
    body = "".join(nodes + ways)
    return f'<?xml version="1.0" encoding="UTF-8"?><osm version="0.6" generator="test">{body}</osm>'


def at(column: float, row: float) -> tuple[str, str]:
    """Return lon and lat of a place on the grid, as text."""
    return f"{LON + column * STEP_LON:.6f}", f"{LAT + row * STEP_LAT:.6f}"


def incidents_csv() -> str:
    """Write 40 incidents: 20 mornings at one corner, 12 evenings at another, 8 anywhere."""
    lines = ["事件编号,来源,发生时间,类型,经度,纬度"]
    places = [("08:15", at(1.02, 1.02))] * 20 + [("19:30", at(3.02, 1.02))] * 12
    places += [("10:00", at(0.3 + k % 4, 3 - k // 4)) for k in range(8)]
    for number, (clock, (lon, lat)) in enumerate(places, 1):
        day = f"2026-{9 + number % 2:02}-{1 + number % 28:02}"
        lines.append(f"{number},12345,{day} {clock},站街设牌,{lon},{lat}")
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="session")
def study() -> Study:
    """Work out the sample area for a Monday."""
    return run_study(SAMPLE, day=date(2026, 11, 23), seed=0)


@pytest.fixture
def area_folder(tmp_path: Path) -> Path:
    """Make a small but complete area folder: streets, two key points, staff, 40 incidents."""
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "streets.osm").write_text(grid_osm(), encoding="utf-8")
    (folder / "area.toml").write_text(
        'name = "小区域（演示数据）"\ndemo = true\n[patrol]\niterations = 100\n', encoding="utf-8"
    )
    (folder / "incidents.csv").write_text(incidents_csv(), encoding="utf-8")
    gates = [
        ("H1", "甲医院", "三甲医院", at(1, 1)),
        ("C1", "乙中心", "社区卫生服务中心", at(2, 3.5)),
    ]
    lines = [f"{key},{name},{kind},{lon},{lat}" for key, name, kind, (lon, lat) in gates]
    (folder / "key_points.csv").write_text(
        "\n".join(["编号,名称,类别,经度,纬度", *lines, ""]), encoding="utf-8"
    )
    (folder / "staffing.csv").write_text(
        "单位,最少,最多,执法资格,夜班人数,方式\n甲所,2,2,是,0,步行\n乙队,2,3,是,2,步行\n",
        encoding="utf-8",
    )
    return folder
