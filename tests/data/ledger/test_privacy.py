import time
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.columns import COLUMNS
from data.ledger import privacy
from data.ledger.findings import Findings
from data.ledger.marks import MASK
from data.ledger.privacy import RULES, mask_texts
from data.ledger.private_header_words import CHINESE, LATIN, REASONS
from data.ledger.private_headers import private_headers
from data.ledger.records import COLUMNS as RECORD_COLUMNS
from tests.data.ledger.planted import COLUMN_SHAPES, FREE_TEXT_HEADER, TEXT_SHAPES, plant

PRIVATE = {
    "reporter": """
        举报人 投诉人 举报人姓名 举报人电话 市民姓名 诉求人 目击者 线索提供人 反映人
        实名 reporter complainant_phone informant Reported_By
    """,
    "caller": """
        来电人 报警人 主叫号码 来电号码 报警电话 求助人 录音 caller callerName Caller-ID
    """,
    "person_name": """
        当事人 姓名 联系人 被举报人 嫌疑人 受害人 法定代表人 药贩姓名 收件人 出租人
        full_name LastName name_of_person
    """,
    "staff_name": """
        巡查人员 填报人 经办人 承办人 民警 网格员姓名 负责人 责任人 执法人员 处理人
        签收人 接警员 值班员 志愿者 协管员 带班领导 签名 officer_name entered_by
    """,
    "phone": """
        联系电话 电话 手机 联系方式 手机号码 座机 传真 電話 phoneNumber Mobile Tel.
        telephone
    """,
    "id_number": """
        身份证 证件号 身份证号码 公民身份号码 护照号 银行卡号 社保号 ID_Card id_number
        passport_no
    """,
    "home_address": """
        住址 家庭住址 居住地址 户籍地址 现住址 收件地址 来电地址 home_address residence
    """,
    "account": """
        微信 QQ 邮箱 微信号 电子邮箱 ＱＱ 账号 抖音号 昵称 用户名 email e-mail WeChat
        wechat_id
    """,
    "vehicle": """
        车牌 车牌号 号牌号码 license_plate Plate_No
    """,
    "personal_trait": """
        性别 年龄 民族 籍贯 国籍 户籍 出生日期 文化程度 职业 sexo edad sex Age
        victim_age VictimSex Nationality DOB hukou
    """,
    "contact": """
        联系信息 contact contact_person
    """,
}
PUBLIC = """
    名称 地址 社区名称 电话亭 联系单位 举报时间 举报内容 举报编号 来电时间 药店名称
    医院名称 单位名称 设备编号 参与人数 出动人数 执法人数 出动人次 人员数量 市民诉求
    诉求标题 工单编号 工单标题 问题点位 警情编号 接警时间 报警时间 发生地点 报警类型
    警情类型 案件类型 处置结果 GPS坐标 巡查编号 巡查路段 巡查日期 发现问题 处置措施
    巡查状态 序号 来源 受理时间 发生时间 类型 地点 经度 纬度 备注 网格编码 最近设施
    收缴盒数 货值 承办单位 办结时间 重复标识 举报方式 来电内容 投诉内容 报警内容
    反映问题 来电人诉求 举报人反映内容 是否伤人 性质 责任单位 主办单位 年份 时段
    民族路 成员单位 小区名称 回访结果 处理情况 登记单位 检查户次 班次 队伍 天气
    许可证号 责任片区 启用日期 奖励条件 户数 人口 执法资格 值守时段 每班人数 门牌号
    name Name address type village page average image uid offense_type epoch
    date_time Case_Number Block PrimaryType fecha_hecho longitud modalidad municipio
    report_time reported_at telescope hotel storage cell_id grid_cell agency adcode
    mapid NEIGHBOURHOOD station HUNDRED_BLOCK victim_count NB_VICTIME contact_org
"""
SENTENCES = (
    "北门 2018.1.15 9:20 有人站街收药",
    "建设路12号3栋1501室有人收药",
    "拨打12345反映无人处理",
    "110接警后到场劝离",
    "致电110报警",
    "88908890转办工单",
    "经查，XX路与YY道交口东北角有2人举牌",
    "117.2063,39.1410",
    "坐标117.206312，39.141034附近",
    "东经117°12′23″，北纬39°08′28″",
    "2018年1月15日早上8点多",
    "2018-01-15 08:30至2018-01-15 09:10",
    "2018/1/15 8:05-9:40",
    "20180115上午",
    "收缴药品35盒，货值1200元",
    "货值12345.67元",
    "涉案金额1234567元",
    "08:10-08:40在桥底下",
    "0810-0840时段",
    "3-2-501室",
    "115-3-1204室为窝点",
    "12号、14号、16号楼下",
    "101、102、103室",
    "24、27、632、818路公交站",
    "国药准字H20031234",
    "批号20180115",
    "市民来电反映医院北门有人收药",
    "举报人反映某医院门口有人收药",
    "举报人称在三号门附近看到",
    "举报人高度关注此事",
    "群众举报河边桥底下有人收药",
    "居民唐家口社区反映占道",
    "市民王府井附近",
    "民警到场后已劝离",
    "当事人：已劝离",
    "负责人：街道市场监管所",
    "举报人：匿名",
    "联系人：无",
    "医生让病人不要在门口卖药",
    "老师和学生经过",
    "李公祠大街西口",
    "张自忠路与金钟河大街交口",
    "黄河道早市有人散发小广告",
    "王串场六号路药店",
    "高峰时段有5人聚集",
    "在于某医院门口",
    "居民住宅小区3号楼门口",
    "住院部3号楼一层大厅",
    "堵住3号门出口",
    "抓住2人移交派出所",
    "微信支付2000元",
    "微信群3个",
    "微信转账12345元",
    "微信扫码付款",
    "QQ浏览器",
    "车牌遮挡的面包车",
    "手机3部",
    "电话亭旁边",
    "电话亭编号12",
    "12345工单",
    "拨打12345 3次未果",
    "联系12345",
    "公交站牌A12旁",
    "新A座12层",
    "云B区3号",
    "1月15日-20日",
    "12.15-12.20每天早上",
    "2018.12-2019.03",
    "2017-2018年",
    "X=517000.52, Y=4333333.12",
    "G112国道",
    "一二楼之间",
    "周一、二、三、四、五",
    "二〇一八年一月十五日",
    "第一、第二、第三医院",
    "100-200元一盒",
    "11XX BLOCK OF W PENDER ST",
    "1100 BLOCK OF W PENDER ST",
    "073XX S COTTAGE GROVE AVE",
    "3人，2男1女，均未带证件",
    "已处罚款500元，移送市场监管所",
    "家庭过期药品回收点",
    "黄牛党聚集",
    "何某些人",
    "华山道、于厂大街",
    "安徽路口，江都路与真理道交口",
    "斜土路1298-1308号",
    "华石路75-77-93-95号附近",
    "平凉路2627-2631号门口",
    "凯旋路1580-1582新淮海坊",
    "刘医生齿科诊所门口有人收药",
    "模范家庭医生诊所",
    "上海温哥华电影学院",
    "河边桥底下,39.1469,117.2128",
    "39.1410 117.2063",
)


