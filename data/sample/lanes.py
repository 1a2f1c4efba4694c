"""Lanes: which of them go on as one street, what class and name it has, and which way it runs."""

from collections import defaultdict
from functools import cache
from itertools import combinations

import numpy as np
from shapely import LineString, Point
from shapely.ops import linemerge

from data.sample.blocks import grow_blocks
from data.sample.plane import draw_from
from data.sample.shapes import lines_in
from data.sample.skeleton import CANVAS, Street

# invented; plants, seasons, birds and trades are what lanes are called anywhere
_NAMES = """
听澜 砚池 采菱 棹歌 苇风 芦汀 渔灯 晚渡 桐影 梅坞 竹里 松涛 杏雨 梨云 榆钱 银杏
海棠 丁香 紫藤 蔷薇 木槿 芙蕖 菡萏 萱草 茉莉 栀子 石榴 枇杷 枣花 桑麻 麦穗 稻香
豆蔻 荞麦 粟米 青禾 白露 谷雨 小满 霜降 晨露 暮云 星影 月影 虹影 雁影 鹭影 鸥渡
鹤影 燕泥 雀鸣 蝉鸣 萤火 蛙声 磨坊 染坊 油坊 纸坊 绳匠 木匠 铁匠 窑火 石磨 井台
戏台 书院 茶亭 更楼 箭亭 米市 布市 鱼市 灯市 竹器 瓦窑 柴门 篱笆 葡萄架 半坡 水车
渡口 石阶 花墙 影壁 门墩 照壁 月台 风车 草亭
""".split()  # noqa: SIM905  # eighty lines otherwise
_STRAIGHT_RAD = np.pi / 7  # two lanes that meet flatter than this are one street
_NAMED_M, _LONG_M, _STREET_M = 110.0, 200.0, 300.0
_SHORT_BUT_WIDE = 0.35  # of the short lanes: ordinary streets
_ONE_WAYS, _ONE_WAY_M, _FROM_EDGE_M = 9, (130.0, 480.0), 200.0


@cache
def name_lanes() -> tuple[Street, ...]:
    """Return all lanes as streets: long ones residential and lit, short ones living streets."""
    rng = draw_from(2)
    groups = _join_straight_on(grow_blocks().lanes)
    one_way = _choose_one_ways(groups)
    names = iter(_NAMES)
    streets = []
    for i, lane in enumerate(groups):
        highway = (
            "residential"
            if lane.length > _LONG_M or rng.random() < _SHORT_BUT_WIDE
            else "living_street"
        )
        lit = rng.random() < (0.85 if lane.length > _STREET_M else 0.55)
        tags = {"lit": "yes" if lit else "no"}
        if i in one_way:
            highway, tags["oneway"] = "residential", "yes"
        word = next(names, "") if lane.length > _NAMED_M else ""
        name = word + _ending(lane, rng) if word else ""
        streets.append(Street(lane, highway, name, tags))
    return tuple(streets)


def _ending(lane: LineString, rng: np.random.Generator) -> str:
    """Return 路 for long streets to the north, 道 for those to the east, else a lane's ending."""
    if lane.length > _STREET_M:
        (x0, y0), (x1, y1) = lane.coords[0], lane.coords[-1]
        return "路" if abs(y1 - y0) > abs(x1 - x0) else "道"
    return ("街", "巷", "里", "胡同")[int(rng.choice(4, p=[0.3, 0.4, 0.2, 0.1]))]


def _join_straight_on(lanes: list[LineString]) -> list[LineString]:
    """Merge lanes that meet end to end nearly without a turn; north and east come last."""
    ends = defaultdict(list)
    for i, lane in enumerate(lanes):
        ends[lane.coords[0]].append((i, 0))
        ends[lane.coords[-1]].append((i, -1))
    pairs = [pair for meeting in ends.values() for pair in combinations(meeting, 2)]
    turns = sorted((_turn_rad(lanes, *pair), pair) for pair in pairs)
    linked: set[tuple[int, int]] = set()
    group = list(range(len(lanes)))
    for turn, (one, other) in turns:
        if turn < _STRAIGHT_RAD and not linked & {one, other} and group[one[0]] != group[other[0]]:
            linked |= {one, other}
            old, new = group[other[0]], group[one[0]]
            group = [new if g == old else g for g in group]
    chains = [[lane for lane, g in zip(lanes, group, strict=True) if g == k] for k in set(group)]
    merged = [lines_in(linemerge(chain) if len(chain) > 1 else chain[0])[0] for chain in chains]
    merged = [line if _heads_north_or_east(line) else line.reverse() for line in merged]
    return sorted(merged, key=lambda line: (-round(line.length, 3), line.coords[0]))


def _turn_rad(lanes: list[LineString], one: tuple[int, int], other: tuple[int, int]) -> float:
    """Return the turn from one lane to another at the ends given as (lane, 0 or -1)."""
    (a, a_next), (b, b_next) = (
        (lanes[i].coords[end], lanes[i].coords[1 if end == 0 else -2]) for i, end in (one, other)
    )
    into, out = np.subtract(a, a_next), np.subtract(b_next, b)
    return float(abs(np.arctan2(into[0] * out[1] - into[1] * out[0], into @ out)))


def _heads_north_or_east(line: LineString) -> bool:
    (x0, y0), (x1, y1) = line.coords[0], line.coords[-1]
    return (y1 - y0) > 0 if abs(y1 - y0) > abs(x1 - x0) else (x1 - x0) > 0


def _choose_one_ways(groups: list[LineString]) -> set[int]:
    """Choose middling streets that end at others, not at the canvas, as one-way streets."""
    edge = CANVAS.exterior
    middling = [
        i
        for i, lane in enumerate(groups)
        if _ONE_WAY_M[0] < lane.length < _ONE_WAY_M[1]
        and min(edge.distance(Point(lane.coords[k])) for k in (0, -1)) > _FROM_EDGE_M
    ]
    return set(middling[:: max(1, len(middling) // _ONE_WAYS)][:_ONE_WAYS])
