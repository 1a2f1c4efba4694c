"""The place onto which ledgers are dropped, with its own words in the reader's language."""

import json

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from app.i18n import t

KINDS = ["csv", "tsv", "txt", "gz", "xls", "xlsx", "et", "ods", "geojson", "json", "gpkg", "kml",
         "kmz", "gpx", "zip", "pbf", "osm", "dbf"]  # fmt: skip
_STYLE = """
<style>
[data-testid="stFileUploaderDropzone"] button p,
[data-testid="stFileUploaderDropzoneInstructions"] span {{ font-size: 0; }}
[data-testid="stFileUploaderDropzone"] button p::after {{ content: {choose}; font-size: 1rem; }}
[data-testid="stFileUploaderDropzoneInstructions"] span::after {{
  content: {limits}; font-size: 0.875rem; }}
</style>
"""
"""Streamlit has no option for these two texts, which it writes in English."""


def ask_files() -> list[UploadedFile]:
    """Ask for ledgers; nothing of them is kept."""
    most_mb = st.get_option("server.maxUploadSize")
    limits = t("每个文件不超过 {n} MB · {kinds}", n=most_mb, kinds=_say_kinds())
    st.html(_STYLE.format(choose=_quote(t("选择文件")), limits=_quote(limits)))
    return st.file_uploader(
        t("把台账文件拖到这里，可以一次放好几个"),
        KINDS,
        accept_multiple_files=True,
        key=f"ledgers_{st.session_state.get('desk', 0)}",
        help=t("先看、先改，点“存入台账”之前什么都不会保存。举报人的姓名、电话等列不会读入。"),
    )


def _say_kinds() -> str:
    """Name the kinds of files for which a clerk may look."""
    return t("Excel、WPS 表格、CSV、GeoJSON、SHP（打包成 zip）、KML 等")


def _quote(text: str) -> str:
    """Write a text of ours as a string of CSS."""
    return json.dumps(text, ensure_ascii=False).replace("<", "")