@pytest.mark.parametrize(("reason", "headers"), PRIVATE.items())
def test_headers_about_persons(reason: str, headers: str) -> None:
    """A header that tells who somebody is, or describes them, has its reason."""
    assert private_headers(headers.split()) == dict.fromkeys(headers.split(), reason)


def test_headers_about_events() -> None:
    """Headers of events, places, organisations and counts are read, much as they may sound."""
    assert private_headers(PUBLIC.split()) == {}


def test_headers_with_gaps_signs_and_full_width_letters() -> None:
    """How a header is set makes no difference."""
    headers = ["联 系 电 话", "举报人\n（匿名）", "ＱＱ号", "Phone  No.", "手机:"]
    assert list(private_headers(headers)) == headers


def test_our_own_columns_are_read() -> None:
    """No column of the tables or of a record is taken for private."""
    ours = [n for t in COLUMNS.values() for name, others in t.items() for n in (name, *others)]
    assert private_headers([*ours, *RECORD_COLUMNS]) == {}


def test_every_reason_is_said() -> None:
    """Each reason of the table of words can be told to a user."""
    assert set(CHINESE) == set(LATIN) == set(REASONS)


def test_planted_items_do_not_get_through() -> None:
    """None of 1,000 planted items in more than 40 shapes is left, and the work text before is."""
    items = plant(1000)
    shapes = {item.shape for item in items}
    assert shapes == {*TEXT_SHAPES, *COLUMN_SHAPES}
    assert len(shapes) >= 40
    dropped = private_headers({item.header for item in items})
    assert set(dropped) == set(COLUMN_SHAPES)
    kept = [item for item in items if item.header == FREE_TEXT_HEADER]
    masked = mask_texts(pd.Series([item.text for item in kept]))
    for item, text in zip(kept, masked, strict=True):
        assert not [secret for secret in item.secrets if secret in text], item.shape
        assert text.startswith(item.kept), item.shape


