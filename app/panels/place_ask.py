"""What takes some seconds is worked out when somebody asks for it, and then stays."""

import streamlit as st


def is_asked(label: str, *, key: str) -> bool:
    """Show a button until it has been pressed once in this session; tell whether it has."""
    asked = f"{key}_asked"
    if not st.session_state.get(asked) and st.button(label, key=key, icon=":material/play_arrow:"):
        st.session_state[asked] = True
        st.rerun()
    return bool(st.session_state.get(asked))
