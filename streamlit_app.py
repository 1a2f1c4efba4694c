"""巡格: the frame of the interface: language, look, pages, and what the reader chose."""

import streamlit as st

from app.choices import choose_language, show_choices
from app.i18n import t
from app.look import set_look

choose_language()
set_look()
pages = {
    t("分析与计划"): (
        ("overview", t("总览"), "dashboard"),
        ("hotspots", t("热点"), "local_fire_department"),
        ("analysis", t("研判"), "insights"),
        ("patrol", t("巡逻计划"), "route"),
        ("booths", t("岗亭"), "storefront"),
    ),
    t("数据"): (
        ("intake", t("导入"), "upload_file"),
        ("records", t("台账"), "list_alt"),
        ("area", t("辖区"), "edit_location_alt"),
    ),
    t("说明"): (("methods", t("方法"), "menu_book"),),
}
page = st.navigation(
    {
        section: [
            st.Page(f"app/pages/{name}.py", title=title, icon=f":material/{icon}:")
            for name, title, icon in listed
        ]
        for section, listed in pages.items()
    }
)
st.session_state["choices"] = show_choices()
page.run()
