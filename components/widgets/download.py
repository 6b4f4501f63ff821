"""A button that saves something to the user's disk."""

import streamlit as st


def download(label: str, data: str | bytes, file_name: str, mime: str, *, key: str) -> None:
    """Draws the button; pressing it changes nothing on the page."""
    st.download_button(label, data, file_name, mime, key=key, on_click="ignore", icon=":material/download:")
