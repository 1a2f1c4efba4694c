"""研判: when, where, beside what, and how sure."""

import streamlit as st

from app.i18n import t
from app.page import open_study, show_notes
from app.panels import place, source, time, trust


def show() -> None:
    """Show the page."""
    study = open_study(t("研判"))
    views = {
        "time": (t("时间"), time.show),
        "place": (t("地点"), place.show),
        "source": (t("来源"), source.show),
        "trust": (t("可信度"), trust.show),
    }
    chosen = st.segmented_control(
        t("看什么"),
        list(views),
        default="time",
        format_func=lambda code: views[code][0],
        key="analysis_view",
    )
    views[chosen or "time"][1](study)
    show_notes(study)


if __name__ == "__main__":
    show()
