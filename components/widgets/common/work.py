"""The background work of this portal, the same for all pages, tabs and browser sessions."""

import streamlit as st

from components.core.work_registry import WorkRegistry


@st.cache_resource(show_spinner=False)
def work_registry() -> WorkRegistry:
    """The one registry."""
    return WorkRegistry()
