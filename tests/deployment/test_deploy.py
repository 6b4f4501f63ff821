"""The real SageMaker SDK, deploying to an AWS on this computer."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError

from components import errors
from components.catalog import MODELS, WhisperModel, find_model
from components.contract import MODEL_TAG
from components.deployment import tags
from components.deployment.deploy import PARTS, deploy
from components.deployment.endpoints import list_endpoints
from components.deployment.jumpstart import instance_types
from components.deployment.plan import INSTANCE_TYPES, Network, Plan, Scaling
from components.errors import AccessDeniedError, DeploymentError, EndpointUnreachableError, ReadOnlyError
from components.targets import Target
from tests.deployment.conftest import IMAGE, ROLE

BASE = find_model("whisper-base")
QUOTA = "The account-level service limit 'ml.g5.2xlarge for endpoint usage' is 0 Instances"


def plan(name: str = "speech", **details: Any) -> Plan:
    assert BASE
    given: dict[str, Any] = {"model": BASE, "instance_type": INSTANCE_TYPES[0], "role_arn": ROLE} | details
    return Plan(endpoint_name=name, **given)


def unheard(_: str) -> None:
    """Nobody listens."""


class Refusals:
    """Has AWS refuse chosen calls of every client."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._errors: dict[str, dict[str, str]] = {}
        make = Target.session

        def session(target: Target) -> Any:
            session = make(target)
            session.events.register("before-call.sagemaker", self._answer)
            return session

        monkeypatch.setattr(Target, "session", session)

    def refuse(self, call: str, code: str, message: str) -> None:
        self._errors[call] = {"Code": code, "Message": message}

    def _answer(self, model: Any, **_: Any) -> Any:
        error = self._errors.get(model.name)
        return (SimpleNamespace(status_code=400), {"Error": error}) if error else None


@pytest.fixture
def refusals(aws: Target, monkeypatch: pytest.MonkeyPatch) -> Refusals:
    return Refusals(monkeypatch)


def everything(target: Target) -> list[str]:
    """The names of all endpoints, configurations and models there are."""
    sagemaker = target.sagemaker()
    return [
        *(e["EndpointName"] for e in sagemaker.list_endpoints()["Endpoints"]),
        *(c["EndpointConfigName"] for c in sagemaker.list_endpoint_configs()["EndpointConfigs"]),
        *(m["ModelName"] for m in sagemaker.list_models()["Models"]),
    ]


@pytest.mark.parametrize("model", [m for m in MODELS if m.in_jumpstart], ids=lambda m: m.name)
def test_each_model_of_jumpstart_is_deployed(aws: Target, model: WhisperModel) -> None:
    created: list[str] = []
    deploy(aws, plan(model=model, tags={"team": "speech"}), created.append)
    assert created == list(PARTS.values())
    (endpoint,) = list_endpoints(aws)
    assert (endpoint.name, endpoint.status, endpoint.model) == ("speech", "InService", model)
    assert (endpoint.instance_type, endpoint.instance_count) == ("ml.g5.2xlarge", 1)
    assert everything(aws) == ["speech"] * 3


def test_model_and_configuration_are_what_jumpstart_says(aws: Target) -> None:
    deploy(aws, plan(instance_type="ml.g4dn.2xlarge", instance_count=2), unheard)
    model: Any = aws.sagemaker().describe_model(ModelName="speech")
    assert model["ExecutionRoleArn"] == ROLE
    assert model["PrimaryContainer"]["Image"] == IMAGE
    config = aws.sagemaker().describe_endpoint_config(EndpointConfigName="speech")
    (variant,) = config["ProductionVariants"]
    assert (variant["InstanceType"], variant["InitialInstanceCount"]) == ("ml.g4dn.2xlarge", 2)


