"""SageMaker's control plane: models, endpoint configurations and endpoints, and their tags."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from components.local_endpoint.endpoint_lifecycle import EndpointLifecycle, named_model
from components.local_endpoint.faults import VALIDATION_EXCEPTION, AwsFault
from components.local_endpoint.loading_progress import LoadingProgress
from components.local_endpoint.registry import Endpoint, Records, Registry, Resource, ResourceKind
from components.local_endpoint.request_validation import validate
from components.whisper.contract import MODEL_TAG, PERCENT_TAG, PROGRESS_TAG

Parameters = Mapping[str, Any]
Answer = dict[str, Any]

_ORDER = {"SortBy": "CreationTime", "SortOrder": "Descending"}
_LIST_OPTIONS = {"NameContains", "StatusEquals", "MaxResults", "NextToken"}
_PAGE = 10
"""Records in a page where MaxResults is not given, as SageMaker has it."""


class ControlPlane:
    """Carries out SageMaker's actions on the registry. Safe to use from several threads."""

    def __init__(self, registry: Registry, lifecycle: EndpointLifecycle) -> None:
        self._registry = registry
        self._lifecycle = lifecycle
        self._actions: dict[str, Callable[[Parameters], Answer]] = {
            "CreateModel": self._create_model,
            "CreateEndpointConfig": self._create_config,
            "CreateEndpoint": self._create_endpoint,
            "DescribeModel": lambda given: _described(registry.models, given),
            "DescribeEndpointConfig": lambda given: _described(registry.configs, given),
            "DescribeEndpoint": lambda given: _described(registry.endpoints, given),
            "ListModels": lambda given: _listed(registry.models, given),
            "ListEndpointConfigs": lambda given: _listed(registry.configs, given),
            "ListEndpoints": lambda given: _listed(registry.endpoints, given),
            # As in SageMaker, endpoints outlive the model and the configuration that they were created from.
            "DeleteModel": lambda given: _deleted(registry.models, given),
            "DeleteEndpointConfig": lambda given: _deleted(registry.configs, given),
            "DeleteEndpoint": self._delete_endpoint,
            "AddTags": self._add_tags,
            "ListTags": self._list_tags,
            "DeleteTags": self._delete_tags,
        }

    def call(self, action: str, parameters: object) -> Answer:
        """Carries out one action with the parameters that boto3 sends for it.

        Raises:
            AwsFault: an action that is not known here, wrong parameters, or what the action itself refuses.
        """
        if action not in self._actions:
            known = ", ".join(self._actions)
            raise AwsFault("UnknownOperationException", f"There is no action {action} here, only {known}.")
        if isinstance(parameters, Mapping):
            parameters = {name: value for name, value in parameters.items() if value is not None}
        validate(action, parameters)
        assert isinstance(parameters, Mapping)  # noqa: S101 - or it would not have been valid
        return self._actions[action](parameters)

    def _create_model(self, given: Parameters) -> Answer:
        if len(_containers(given)) > 1:
            raise AwsFault(VALIDATION_EXCEPTION, "There are no inference pipelines here: give one container.")
        return _added(self._registry.models, given)

    def _create_config(self, given: Parameters) -> Answer:
        if len(given["ProductionVariants"]) > 1 or "ShadowProductionVariants" in given:
            raise AwsFault(VALIDATION_EXCEPTION, "There are no instances to share here: give one variant.")
        self._registry.models.get(given["ProductionVariants"][0].get("ModelName", ""))
        return _added(self._registry.configs, given)

    def _create_endpoint(self, given: Parameters) -> Answer:
        config = self._registry.configs.get(given["EndpointConfigName"])
        variant = config.request["ProductionVariants"][0]
        container = next(iter(_containers(self._registry.models.get(variant["ModelName"]).request)), {})
        model = named_model(container)
        own = {MODEL_TAG: model.jumpstart_id or model.name} if model else {}
        endpoint = Endpoint(
            ResourceKind.ENDPOINT,
            given["EndpointName"],
            given,
            own | _tags(given),
            container=container,
            variant=variant,
        )
        self._lifecycle.create(endpoint)
        return {"EndpointArn": endpoint.arn}

    def _delete_endpoint(self, given: Parameters) -> Answer:
        self._lifecycle.delete(given["EndpointName"])
        return {}

    def _add_tags(self, given: Parameters) -> Answer:
        records, name = self._tagged(given["ResourceArn"])
        records.change(name, lambda record: replace(record, tags={**record.tags, **_tags(given)}))
        return self._list_tags(given)

    def _list_tags(self, given: Parameters) -> Answer:
        records, name = self._tagged(given["ResourceArn"])
        record = records.get(name)
        tags = dict(record.tags)
        if isinstance(record, Endpoint) and record.progress:
            tags |= _progress_tags(record.progress)
        return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}

    def _delete_tags(self, given: Parameters) -> Answer:
        records, name = self._tagged(given["ResourceArn"])
        gone = given["TagKeys"]
        records.change(
            name, lambda record: replace(record, tags={k: v for k, v in record.tags.items() if k not in gone})
        )
        return {}

    def _tagged(self, arn: str) -> tuple[Records[Any], str]:
        name = arn.rpartition("/")[2]
        for records in (self._registry.models, self._registry.configs, self._registry.endpoints):
            if records.kind.arn(name) == arn:
                return records, name
        raise AwsFault(VALIDATION_EXCEPTION, f'Could not find resource "{arn}".')


