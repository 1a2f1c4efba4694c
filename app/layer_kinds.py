"""The layers of an area that a person may correct, and what is written down of each shape."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from data.errors import N_


@dataclass(frozen=True)
class LayerKind:
    """A layer, in the words of the office."""

    layer: str
    """One of `data.kept.LAYERS`."""
    title: str
    unit: str
    """What one shape is."""
    shape: str
    """`polygon` or `point`."""
    attributes: tuple[str, ...]
    letter: str
    """Begins the identifier of the first shape, where there is none to count on from."""
    flags: frozenset[str] = frozenset()
    """Attributes that are yes or no."""
    owner: str = ""
    """Attribute that names the feature to which a shape belongs."""
    defaults: Mapping[str, str] = field(default_factory=dict)
    """What an attribute is where nothing is written."""
    hint: str = ""


KINDS = MappingProxyType(
    {
        "boundary": LayerKind(
            "boundary",
            N_("边界"),
            N_("边界"),
            "polygon",
            ("name",),
            "B",
            hint=N_("辖区的外边界只有一条；边界外的事件不上图。"),
        ),
        "communities": LayerKind(
            "communities",
            N_("社区"),
            N_("社区"),
            "polygon",
            ("name", "code", "responsible_org"),
            "C",
            hint=N_("相邻社区的公共边会一起移动，不会留下缝隙。"),
        ),
        "facilities": LayerKind(
            "facilities",
            N_("重点点位"),
            N_("点位"),
            "point",
            (
                "name",
                "category",
                "code",
                "community",
                "responsible_org",
                "daily_required",
                "status",
            ),
            "K",
            flags=frozenset({"daily_required"}),
            defaults=MappingProxyType({"status": "open"}),
            hint=N_("没有登记门口的点位，巡逻时以点位本身的位置为准。"),
        ),
        "gates": LayerKind(
            "gates",
            N_("门口"),
            N_("门口"),
            "point",
            ("key_point_id", "gate_name"),
            "G",
            owner="key_point_id",
            hint=N_("门口要放在临街的一侧：巡逻和步行距离都从门口算起。"),
        ),
        "booths": LayerKind(
            "booths",
            N_("岗亭"),
            N_("岗亭"),
            "point",
            ("name", "code", "status", "responsible_org"),
            "B",
            defaults=MappingProxyType({"status": "existing"}),
            hint=N_("“拟设”的岗亭会参加选址比较；“停用”的不再计算。"),
        ),
    }
)
"""In the order in which they are offered."""
