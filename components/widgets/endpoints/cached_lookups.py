"""What pages ask beside the endpoints: in the background, once for all browser sessions, kept for a while.

A page goes on without what is not known yet. `await_answers`, called last, redraws it when an answer is there.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import replace
from functools import partial
from threading import Lock
from typing import Any, TypeVar

import streamlit as st

from components.core.background_work import Task
from components.core.errors import PortalError
from components.core.settings import current_settings
from components.deployment.checks import Check
from components.deployment.endpoints import EndpointSummary
from components.deployment.jumpstart import InstanceTypes, instance_types
from components.deployment.monitoring import invocations_of_last_day
from components.deployment.network import Networks, find_network
from components.deployment.plan import DeploymentPlan
from components.deployment.preflight import check
from components.deployment.pricing import Price, hourly_price
from components.deployment.roles import Roles, find_roles
from components.health.health_checks import Credentials, credentials_of
from components.targets.target import Target

Answer = TypeVar("Answer")

# Seconds. A refusal is looked at again soon: whoever was told what to do about it has perhaps done it.
_PRICES, _ACCOUNT, _JUMPSTART, _INVOCATIONS, _CHECKS, _REFUSED = 600, 600, 86400, 120, 30, 60
_MOST_ANSWERS = 256


def prices(target: Target, types: Iterable[str | None]) -> dict[str, Price | None]:
    """What an instance costs, by type; a type is missing as long as its price is being looked up."""
    asked = {
        kind: _ask(("price", target, kind), partial(hourly_price, target, kind), _PRICES)
        for kind in dict.fromkeys(types)
        if kind
    }
    return {kind: price.value for kind, price in asked.items() if not price.is_running}


def roles(target: Target) -> Roles | None:
    """The execution roles to choose from; None while they are looked for."""
    settings = current_settings()
    found = _ask(
        ("roles", target),
        lambda: find_roles(target, settings),
        lambda roles: _REFUSED if roles.note else _ACCOUNT,
    )
    return None if found.is_running else found.result()


def supported_types(target: Target) -> dict[str, InstanceTypes]:
    """JumpStart's instance types by model name; empty as long as it could not be asked, and where nobody deploys."""
    if current_settings().read_only:
        return {}
    answer = outcome(_ask(("types", target), lambda: instance_types(target), _JUMPSTART))
    return answer if isinstance(answer, dict) else {}


def networks(target: Target) -> Networks | PortalError | None:
    """Subnets and security groups, or why they can't be listed; None while they are looked for."""
    return outcome(_ask(("networks", target), lambda: find_network(target), _ACCOUNT))


def checks(target: Target, plan: DeploymentPlan) -> list[Check] | None:
    """What could keep the plan from working; None while that is being checked."""
    settings = current_settings()
    # Neither changes what is found, so that editing them need not start another check.
    key = repr(replace(plan, hours=None, tags={}))
    found = _ask(("checks", target, key), lambda: check(target, plan, settings), _CHECKS)
    return None if found.is_running else found.result()


def invocations(target: Target, endpoints: Iterable[EndpointSummary]) -> dict[str, int] | PortalError | None:
    """Invocations of the last day by endpoint name, or why they can't be counted; None while they are."""
    asked = tuple(endpoints)
    key = ("invocations", target, tuple((endpoint.name, endpoint.variant) for endpoint in asked))
    return outcome(_ask(key, lambda: invocations_of_last_day(target, asked), _INVOCATIONS))


def credentials(target: Target) -> Credentials | PortalError | None:
    """The credentials of AWS, or why they can't be had; None while they are looked for."""
    return outcome(_ask(("credentials", target), lambda: credentials_of(target), _CHECKS))


def forget() -> None:
    """Has everything looked up again."""
    answers().forget()


def await_answers() -> None:
    """Redraws the page as soon as there is an answer that this run had to do without; to be called last."""
    awaited = st.session_state.pop("awaited", [])
    with st.container(key="lookups"):
        if awaited:
            _watch(awaited)


def outcome(asked: Task[Answer]) -> Answer | PortalError | None:
    """What the look-up found, or why it failed; None as long as it runs."""
    return asked.error or asked.value


@st.fragment(run_every=0.5)
def _watch(awaited: list[Task[object]]) -> None:
    if any(not answer.is_running for answer in awaited):
        st.rerun()


def _ask(
    key: Hashable, look: Callable[[], Answer], seconds: float | Callable[[Answer], float]
) -> Task[Answer]:
    def keep(answer: Task[Answer]) -> float:
        if answer.error:
            return _REFUSED
        return seconds(answer.result()) if callable(seconds) else seconds

    shown, latest = answers().ask(key, look, keep)
    if latest.is_running:
        st.session_state.setdefault("awaited", []).append(latest)
    return shown


class Answers:
    """Look-ups in the background; each answer is kept for a while, and is shown until there is a newer one."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._shown: dict[Hashable, Task[Any]] = {}
        self._latest: dict[Hashable, Task[Any]] = {}

    def ask(
        self, key: Hashable, look: Callable[[], Answer], keep: Callable[[Task[Answer]], float]
    ) -> tuple[Task[Answer], Task[Answer]]:
        """The answer to show for that key, and the latest one: the same, unless the latest is still looked for.

        `look` is called only where there is no answer, or one that is older than the seconds which `keep` gives it.
        """
        with self._lock:
            latest = self._latest.get(key)
            if latest is None or (not latest.is_running and latest.age > keep(latest)):
                latest = self._latest[key] = Task("the look-up", look)
            if not latest.is_running or key not in self._shown:
                self._shown[key] = latest
            shown = self._shown[key]
            self._drop_oldest()
            return shown, latest

    def forget(self) -> None:
        """Has everything looked up again when a page needs it."""
        with self._lock:
            self._latest.clear()

    def _drop_oldest(self) -> None:
        for found in (self._shown, self._latest):
            while len(found) > _MOST_ANSWERS:
                del found[next(iter(found))]


@st.cache_resource(show_spinner=False)
def answers() -> Answers:
    """The one cache of this portal."""
    return Answers()
