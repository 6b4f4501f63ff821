"""An account of AWS that answers SageMaker's calls as a test tells it."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import boto3
from botocore import UNSIGNED
from botocore.config import Config

from components.deployment import tags as noted
from components.deployment.endpoints import EndpointSummary, list_endpoints
from components.targets.target import Target
from components.whisper.contract import MODEL_TAG, PERCENT_TAG, PROGRESS_TAG

TARGET = Target("AWS eu-west-1", "eu-west-1")
CREATED = datetime(2026, 11, 20, tzinfo=UTC)
MODIFIED = datetime(2026, 11, 21, tzinfo=UTC)
NO_TAGS: dict[str, list[Any]] = {"Tags": []}
Answer = Callable[[dict[str, Any]], Any]


class Account:
    """Answers boto3's calls in the place of SageMaker; by default with an account without endpoints."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.answers: dict[str, Answer] = {
            "ListEndpoints": lambda _: {"Endpoints": []},
            "ListTags": lambda _: NO_TAGS,
        }
        self.serves({})
        self.client = boto3.client(
            "sagemaker", region_name="eu-west-1", config=Config(signature_version=UNSIGNED)
        )
        events: Any = self.client.meta.events
        events.register("before-call.sagemaker", self._answer)

    def has(self, *listed: dict[str, Any]) -> None:
        self.answers["ListEndpoints"] = lambda _: {"Endpoints": listed}

    def serves(self, container: dict[str, Any]) -> None:
        """Every endpoint's one model has these containers."""
        self.answers["DescribeEndpoint"] = lambda asked: {
            "EndpointConfigName": f"config of {asked['EndpointName']}"
        }
        variant = {"VariantName": "all", "ModelName": "model", "InstanceType": "ml.g5.2xlarge"}
        self.runs(variant | {"InitialInstanceCount": 2})
        self.answers["DescribeModel"] = lambda _: container

    def runs(self, *variants: dict[str, Any]) -> None:
        """Every endpoint's configuration has these variants."""
        self.answers["DescribeEndpointConfig"] = lambda _: {"ProductionVariants": variants}

    def tags(self, **tags: str) -> None:
        names = {
            "model": MODEL_TAG,
            "progress": PROGRESS_TAG,
            "percent": PERCENT_TAG,
            "expires": noted.EXPIRES,
            "scaling": noted.SCALING,
        }
        listed = [{"Key": names.get(key, key), "Value": value} for key, value in tags.items()]
        self.answers["ListTags"] = lambda _: {"Tags": listed}

    def _answer(self, model: Any, params: dict[str, Any], **_: object) -> tuple[Any, dict[str, Any]]:
        self.calls[model.name] += 1
        answer = self.answers[model.name](json.loads(params["body"]))
        return SimpleNamespace(status_code=400 if "Error" in answer else 200), answer


def listed(name: str, status: str = "InService", modified: datetime = MODIFIED) -> dict[str, Any]:
    return {
        "EndpointName": name,
        "EndpointArn": f"arn:aws:sagemaker:eu-west-1:0:endpoint/{name}",
        "CreationTime": CREATED,
        "LastModifiedTime": modified,
        "EndpointStatus": status,
    }


def only() -> EndpointSummary:
    (summary,) = list_endpoints(TARGET)
    return summary
