"""Which endpoints are to be measured: any number, on AWS and on this computer."""

import streamlit as st

from components.core.errors import EndpointError, EndpointNotReadyError
from components.deployment.endpoints import EndpointSummary
from components.evaluation.systems import Candidate, candidate
from components.targets.target import LOCAL_REGION, Target
from components.whisper.parameter_rules import problems
from components.widgets.common.elements import plain
from components.widgets.common.error_view import show_error
from components.widgets.common.parameter_form import ParameterForm
from components.widgets.endpoints import cached_lookups
from components.widgets.endpoints.endpoint_status import explain_none
from components.widgets.endpoints.known_targets import endpoints_of, known_targets

Chosen = list[tuple[Target, EndpointSummary]]


def choose_endpoints(key: str) -> Chosen:
    """Draws the choice; what does not answer yet is waited for, and what can't be listed says why."""
    found = {
        f"{target.region}/{endpoint.name}": (target, endpoint)
        for target in known_targets().all
        for endpoint in _whisper(target)
        if endpoint.is_serving
    }
    _keep_choice(key, found)
    chosen = st.multiselect(
        "Endpoints",
        list(found),
        format_func=lambda option: _label(*found[option]),
        key=key,
        placeholder="Choose one or more" if found else "No endpoint is in service",
        wrap=True,
        persist_state="session",
    )
    _show_problems()
    starting = _starting()
    if not found and not starting:
        for target in known_targets().all[-1:]:
            explain_none(target)
    with st.container(key=f"{key}_waiting"):
        if starting:
            _watch(starting)
    return [found[option] for option in chosen]


def candidates(chosen: Chosen) -> tuple[Candidate, ...] | None:
    """What is to be measured, with its price; None as long as a price is being looked up."""
    found = []
    for target, endpoint in chosen:
        kind = endpoint.instance_type if target.region != LOCAL_REGION else None
        known = cached_lookups.prices(target, (kind,))
        if kind and kind not in known:
            return None
        found.append(candidate(target, endpoint, known.get(kind) if kind else None))
    return tuple(found)


def obstacle(chosen: Chosen, form: ParameterForm, missing: str | None) -> str | None:
    """Why nothing can be measured, None where it can; `missing` says what else has to be chosen first."""
    if not chosen:
        return "Choose an endpoint first."
    if missing or form.findings:
        return missing or "Change the parameters marked above first."
    # The form knows one model at most; each of several may have rules of its own.
    for _, endpoint in chosen:
        if findings := problems(form.values, endpoint.model):
            return f"{plain(endpoint.name)}: {plain(findings[0].message)}"
    return None


def _whisper(target: Target) -> list[EndpointSummary]:
    endpoints = endpoints_of(target)
    return [] if isinstance(endpoints, EndpointError) else [e for e in endpoints if e.is_whisper]


def _keep_choice(key: str, found: dict[str, tuple[Target, EndpointSummary]]) -> None:
    """What has gone out of service leaves the choice; before anybody has chosen, it is all of this computer."""
    if not found:
        st.session_state[key] = []
    elif st.session_state.get(f"{key}_begun"):
        st.session_state[key] = [option for option in st.session_state.get(key, ()) if option in found]
    else:
        st.session_state[f"{key}_begun"] = True
        st.session_state[key] = [option for option in found if option.startswith(f"{LOCAL_REGION}/")]


def _label(target: Target, endpoint: EndpointSummary) -> str:
    model = endpoint.model.name if endpoint.model else "model unknown"
    named = endpoint.name if model == endpoint.name else f"{endpoint.name} ({model})"
    return f"{named} · {target.name}"


def _show_problems() -> None:
    for target in known_targets().all:
        endpoints = endpoints_of(target)
        if isinstance(endpoints, EndpointError) and not isinstance(endpoints, EndpointNotReadyError):
            show_error(endpoints, key=f"compare_error_{target.region}")


def _starting() -> list[str]:
    """What will answer soon, by name."""
    names = []
    for target in known_targets().all:
        endpoints = endpoints_of(target)
        if isinstance(endpoints, EndpointNotReadyError):
            names.append(target.name)
        names += [endpoint.name for endpoint in _whisper(target) if endpoint.is_starting]
    return names


@st.fragment(run_every=1.0)
def _watch(names: list[str]) -> None:
    for target in known_targets().all:
        # Listing those of AWS costs many calls, and an instance takes minutes: there the list may be 10 s old.
        if target.region == LOCAL_REGION:
            endpoints_of.clear(target)
    if _starting() != names:
        st.rerun()
    st.caption(
        f":material/hourglass_top: {plain(', '.join(names))} starting; it can be chosen as soon as it answers."
    )
