"""The life of endpoints: loading, serving, going."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from threading import Thread
from typing import Any

from components.core.errors import PortalError
from components.local_endpoint.engine_pool import Engine, EnginePool
from components.local_endpoint.faults import VALIDATION_EXCEPTION, AwsFault, NotInServiceError
from components.local_endpoint.loading_progress import LoadingProgress
from components.local_endpoint.registry import ACCOUNT, Endpoint, EndpointStatus, Records
from components.whisper.contract import MODEL_ID
from components.whisper.models import MODELS, WhisperModel, find_model

logger = logging.getLogger(__name__)

_LONGEST_REASON = 1024
"""Characters of a FailureReason in SageMaker's API."""


class _DeletedError(Exception):
    """The endpoint is no longer wanted: raised within the loading, to end it."""


class EndpointLifecycle:
    """Brings endpoints into service in threads of their own, counts their requests, and lets them go."""

    def __init__(self, endpoints: Records[Endpoint], engines: EnginePool) -> None:
        self._endpoints = endpoints
        self._engines = engines

    def create(self, endpoint: Endpoint) -> None:
        """Takes in an endpoint and begins to load its weights.

        Raises:
            AwsFault: there is one of this name.
        """
        self._endpoints.add(endpoint)
        Thread(target=self._load, args=(endpoint,), name=f"loading {endpoint.name}", daemon=True).start()

    def delete(self, name: str) -> None:
        """Lets an endpoint go, once its running requests are answered or its loading has been broken off.

        SageMaker refuses this while an endpoint is Creating; here nothing speaks against it.

        Raises:
            AwsFault: there is no such endpoint, or it is going already.
        """
        self._endpoints.change(name, _leaving)

    @contextmanager
    def serving(self, name: str) -> Iterator[tuple[Engine, str]]:
        """The engine of that endpoint, which stays as long as the context does, and its production variant's name.

        Raises:
            NotInServiceError: there is no such endpoint, or it does not serve.
        """
        try:
            endpoint = self._endpoints.change(name, _one_more)
        except AwsFault as error:
            raise NotInServiceError(name, ACCOUNT) from error
        assert endpoint.engine is not None  # noqa: S101 - what is InService has one
        try:
            yield endpoint.engine, endpoint.variant["VariantName"]
        finally:
            self._endpoints.change(name, _one_less)

    def _load(self, endpoint: Endpoint) -> None:
        logger.info("endpoint %s: creating", endpoint.name)
        changes = self._outcome(endpoint)
        self._endpoints.change(endpoint.name, lambda now: _settled(now, changes))
        logger.info("endpoint %s: %s", endpoint.name, changes.get("failure_reason") or changes["status"])

    def _outcome(self, endpoint: Endpoint) -> Mapping[str, Any]:
        try:
            model = _model_of(endpoint.container)
            engine = self._engines.get(model, lambda progress: self._report(endpoint.name, progress))
        except _DeletedError:
            return {"status": EndpointStatus.DELETING}
        except PortalError as error:
            return _failure(str(error))
        except Exception:
            logger.exception("endpoint %s", endpoint.name)
            return _failure("The weights could not be loaded. The log of the embedded endpoint says why.")
        return {"status": EndpointStatus.IN_SERVICE, "engine": engine}

    def _report(self, name: str, progress: LoadingProgress) -> None:
        before = self._endpoints.change(name, lambda endpoint: replace(endpoint, progress=progress))
        if before.status is EndpointStatus.DELETING:
            raise _DeletedError
        logger.debug("endpoint %s: %s", name, progress.text)


def named_model(container: Mapping[str, Any]) -> WhisperModel | None:
    """The model whose weights a container's environment names, or None."""
    return find_model(_model_id(container) or "")


def _model_id(container: Mapping[str, Any]) -> str | None:
    return (container.get("Environment") or {}).get(MODEL_ID)


def _model_of(container: Mapping[str, Any]) -> WhisperModel:
    model = named_model(container)
    if model:
        return model
    given = _model_id(container)
    raise PortalError(
        "The model's container has no environment variable MODEL_ID, which names the weights."
        if given is None
        else f"The container's environment variable MODEL_ID is {given!r}, but that is no Whisper model.",
        f"Create a model with MODEL_ID set to one of {', '.join(known.name for known in MODELS)}.",
    )


def _failure(reason: str) -> Mapping[str, Any]:
    return {"status": EndpointStatus.FAILED, "failure_reason": reason[:_LONGEST_REASON]}


def _settled(endpoint: Endpoint, changes: Mapping[str, Any]) -> Endpoint | None:
    return None if endpoint.status is EndpointStatus.DELETING else endpoint.moved(progress=None, **changes)


def _leaving(endpoint: Endpoint) -> Endpoint | None:
    if endpoint.status is EndpointStatus.DELETING:
        raise AwsFault(VALIDATION_EXCEPTION, f'Cannot update in-progress endpoint "{endpoint.arn}".')
    busy = endpoint.running or endpoint.status is EndpointStatus.CREATING
    return endpoint.moved(EndpointStatus.DELETING) if busy else None


def _one_more(endpoint: Endpoint) -> Endpoint:
    if endpoint.status is not EndpointStatus.IN_SERVICE:
        raise NotInServiceError(endpoint.name, ACCOUNT)
    return replace(endpoint, running=endpoint.running + 1)


def _one_less(endpoint: Endpoint) -> Endpoint | None:
    gone = endpoint.status is EndpointStatus.DELETING and endpoint.running == 1
    return None if gone else replace(endpoint, running=endpoint.running - 1)
