"""An error on the screen: what happened, what to do, and the request's id for whoever looks into it."""

import streamlit as st

from components.errors import EndpointError, PortalError
from components.widgets.plain import plain


def show_error(error: PortalError, key: str = "error") -> None:
    """Shows one error in a container with that key."""
    with st.container(key=key):
        st.error(plain(error.advice), title=plain(error.what), icon=":material/error:")
        if isinstance(error, EndpointError) and error.request_id:
            st.caption(f"Request id {plain(error.request_id)}")