def requests(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What CreateModel is asked from now on: moto does not keep all of it."""
    asked: list[dict[str, Any]] = []
    make = Target.session

    def session(target: Target) -> Any:
        session = make(target)
        session.events.register(
            "provide-client-params.sagemaker.CreateModel", lambda params, **_: asked.append(params)
        )
        return session

    monkeypatch.setattr(Target, "session", session)
    return asked


@pytest.mark.parametrize(("wish", "outcome"), [(None, True), (True, True), (False, False)])
def test_network_isolation_is_jumpstarts_unless_wished_otherwise(
    aws: Target, monkeypatch: pytest.MonkeyPatch, *, wish: bool | None, outcome: bool
) -> None:
    asked = requests(monkeypatch)
    deploy(aws, plan(network_isolation=wish), unheard)
    assert asked[0].get("EnableNetworkIsolation", False) is outcome


def test_the_containers_run_in_the_network_of_the_plan(aws: Target) -> None:
    deploy(aws, plan(network=Network(("subnet-1", "subnet-2"), ("sg-1",))), unheard)
    found: Any = aws.sagemaker().describe_model(ModelName="speech")["VpcConfig"]
    assert found == {"Subnets": ["subnet-1", "subnet-2"], "SecurityGroupIds": ["sg-1"]}


def test_all_three_parts_carry_the_tags(aws: Target) -> None:
    before = datetime.now(UTC)
    deploy(aws, plan(tags={"team": "speech"}, scaling=Scaling(1, 3, 30)), unheard)
    (endpoint,) = list_endpoints(aws)
    assert endpoint.scaling == Scaling(1, 3, 30)
    assert endpoint.expires
    assert timedelta(hours=3.9) < endpoint.expires - before < timedelta(hours=4.1)
    for kind in ("endpoint", "endpoint-config", "model"):
        found = tags.read(aws, f"arn:aws:sagemaker:us-east-1:123456789012:{kind}/speech")
        assert found["team"] == "speech"
        assert found[tags.DEPLOYMENT]
        assert found[MODEL_TAG] == "huggingface-asr-whisper-base"


def test_an_endpoint_without_a_lifetime_never_expires(aws: Target) -> None:
    deploy(aws, plan(hours=None), unheard)
    assert list_endpoints(aws)[0].expires is None


@pytest.mark.parametrize("call", ["CreateModel", "CreateEndpointConfig", "CreateEndpoint"])
def test_what_fails_half_way_leaves_nothing_behind(refusals: Refusals, aws: Target, call: str) -> None:
    deploy(aws, plan("other"), unheard)
    before = everything(aws)
    refusals.refuse(call, "AccessDeniedException", "you may not")
    with pytest.raises(AccessDeniedError, match="you may not"):
        deploy(aws, plan(), unheard)
    assert everything(aws) == before


@pytest.mark.parametrize(
    ("code", "message", "kind", "advice"),
    [
        ("ResourceLimitExceeded", QUOTA, errors.ResourceLimitError, "Service Quotas"),
        ("AccessDeniedException", "not you", errors.AccessDeniedError, "permission"),
        ("ExpiredTokenException", "expired", errors.ExpiredCredentialsError, "Renew them"),
        ("ThrottlingException", "Rate exceeded", errors.ThrottledError, "try again"),
        ("ValidationException", "The execution role ARN is invalid", errors.DeploymentError, "Change what"),
    ],
)
def test_each_refusal_is_typed_with_advice(
    refusals: Refusals, aws: Target, *, code: str, message: str, kind: type[errors.EndpointError], advice: str
) -> None:
    refusals.refuse("CreateEndpoint", code, message)
    with pytest.raises(kind, match=message) as caught:
        deploy(aws, plan(), unheard)
    assert advice in caught.value.advice
    assert everything(aws) == []


def test_a_part_that_can_not_be_deleted_again_is_named(refusals: Refusals, aws: Target) -> None:
    refusals.refuse("CreateEndpoint", "AccessDeniedException", "you may not")
    refusals.refuse("DeleteModel", "AccessDeniedException", "nor that")
    with pytest.raises(AccessDeniedError) as caught:
        deploy(aws, plan(), unheard)
    assert "named speech was left behind: model." in caught.value.advice
    assert everything(aws) == ["speech"]


def test_a_model_that_others_made_under_the_same_name_is_neither_used_nor_deleted(
    refusals: Refusals, aws: Target
) -> None:
    deploy(aws, plan(), unheard)
    # moto would replace the model without a word, and the SDK would use it.
    refusals.refuse("CreateModel", "ValidationException", 'Cannot create already existing model "speech".')
    with pytest.raises(DeploymentError, match="a model of that name already"):
        deploy(aws, plan(), unheard)
    assert everything(aws) == ["speech"] * 3


class Lost:
    """Has AWS carry out chosen calls, and their answers get lost on the way."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *calls: str) -> None:
        make = Target.session

        def session(target: Target) -> Any:
            session = make(target)
            for call in calls:
                session.events.register(f"after-call.sagemaker.{call}", self._lose)
            return session

        monkeypatch.setattr(Target, "session", session)

    def _lose(self, **_: Any) -> None:
        raise ConnectionClosedError(endpoint_url="https://api.sagemaker.us-east-1.amazonaws.com")


def test_an_endpoint_whose_acceptance_got_lost_is_kept(aws: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    Lost(monkeypatch, "CreateEndpoint")
    deploy(aws, plan(), unheard)
    assert everything(aws) == ["speech"] * 3


@pytest.mark.parametrize("call", ["CreateModel", "CreateEndpointConfig"])
def test_a_part_whose_creation_got_lost_is_deleted_again(
    aws: Target, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    Lost(monkeypatch, call)
    with pytest.raises(errors.EndpointUnreachableError):
        deploy(aws, plan(), unheard)
    assert everything(aws) == []


def test_where_it_is_not_known_whether_an_endpoint_exists_nothing_is_taken_from_under_it(
    aws: Target, refusals: Refusals, monkeypatch: pytest.MonkeyPatch
) -> None:
    Lost(monkeypatch, "CreateEndpoint")
    refusals.refuse("DescribeEndpoint", "ThrottlingException", "Rate exceeded")
    with pytest.raises(errors.EndpointUnreachableError) as caught:
        deploy(aws, plan(), unheard)
    assert "model or endpoint configuration or endpoint" in caught.value.advice
    assert everything(aws) == ["speech"] * 3


def test_whatever_the_sdk_raises_leaves_nothing_behind(aws: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise AttributeError("the SDK's own mistake")

    deploy(aws, plan("other"), unheard)
    monkeypatch.setattr("sagemaker.session.production_variant", fail)
    monkeypatch.setattr("sagemaker.model.sagemaker.production_variant", fail)
    with pytest.raises(DeploymentError, match="the SDK's own mistake"):
        deploy(aws, plan(), unheard)
    assert everything(aws) == ["other"] * 3


def test_a_region_without_the_model_is_explained(aws: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = WhisperModel("whisper-colossal", 9000, 18_000_000_000)
    with pytest.raises(DeploymentError, match="whisper-colossal"):
        deploy(aws, plan(model=nowhere), unheard)
    assert everything(aws) == []


def test_a_read_only_portal_deploys_nothing(aws: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_READ_ONLY", "1")
    with pytest.raises(ReadOnlyError):
        deploy(aws, plan(), unheard)
    assert everything(aws) == []


def test_jumpstart_is_asked_for_the_instance_types_in_a_process_of_its_own(aws: Target) -> None:
    asked = instance_types(aws)
    assert set(asked) == {model.name for model in MODELS if model.in_jumpstart}
    found = asked["whisper-large-v3"]
    assert found.default == found.supported[0] == "ml.g5.2xlarge"
    assert set(found.supported) == set(INSTANCE_TYPES)


def test_where_jumpstart_can_not_be_asked_an_error_says_so(
    aws: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(EndpointUnreachableError, match="JumpStart can't be asked"):
        instance_types(aws)
