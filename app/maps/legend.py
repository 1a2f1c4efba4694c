"""The parts of a map's legend."""

from app.i18n import t
from app.labels import name_shift
from app.maps import theme
from app.maps.hot import count_steps, density_steps
from spatial.hotspots import HotspotAnalysis

Block = dict[str, object]


def ramp_block(analysis: HotspotAnalysis, shift: str, *, density: bool = False) -> Block:
    """Explain the colours of the cells."""
    colors = theme.RAMPS.get(shift, theme.RAMPS["all"])
    labels = density_steps(analysis, shift) if density else count_steps()
    unit = t("起/平方公里") if density else t("起/格")
    return {
        "title": f"{name_shift(shift)} · {unit}",
        "ramp": [
            {"color": color, "label": label} for color, label in zip(colors, labels, strict=True)
        ],
    }


def hot_block(shift: str, *, filled: bool = False) -> Block:
    """Explain the outline of the proven hot cells."""
    known = shift if shift in theme.RAMPS else "all"
    color = theme.RAMPS[known][2] + "66" if filled else "#ffffff00"
    label = t("显著热点格（{shift}）", shift=name_shift(shift))
    row = {"swatch": "fill", "color": color, "edge": theme.HOT_EDGE[known], "label": label}
    return {"rows": [row]}


def incident_block(shifts: list[str]) -> Block:
    """Explain the points of the incidents."""
    return {
        "title": t("事件（窝点与网络线索不上图）"),
        "rows": [
            {
                "swatch": "dot",
                "color": theme.INCIDENT.get(shift, theme.INCIDENT["all"]),
                "label": name_shift(shift),
            }
            for shift in shifts
        ],
    }


def stop_block(teams: list[dict[str, object]]) -> Block:
    """Explain the teams' colours and the two kinds of stops."""
    ink = {"color": "#59646e", "ink": theme.PAPER, "swatch": "icon", "text": "1"}
    base = {"swatch": "icon", "shape": "shield", "color": theme.INK, "ink": theme.PAPER}
    return {
        "title": t("队伍与停留点"),
        "rows": [
            *teams,
            {**ink, "shape": "square", "label": t("重点点位（按到访顺序）")},
            {**ink, "shape": "circle", "label": t("热点与事件较多处（按到访顺序）")},
            {**base, "text": t("基"), "label": t("基地")},
        ],
    }


def ground_block() -> Block:
    """Explain the two lines of the base map that are not self-evident."""
    return {
        "rows": [
            {"swatch": "dash", "color": theme.BOUNDARY["color"], "label": t("辖区边界")},
        ]
    }
