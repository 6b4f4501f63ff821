"""An error on the screen: what happened, what to do, and the request's id for support."""

import streamlit as st

from components.core.errors import PortalError
from components.widgets.common.elements import plain


def show_error(error: PortalError, key: str = "error") -> None:
    """Shows one error in a container with that key."""
    with st.container(key=key):
        st.error(plain(error.advice), title=plain(error.what), icon=":material/error:")
        if error.request_id:
            _show_id(error.request_id, key)


def _show_id(request_id: str, key: str) -> None:
    row = st.container(key=f"request_id_{key}", horizontal=True, vertical_alignment="center", gap="xsmall")
    row.caption("Request", width="content")
    # A code block brings the button that copies it.
    row.code(request_id, language=None, width="content")
