"""What the columns of ledgers are called: our name -> headers of the same meaning."""

from collections.abc import Mapping
from types import MappingProxyType

Headers = Mapping[str, tuple[str, ...]]


def _headers(lines: str) -> Headers:
    """Read lines of `name: header header …`; a line that is indented goes on."""
    joined = lines.strip().replace("\n   ", "").splitlines()
    split = (line.partition(":") for line in joined)
    return MappingProxyType({name: tuple(words.split()) for name, _, words in split})


_PLACE = _headers("""
lon: 经度 longitude lng long lon x x坐标 坐标x 经度x gps经度 经度坐标 地图经度 longitud point_x
    coord_x xcoord x_coordinate lon_wgs84 横坐标
lat: 纬度 latitude lat y y坐标 坐标y 纬度y gps纬度 纬度坐标 地图纬度 latitud point_y coord_y
    ycoord y_coordinate lat_wgs84 纵坐标
lonlat: 经纬度 坐标 gps坐标 gps 位置坐标 地理坐标 经纬度坐标 坐标位置 点位坐标 地图坐标 定位坐标
    定位 coordinates coordinate lonlat latlon lnglat latlng geo_point_2d geopoint 位置 location
    地点
crs: 坐标系 坐标系统 坐标类型 坐标系类型 坐标参考系 crs datum coordinate_system srid
""")
_INCIDENTS = _headers("""
source_ref: 来源编号 工单编号 工单号 警情编号 接警编号 接警单编号 案件编号 巡查编号 线索编号
    举报编号 投诉编号 登记编号 受理编号 事件编号 任务编号 流水号 编号 单号 case_number case_no
    case_id incident_number incident_id report_number order_number ticket_id uid id
source: 来源 数据来源 线索来源 事件来源 案件来源 信息来源 工单来源 举报来源 问题来源 警情来源
    受理渠道 来源渠道 诉求渠道 渠道 受理方式 报警方式 接报方式 channel
received_at: 受理时间 接警时间 报警时间 接报时间 来电时间 举报时间 投诉时间 登记时间 上报时间
    反映时间 接收时间 收到时间 受理日期 接警日期 报警日期 来电日期 举报日期 投诉日期 登记日期
    上报日期 创建时间 received received_date date_received reported_at reported_date date_reported
    report_date call_time created_at created_date
occurred_from: 发生时间 案发时间 事发时间 发现时间 事件时间 发案时间 发生起 发生始 开始时间
    巡查时间 检查时间 发生时间起 发生日期时间 日期时间 date_time datetime timestamp epoch
    occurred_at occurred_on occurred occurrence_date incident_datetime start_time begin_time
    fecha_hecho fecha_hechos 时间
occurred_to: 发生止 结束时间 发生时间止 截止时间 终止时间 发生终 发现时间止 occurred_until
    end_time end_date to_date
time_precision: 时间精度 时间精确度
date: 日期 发生日期 案发日期 事发日期 发现日期 巡查日期 检查日期 事件日期 incident_date
    date_occurred occurred_date fecha
clock: 时间 时刻 发生时刻 钟点 时间段 时段 发生时段 发生时间 巡查时间 发现时间 案发时间 time
    time_of_day time_occurred incident_time hora
year: 年 年份 年度 发生年 yr
month: 月 月份 发生月 mon
day: 日 发生日 几号 day_of_month
hour: 时 小时 发生时 点 hr
minute: 分 分钟 发生分 min
type: 类型 类别 事件类型 问题类型 案件类型 警情类型 报警类型 警情类别 案件类别 事件类别 问题类别
    违法类型 线索类型 诉求类型 诉求类别 工单类型 性质 crime_type offense_type offence_type offense
    offence primary_type incident_type call_type category crime modalidad delito
summary: 内容 市民诉求 诉求内容 内容摘要 摘要 发现问题 简要案情 案情 案情简介 问题描述 事件描述
    情况描述 现场情况 警情内容 报警内容 举报内容 投诉内容 反映内容 线索内容 工单内容 主要内容
    事件内容 问题内容 具体内容 描述 情况 基本情况 诉求标题 工单标题 事件标题 标题 主题 事由
    description details narrative title content
address: 地址 发生地点 问题点位 地点 发生地址 案发地点 事发地点 发案地点 发现地点 事件地点
    问题地点 详细地址 具体地址 点位 位置 发生位置 事件位置 事发地址 案发地址 巡查路段 巡查地点
    检查地点 路段 location place street street_address block hundred_block block_address
    incident_address direccion
place_note: 地点描述 位置描述 详细地点 具体地点 具体位置 详细位置 地点说明 位置说明 地点备注
    参照物 location_description landmark
community: 社区 所属社区 所在社区 社区名称 居委会 所属居委会 社区居委会 村居 村社区 neighbourhood
    neighborhood community_name barrio colonia
grid_code: 网格编码 网格编号 网格号 网格代码 所属网格 所在网格 单元网格 网格 grid grid_id
near_facility: 最近设施 附近设施 周边设施 最近医院 附近医院 临近设施 相关设施 nearest_facility
geo_precision: 定位精度 位置精度 坐标精度 精度 location_precision
persons: 参与人数 人数 涉及人数 聚集人数 现场人数 涉案人数 人员数量 people number_of_persons
    headcount
boxes: 收缴盒数 盒数 收缴数量 查获数量 药品数量 收缴药品数量 收缴药品 数量 quantity
goods_value: 货值 货值金额 案值 涉案金额 涉案货值 药品价值 价值 金额 value amount
outcome: 处置结果 处理结果 办理结果 查处结果 核查结果 巡查结果 结果 处置措施 处理措施 处置情况
    处理情况 办理情况 查处情况 处理意见 result resolution disposition
handler_org: 承办单位 处置单位 办理单位 处理单位 主办单位 经办单位 出警单位 管辖单位 责任单位
    承办部门 处理部门 办理部门 处置部门 agency department
closed_at: 办结时间 结案时间 处置时间 处理时间 办理时间 完成时间 反馈时间 办结日期 结案日期
    处置日期 处理日期 完成日期 closed closed_date date_closed resolved_at
note: 备注 说明 附注 其他说明 remark remarks notes comment comments
""")
_FACILITIES = _headers("""
facility_id: 编号 设施编号 机构编号 点位编号 机构代码 代码 uid id
name: 名称 设施名称 机构名称 单位名称 医院名称 药店名称 企业名称 点位名称 场所名称 店名 nombre
    facility facility_name
category: 类别 类型 设施类型 机构类型 机构类别 设施类别 分类 type amenity tipo
grade: 等级 级别 医院等级 机构等级 level
address: 地址 详细地址 经营地址 注册地址 机构地址 所在地址 实际地址 地点 位置 location
    street_address direccion
gate_count: 门口数 门口数量 出入口数 出入口数量
gate_name: 门口名称 门口 出入口 出入口名称 gate
open_hours: 门诊时间 营业时间 开放时间 接诊时间 opening_hours hours
weekend_open: 周末开诊 周末营业 周末开放
insured: 医保定点 是否医保定点 定点药店 医保
licence_no: 许可证号 许可证编号 药品经营许可证号 经营许可证号 执业许可证号 license_no
responsible_org: 责任单位 管理单位 监管单位 主管单位
responsible_person: 责任人
daily_required: 每日必巡 必巡 是否必巡
status: 状态 营业状态 经营状态
valid_from: 启用日期 开业日期 成立日期
valid_to: 停用日期 停业日期 注销日期
last_inspected_at: 最近检查日期 上次检查日期 检查日期 最近检查时间
""")
_COMMUNITIES = _headers("""
code: 编码 社区编码 社区代码 网格编码 行政区划代码 区划代码 代码 编号 adcode admincode mapid
    comuna id
name: 名称 社区名称 社区 网格名称 居委会 居委会名称 区县名称 nombre community neighbourhood
    neighborhood nomgeo
parent_code: 上级编码 上级代码 父级编码
households: 户数 总户数 家庭户数
population: 人口 人口数 总人口 常住人口 poblacion
responsible_person: 责任人
valid_from: 启用日期 生效日期
valid_to: 停用日期 失效日期
""")

HEADERS: Mapping[str, Headers] = MappingProxyType(
    {
        "incidents": MappingProxyType({**_INCIDENTS, **_PLACE}),
        "facilities": MappingProxyType(
            {**_FACILITIES, "community": _INCIDENTS["community"], **_PLACE}
        ),
        "communities": _COMMUNITIES,
    }
)
"""Kind of table -> our column -> headers, the likeliest first; a header may stand under several.
The running number 序号 stands under none: it numbers rows, not matters."""
