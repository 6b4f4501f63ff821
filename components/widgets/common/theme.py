"""Colours of the theme that the user has now, for charts."""

import streamlit as st


def accent() -> str:
    """The one accent colour."""
    return _colour("primaryColor", "teal")


def ink() -> str:
    """The colour of text, for labels in a chart."""
    return _colour("textColor", "gray")


def ground() -> str:
    """The colour behind a chart, for points that are not filled."""
    return _colour("backgroundColor", "transparent")


def _colour(option: str, otherwise: str) -> str:
    theme = st.context.theme.type or "light"
    return str(st.get_option(f"theme.{theme}.{option}") or st.get_option(f"theme.{option}") or otherwise)
