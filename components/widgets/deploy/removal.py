"""Deleting an endpoint: asked once, done in the background, and told what was removed and what was kept."""

import logging

import streamlit as st

from components.core.errors import DeploymentError, PortalError
from components.core.formatting import hourly_usd
from components.core.request_id import id_of
from components.deployment.endpoints import EndpointSummary
from components.deployment.pricing import Price
from components.deployment.removal import Removal, remove
from components.targets.target import Target
from components.widgets.common.elements import plain
from components.widgets.common.error_view import show_error
from components.widgets.deploy.jobs import deployments
from components.widgets.endpoints.background_answers import Background
from components.widgets.endpoints.hourly import hourly
from components.widgets.endpoints.known_targets import endpoints_of

logger = logging.getLogger(__name__)

_ASKED, _REMOVALS = "asked_to_delete", "removals"


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
    """Tells of every removal at that target that this session asked for."""
    with st.container(key="removal", gap="small"):
        removals = _removals(target)
        under_way = {name: removal for name, removal in removals.items() if not removal.is_done}
        if under_way:
            with st.container():
                _watch(under_way)
        for name in removals.keys() - under_way.keys():
            _show_outcome(target, name, removals[name])


def _question(target: Target, endpoint: EndpointSummary, known: dict[str, Price | None]) -> None:
    st.markdown(
        f"The endpoint **{plain(endpoint.name)}**{_costs(endpoint, known)} is deleted with its configuration and its "
        "model, as far as no other endpoint uses them. It then answers no more requests. This can't be undone."
    )
    with st.container(horizontal=True, horizontal_alignment="right"):
        keep = st.button("Keep it", key="keep", on_click=_forget_question)
        delete = st.button(
            "Delete endpoint",
            key="confirm_delete",
            icon=":material/delete:",
            on_click=_begin,
            args=(target, endpoint.name),
        )
    if keep or delete:
        st.rerun()


def _costs(endpoint: EndpointSummary, known: dict[str, Price | None]) -> str:
    cost = hourly(endpoint, known)
    return f", which costs {hourly_usd(cost)}," if cost else ""


def _begin(target: Target, name: str) -> None:
    _forget_question()
    for deployment in deployments().of(target):
        if deployment.plan.endpoint_name == name:
            deployments().dismiss(deployment)
    _all_removals()[target, name] = Background(lambda: _remove(target, name))


def _remove(target: Target, name: str) -> Removal:
    try:
        return remove(target, name)
    except PortalError:
        raise
    except Exception as error:
        logger.exception("deleting %s failed", name)
        raise DeploymentError(
            f"Deleting {name} failed: {type(error).__name__}.",
            "Look below whether it is still there, and try again; the portal's log says more.",
            id_of(error),
        ) from error
    finally:
        endpoints_of.clear(target)


def _forget_question() -> None:
    st.session_state[_ASKED] = None


def _all_removals() -> dict[tuple[Target, str], Background[Removal]]:
    removals: dict[tuple[Target, str], Background[Removal]] = st.session_state.setdefault(_REMOVALS, {})
    return removals


def _removals(target: Target) -> dict[str, Background[Removal]]:
    return {name: removal for (place, name), removal in _all_removals().items() if place == target}


@st.fragment(run_every=0.5)
def _watch(under_way: dict[str, Background[Removal]]) -> None:
    if any(removal.is_done for removal in under_way.values()):
        st.rerun()
    for name in under_way:
        st.caption(f":material/hourglass_top: Deleting {plain(name)} …")


def _show_outcome(target: Target, name: str, removal: Background[Removal]) -> None:
    error = removal.error()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(width="stretch"):
            if isinstance(error, PortalError):
                show_error(error, key=f"removal_error_{name}")
            else:
                _show_success(removal.result())
        st.button(
            "Close",
            key=f"close_{name}",
            icon=":material/close:",
            type="tertiary",
            on_click=_forget_removal,
            args=(target, name),
        )


def _forget_removal(target: Target, name: str) -> None:
    del _all_removals()[target, name]


def _show_success(done: Removal) -> None:
    removed = f"Removed: {', '.join(done.removed)}." if done.removed else "There was nothing left to remove."
    kept = f" Kept: {'; '.join(done.kept)}." if done.kept else ""
    st.success(
        plain(removed + kept), title=f"{plain(done.endpoint_name)} is deleted", icon=":material/check_circle:"
    )
