"""Names of the codes that the data carry; a code nobody knows is shown as it is."""

from collections.abc import Callable, Mapping

from app.i18n import t
from data.errors import N_

CATEGORIES = {
    "tertiary_hospital": N_("三甲医院"),
    "community_health_center": N_("社区卫生服务中心"),
    "private_hospital": N_("民营医院"),
    "pharmacy": N_("药店"),
    "market": N_("早市"),
    "station": N_("车站"),
    "bus_stop": N_("公交站"),
    "hospital": N_("医院"),
    "clinic": N_("诊所"),
    "police": N_("派出所"),
    "police_post": N_("派出所"),
    "library": N_("图书馆"),
    "school": N_("学校"),
    "veterinary": N_("动物医院"),
    "emergency_center": N_("急救中心"),
    "disease_control": N_("疾控中心"),
    "courier_site": N_("寄递网点"),
    "dropoff_point": N_("过期药品回收点"),
    "other": N_("其他"),
}
SHIFTS = {"day": N_("白天"), "night": N_("夜间"), "all": N_("全天 · 无时刻")}
MODES = {"foot": N_("步行"), "e_bike": N_("电动车"), "vehicle": N_("车辆")}
STOP_KINDS = {"key_point": N_("重点点位"), "hotspot": N_("热点")}
BOOTH_STATUS = {"existing": N_("在用"), "proposed": N_("拟设"), "closed": N_("停用")}
SOURCES = {
    "order_12345": N_("12345 热线"),
    "call_110": N_("110 警情"),
    "grid": N_("网格上报"),
    "patrol_find": N_("巡查发现"),
    "tip": N_("举报"),
    "online": N_("网络线索"),
    "handover": N_("部门移交"),
    "generated": N_("演示生成"),
    "demo": N_("演示生成"),
    "unknown": N_("来源不详"),
}
INCIDENT_TYPES = {
    "street_soliciting": N_("站街设牌"),
    "leafleting": N_("散发小广告"),
    "posting": N_("张贴小广告"),
    "gathering_spot": N_("交易聚集"),
    "storage_den": N_("窝点"),
    "pharmacy_violation": N_("药店违规"),
    "courier": N_("寄递"),
    "online": N_("网络线索"),
    "other": N_("其他"),
}
CATEGORY_SIGNS = {
    "tertiary_hospital": N_("医"),
    "community_health_center": N_("社"),
    "private_hospital": N_("民"),
    "pharmacy": N_("药"),
    "market": N_("市"),
    "station": N_("站"),
    "bus_stop": N_("公"),
    "hospital": N_("医"),
    "clinic": N_("诊"),
    "police": N_("警"),
    "police_post": N_("警"),
    "library": N_("图"),
    "school": N_("校"),
}
OTHER_SIGN = N_("点")


def name_category(code: object) -> str:
    """Name a category of key points.

    Examples
    --------
    >>> from app.i18n import in_language
    >>> with in_language("en"):
    ...     name_category("pharmacy"), name_category("药材市场")
    ('Pharmacy', '药材市场')
    """
    return _name(CATEGORIES, code)


def sign_category(code: object) -> str:
    """Return the one character that stands for a category on a map."""
    return t(CATEGORY_SIGNS.get(str(code), OTHER_SIGN))


def name_shift(code: object) -> str:
    """Name a shift."""
    return _name(SHIFTS, code)


def name_mode(code: object) -> str:
    """Name a way of getting about."""
    return _name(MODES, code)


def name_stop_kind(code: object) -> str:
    """Name what a stop of a patrol is."""
    return _name(STOP_KINDS, code)


def name_visit(stop_kind: object, *, required: bool, proven: bool) -> str:
    """Name what a visit is for: a duty, a look, a proven hotspot, or a place with incidents."""
    if stop_kind == "key_point":
        return t("每日必巡点位") if required else t("顺路看一看的点位")
    return t("热点") if proven else t("事件较多处（未证实）")


def name_booth_status(code: object) -> str:
    """Name the status of a booth."""
    return _name(BOOTH_STATUS, code)


def name_source(code: object) -> str:
    """Name where an incident was reported."""
    return _name(SOURCES, code)


def name_incident_type(code: object) -> str:
    """Name what an incident was."""
    return _name(INCIDENT_TYPES, code)


CODED: Mapping[str, Callable[[object], str]] = {
    "category": name_category,
    "shift": name_shift,
    "mode": name_mode,
    "stop_kind": name_stop_kind,
    "status": name_booth_status,
    "source": name_source,
    "type": name_incident_type,
}
"""How the values of a column, or of a placeholder of that name, are named."""


def _name(names: Mapping[str, str], code: object) -> str:
    """Translate the name of a code, or show the code."""
    known = names.get(str(code))
    return t(known) if known else str(code)
