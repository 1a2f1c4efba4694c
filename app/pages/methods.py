"""方法: how every figure is computed, from `docs/methods.md`."""

from pathlib import Path

import streamlit as st

from app.i18n import t

METHODS = Path(__file__).parents[2] / "docs" / "methods.md"


def show() -> None:
    """Show the page."""
    st.title(t("方法"), anchor=False)
    st.markdown(METHODS.read_text(encoding="utf-8"))


if __name__ == "__main__":
    show()
