"""Column names and code words of the tables that offices keep, and what they are called here."""

from types import MappingProxyType

YES = frozenset({"是", "有", "y", "yes", "true", "1"})
NO = frozenset({"否", "无", "n", "no", "false", "0", ""})

_PLACE = {
    "lon": ("经度", "longitude", "lng", "x"),
    "lat": ("纬度", "latitude", "y"),
    "crs": ("坐标系",),
}

COLUMNS = MappingProxyType(
    {
        "incidents": {
            "incident_id": ("事件编号", "编号", "id"),
            "source": ("来源",),
            "occurred_from": ("发生时间", "date", "datetime", "occurred_at"),
            "occurred_to": ("发生止",),
            "time_precision": ("时间精度",),
            "type": ("类型", "category"),
            "address": ("地址",),
            "place_note": ("地点描述",),
            "community": ("社区",),
            **_PLACE,
            "geo_precision": ("定位精度",),
        },
        "key_points": {
            "facility_id": ("编号", "id"),
            "name": ("名称",),
            "category": ("类别", "type", "amenity"),
            "grade": ("等级",),
            "address": ("地址",),
            "community": ("社区",),
            "gate_name": ("门口名称",),
            **_PLACE,
            "daily_required": ("每日必巡",),
            "status": ("状态",),
            "outpatient_visits": ("门诊量", "年门诊量", "年门诊人次", "门诊人次"),
        },
        "staffing": {
            "org": ("单位",),
            "min_count": ("最少",),
            "max_count": ("最多",),
            "counted_in": ("计入单位",),
            "basis": ("依据",),
            "can_enforce": ("执法资格",),
            "night_count": ("夜班人数",),
            "mode": ("方式",),
            "community": ("所属社区", "社区"),
            "base_lon": ("基地经度",),
            "base_lat": ("基地纬度",),
        },
        "booths": {
            "booth_id": ("岗亭编号", "编号", "id"),
            "name": ("名称",),
            "kind": ("类型",),
            "status": ("状态",),
            **_PLACE,
        },
        "cameras": {
            "camera_id": ("设备编号", "编号", "id"),
            "place": ("位置", "name"),
            **_PLACE,
            "bearing": ("朝向°", "朝向"),
            "range_m": ("可视距离m", "可视距离"),
            "fov_deg": ("视角°", "视角"),
            "kind": ("类型",),
        },
        "communities": {"code": ("编码", "id"), "name": ("名称",)},
        "visits": {
            "date": ("日期", "巡查日期"),
            "shift": ("班次",),
            "team": ("队伍",),
            "headcount": ("人数",),
            "enforcers": ("执法人数",),
            "point_id": ("点位编号",),
            "arrived_at": ("到达", "到达时间"),
            "left_at": ("离开", "离开时间"),
            "mode": ("方式",),
            "result": ("结果",),
            "incident_id": ("关联事件",),
            "weather": ("天气",),
        },
    }
)
"""File -> our column -> other headers of the same meaning. Every other column is left unread:
names, telephones and identity numbers of reporters never get past this list."""

REQUIRED = MappingProxyType(
    {
        "incidents": ("occurred_from", "lon", "lat"),
        "key_points": ("name", "category", "lon", "lat"),
        "staffing": ("org", "min_count", "max_count"),
        "booths": ("booth_id", "status", "lon", "lat"),
        "cameras": ("camera_id", "lon", "lat"),
        "communities": ("name",),
        "visits": ("date", "point_id", "arrived_at"),
    }
)

CODES = MappingProxyType(
    {
        "category": {
            "三甲医院": "tertiary_hospital",
            "社区卫生服务中心": "community_health_center",
            "民营医院": "private_hospital",
            "药店": "pharmacy",
            "早市": "market",
            "集贸市场": "market",
            "车站": "station",
            "公交站": "bus_stop",
            "其他": "other",
        },
        "source": {
            "12345": "order_12345",
            "110": "call_110",
            "网格": "grid",
            "巡查发现": "patrol_find",
            "举报": "tip",
            "网络": "online",
            "部门移交": "handover",
            "": "unknown",
        },
        "type": {
            "站街设牌": "street_soliciting",
            "散发小广告": "leafleting",
            "张贴小广告": "posting",
            "交易聚集": "gathering_spot",
            "窝点": "storage_den",
            "药店违规": "pharmacy_violation",
            "寄递": "courier",
            "网络": "online",
            "其他": "other",
            "": "other",
        },
        "time_precision": {"分": "minute", "时": "hour", "时段": "period", "日": "day"},
        "geo_precision": {
            "门口": "gate",
            "门牌": "door",
            "路段": "segment",
            "社区": "community",
            "无": "none",
            "": "unknown",
        },
        "mode": {
            "步行": "foot",
            "电动车": "e_bike",
            "车": "vehicle",
            "汽车": "vehicle",
            "": "foot",
        },
        "status": {"在用": "existing", "拟设": "proposed", "停用": "closed"},
        "shift": {"白班": "day", "白天": "day", "夜班": "night", "夜间": "night"},
        "result": {
            "无异常": "nothing_found",
            "发现": "found",
            "取缔": "shut_down",
            "未到": "not_reached",
            "": "unknown",
        },
    }
)
"""Column -> word in the file -> code in the program; a code may stand in the file as well."""

WGS84_NAMES = frozenset({"", "WGS84", "WGS-84", "CGCS2000", "EPSG:4326", "EPSG:4490"})
"""Values of the column `crs` that mean plain longitude and latitude: CGCS2000 differs from WGS 84
by less than a metre."""

DAILY_CATEGORIES = frozenset({"tertiary_hospital", "community_health_center", "private_hospital"})
"""Visited daily unless the file says otherwise: 医院、社区卫生服务中心、民营医院门口每日巡查."""
