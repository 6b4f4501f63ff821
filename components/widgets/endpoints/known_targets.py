"""The targets of this portal and their endpoints: looked for once, the same for all browser sessions."""

import time
from dataclasses import dataclass

import streamlit as st
from botocore.exceptions import BotoCoreError

from components.core.background_work import Task
from components.core.errors import EndpointError, EndpointNotReadyError, EndpointUnreachableError, PortalError
from components.core.settings import current_settings
from components.deployment.endpoints import EndpointSummary, list_endpoints
from components.deployment.janitor import Janitor
from components.targets.aws_errors import typed_error
from components.targets.embedded_process import EmbeddedEndpoint
from components.targets.target import LOCAL_REGION, Target, aws, this_computer

_STARTING = EndpointNotReadyError(
    "The endpoint on this computer is being started.", "This takes some seconds; the page goes on by itself."
)


@dataclass(frozen=True)
class KnownTargets:
    """What is known now. `aws_error` says why the configuration of AWS can't be used."""

    local: Target | None
    aws: Target | None = None
    aws_is_sought: bool = False
    aws_error: PortalError | None = None

    @property
    def all(self) -> list[Target]:
        """This computer first."""
        return [target for target in (self.local, self.aws) if target]


def known_targets() -> KnownTargets:
    """This computer at once, AWS as soon as it is found."""
    embedded, search = _embedded(), _aws_search()
    local = _at(embedded[0]) if embedded else None
    # The first comes first: what is found between the two is then not missed.
    return KnownTargets(local, aws_is_sought=search.is_running, aws=search.value, aws_error=search.error)


def embedded_process() -> EmbeddedEndpoint | None:
    """The process of the endpoint on this computer; None where it is left out."""
    embedded = _embedded()
    return embedded[0] if embedded else None


@st.cache_resource(ttl=10, max_entries=16, show_spinner=False)
def endpoints_of(target: Target) -> tuple[EndpointSummary, ...] | EndpointError:
    """The target's endpoints, at most 10 s old, or why they can't be listed.

    Failures are kept as long: a target that does not answer would else hold up every click.
    """
    if target.region == LOCAL_REGION and (error := _embedded_error()):
        return error
    try:
        return tuple(list_endpoints(target))
    except EndpointUnreachableError as error:
        return _STARTING if target.region == LOCAL_REGION else error
    except EndpointError as error:
        return error


def fresh_endpoints(target: Target) -> tuple[EndpointSummary, ...] | EndpointError:
    """The target's endpoints as they are now; those of AWS may be some seconds old.

    Listing those costs many calls, and there an instance takes minutes to start.
    """
    if target.region == LOCAL_REGION:
        endpoints_of.clear(target)
    return endpoints_of(target)


def _at(embedded: EmbeddedEndpoint) -> Target:
    return this_computer(embedded.url, current_settings().threads)


@st.cache_resource(show_spinner=False)
def _embedded() -> tuple[EmbeddedEndpoint, Task[None]] | None:
    """The endpoint on this computer and its start, once for the whole portal; None if left out.

    Returns as soon as the URL is certain, long before there is an answer at it.
    """
    settings = current_settings()
    if not settings.embedded_endpoint:
        return None
    endpoint = EmbeddedEndpoint(settings)
    start = Task("starting the embedded endpoint", endpoint.start)
    while not (endpoint.is_running or endpoint.failure or not start.is_running):
        time.sleep(0.01)
    return endpoint, start


@st.cache_resource(show_spinner=False, on_release=lambda janitor: janitor and janitor.stop())
def janitor() -> Janitor | None:
    """What the portal does by itself, from the first page that anybody opens; None where it is read-only."""
    if current_settings().read_only:
        return None
    embedded, search = _embedded(), _aws_search()

    def targets() -> list[Target]:
        # Not known_targets(): this runs in a thread of its own, which must not start anything again.
        local = [_at(embedded[0])] if embedded and embedded[0].is_running else []
        return [*local, search.value] if search.value else local

    return Janitor(targets)


def janitor_problems() -> dict[tuple[Target, str], PortalError]:
    """What the portal could not do by itself, by target and endpoint name."""
    running = janitor()
    return running.problems if running else {}


def _embedded_error() -> EndpointError | None:
    """Why the endpoint on this computer can't be asked now."""
    running = _embedded()
    if running is None:
        return None
    endpoint, start = running
    if endpoint.failure:
        return EndpointUnreachableError("The endpoint on this computer does not run.", endpoint.failure)
    return None if endpoint.is_running and not start.is_running else _STARTING


@st.cache_resource(show_spinner=False)
def _aws_search() -> Task[Target | None]:
    # Without credentials at hand boto3 asks for the metadata service of an EC2 instance, which takes seconds.
    settings = current_settings()

    def search() -> Target | None:
        try:
            return aws(settings)
        except BotoCoreError as error:
            raise typed_error(error, "AWS") from error

    return Task("looking for AWS", search)
