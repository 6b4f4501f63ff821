"""The real SageMaker SDK, deploying to an AWS on this computer."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from components.core.errors import DeploymentError, ReadOnlyError
from components.deployment import tags
from components.deployment.deploy import PARTS, deploy
from components.deployment.endpoints import list_endpoints
from components.deployment.plan import Scaling, VpcConfig
from components.targets.target import Target
from components.whisper.contract import MODEL_TAG
from components.whisper.models import MODELS, WhisperModel
from tests.deployment.account import ROLE, everything, plan, unheard
from tests.deployment.conftest import IMAGE


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
    deploy(aws, plan(network=VpcConfig(("subnet-1", "subnet-2"), ("sg-1",))), unheard)
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
