"""All Whisper endpoints of a target: what they cost together, one row each, and the lot as a file."""

from collections.abc import Iterable
from datetime import UTC, datetime

import streamlit as st

from components.core.csv_export import csv_text
from components.core.errors import EndpointError, EndpointNotReadyError
from components.deployment.endpoints import EndpointSummary
from components.deployment.pricing import cost_so_far
from components.targets.target import LOCAL_REGION, Target
from components.widgets.common.elements import button, download, plain
from components.widgets.common.error_view import show_error
from components.widgets.deploy import deletion_view
from components.widgets.deploy.endpoint_row import Figures, show_row
from components.widgets.endpoints import cached_lookups
from components.widgets.endpoints.await_targets import await_target
from components.widgets.endpoints.hourly_price import hourly, hourly_total, sources
from components.widgets.endpoints.known_targets import endpoints_of

_FREE = ":gray[cost nothing here]"


def show_endpoints(target: Target) -> None:
    """Draws the list, what became of deletions above it, and the question whether to delete."""
    listed = endpoints_of(target)
    endpoints = () if isinstance(listed, EndpointError) else tuple(e for e in listed if e.is_whisper)
    with st.container(key="endpoints", gap="small"):
        figures = _figures(target, endpoints)
        _show_heading(target, endpoints, figures)
        deletion_view.show_removals(target)
        if isinstance(listed, EndpointNotReadyError):
            await_target(target, listed)
        elif isinstance(listed, EndpointError):
            show_error(listed, key="endpoints_error")
        elif not endpoints:
            st.info(f"{plain(target.name)} has no Whisper endpoint.", icon=":material/info:")
        for endpoint in endpoints:
            show_row(target, endpoint, figures)
        if whose := sources(figures.prices):
            st.caption(
                f"{plain(whose)} Costs so far are estimates: the instances of now, since the endpoint's creation."
            )
        if not isinstance(listed, EndpointError):
            _show_hidden(listed)
    deletion_view.show_question(target, endpoints, figures.prices)


def _show_hidden(listed: Iterable[EndpointSummary]) -> None:
    """Says where an endpoint may be missing from the list, or expire without that being seen."""
    refusals = {endpoint.name: endpoint.hidden for endpoint in listed if endpoint.hidden}
    if refusals:
        first = next(iter(refusals.values()))
        st.warning(
            f"{plain(', '.join(refusals))}. {plain(str(first))}",
            title="What these endpoints serve, and until when, can't be looked up",
            icon=":material/visibility_off:",
        )


def _figures(target: Target, endpoints: tuple[EndpointSummary, ...]) -> Figures:
    if target.region == LOCAL_REGION or not endpoints:
        return Figures({}, {})
    types = [endpoint.instance_type for endpoint in endpoints]
    return Figures(cached_lookups.prices(target, types), cached_lookups.invocations(target, endpoints))


def _show_heading(target: Target, endpoints: tuple[EndpointSummary, ...], figures: Figures) -> None:
    with st.container(key="endpoints_heading", horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader("Endpoints", anchor=False, width="content")
        on_aws = target.region != LOCAL_REGION
        st.markdown(hourly_total(endpoints, figures.prices) if on_aws else _FREE, width="stretch")
        if endpoints:
            table = as_csv(endpoints, figures)
            download("CSV", table, f"whisper-endpoints-{target.region}.csv", "text/csv", key="endpoints_csv")
        button("Refresh", _refresh, target, key="refresh", icon="refresh", type="tertiary")


def as_csv(endpoints: Iterable[EndpointSummary], figures: Figures) -> str:
    """One line for each of some endpoints; times are UTC in ISO 8601, and what is not known is empty."""
    now = datetime.now(UTC)
    rows = [_csv_row(endpoint, figures, now) for endpoint in endpoints]
    return csv_text(list(rows[0]), (row.values() for row in rows))


def _csv_row(endpoint: EndpointSummary, figures: Figures, now: datetime) -> dict[str, object]:
    counts = figures.invocations
    price = figures.price(endpoint) if endpoint.status != "Failed" else None
    return {
        "endpoint": endpoint.name,
        "model": endpoint.model.name if endpoint.model else None,
        "status": endpoint.status,
        "instance type": endpoint.instance_type,
        "instances": endpoint.instance_count,
        "created": _written(endpoint.created),
        "USD an hour": hourly(endpoint, figures.prices),
        "USD so far": round(cost_so_far(endpoint, price, now), 2) if price else None,
        "expires": endpoint.expires and _written(endpoint.expires),
        "invocations of the last day": counts.get(endpoint.name) if isinstance(counts, dict) else None,
    }


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _refresh(target: Target) -> None:
    endpoints_of.clear(target)
    cached_lookups.forget()
