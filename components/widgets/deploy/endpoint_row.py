"""One endpoint as a row: what it is, what it costs, until when it runs, and what can be done with it."""

from dataclasses import dataclass
from datetime import UTC, datetime

import streamlit as st

from components.core.errors import AccessDeniedError, PortalError
from components.core.formatting import duration, usd
from components.core.settings import current_settings
from components.deployment.endpoints import EndpointSummary
from components.deployment.expiry import set_expiry
from components.deployment.monitoring import console_log_url, log_group
from components.deployment.plan import LIFETIMES
from components.deployment.pricing import Price, cost_so_far
from components.targets.target import LOCAL_REGION, Target
from components.widgets.common.elements import button, plain
from components.widgets.common.error_view import show_error
from components.widgets.common.navigation import PLAYGROUND, link_to
from components.widgets.deploy import deletion_view
from components.widgets.endpoints.endpoint_status import explain_failure, status_badge
from components.widgets.endpoints.known_targets import endpoints_of, janitor_problems

_COLUMNS = 5
_LOOKING, _UNKNOWN = "…", "not known"


@dataclass(frozen=True)
class Figures:
    """What is to be told of the endpoints beside their summaries, as far as it is known.

    `prices` by instance type; None in it is a price that nobody knows. `invocations` by endpoint name, or why they
    can't be counted; None while they are.
    """

    prices: dict[str, Price | None]
    invocations: dict[str, int] | PortalError | None

    def price(self, endpoint: EndpointSummary) -> Price | None:
        """What one of its instances costs."""
        return self.prices.get(endpoint.instance_type or "")


def show_row(target: Target, endpoint: EndpointSummary, figures: Figures) -> None:
    """Draws the endpoint; on a narrow screen what does not fit moves below."""
    with st.container(border=True, key=f"row_{endpoint.name}", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{plain(endpoint.name)}**", width="content")
            st.caption(plain(endpoint.model.name) if endpoint.model else "model unknown", width="content")
            with st.container(width="stretch"):
                status_badge(endpoint)
            with st.container(horizontal=True, width="content", vertical_alignment="center", gap="small"):
                _show_actions(target, endpoint)
        facts = _facts(target, endpoint, figures)
        for column, (label, fact) in zip(st.columns(_COLUMNS, gap="small"), facts.items(), strict=False):
            column.markdown(f":small[:gray[{label}]]  \n{plain(fact)}")
        if endpoint.is_broken:
            explain_failure(target, endpoint)
            if url := console_log_url(target, endpoint.name):
                st.markdown(f"[Log group {plain(log_group(endpoint.name))} in CloudWatch]({url})")
        if error := _errors().get((target, endpoint.name)):
            show_error(error, key=f"expiry_error_{endpoint.name}")
        if error := janitor_problems().get((target, endpoint.name)):
            show_error(error, key=f"care_error_{endpoint.name}")


def _facts(target: Target, endpoint: EndpointSummary, figures: Figures) -> dict[str, str]:
    now = datetime.now(UTC)
    facts = {"Age": duration(now - endpoint.created), "Deletes itself": _expiry(endpoint, now)}
    if target.region == LOCAL_REGION:
        return facts
    return {
        "Instance": _instance(endpoint),
        **facts,
        "Cost so far": _cost(endpoint, figures, now),
        "Invocations, last day": _invocations(endpoint, figures),
    }


def _expiry(endpoint: EndpointSummary, now: datetime) -> str:
    if endpoint.expires is None:
        return _UNKNOWN if endpoint.hidden else "never"
    return f"in {duration(endpoint.expires - now)}" if endpoint.expires > now else "now"


def _instance(endpoint: EndpointSummary) -> str:
    count = f" x {endpoint.instance_count}" if endpoint.instance_count is not None else ""
    return f"{endpoint.instance_type}{count}" if endpoint.instance_type else _UNKNOWN


def _cost(endpoint: EndpointSummary, figures: Figures, now: datetime) -> str:
    if endpoint.status == "Failed":
        # It has cost nothing since it failed, and nobody says when that was.
        return _UNKNOWN
    if endpoint.instance_type and endpoint.instance_type not in figures.prices:
        return _LOOKING
    price = figures.price(endpoint)
    return usd(cost_so_far(endpoint, price, now)) if price else _UNKNOWN


def _invocations(endpoint: EndpointSummary, figures: Figures) -> str:
    counts = figures.invocations
    if counts is None:
        return _LOOKING
    if isinstance(counts, PortalError):
        return "not allowed to look" if isinstance(counts, AccessDeniedError) else _UNKNOWN
    return f"{counts[endpoint.name]:,}" if endpoint.name in counts else _UNKNOWN


def _show_actions(target: Target, endpoint: EndpointSummary) -> None:
    if endpoint.is_serving:
        link_to(PLAYGROUND, target=target.region, endpoint=endpoint.name)
    if current_settings().read_only or endpoint.status == "Deleting":
        return
    if not endpoint.is_broken:
        _show_extension(target, endpoint)
    key, what = f"delete_{endpoint.name}", f"Delete {plain(endpoint.name)}, its configuration and its model"
    looks = {"icon": "delete", "type": "tertiary", "help": what}
    button("Delete", deletion_view.ask, target, endpoint, key=key, **looks)


def _show_extension(target: Target, endpoint: EndpointSummary) -> None:
    with st.popover(
        "Extend",
        key=f"extend_{endpoint.name}",
        icon=":material/more_time:",
        type="tertiary",
        help=f"When {plain(endpoint.name)} deletes itself",
    ):
        st.caption("From now on, delete it by itself after")
        for hours in LIFETIMES:
            label, key = "Never" if hours is None else f"{hours} h", f"extend_{endpoint.name}_{hours}"
            button(label, _extend, target, endpoint, hours, key=key, width="stretch")


def _extend(target: Target, endpoint: EndpointSummary, hours: int | None) -> None:
    try:
        set_expiry(target, endpoint, hours)
    except PortalError as error:
        _errors()[target, endpoint.name] = error
    else:
        _errors().pop((target, endpoint.name), None)
    endpoints_of.clear(target)


def _errors() -> dict[tuple[Target, str], PortalError]:
    """Why expiries could not be set."""
    errors: dict[tuple[Target, str], PortalError] = st.session_state.setdefault("expiry_errors", {})
    return errors
