"""About this portal: what works, what it is made of, where it sends to, and all that as a text for a bug report."""

from collections.abc import Iterator

import streamlit as st

from components.core.errors import EndpointError, EndpointNotReadyError
from components.core.settings import Settings, current_settings
from components.core.versions import portal_versions
from components.deployment.checks import Check
from components.health.health_checks import (
    check_aws,
    check_data_folder,
    check_embedded,
    check_memory,
    check_runs,
    report,
)
from components.targets.target import LOCAL_REGION, Target
from components.widgets.common.elements import button, plain, show_check
from components.widgets.common.navigation import COLUMNS
from components.widgets.endpoints.await_targets import await_endpoint, await_target
from components.widgets.endpoints.cached_lookups import credentials, forget
from components.widgets.endpoints.known_targets import embedded_process, endpoints_of, known_targets


def show_about() -> None:
    """Draws all of it."""
    settings = current_settings()
    found, targets, made_of = list(_checks(settings)), list(_targets()), portal_versions(settings)
    health, facts = st.columns(COLUMNS, gap="medium")
    with health:
        _show_health(found)
    with facts:
        _show_facts("Targets", ("Target", "Where"), dict(targets))
        _show_facts("Versions", ("Part", "Version"), made_of)
    st.subheader("For a bug report", anchor=False)
    st.caption("All of the above as text. It holds no credentials, no audio and no transcripts.")
    told = [f"{name}, {details}" for name, details in targets]
    with st.container(key="about_report"):
        st.code(report(made_of, told, found), language=None, wrap_lines=True)


def _checks(settings: Settings) -> Iterator[Check]:
    known = known_targets()
    endpoints = endpoints_of(known.local) if known.local else ()
    if not isinstance(endpoints, EndpointNotReadyError):
        yield check_embedded(embedded_process(), endpoints)
    if known.aws_error:
        yield check_aws("AWS", known.aws_error)
    elif known.aws and (found := credentials(known.aws)):
        yield check_aws(known.aws.name, found)
    yield check_data_folder(settings.data_dir)
    yield check_runs(settings.data_dir)
    yield check_memory()


def _targets() -> Iterator[tuple[str, str]]:
    """Name and details of each."""
    for target in known_targets().all:
        yield target.name, _details(target)


def _details(target: Target) -> str:
    if target.region == LOCAL_REGION:
        return str(target.endpoint_url)
    found = credentials(target)
    account = getattr(found, "account", None)
    return f"account {account}" if account else "account not known"


def _show_health(found: list[Check]) -> None:
    with st.container(key="about_health", border=True, gap="small"):
        st.subheader("Health", anchor=False)
        if local := known_targets().local:
            _await(local)
        for finding in found:
            show_check(finding)
        button("Check again", _renew, key="check_health", icon="refresh", type="tertiary")


def _await(local: Target) -> None:
    """What starts on this computer appears on the page when it is there."""
    endpoints = endpoints_of(local)
    if isinstance(endpoints, EndpointNotReadyError):
        await_target(local, endpoints)
    elif not isinstance(endpoints, EndpointError):
        for starting in [endpoint for endpoint in endpoints if endpoint.is_starting][:1]:
            await_endpoint(local, starting)


def _renew() -> None:
    forget()
    endpoints_of.clear()


def _show_facts(title: str, heads: tuple[str, str], facts: dict[str, str]) -> None:
    with st.container(key=f"about_{title.lower()}", border=True, gap="small"):
        st.subheader(title, anchor=False)
        rows = "\n".join(f"| {plain(name)} | {plain(value)} |" for name, value in facts.items())
        st.markdown(f"| {' | '.join(heads)} |\n|---|---|\n{rows}" if facts else "None.")