def test_ordinary_work_text_stays() -> None:
    """Times, places, doors, amounts, lots and hotlines stay as they were written."""
    sentences = pd.Series(SENTENCES)
    assert len(sentences) >= 60
    changed = mask_texts(sentences) != sentences
    assert sentences[changed].tolist() == []


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("北门 138-0000-1234 3号门", "北门 *** 3号门"),
        ("2018-01-15 10:30 13800001234联系", "2018-01-15 10:30 ***联系"),
        ("电话138****0000", "电话***"),
        ("26211234", "***"),
        ("身份证11010519491231002X。", "身份证***。"),
        ("440524188001010015", "***"),
        ("4111 1111 1111 1111", "***"),
        ("一辆津AD12345停在门口", "一辆***停在门口"),
        ("京A·12345", "***"),
        ("加微信abc123，每天都在", "加微信***，每天都在"),
        ("QQ12345", "QQ***"),
        ("护照E12345678", "护照***"),
        ("举报人张某某称有人收药", "举报人***称有人收药"),
        ("王女士 13800001234", "***女士 ***"),
        ("当事人：张某甲、李某乙", "当事人：***"),
        ("家住建设路12号3栋1501室", "家住建设路***"),
        ("工单12345678901", "工单***"),
    ],
)
def test_what_is_masked_and_what_stays_around_it(text: str, masked: str) -> None:
    """The mask covers the private part and nothing else."""
    assert mask_texts(pd.Series([text])).tolist() == [masked]


def test_ticket_numbers_are_masked_to_be_safe() -> None:
    """A number of seven and more digits that is nothing known goes, whatever it was."""
    findings = Findings()
    mask_texts(pd.Series(["工单98765432109876"]), findings=findings)
    assert findings.counts == {"digits_masked": 1}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("13800001234", "phone_masked"),
        ("11010519491231002X", "identity_masked"),
        ("110105491231002", "identity_masked"),
        ("440524188001010015", "digits_masked"),
        ("4111111111111111", "bank_card_masked"),
        ("津A12345", "plate_masked"),
        ("微信abc_123", "account_masked"),
        ("abc@example.com", "email_masked"),
        ("护照E12345678", "paper_masked"),
        ("住幸福小区3号楼501", "home_masked"),
        ("联系人：张某", "name_masked"),
    ],
)
def test_each_kind_has_its_rule(text: str, code: str) -> None:
    """A find is counted under the rule of its kind; valid numbers are told from others."""
    findings = Findings()
    mask_texts(pd.Series([text, "北门", text], index=[2, 3, 4]), findings=findings, column="note")
    assert findings.counts == {code: 2}
    assert findings.table()["row"].tolist() == [2, 4]
    assert set(findings.table()["column"]) == {"note"}


def test_all_rules_can_be_told() -> None:
    """Each rule counts and says nothing else."""
    assert all("{n}" in rule.said and rule.effect == "dropped" for rule in RULES.values())


def test_findings_hold_nothing_private() -> None:
    """What is listed of a row is its masked text."""
    items = [item for item in plant(500) if item.header == FREE_TEXT_HEADER]
    findings = Findings()
    mask_texts(pd.Series([item.text for item in items]), findings=findings)
    listed = findings.table().astype(str).to_csv()
    assert not [s for item in items for s in item.secrets if s in listed]


def test_same_index_and_untouched_argument() -> None:
    """The result is on the index of the texts, which stay as they were."""
    texts = pd.Series(["13800001234", "北门", None], index=[9, 4, 4], name="note", dtype=str)
    before = texts.copy(deep=True)
    masked = mask_texts(texts)
    pd.testing.assert_series_equal(texts, before)
    assert masked.index.tolist() == [9, 4, 4]
    assert masked.name == "note"
    assert masked.isna().tolist() == [False, False, True]
    assert mask_texts(texts[:0]).empty


