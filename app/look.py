"""The look of the pages beyond the theme: less margin around the map, a sign on the sidebar."""

from pathlib import Path

import streamlit as st

from app.i18n import t

SIGN = Path(__file__).parent / "maps" / "static" / "sign.svg"
STYLE = """
<style>
.stMainBlockContainer { padding: 2.6rem 2.4rem 3rem; max-width: 1760px; }
.stMainBlockContainer h1 { padding: 0; }
[data-testid="stSidebarHeader"] { padding-top: 1rem; padding-bottom: 0.4rem; height: auto; }
[data-testid="stSidebarUserContent"] { padding-top: 1rem; }
[data-testid="stMetricValue"] { font-size: 1.75rem; font-weight: 600; }
iframe[title^="streamlit_folium"] { border-radius: 10px; border: 1px solid #dfe5ea; }
@media (max-width: 640px) { .stMainBlockContainer { padding: 3.4rem 0.8rem 2rem; } }
@media print { [data-testid="stSidebar"], header { display: none; } }
</style>
"""


def set_look() -> None:
    """Set the browser's title, the width and the style of every page."""
    st.set_page_config(page_title=t("巡格"), page_icon=str(SIGN), layout="wide")
    st.logo(str(SIGN.with_name("name.svg")), size="large", icon_image=str(SIGN))
    st.html(STYLE)
