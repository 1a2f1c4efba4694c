"""巡格: the frame of the interface: language, look, pages, and what the reader chose."""

import streamlit as st

from app.choices import choose_language, show_choices
from app.i18n import t
from app.look import set_look

choose_language()
set_look()
page = st.navigation(
    [
        st.Page(
            "app/pages/overview.py", title=t("总览"), icon=":material/dashboard:", default=True
        ),
        st.Page("app/pages/hotspots.py", title=t("热点"), icon=":material/local_fire_department:"),
        st.Page("app/pages/patrol.py", title=t("巡逻计划"), icon=":material/route:"),
        st.Page("app/pages/booths.py", title=t("岗亭"), icon=":material/storefront:"),
    ]
)
st.session_state["choices"] = show_choices()
page.run()
