"""Where endpoints live: this computer, or AWS with a profile and a region.

The difference between the two is the `endpoint_url` of the boto3 clients, and nothing else.
"""

import math
import os
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ReadTimeoutError

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient
    from mypy_boto3_sagemaker_runtime import SageMakerRuntimeClient

from components.core.garbage_collection import settle, unsettle
from components.core.settings import Settings
from components.whisper.contract import INVOCATION_SECONDS

_REQUESTS_A_CORE = 2
"""The embedded endpoint decodes one on each core; one more is there when it is done."""
LOCAL_REGION = "local"
"""Stands where the region stands in the embedded endpoint's ARNs."""


@dataclass(frozen=True)
class Target:
    """A place with endpoints. `endpoint_url` is set for the embedded endpoint only.

    `at_once` is how many requests to an endpoint of it may be under way; without it as many as are sent.
    """

    name: str
    region: str
    profile: str | None = None
    endpoint_url: str | None = None
    at_once: float = math.inf

    def sagemaker(self) -> "SageMakerClient":
        """The client that lists and describes endpoints."""
        client: SageMakerClient = _client(self, "sagemaker")
        return client

    def runtime(self) -> "SageMakerRuntimeClient":
        """The client that invokes endpoints."""
        client: SageMakerRuntimeClient = _client(self, "sagemaker-runtime")
        return client

    def session(self) -> boto3.Session:
        """A session of its own, for libraries that make their clients themselves."""
        return boto3.Session(profile_name=self.profile, region_name=self.region)

    def client(self, service: str, region: str | None = None) -> Any:  # noqa: ANN401 - one type for each service
        """The client of any other service, in the target's region unless another is given."""
        return _client(self, service, region)


def this_computer(endpoint_url: str, threads: int = 0) -> Target:
    """The embedded endpoint at that URL; `threads` are those of PORTAL_THREADS, where 0 stands for all cores."""
    at_once = _REQUESTS_A_CORE * (threads or os.cpu_count() or 1)
    return Target("This computer", LOCAL_REGION, endpoint_url=endpoint_url, at_once=at_once)


def aws(settings: Settings) -> Target | None:
    """AWS as the settings and boto3's usual places describe it, or None without credentials or region.

    Looking for credentials may ask the instance's metadata service, which takes seconds where there is none.

    Raises:
        botocore.exceptions.BotoCoreError: the profile does not exist, or the configuration can't be read.
    """
    session = boto3.Session(profile_name=settings.aws_profile, region_name=settings.aws_region)
    if session.get_credentials() is None or session.region_name is None:
        return None
    profile = settings.aws_profile or session.profile_name
    return Target(
        f"AWS {session.region_name}", session.region_name, profile if profile != "default" else None
    )


# SageMaker gives a container 60 s and advises 70 s for the socket. A broken connection, throttling and a failure at
# the front of SageMaker are worth another try; a time-out is not (_no_retry_after_timeout).
_CONFIG = Config(
    connect_timeout=5,
    read_timeout=INVOCATION_SECONDS + 10,
    retries={"mode": "standard", "total_max_attempts": 4},
    max_pool_connections=32,
    user_agent_extra="whisper-portal",
)
_lock = Lock()


def forget_clients() -> None:
    """Drops all clients: the next ones are made, with the credentials that boto3 then finds."""
    with _lock:
        _cached_client.cache_clear()
        unsettle()


# boto3's types know a service by its literal name: what is one of several has no type of its own.
def _client(target: Target, service: Any, region: str | None = None) -> Any:  # noqa: ANN401
    # boto3 clients may be shared between threads, but two may not be made at the same time.
    with _lock:
        return _cached_client(target, service, region)


@lru_cache(maxsize=64)
def _cached_client(target: Target, service: Any, region: str | None) -> Any:  # noqa: ANN401
    config = _CONFIG
    if target.endpoint_url:
        # The embedded endpoint asks for no signature, and must work where there are no credentials to sign with.
        # It is on this computer: no proxy of the environment leads there.
        config = config.merge(Config(signature_version=UNSIGNED, proxies={}))
    client = target.session().client(
        service, region_name=region, endpoint_url=target.endpoint_url, config=config
    )
    client.meta.events.register_first("needs-retry.sagemaker-runtime.InvokeEndpoint", _no_retry_after_timeout)
    # The description of a service alone is 20,000 objects.
    settle()
    return client


def _no_retry_after_timeout(caught_exception: Exception | None, **_event: object) -> None:
    # The container is busy with the request still: asking again would make it slower, and cost another minute.
    if isinstance(caught_exception, ReadTimeoutError):
        raise caught_exception
