from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import AreaError
from data.ledger.duplicate_groups import link_completely
from data.ledger.duplicate_pairs import neighbour_pairs
from data.ledger.duplicate_rules import DuplicateRule, apply_rule, merge_groups
from data.ledger.duplicates import propose_duplicates, say_reason
from data.ledger.findings import Findings
from data.ledger.records import RECORDS, empty_records

CRS = "EPSG:32650"
LON, LAT = 117.2, 39.14
M_LON, M_LAT = 1 / 86_300, 1 / 111_000
GATE = "医院北门有2名男子举牌收购药品，影响通行"
Row = Mapping[str, object]


def make_records(rows: Sequence[Row]) -> pd.DataFrame:
    """Return records at one gate, one minute and of one type, but for what the rows say."""
    labels = pd.Index([f"r{n}" for n in range(len(rows))], name="record_id")
    table = empty_records().reindex(labels)
    columns: dict[str, object] = {}
    for name, column in table.items():
        given_values = [row.get(name) for row in rows]
        if isinstance(column.dtype, pd.DatetimeTZDtype):
            times = pd.to_datetime(given_values, utc=True)
            columns[str(name)] = pd.Series(times, labels).astype("datetime64[us, UTC]")
        elif column.dtype == float:
            columns[str(name)] = pd.Series(given_values, labels, dtype=float)
        else:
            columns[str(name)] = [value or DEFAULTS.get(str(name), "") for value in given_values]
    made = pd.DataFrame(columns, index=labels)
    return made.assign(row=0, occurred_to=made["occurred_to"].fillna(made["occurred_from"]))


DEFAULTS = {
    "type": "street_soliciting",
    "summary": GATE,
    "geo_precision": "gate",
    "time_precision": "minute",
}


def a_record(source: str, at: str, east_m: float = 0, **more: object) -> Row:
    """Return one record some metres east of the gate."""
    place = {"lon": LON + east_m * M_LON, "lat": LAT}
    return {"source": source, "occurred_from": f"2018-01-{at}", **place, **more}


def propose(*rows: Row, findings: Findings | None = None) -> pd.DataFrame:
    """Propose among a few records."""
    return propose_duplicates(make_records(rows), crs=CRS, findings=findings)


def test_one_incident_reported_five_times_counts_once() -> None:
    """Five sources that tell of one incident are one group; merged, one record is left."""
    sources = ["order_12345", "call_110", "grid", "tip", "patrol_find"]
    rows = [a_record(s, f"15 08:{10 * n:02}", 10 * n) for n, s in enumerate(sources)]
    records = make_records(rows)
    groups = propose_duplicates(records, crs=CRS)
    assert groups["record"].tolist() == ["r0", "r1", "r2", "r3", "r4"]
    assert set(groups["group"]) == {0}
    merged = merge_groups(groups, [0])
    assert records.index.difference(merged.index).tolist() == ["r0"]
    assert set(merged) == {"r0"}


def test_what_is_said_of_a_member() -> None:
    """Distance, hours and likeness to the record that would count stand beside each member."""
    groups = propose(a_record("call_110", "15 08:00"), a_record("tip", "15 09:30", 50))
    assert groups["keeper"].tolist() == [True, False]
    member = groups.iloc[1]
    assert member["reason_distance_m"] == pytest.approx(50, abs=1)
    assert member["reason_hours"] == pytest.approx(1.5)
    assert member["similarity"] == 1
    assert str(say_reason(member)) == "50 m and 1.5 h apart; the words agree by 100%."
    assert member["sources"] == "call_110+tip"


@pytest.mark.parametrize(
    "other",
    [
        a_record("tip", "15 08:00", 120),
        a_record("tip", "16 08:30"),
        a_record("tip", "15 08:00", type="pharmacy_violation"),
        a_record("tip", "15 08:00", summary="早市入口张贴小广告三张已清除"),
        a_record("tip", "15 08:00", summary="收药"),
        a_record("tip", "15 08:00", summary="***"),
    ],
)
def test_what_is_no_duplicate(other: Row) -> None:
    """Too far, too late, another type, other words, or too few of them: not proposed."""
    assert propose(a_record("call_110", "15 08:00"), other).empty


