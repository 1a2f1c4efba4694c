"""Words that offices and open data write above their columns."""

import re
import unicodedata

from data.columns import COLUMNS

_OFFICE = """
序号 编号 事件编号 工单编号 警情编号 案件编号 线索编号 巡查编号 来源编号 设备编号 岗亭编号
人员编号 点位编号 路段编号 来源 数据来源 渠道 工单标题 诉求标题 标题 市民诉求 诉求内容 工单内容
诉求 问题点位 受理时间 登记时间 接警时间 报警时间 来电时间 上报时间 发生时间 发生日期 发现时间
发生止 案发时间 办结时间 处置时间 移交时间 反馈时限 时间 日期 巡查日期 时间精度 定位精度 类型 类别
事件类型 报警类型 警情类型 案件类型 问题类型 小类 大类 地址 发生地点 发生地址 案发地点 事发地点
地点 位置 详细地址 地点描述 社区 所属社区 居委会 街道 所属街道 网格 网格编码 网格号 所属网格
最近设施 经度 纬度 坐标 经纬度 gps坐标 坐标系 参与人数 人数 涉及人数 收缴盒数 货值 涉案金额
处置结果 处理结果 结果 处置措施 发现问题 巡查路段 巡查人员 巡查状态 承办单位 责任单位 主办单位
重复标识 备注 内容摘要 摘要 内容 描述 举报人 来电人 报警人 姓名 电话 联系电话 手机号 手机 联系方式
身份证号 住址 名称 单位名称 等级 门口数 门口名称 门诊时间 周末开诊 医保定点 许可证号 责任人
每日必巡 状态 启用日期 停用日期 单位 角色 执法资格 证件有效期 可上夜班 每日可用时段 每周上限小时
技能 最少 最多 计入单位 依据 值守时段 每班人数 管理单位 朝向 可视距离 视角 所属单位 在线 编码
上级编码 户数 人口 路名 长度 单行 阶段 开始 结束 班次 队伍 执法人数 到达 离开 方式 关联事件 天气
填报人 登记人 采集人 区县 行政区 城市 省份 紧急程度 满意度 办理状态
"""
_OPEN_DATA = """
address block street location place neighbourhood neighborhood district beat ward community lat
latitude lon long lng longitud longitude latitud x y x_coord y_coord date time datetime date_time
timestamp epoch year month day hour minute occurred reported category type offense offence
offense_type crime description summary name id uid fid objectid code source status outcome
case_number number state county region city fecha fecha_hecho nombre municipio wkt geometry
primary_type hundred_block adname pname area_num area_key
"""
_ASIDES = re.compile(r"[(\[【〔].*?[)\]】〕]|[\s*:_°]")


def _plain(text: str) -> str:
    """Write a header without case, width, spaces and what stands in brackets."""
    return _ASIDES.sub("", unicodedata.normalize("NFKC", text).lower())


_WORDS = frozenset(
    _plain(word)
    for word in (
        *_OFFICE.split(),
        *_OPEN_DATA.split(),
        *(
            word
            for table in COLUMNS.values()
            for ours in table.items()
            for word in (ours[0], *ours[1])
        ),
    )
)
"""Headers in the form of `_plain`."""


def is_header_word(text: str) -> bool:
    """
    Tell whether a text is a usual header, whatever its case, width and spaces.

    Examples
    --------
    >>> is_header_word(" 发生 时间*"), is_header_word("经度（WGS84）"), is_header_word("河边桥底下")
    (True, True, False)
    """
    return _plain(text) in _WORDS
