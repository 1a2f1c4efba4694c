"""One file for a USB stick: the whole map, with everything that it needs inside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.i18n import in_language, t
from app.maps.assets import inline_assets
from app.maps.escape import escape
from app.maps.views import whole_map

if TYPE_CHECKING:  # app/study.py writes the map of a study: at run time the arrow is the other way
    from app.study import Study

_HTML_LANGUAGE = {"zh": "zh-CN", "en": "en"}


def map_html(study: Study, language: str) -> str:
    """
    Write the study as one HTML map that opens anywhere, without a network.

    Parameters
    ----------
    study
        What `run_study` returned.
    language
        `zh` or `en`.

    Returns
    -------
    html
        No script, style, picture or link of it lies outside.
    """
    with in_language(language):
        page = str(whole_map(study).get_root().render())
        title = t("{name} · 巡格", name=study.area.name)
    head = f'<html lang="{_HTML_LANGUAGE[language]}">', f"<title>{escape(title)}</title>"
    page = page.replace("<html>", head[0], 1).replace("</head>", f"{head[1]}</head>", 1)
    return inline_assets(page)
