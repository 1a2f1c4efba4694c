"""Show a map in Streamlit with files that the same server hands out."""

from collections.abc import Callable
from functools import cache
from typing import Any

import folium
import streamlit_folium
from streamlit.components.v1 import declare_component
from streamlit.components.v1.custom_component import CustomComponent
from streamlit_folium import st_folium

from app.maps.assets import SCRIPTS, STYLES, asset_name, stored_assets

MAP_HEIGHT_PX = 600


@cache
def _shelf() -> CustomComponent:
    """Return a component nobody shows: Streamlit serves its folder without any setting."""
    return declare_component("map_files", path=str(stored_assets()))


def local_address(address: str) -> str:
    """Return where this server hands out a map's file, relative to the map's own frame.

    Raises
    ------
    ValueError
        If no local file stands for the address: nothing may leave this PC.
    """
    if address not in {known for _, known in (*SCRIPTS, *STYLES)}:
        text = f"No local file stands for {address!r}; add it to app/maps/assets.py."
        raise ValueError(text)
    return f"../{_shelf().name}/{asset_name(address)}"


def _keep_local(show: Callable[..., Any]) -> Callable[..., Any]:
    """Rewrite every link that streamlit-folium hands to the browser."""

    def show_locally(**arguments: Any) -> Any:
        for links in ("js_links", "css_links"):
            arguments[links] = [local_address(address) for address in arguments[links]]
        return show(**arguments)

    return show_locally


# the one door through which streamlit-folium reaches the browser
streamlit_folium._component_func = _keep_local(streamlit_folium._component_func)  # noqa: SLF001


def show_map(drawn: folium.Map, *, key: str, height_px: int = MAP_HEIGHT_PX) -> None:
    """Show a map over the width of the page; moving it reruns nothing."""
    st_folium(drawn, key=key, height=height_px, returned_objects=[], use_container_width=True)
