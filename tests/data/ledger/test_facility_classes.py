from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.columns import CODES
from data.ledger.facility_classes import MEDICAL, class_of, classify, grade_of
from data.ledger.findings import Findings
from data.osm import FACILITIES


def class_one(word: str, name: str = "", grade: str = "") -> str:
    """Class one facility."""
    columns = (pd.Series([text], [2], dtype=str) for text in (word, name, grade))
    return str(classify(*columns, findings=Findings())[2])


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("医疗保健服务;综合医院;三级甲等医院", "tertiary_hospital"),
        ("医疗保健服务;综合医院;综合医院", "hospital"),
        ("医疗保健服务;综合医院;卫生院", "community_health_center"),
        ("医疗保健服务;综合医院;卫生院|医疗保健服务;诊所;诊所", "community_health_center"),
        ("医疗保健服务;专科医院;口腔医院", "hospital"),
        ("医疗保健服务;动物医疗场所;宠物诊所", "veterinary"),
        ("医疗保健服务;动物医疗场所;宠物诊所|医疗保健服务;综合医院;综合医院", "veterinary"),
        ("医疗保健服务;诊所;诊所", "clinic"),
        ("医疗保健服务;急救中心;急救中心", "emergency_center"),
        ("医疗保健服务;疾病预防机构;疾病预防", "disease_control"),
        ("医疗保健服务;医药保健销售店;药房", "pharmacy"),
        ("交通设施服务;地铁站;地铁站", "station"),
        ("交通设施服务;公交车站;公交车站相关", "bus_stop"),
        ("科教文化服务;学校;幼儿园", "school"),
        ("购物服务;综合市场;农副产品市场", "market"),
        ("政府机构及社会团体;公检法机构;公安警察", "police_post"),
        ("三甲医院", "tertiary_hospital"),
        ("社区卫生服务中心", "community_health_center"),
        ("民营医院", "private_hospital"),
        ("民营二级医院", "private_hospital"),
        ("定点零售药店", "pharmacy"),
        ("门诊部", "clinic"),
        ("早市", "market"),
        ("寄递网点", "courier_site"),
        ("过期药品回收点", "dropoff_point"),
        ("车站", "station"),
        ("公交站", "bus_stop"),
        ("bus_stop", "bus_stop"),
        ("Pharmacy", "pharmacy"),
        ("其他", "other"),
        ("烧烤店", "烧烤店"),
        ("", "other"),
    ],
)
def test_words_of_the_file(word: str, code: str) -> None:
    """Plain words, codes and the paths of map services are understood; other words stay."""
    assert class_one(word) == code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("甲市第一医院", "hospital"),
        ("甲大学附属医院", "hospital"),
        ("甲市三甲医院", "tertiary_hospital"),
        ("某街社区卫生服务中心", "community_health_center"),
        ("某路社区卫生服务站", "community_health_center"),
        ("某镇卫生院", "community_health_center"),
        ("爱宠动物医院", "veterinary"),
        ("某某宠物诊所", "veterinary"),
        ("区兽医站", "veterinary"),
        ("狂犬病预防门诊", "clinic"),
        ("某大药房二分店", "pharmacy"),
        ("医院路派出所", "police_post"),
        ("医院路药店", "pharmacy"),
        ("某某医院公交站", "bus_stop"),
        ("医院路地铁站", "station"),
        ("某某口腔门诊部", "clinic"),
        ("某某农贸市场", "market"),
        ("街市场监督管理所", "other"),
        ("市急救中心", "emergency_center"),
        ("某卫生院校", "school"),
        ("某某有限公司", "other"),
    ],
)
def test_names_tell_where_the_file_does_not(name: str, code: str) -> None:
    """Without a word for its class a facility is known by its name, or is something else."""
    assert class_one("", name) == code


def test_the_file_counts_more_than_the_name() -> None:
    """Where word and name disagree the word stands, and the doubt is counted."""
    findings = Findings()
    words, names = pd.Series(["诊所", "诊所"]), pd.Series(["某路社区卫生服务站", "某诊所"])
    made = classify(words, names, pd.Series(["", ""]), findings=findings)
    assert made.tolist() == ["clinic", "clinic"]
    assert findings.counts == {"class_against_name": 1}


@pytest.mark.parametrize("word", ["三甲医院", "综合医院", "诊所", "卫生院", "急救中心", "民营医院"])
def test_no_vet_is_a_hospital(word: str) -> None:
    """A vet that a list calls a hospital is none, and that is counted."""
    findings = Findings()
    made = classify(
        pd.Series([word]), pd.Series(["某某动物医院"]), pd.Series([""]), findings=findings
    )
    assert made.tolist() == ["other"]
    assert findings.counts == {"vet_among_hospitals": 1}


@pytest.mark.parametrize(
    ("grade", "full", "code"),
    [
        ("三级甲等", "三级甲等", "tertiary_hospital"),
        ("三甲", "三级甲等", "tertiary_hospital"),
        ("三级", "三级", "hospital"),
        ("二级甲等", "二级甲等", "hospital"),
        ("未定级", "", "hospital"),
        ("民营 二甲", "二级甲等", "private_hospital"),
    ],
)
def test_grades(grade: str, full: str, code: str) -> None:
    """A grade has one form; the highest makes a hospital one that is due daily."""
    assert grade_of(grade) == full
    assert class_one("综合医院", "甲市第一医院", grade) == code


def test_every_code_stands_for_itself() -> None:
    """A code in the file, of the lists or of OpenStreetMap, is read as the code it is."""
    for code in {*CODES["category"].values(), *FACILITIES.values(), *MEDICAL}:
        assert class_of(code) == code
    for word, code in CODES["category"].items():
        assert class_of(word) == code


@given(
    st.lists(st.tuples(st.text(max_size=9), st.text(max_size=9), st.text(max_size=4)), max_size=6)
)
def test_any_text_gets_a_class(rows: list[tuple[str, str, str]]) -> None:
    """Whatever the cells hold, each row has a class, on the same index, and nothing is changed."""
    frame = pd.DataFrame(rows, columns=["word", "name", "grade"], dtype=str).set_axis(
        range(5, 5 + len(rows))
    )
    before = frame.copy()
    made = classify(frame["word"], frame["name"], frame["grade"], findings=Findings())
    assert made.index.equals(frame.index)
    assert (made != "").all()
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.real_data
def test_real_hospitals(shared: Path) -> None:
    """Of 7,513 places 381 are vets and 956 community health centres, as their description says."""
    places = pd.read_csv(shared / "shanghai_poi" / "shanghai_hospital.csv", dtype=str)
    general = places["type"].str.startswith("医疗保健服务;综合医院")
    findings, none = Findings(), pd.Series("", places.index, dtype=str)
    made = classify(places["type"], places["name"], none, findings=findings)
    counts = made.value_counts()
    assert (len(places), int(general.sum())) == (7513, 3135)
    assert counts["veterinary"] == 381
    assert counts["community_health_center"] == 956
    assert (made[general] == "community_health_center").sum() == 956
    vets = places["name"].str.contains("动物医院|宠物|兽医")
    assert not made[vets].isin(MEDICAL).any()
    schools = pd.read_csv(shared / "shanghai_poi" / "shanghai_school.csv", dtype=str)
    none = pd.Series("", schools.index, dtype=str)
    assert (classify(schools["type"], schools["name"], none, findings=Findings()) == "school").all()
