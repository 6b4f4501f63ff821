"""What pages ask beside the endpoints: in the background, once for all browser sessions, kept for a while.

A page goes on without what is not known yet. `await_answers`, called last, draws it anew when an answer is there.
"""

import logging
from collections.abc import Callable, Hashable, Iterable
from dataclasses import replace
from functools import partial
from typing import TypeVar

import streamlit as st

from components.core.errors import AwsError, EndpointError
from components.core.request_id import id_of
from components.core.settings import Settings
from components.deployment.checks import Check
from components.deployment.endpoints import EndpointSummary
from components.deployment.invocations import invocations_of_last_day
from components.deployment.jumpstart import InstanceTypes, instance_types
from components.deployment.network import Networks, find_network
from components.deployment.plan import DeploymentPlan
from components.deployment.preflight import check
from components.deployment.pricing import Price, hourly_price
from components.deployment.roles import Roles, find_roles
from components.health.checks import Credentials, credentials_of
from components.targets.target import Target
from components.widgets.endpoints.background_answers import Answers, Background

logger = logging.getLogger(__name__)

Answer = TypeVar("Answer")

# Seconds. A refusal is looked at again soon: whoever was told what to do about it has perhaps done it.
_PRICES, _ACCOUNT, _JUMPSTART, _INVOCATIONS, _CHECKS, _REFUSED = 600, 600, 86400, 120, 30, 60


def prices(target: Target, types: Iterable[str | None]) -> dict[str, Price | None]:
    """What an instance costs, by type; a type is missing as long as its price is being looked up."""
    asked = {
        kind: _ask(("price", target, kind), partial(hourly_price, target, kind), _PRICES)
        for kind in dict.fromkeys(types)
        if kind
    }
    return {kind: price.result() for kind, price in asked.items() if price.is_done}


def roles(target: Target) -> Roles | None:
    """The execution roles to choose from; None while they are looked for."""
    settings = Settings()
    found = _ask(
        ("roles", target),
        lambda: find_roles(target, settings),
        lambda roles: _REFUSED if roles.note else _ACCOUNT,
    )
    return found.result() if found.is_done else None


def supported_types(target: Target) -> dict[str, InstanceTypes]:
    """JumpStart's instance types by model name; empty as long as it could not be asked, and where nobody deploys."""
    if Settings().read_only:
        return {}
    answer = _answer(_ask(("types", target), lambda: instance_types(target), _JUMPSTART))
    return answer if isinstance(answer, dict) else {}


def networks(target: Target) -> Networks | EndpointError | None:
    """Subnets and security groups, or why they can't be listed; None while they are looked for."""
    return _answer(_ask(("networks", target), lambda: find_network(target), _ACCOUNT))


def checks(target: Target, plan: DeploymentPlan) -> list[Check] | None:
    """What could keep the plan from working; None while that is being checked."""
    settings = Settings()
    # Neither changes what is found, and while they are edited nothing need be checked anew.
    key = repr(replace(plan, hours=None, tags={}))
    found = _ask(("checks", target, key), lambda: check(target, plan, settings), _CHECKS)
    return found.result() if found.is_done else None


def invocations(
    target: Target, endpoints: Iterable[EndpointSummary]
) -> dict[str, int] | EndpointError | None:
    """Invocations of the last day by endpoint name, or why they can't be counted; None while they are."""
    asked = tuple(endpoints)
    key = ("invocations", target, tuple((endpoint.name, endpoint.variant) for endpoint in asked))
    return _answer(_ask(key, lambda: invocations_of_last_day(target, asked), _INVOCATIONS))


def credentials(target: Target) -> Credentials | EndpointError | None:
    """The credentials of AWS, or why they can't be had; None while they are looked for."""
    return _answer(_ask(("credentials", target), lambda: credentials_of(target), _CHECKS))


def forget() -> None:
    """Has everything looked up anew."""
    _answers().forget()


def await_answers() -> None:
    """Draws the page anew as soon as there is an answer that this run had to do without; to be called last."""
    awaited = st.session_state.pop("awaited", [])
    with st.container(key="lookups"):
        if awaited:
            _watch(awaited)


@st.fragment(run_every=0.5)
def _watch(awaited: list[Background[object]]) -> None:
    if any(answer.is_done for answer in awaited):
        st.rerun()


def _ask(
    key: Hashable, look: Callable[[], Answer], seconds: float | Callable[[Answer], float]
) -> Background[Answer]:
    def keep(answer: Background[Answer]) -> float:
        if answer.error():
            return _REFUSED
        return seconds(answer.result()) if callable(seconds) else seconds

    shown, latest = _answers().ask(key, look, keep)
    if not latest.is_done:
        st.session_state.setdefault("awaited", []).append(latest)
    return shown


def _answer(asked: Background[Answer]) -> Answer | EndpointError | None:
    if not asked.is_done:
        return None
    try:
        return asked.result()
    except EndpointError as error:
        return error
    except Exception as error:
        logger.exception("a look-up failed")
        return AwsError("This could not be looked up.", "The portal's log says why.", id_of(error))


@st.cache_resource(show_spinner=False)
def _answers() -> Answers:
    return Answers()
