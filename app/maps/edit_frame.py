"""The frame of the maps that give something back: its files, and the way to the browser."""

import hashlib
import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import folium
from folium.utilities import camelize
from streamlit.components.v1 import declare_component
from streamlit.components.v1.custom_component import CustomComponent

from app.maps.assets import OWN_SCRIPT, OWN_STYLE, SCRIPTS, STATIC, STYLES, asset_name, asset_text
from app.maps.escape import embed
from app.maps.frame import Drawing
from data.cache import cache_folder

EDIT_SCRIPT, EDIT_STYLE = "xunge_edit.js", "xunge_edit.css"
_CARRIED = tuple(
    address
    for _, address in (*SCRIPTS, *STYLES)
    if address in {OWN_SCRIPT, OWN_STYLE} or "/leaflet@" in address
)
"""The files of other maps that an editor needs: Leaflet, and what draws the ground."""
_PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>map</title>{styles}</head>
<body><div id="bar" role="toolbar"></div><div id="map"></div>{scripts}</body></html>
"""


@dataclass(frozen=True)
class Ground:
    """A map as texts: Leaflet's options, and what `xunge.js` is to draw."""

    options: str
    calls: str

    @property
    def digest(self) -> str:
        """Changes with anything that is drawn."""
        return hashlib.sha256(f"{self.options}{self.calls}".encode()).hexdigest()


def read_ground(drawn: folium.Map) -> Ground:
    """Take over what `app.maps.frame.build_map` built."""
    calls = ",".join(
        f'["{child.act}",{child.data}]'
        for child in drawn._children.values()  # noqa: SLF001  # folium has no other way to ask
        if isinstance(child, Drawing)
    )
    options = {camelize(name): value for name, value in drawn.options.items()}
    return Ground(json.dumps({**options, "center": drawn.location}), f"[{calls}]")


def show_editor(
    ground: Ground,
    task: Mapping[str, object],
    *,
    revision: str,
    words: Mapping[str, str],
    names: Mapping[int, str],
    key: str,
    height_px: int,
) -> dict[str, Any] | None:
    """
    Show an editor over a map and return what the reader did in it.

    Parameters
    ----------
    ground
        The map; it is drawn anew only where it has changed.
    task
        What `app/maps/static/xunge_edit.js` is to do.
    revision
        Names the task: while it stays, what the reader has drawn stays, whatever else changes.
    words
        Texts of buttons and hints.
    names
        Number and name of each shape; they may change under way.

    Returns
    -------
    value
        None until the reader did something under this `revision`.
    """
    value = _component()(
        ground=ground.calls,
        ground_id=ground.digest,
        options=ground.options,
        task=embed(task),
        revision=revision,
        words=embed(words),
        names=embed([[number, name] for number, name in names.items()]),
        height=height_px,
        key=key,
        default=None,
    )
    current = isinstance(value, dict) and value.get("revision") == revision
    return value if current else None


@cache
def _component() -> CustomComponent:
    """Return the editor; Streamlit serves its folder without any setting."""
    return declare_component("edit_map", path=str(stored_editor()))


def stored_editor() -> Path:
    """Return a folder with the editor: in the user's cache, or a temporary one if that refuses."""
    try:
        return write_editor(cache_folder() / "map-editor")
    except OSError:
        return write_editor(Path(tempfile.mkdtemp(prefix="xunge-editor-")))


def write_editor(folder: Path) -> Path:
    """Write the files of the editor that are not there as they should be; return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in editor_files().items():
        target = folder / name
        if not target.exists() or target.read_text("utf-8") != text:
            written = target.with_suffix(".part")
            written.write_text(text, "utf-8")
            written.replace(target)
    return folder


def editor_files() -> dict[str, str]:
    """Return name and text of each file of the editor; a name changes with its text."""
    texts = {asset_name(address): asset_text(address) for address in _CARRIED}
    for own in (EDIT_SCRIPT, EDIT_STYLE):
        text = (STATIC / own).read_text("utf-8")
        stem, _, suffix = own.partition(".")
        texts[f"{stem}-{hashlib.sha256(text.encode()).hexdigest()[:12]}.{suffix}"] = text
    styles = [f'<link rel="stylesheet" href="{name}">' for name in texts if name.endswith(".css")]
    scripts = [f'<script src="{name}"></script>' for name in texts if name.endswith(".js")]
    page = _PAGE.format(styles="".join(styles), scripts="".join(scripts))
    return {"index.html": page, **texts}
