"""A folium map that asks for nothing outside, and the drawings upon it."""

from collections.abc import Iterable

import folium
from branca.element import MacroElement
from folium.template import Template

from app.i18n import t
from app.maps.assets import SCRIPTS, STYLES
from app.maps.escape import embed
from app.maps.geometry import Layer
from data.area import Area

MAX_ZOOM = 19


class LocalMap(folium.Map):
    """A map without tiles that needs only the files of `app/maps/assets.py`."""

    default_js = list(SCRIPTS)  # noqa: RUF012  # folium's own form
    default_css = list(STYLES)  # noqa: RUF012


class Drawing(MacroElement):
    """One call of `app/maps/static/xunge.js`, with its data escaped."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        xunge.{{ this.act }}({{ this._parent.get_name() }}, {{ this.data }});
        {% endmacro %}
        """
    )

    def __init__(self, act: str, data: object) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca ships no types
        self._name = "Drawing"
        self.act = act
        self.data = embed(data)


def build_map(
    area: Area,
    layers: Iterable[Layer],
    *,
    bounds: list[list[float]],
    caption: str,
    legend: list[dict[str, object]],
) -> folium.Map:
    """
    Build a map of an area.

    Parameters
    ----------
    layers
        Drawings from the lowest up.
    bounds
        South-west and north-east corner of what is to be seen, latitude first.
    caption
        What is shown: n, period and units.
    legend
        Blocks of `app/maps/legend.py`.
    """
    (south, west), (north, east) = bounds
    drawn = LocalMap(
        location=[(south + north) / 2, (west + east) / 2],
        tiles=None,
        zoom_start=15,
        max_zoom=MAX_ZOOM,
        zoom_control=False,
        prefer_canvas=True,
        zoom_snap=0.25,
        zoom_delta=0.5,
        wheel_px_per_zoom_level=90,
    )
    drawn.options["maxZoom"] = MAX_ZOOM  # without tiles nothing else tells Leaflet
    frame = {
        "bounds": bounds,
        "caption": caption,
        "attribution": attribution(area),
        "demo": t("演示数据") if area.demo else "",
        "zoomIn": t("放大"),
        "zoomOut": t("缩小"),
    }
    drawn.add_child(Drawing("frame", frame))
    for layer in layers:
        drawn.add_child(Drawing("add", layer))
    drawn.add_child(Drawing("legend", {"title": t("图例"), "blocks": legend}))
    drawn.add_child(Drawing("finish", None))
    return drawn


def attribution(area: Area) -> str:
    """Name the source of the streets: OpenStreetMap's licence asks for it."""
    local = t("本地数据")
    return f"{local} · © OpenStreetMap contributors" if area.osm else local
