"""An AWS that answers as a test says: boto3's own clients, with the answers put in the place of the network."""

import threading
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError, NoCredentialsError, NoRegionError

from components.targets.target import Target

Asked = dict[str, Any]
Answer = Callable[[Asked], Any]

TARGET = Target("AWS eu-west-1", "eu-west-1")
LOCAL = Target("This computer", "local", endpoint_url="http://127.0.0.1:1")


def refusal(code: str, message: str = "not you") -> Answer:
    return lambda _: {"Error": {"Code": code, "Message": message}}


def no_connection(_: Asked) -> Any:
    raise EndpointConnectionError(endpoint_url="https://nowhere")


def no_credentials(_: Asked) -> Any:
    raise NoCredentialsError


def no_region(_: Asked) -> Any:
    raise NoRegionError


def unreadable(_: Asked) -> Any:
    """What boto3 does with some answers that are no AWS's."""
    raise KeyError("Result")


class FakeAws:
    """Answers by operation, such as "GetRole"; whatever is asked for that has no answer fails the test."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, str, Asked]] = []
        """Region, operation and parameters of every call."""
        self._clients: dict[tuple[str, str], Any] = {}
        self._lock = threading.Lock()

    @property
    def calls(self) -> Counter[str]:
        return Counter(operation for _, operation, _ in self.asked)

    def client(self, target: Target, service: str, region: str | None = None) -> Any:
        with self._lock:
            key = (service, region or target.region)
            if key not in self._clients:
                self._clients[key] = self._new(*key)
            return self._clients[key]

    def _new(self, service: Any, region: str) -> Any:
        client: Any = boto3.client(
            service,
            region_name=region,
            config=Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1}),
        )
        client.meta.events.register("before-parameter-build", self._note)
        client.meta.events.register(
            "before-call", lambda model, context, **_: self._answer(region, model.name, context["asked"])
        )
        return client

    def _note(self, params: Asked, context: dict[str, Any], **_: object) -> None:
        context["asked"] = dict(params)

    def _answer(self, region: str, operation: str, asked: Asked) -> tuple[Any, Any]:
        with self._lock:
            self.asked.append((region, operation, asked))
        answer = self.answers[operation](asked)
        # boto3 works on its answers.
        return SimpleNamespace(status_code=400 if "Error" in answer else 200), deepcopy(answer)


def in_place_of_aws(monkeypatch: pytest.MonkeyPatch) -> FakeAws:
    account = FakeAws()

    def client(target: Target, service: str = "sagemaker", region: str | None = None) -> Any:
        return account.client(target, service, region)

    monkeypatch.setattr(Target, "client", client)
    monkeypatch.setattr(Target, "sagemaker", client)
    return account
