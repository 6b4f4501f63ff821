"""Which endpoints a target has, in what state, and which Whisper model each one serves."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import EndpointSummaryTypeDef

from components.aws_errors import typed_error
from components.catalog import WhisperModel, find_model
from components.targets import Target

MODEL_TAG = "sagemaker-sdk:jumpstart-model-id"
"""The tag in which the SageMaker SDK notes the JumpStart model of an endpoint."""

PROGRESS_TAG = "whisper-portal:progress"
"""The tag in which the embedded endpoint tells how far it has got while it starts."""

_SERVING = {"InService", "Updating", "SystemUpdating", "RollingBack"}
_BROKEN = {"Failed", "UpdateRollbackFailed"}


@dataclass(frozen=True)
class EndpointSummary:
    """One endpoint at the time of asking.

    `status` is SageMaker's word. `model` is None where nothing says which model it serves; `failure_reason`
    is set for broken endpoints, `progress` for starting ones that tell it.
    """

    name: str
    status: str
    created: datetime
    model: WhisperModel | None = None
    failure_reason: str | None = None
    progress: str | None = None

    @property
    def is_serving(self) -> bool:
        """Whether it answers requests; SageMaker keeps the old instances answering during an update."""
        return self.status in _SERVING

    @property
    def is_starting(self) -> bool:
        """Whether it will answer soon, if all goes well."""
        return self.status == "Creating"

    @property
    def is_broken(self) -> bool:
        """Whether it will never answer as it is."""
        return self.status in _BROKEN


def list_endpoints(target: Target) -> list[EndpointSummary]:
    """All endpoints of the target, by name.

    Costs one call for every 100 endpoints, and one to four for each that is new, starting or broken.

    Raises:
        EndpointError: the target can't be reached, or does not let itself be asked.
    """
    try:
        pages = (
            target.sagemaker().get_paginator("list_endpoints").paginate(PaginationConfig={"PageSize": 100})
        )
        listed = [endpoint for page in pages for endpoint in page["Endpoints"]]
        with ThreadPoolExecutor(max_workers=8) as pool:
            summaries = list(pool.map(lambda endpoint: _summary(target, endpoint), listed))
    except (BotoCoreError, ClientError) as error:
        raise typed_error(error, target.name) from error
    return sorted(summaries, key=lambda summary: summary.name)


def _summary(target: Target, listed: "EndpointSummaryTypeDef") -> EndpointSummary:
    name, arn, status = listed["EndpointName"], listed["EndpointArn"], listed["EndpointStatus"]
    model = failure_reason = progress = None
    try:
        model = _model(target, name, arn, listed["LastModifiedTime"])
        if status in _BROKEN:
            failure_reason = target.sagemaker().describe_endpoint(EndpointName=name).get("FailureReason")
        if status == "Creating":
            progress = _tags(target, arn).get(PROGRESS_TAG)
    except ClientError:
        # Deleted in the meantime, or this identity may list but not look closer: show what is known.
        pass
    return EndpointSummary(name, status, listed["CreationTime"], model, failure_reason, progress)


# An endpoint's model changes only with its time of modification, which makes the answer good for ever.
@lru_cache(maxsize=1024)
def _model(target: Target, name: str, arn: str, _modified: datetime) -> WhisperModel | None:
    tagged = _tags(target, arn).get(MODEL_TAG)
    return find_model(tagged or _container_environment(target, name).get("MODEL_ID", ""))


def _tags(target: Target, arn: str) -> dict[str, str]:
    pages = target.sagemaker().get_paginator("list_tags").paginate(ResourceArn=arn)
    return {tag["Key"]: tag["Value"] for page in pages for tag in page["Tags"]}


def _container_environment(target: Target, name: str) -> dict[str, str]:
    sagemaker = target.sagemaker()
    config_name = sagemaker.describe_endpoint(EndpointName=name)["EndpointConfigName"]
    variants = sagemaker.describe_endpoint_config(EndpointConfigName=config_name)["ProductionVariants"]
    model_name = variants[0].get("ModelName") if variants else None
    if model_name is None:  # an endpoint of inference components
        return {}
    model = sagemaker.describe_model(ModelName=model_name)
    containers = [model["PrimaryContainer"]] if "PrimaryContainer" in model else model.get("Containers", [])
    return containers[0].get("Environment", {}) if containers else {}