def _tags(given: Parameters) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in given.get("Tags", ())}


def _progress_tags(progress: LoadingProgress) -> dict[str, str]:
    tags = {PROGRESS_TAG: progress.text}
    return tags if progress.fraction is None else tags | {PERCENT_TAG: str(int(100 * progress.fraction))}


def _containers(model: Parameters) -> Sequence[Parameters]:
    return [model["PrimaryContainer"]] if "PrimaryContainer" in model else model.get("Containers", [])


def _name(records: Records[Any], given: Parameters) -> str:
    return str(given[f"{records.kind.stem}Name"])


def _added(records: Records[Resource], given: Parameters) -> Answer:
    record = Resource(records.kind, _name(records, given), given, _tags(given))
    records.add(record)
    return {f"{record.kind.stem}Arn": record.arn}


def _deleted(records: Records[Resource], given: Parameters) -> Answer:
    records.change(_name(records, given), lambda _: None)
    return {}


def _summary(record: Resource) -> Answer:
    stem = record.kind.stem
    summary = {f"{stem}Name": record.name, f"{stem}Arn": record.arn, "CreationTime": record.created}
    if isinstance(record, Endpoint):
        summary |= {"EndpointStatus": record.status.value, "LastModifiedTime": record.modified}
    return summary


def _described(records: Records[Any], given: Parameters) -> Answer:
    record = records.get(_name(records, given))
    as_created = {name: value for name, value in record.request.items() if name != "Tags"}
    return as_created | _summary(record) | (_service(record) if isinstance(record, Endpoint) else {})


def _service(endpoint: Endpoint) -> Answer:
    count = endpoint.variant.get("InitialInstanceCount", 1)
    weight = endpoint.variant.get("InitialVariantWeight", 1.0)
    variant = {
        "VariantName": endpoint.variant["VariantName"],
        "CurrentWeight": weight,
        "DesiredWeight": weight,
        "CurrentInstanceCount": count,
        "DesiredInstanceCount": count,
    }
    reason = {"FailureReason": endpoint.failure_reason} if endpoint.failure_reason else {}
    return {"ProductionVariants": [variant]} | reason


def _listed(records: Records[Any], wanted: Parameters) -> Answer:
    """The newest first, a page at a time, filtered by name and status."""
    options = {name for name, value in wanted.items() if _ORDER.get(name) != value}
    if unsupported := options - _LIST_OPTIONS:
        message = f"Lists are sorted by {_ORDER} here, and take no {', '.join(sorted(unsupported))}."
        raise AwsFault(VALIDATION_EXCEPTION, message)
    try:
        before = float(wanted.get("NextToken", "inf"))
    except ValueError as error:
        raise AwsFault(VALIDATION_EXCEPTION, "The NextToken does not belong to this list.") from error
    size = wanted.get("MaxResults", _PAGE)
    found = [r for r in reversed(records.all()) if r.created < before and _fits(r, wanted)]
    token = {"NextToken": repr(found[size - 1].created)} if len(found) > size else {}
    return {f"{records.kind.stem}s": list(map(_summary, found[:size]))} | token


def _fits(record: Resource, wanted: Parameters) -> bool:
    status = record.status.value if isinstance(record, Endpoint) else None
    return wanted.get("NameContains", "") in record.name and wanted.get("StatusEquals", status) == status