@pytest.mark.parametrize("kind", ["other", ""])
def test_no_type_goes_with_any(kind: str) -> None:
    """A record of which the type is not known may repeat one of any type."""
    rows = [a_record("call_110", "15 08:00"), a_record("tip", "15 08:00")]
    records = make_records(rows).assign(type=["leafleting", kind])
    assert len(propose_duplicates(records, crs=CRS)) == 2


def test_a_number_of_a_source_is_one_record() -> None:
    """The same number of the same source is left to the import; two without number are not."""
    twice = [a_record("call_110", "15 08:00", source_ref="A1") for _ in range(2)]
    assert propose(*twice).empty
    assert len(propose(*[{**row, "source_ref": ""} for row in twice])) == 2


def test_a_busy_gate_is_not_one_incident() -> None:
    """Thirty patrols that write one sentence at one gate on thirty days are thirty incidents."""
    assert propose(*(a_record("patrol_find", f"{day:02} 09:00") for day in range(1, 31))).empty
    days = [a_record("patrol_find", f"{d:02} 00:00", time_precision="day") for d in range(1, 31)]
    assert propose(*days).empty


def test_a_busy_gate_with_two_sources_pairs_day_by_day() -> None:
    """Where two sources tell of each day, a group holds one day and never a chain of days."""
    rows = [
        a_record(source, f"{day:02} {hour}")
        for day in range(1, 31)
        for source, hour in (("patrol_find", "09:00"), ("order_12345", "09:40"))
    ]
    groups = propose(*rows)
    days = groups["record"].str.removeprefix("r").astype(int) // 2
    assert groups["group"].nunique() == 30
    assert all(len(set(members)) == 1 for _, members in days.groupby(groups["group"]))


def test_one_source_repeats_itself_within_the_hour_only() -> None:
    """A source that writes the same again after 20 minutes repeats itself; after 3 hours not."""
    first = a_record("patrol_find", "15 09:00")
    assert len(propose(first, a_record("patrol_find", "15 09:20"))) == 2
    assert propose(first, a_record("patrol_find", "15 12:00")).empty


def test_days_and_hours() -> None:
    """A record that knows the day only goes with any hour of it, and counts less."""
    day = a_record(
        "tip", "15 00:00", occurred_to="2018-01-16", time_precision="day", received_at="2018-01-01"
    )
    groups = propose(day, a_record("call_110", "15 20:00", received_at="2018-01-20"))
    assert groups["record"].tolist() == ["r1", "r0"]
    assert groups["reason_hours"].tolist() == [0, 0]


def test_the_most_precise_counts_then_the_first() -> None:
    """The record that counts knows the place best; of equal ones it came first."""
    rows = [
        a_record("call_110", "15 08:00", received_at="2018-01-15 09:00", geo_precision="segment"),
        a_record("tip", "15 08:00", received_at="2018-01-15 11:00"),
        a_record("grid", "15 08:00", received_at="2018-01-15 10:00"),
    ]
    groups = propose(*rows)
    assert groups["record"].tolist() == ["r2", "r1", "r0"]


def test_without_coordinates() -> None:
    """The same address stands in for a distance, with more alike words, and says so."""
    lost = {"lon": None, "lat": None, "geo_precision": "none", "address": "建设路12号门口"}
    first = a_record("call_110", "15 08:00", address="建设路 12 号门口")
    groups = propose(first, {**a_record("tip", "15 09:00"), **lost})
    assert groups["basis"].tolist() == ["", "address"]
    assert str(say_reason(groups.iloc[1])).startswith("The same address")
    elsewhere = {**lost, "address": "建设路98号门口"}
    assert propose(first, {**a_record("tip", "15 09:00"), **elsewhere}).empty