WORDS = st.sampled_from(
    [
        *"0138.-·，、：:(（/+*@#_元盒年月日室号路王李高张市在住是为一二八３①xXAB津京",
        *(" ", "\u3000", "\u200b", "\n", "138", "0000", "1234", "****", "2018-01-15", "08:30"),
        *("2018/1/5", "WJ", "微信", "vx", "QQ号", "abc_1", ".com", "举报人", "联系人", "市民"),
        *("姓名", "李某", "张三", "先生", "女士", "称", "反映", "家住", "小区", "3号楼", "2单元"),
        *("501", "车牌", "尾号", "电话", "手机", "护照", "E", "117.2063", "39.1410", "3-2-501"),
        *("wxid_", "转", "+86", "022", "400", "12345", "88908890", "批号", "国药准字", "Mr. "),
        *("John", "Reporter: ", "外号", "民警", "老板", "10:30", "O", "l", "°", "′", "1298-1308"),
    ]
)
TEXTS = st.lists(st.lists(WORDS, max_size=14).map("".join), max_size=20)


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_masking_again_changes_nothing(texts: list[str]) -> None:
    """A masked text is as masked as it gets."""
    masked = mask_texts(pd.Series(texts, dtype=str))
    pd.testing.assert_series_equal(mask_texts(masked), masked)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.lists(WORDS, max_size=14).map("".join), min_size=50, max_size=100))
def test_gates_let_in_whatever_a_pattern_finds(texts: list[str]) -> None:
    """The quick look at many texts leaves out none that looking closely would change."""
    series = pd.Series(texts, dtype=str)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(privacy, "FEW", 0)
        quick = mask_texts(series)
    pd.testing.assert_series_equal(quick, mask_texts(series))


@given(
    st.lists(st.text(st.sampled_from("北门有人收药散发小广告劝离桥底下，。、 abc"), max_size=30))
)
def test_text_without_digits_and_cues_stays(texts: list[str]) -> None:
    """A text without a digit, a letterhead or a word that names somebody is left alone."""
    series = pd.Series(texts, dtype=str)
    pd.testing.assert_series_equal(mask_texts(series), series)


@given(st.text())
def test_any_text_at_all(text: str) -> None:
    """Whatever stands in a cell can be masked, and a mobile number beside it is gone."""
    masked = mask_texts(pd.Series([text, f"{text}，电话13800001234"], dtype=str))
    assert "13800001234" not in masked[1]
    assert MASK in masked[1]


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "1-",
        "13 ",
        "一-",
        "a.",
        "a@",
        "家住某",
        "住3号",
        "王",
        "举报人：",
        "微信 ",
        "2018-01-15 ",
    ],
)
def test_long_cells_take_no_time(piece: str) -> None:
    """A cell of 50,000 signs made to be slow is done in seconds."""
    start = time.process_time()
    mask_texts(pd.Series([piece * (50_000 // len(piece))]))
    assert time.process_time() - start < 10


def test_many_texts_take_seconds() -> None:
    """A hundred thousand texts, each different, take a tenth of what a million may."""
    texts = [f"建设路{n % 900}号门口2018-01-15 08:30有{n}人收药" for n in range(100_000)]
    start = time.process_time()
    mask_texts(pd.Series(texts))
    assert time.process_time() - start < 10


@pytest.mark.real_data
def test_real_addresses_stay(shared: Path) -> None:
    """Of 13,664 real addresses one is masked (a range of doors that reads like a number)."""
    for name, n in (("hospital", 1), ("school", 0)):
        table = pd.read_csv(shared / f"shanghai_poi/shanghai_{name}.csv", dtype=str)
        texts = table["address"].fillna("")
        assert (mask_texts(texts) != texts).sum() <= n


@pytest.mark.real_data
def test_real_headers(shared: Path) -> None:
    """Of real files only sex and age of the dead of Medellin are left unread."""
    found = {}
    for file in sorted((shared / "crime_hourly").glob("*.csv*")):
        found |= private_headers(pd.read_csv(file, sep=None, engine="python", nrows=1).columns)
    assert found == {"sexo": "personal_trait", "edad": "personal_trait"}
