"""What becomes of a failure that nobody foresaw: one sentence with an id, under which the log tells the rest."""

from contextlib import suppress

from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components.core.errors import PortalError
from components.core.request_id import id_of
from components.widgets.common.error_view import show_error


def tell_failures() -> None:
    """Has this page and its fragments show failures so, in the place of Streamlit's box."""
    context = get_script_run_ctx()
    if context is None:
        return
    context.on_script_error = _tell
    # A fragment that runs alone has a new context, made by the session. Streamlit has an option for both, but of
    # `st.App`, which needs a script of its own beside the front page. In a test there is a runtime without sessions.
    with suppress(AttributeError):
        session = runtime.get_instance()._session_mgr.get_session_info(context.session_id)  # noqa: SLF001
        if session:
            session.session._on_script_error = _tell  # noqa: SLF001


def _tell(error: Exception) -> bool:
    """Streamlit has logged it, with the same id."""
    request_id = id_of(error)
    told = PortalError(
        "Something went wrong in the portal.",
        "Reload the page; if it happens again, tell whoever runs the portal the number below.",
        request_id,
    )
    show_error(error if isinstance(error, PortalError) else told, key=f"failure_{request_id}")
    return True