def test_a_community_stands_in_for_an_address() -> None:
    """A place that stands for a community is no distance; all but the same words are needed."""
    rough = {"geo_precision": "community", "community": "望海楼社区"}
    near = a_record("tip", "15 09:00", **rough)
    assert propose(a_record("call_110", "15 08:00", **rough), near)["basis"].tolist() == [
        "",
        "community",
    ]
    other = a_record("call_110", "15 08:00", **{**rough, "community": "昆一社区"})
    assert propose(other, near).empty


def test_a_crowd_is_said_and_not_compared() -> None:
    """Many records at one point and hour, as a default point makes them, are counted instead."""
    findings = Findings()
    rows = [a_record(f"s{n % 5}", "15 08:00") for n in range(2000)]
    assert propose(*rows, findings=findings).empty
    assert findings.counts == {"duplicates_crowded": 2000}


def test_nothing_to_compare() -> None:
    """No records, no times or no places are no reason to fail."""
    columns = list(propose_duplicates(empty_records(), crs=CRS))
    assert columns[:4] == ["group", "record", "keeper", "basis"]
    nowhen = {**a_record("tip", "15 08:00"), "occurred_from": None}
    assert propose(nowhen, {**nowhen, "source": "grid"}).empty


def test_records_stay_as_they_are() -> None:
    """The records are not modified, and are those of the schema."""
    records = make_records([a_record("call_110", "15 08:00"), a_record("tip", "15 08:10")])
    before = records.copy(deep=True)
    propose_duplicates(records, crs=CRS)
    pd.testing.assert_frame_equal(records, before)
    assert list(RECORDS.columns) == list(records.columns)


CELLS = st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3), st.integers(0, 4)), max_size=40)


@given(CELLS)
def test_neighbours_are_found_once_each(cells: list[tuple[int, int, int]]) -> None:
    """The pairs are exactly those that comparing every two finds, each once."""
    grid = np.array(cells, dtype=np.int64).reshape(-1, 3)
    found = [
        (min(pair), max(pair))
        for first, second in neighbour_pairs(grid)
        for pair in zip(first.tolist(), second.tolist(), strict=True)
    ]
    expected = [
        (a, b) for a, b in combinations(range(len(grid)), 2) if np.abs(grid[a] - grid[b]).max() <= 1
    ]
    assert sorted(found) == expected


@given(st.sets(st.tuples(st.integers(0, 12), st.integers(0, 12)).filter(lambda p: p[0] < p[1])))
def test_every_two_of_a_group_are_a_pair(pairs: set[tuple[int, int]]) -> None:
    """Groups are complete, share no record and leave no pair whose records are both alone."""
    ordered = sorted(pairs)
    sides = np.array(ordered, dtype=np.int64).reshape(-1, 2).T
    groups = link_completely((sides[0], sides[1]), np.zeros(len(ordered)))
    assert all(set(combinations(group, 2)) <= pairs for group in groups)
    grouped = [at for group in groups for at in group]
    assert len(grouped) == len(set(grouped))
    assert all(set(pair) & set(grouped) for pair in pairs)


RULE = DuplicateRule("110和12345同时同地", frozenset({"call_110", "order_12345"}))


def test_a_saved_rule_merges_what_fits_only() -> None:
    """A rule merges by its sources, distance, hours and likeness; the rest waits for a person."""
    groups = propose(
        a_record("call_110", "15 08:00"),
        a_record("order_12345", "15 09:00", 20),
        a_record("tip", "15 08:30", 20),
    )
    assert apply_rule(groups, RULE).to_dict() == {"r1": "r0"}
    assert apply_rule(groups, DuplicateRule("全部")).to_dict() == {"r1": "r0", "r2": "r0"}
    assert apply_rule(groups, DuplicateRule("近", within_m=5)).empty
    assert apply_rule(groups, DuplicateRule("早", within_h=0.75)).to_dict() == {"r2": "r0"}
    assert merge_groups(groups, []).empty


