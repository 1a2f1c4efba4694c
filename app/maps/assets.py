"""The scripts and styles of a map as texts on this PC; no content network is ever asked.

`folium-offline` carries the file behind every address that folium knows. Only its texts are used:
its classes are a fork that streamlit-folium does not recognise.
"""

import hashlib
import re
import tempfile
from functools import cache
from pathlib import Path

import folium.folium
from folium.plugins import PolyLineOffset
from offlinefolium.elements import _res as _carried

from data.cache import cache_folder

STATIC = Path(__file__).parent / "static"
OWN_SCRIPT, OWN_STYLE = "xunge.js", "xunge.css"

SCRIPTS: tuple[tuple[str, str], ...] = (
    ("leaflet", dict(folium.folium._default_js)["leaflet"]),  # noqa: SLF001  # folium's own list
    PolyLineOffset.default_js[0],
    ("xunge", OWN_SCRIPT),
)
STYLES: tuple[tuple[str, str], ...] = (
    ("leaflet_css", dict(folium.folium._default_css)["leaflet_css"]),  # noqa: SLF001
    ("xunge_css", OWN_STYLE),
)
"""Name and address of each file that a map asks for, in the order of loading."""

# links in Leaflet's credits and in comments; a map without a network must not offer them
_LINK = re.compile(r"https?://(?!www\.w3\.org/)[\w./#?=&%~-]*")


@cache
def asset_text(address: str) -> str:
    """Return the text of a script or style, without any address of the outside world.

    Raises
    ------
    KeyError
        If no local file stands for the address.

    Examples
    --------
    >>> "1.9.3" in asset_text(dict(SCRIPTS)["leaflet"])
    True
    """
    own = STATIC / address
    if address in (OWN_SCRIPT, OWN_STYLE):
        return own.read_text("utf-8")
    return _LINK.sub("", str(_carried[address]))


@cache
def asset_name(address: str) -> str:
    """Return the file name of an asset: it changes with the text, so no browser keeps an old one.

    Examples
    --------
    >>> asset_name("xunge.js").startswith("xunge-"), asset_name("xunge.js").endswith(".js")
    (True, True)
    """
    digest = hashlib.sha256(asset_text(address).encode()).hexdigest()[:12]
    stem, _, suffix = address.rsplit("/", 1)[-1].rpartition(".")
    return f"{stem}-{digest}.{suffix}"


def stored_assets() -> Path:
    """Return a folder with every asset: in the user's cache, or a temporary one if that refuses."""
    try:
        return write_assets(cache_folder() / "maps")
    except OSError:
        return write_assets(Path(tempfile.mkdtemp(prefix="xunge-maps-")))


def write_assets(folder: Path) -> Path:
    """Write every asset that is not there yet into a folder and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for _, address in (*SCRIPTS, *STYLES):
        target = folder / asset_name(address)
        if not target.exists():
            written = target.with_suffix(".part")
            written.write_text(asset_text(address), "utf-8")
            written.replace(target)
    return folder


def inline_assets(html: str) -> str:
    """Put the text of every script and style in the place of its link.

    Examples
    --------
    >>> inline_assets('<script src="xunge.js"></script>').startswith("<script>/* Draws")
    True
    """
    for _, address in SCRIPTS:
        text = f"<script>{asset_text(address)}</script>"
        html = html.replace(f'<script src="{address}"></script>', text)
    for _, address in STYLES:
        text = f"<style>{asset_text(address)}</style>"
        html = html.replace(f'<link rel="stylesheet" href="{address}"/>', text)
    return html
