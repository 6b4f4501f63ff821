"""Deleting an endpoint: confirmed once, done in the background, with an outcome that stays until it is closed."""

from functools import partial

import streamlit as st

from components.core.formatting import hourly_usd
from components.deployment.deployment_jobs import Deletion, deletions, start_deletion
from components.deployment.endpoints import EndpointSummary
from components.deployment.pricing import Price
from components.deployment.removal import Removal
from components.targets.target import Target
from components.widgets.common.elements import button, plain
from components.widgets.common.error_view import show_error
from components.widgets.common.work import work_registry
from components.widgets.endpoints.hourly_price import hourly
from components.widgets.endpoints.known_targets import endpoints_of

_ASKED = "asked_to_delete"


def ask(target: Target, endpoint: EndpointSummary) -> None:
    """Has the page ask whether to delete the endpoint; a button's callback."""
    st.session_state[_ASKED] = (target, endpoint.name)


def is_asked() -> bool:
    """Whether the question stands open."""
    return st.session_state.get(_ASKED) is not None


def show_question(
    target: Target, endpoints: tuple[EndpointSummary, ...], known: dict[str, Price | None]
) -> None:
    """Opens the dialog for the endpoint that was asked for, if there is one and it still exists."""
    asked = st.session_state.get(_ASKED)
    endpoint = next((e for e in endpoints if asked == (target, e.name)), None)
    if endpoint is None:
        _forget_question()
        return
    dialog = st.dialog(
        f"Delete {plain(endpoint.name)}?", icon=":material/delete:", on_dismiss=_forget_question
    )
    dialog(_question)(target, endpoint, known)


def show_removals(target: Target) -> None:
    """Draws every deletion at that target that is under way or whose outcome nobody has closed."""
    with st.container(key="removal", gap="small"):
        known = deletions(work_registry(), target)
        under_way = [deletion for deletion in known if deletion.is_running]
        if under_way:
            with st.container():
                _watch(under_way)
        for deletion in known:
            if deletion not in under_way:
                _show_outcome(deletion)


def _question(target: Target, endpoint: EndpointSummary, known: dict[str, Price | None]) -> None:
    cost = hourly(endpoint, known)
    costs = f", which costs {hourly_usd(cost)}," if cost else ""
    st.markdown(
        f"The endpoint **{plain(endpoint.name)}**{costs} is deleted with its configuration and its "
        "model, as far as no other endpoint uses them. It then answers no more requests. This can't be undone."
    )
    with st.container(horizontal=True, horizontal_alignment="right"):
        keep = button("Keep it", _forget_question, key="keep")
        delete = button("Delete endpoint", _begin, target, endpoint.name, key="confirm_delete", icon="delete")
    if keep or delete:
        st.rerun()


def _begin(target: Target, name: str) -> None:
    _forget_question()
    start_deletion(work_registry(), target, name, on_end=partial(endpoints_of.clear, target))


def _forget_question() -> None:
    st.session_state[_ASKED] = None


@st.fragment(run_every=0.5)
def _watch(under_way: list[Deletion]) -> None:
    if not all(deletion.is_running for deletion in under_way):
        st.rerun()
    for deletion in under_way:
        st.caption(f":material/hourglass_top: Deleting {plain(deletion.endpoint_name)} …")


def _show_outcome(deletion: Deletion) -> None:
    name = deletion.endpoint_name
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(width="stretch"):
            if deletion.error:
                show_error(deletion.error, key=f"removal_error_{name}")
            elif deletion.removal:
                _show_success(deletion.removal)
        dismiss = work_registry().dismiss
        button("Close", dismiss, deletion, key=f"close_{name}", icon="close", type="tertiary")


def _show_success(done: Removal) -> None:
    removed = f"Removed: {', '.join(done.removed)}." if done.removed else "There was nothing left to remove."
    kept = f" Kept: {'; '.join(done.kept)}." if done.kept else ""
    st.success(
        plain(removed + kept), title=f"{plain(done.endpoint_name)} is deleted", icon=":material/check_circle:"
    )
