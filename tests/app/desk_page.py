"""The pages on which data is kept, in the frame of the interface, for the browser tests."""

from pathlib import Path

import streamlit as st

from app.choices import choose_language, show_choices
from app.look import set_look

PAGES = Path(__file__).parents[2] / "app" / "pages"


def show() -> None:
    """Show the two pages and what the sidebar chooses."""
    choose_language()
    set_look()
    names = ("area", "records")
    page = st.navigation([st.Page(PAGES / f"{name}.py", url_path=name) for name in names])
    st.session_state["choices"] = show_choices()
    page.run()


if __name__ == "__main__":
    show()