@given(
    st.sets(st.text(), max_size=3),
    st.floats(0, 1e6),
    st.floats(0, 1e6),
    st.floats(0, 1),
)
def test_rules_survive_saving(
    sources: set[str], within_m: float, within_h: float, s: float
) -> None:
    """What is read again is what was saved."""
    rule = DuplicateRule("规则", frozenset(sources), within_m, within_h, s)
    assert DuplicateRule.from_json(rule.to_json()) == rule


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"name": "a"}', RULE.to_json().replace("50.0", '"x"')]
)
def test_half_a_rule_is_refused(text: str) -> None:
    """A rule that cannot be read whole merges nothing."""
    with pytest.raises(AreaError, match="cannot be read"):
        DuplicateRule.from_json(text)


@pytest.mark.parametrize("limits", [{"within_m": -1.0}, {"similar": 1.5}, {"within_h": np.nan}])
def test_limits_that_mean_nothing_are_refused(limits: dict[str, float]) -> None:
    """Distances and times are not negative, and likeness is a share."""
    with pytest.raises(AreaError, match="means nothing"):
        DuplicateRule("规则", **limits)


WHO = ("1名男子", "2名妇女", "3人", "一名老人", "几个中年人", "5人")
DID = {
    "street_soliciting": ("举牌收药", "举着牌子收购药品", "站街收药", "拿纸牌回收药品"),
    "leafleting": ("散发小广告", "发收药小广告", "向路人发卡片"),
    "gathering_spot": ("聚集交易药品", "扎堆买卖药品", "聚在一起倒卖药品"),
}
WHERE = ("医院北门", "社区卫生中心门口", "早市入口", "桥底下", "地铁站C口", "药店东侧")
MORE = ("影响通行", "有老人围观", "旁边停着白色面包车", "戴着帽子", "带了两个塑料袋", "")
WORDING = (
    "{0}有{1}{2}{3}",
    "反映{0}{1}{2}，{3}，要求处理",
    "{1}在{0}{2}，{3}",
    "市民来电：{0}处{1}正在{2}，{3}",
    "巡查发现{0}{1}{2}，已劝离，{3}",
)
SOURCES = ("order_12345", "call_110", "grid", "tip", "patrol_find")


def generate(seed: int, n: int = 400) -> tuple[pd.DataFrame, list[int]]:
    """Return records of `n` incidents in three months, half at one gate, and their incidents."""
    rng = np.random.default_rng(seed)
    rows, truth = [], []
    for incident in range(n):
        at_gate = rng.random() < 0.5
        east, north = (0.0, 0.0) if at_gate else rng.uniform(-700, 700, 2)
        where = WHERE[0] if at_gate else str(rng.choice(WHERE))
        kind, who, more = str(rng.choice(list(DID))), str(rng.choice(WHO)), str(rng.choice(MORE))
        start = pd.Timestamp("2018-01-01", tz="UTC") + pd.Timedelta(rng.uniform(0, 2160), "h")
        for source in rng.permutation(SOURCES)[: rng.choice([1, 1, 1, 2, 2, 3])]:
            told = start + pd.Timedelta(rng.uniform(0, 2), "h")
            did = str(rng.choice(DID[kind]))
            text = str(rng.choice(WORDING)).format(where, who, did, more)
            place = {
                "lon": LON + (east + rng.normal(0, 15)) * M_LON,
                "lat": LAT + (north + rng.normal(0, 15)) * M_LAT,
            }
            rows.append(
                {"source": source, "type": kind, "summary": text, "occurred_from": told, **place}
            )
            truth.append(incident)
    return make_records(rows), truth


@settings(max_examples=3, deadline=None)
@given(st.sampled_from([100, 101, 102]))
def test_proposals_are_mostly_right(seed: int) -> None:
    """Of proposed pairs nine in ten are right, and seven in ten of the true ones are proposed."""
    records, truth = generate(seed)
    groups = propose_duplicates(records, crs=CRS)
    at = pd.Series(records.index.get_indexer(groups["record"]))
    found = {p for _, g in at.groupby(groups["group"]) for p in combinations(sorted(g), 2)}
    told = pd.Series(range(len(truth)))
    true = {p for _, g in told.groupby(truth) for p in combinations(g, 2)}
    assert len(found & true) / len(found) > 0.9
    assert len(found & true) / len(true) > 0.7
