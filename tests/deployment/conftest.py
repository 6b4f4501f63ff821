"""An AWS on this computer: moto's server, with JumpStart's public bucket as far as the SageMaker SDK reads it."""

import json
from collections.abc import Iterator
from datetime import datetime
from itertools import count
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto.core.base_backend import BackendDict
from moto.s3.models import s3_backends
from moto.sagemaker.models import FakeEndpointConfig
from moto.server import ThreadedMotoServer

from components.deployment import endpoint_details, tags
from components.deployment.plan import INSTANCE_TYPES, Scaling
from components.targets.target import Target
from components.whisper.contract import MODEL_TAG
from components.whisper.models import MODELS, WhisperModel
from tests.deployment.account import ROLE, Make
from tests.deployment.answering_account import Account
from tests.deployment.fake_aws import FakeAws, in_place_of_aws
from tests.deployment.preflight_driver import allowed, free, role

REGION = "us-east-1"
CREDENTIALS: dict[str, Any] = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
VERSION = "3.0.0"
IMAGE = (
    "763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-inference:"
    "2.1.0-transformers4.37.0-gpu-py310-cu118-ubuntu20.04"
)
_numbers = count()


@pytest.fixture(autouse=True)
def nothing_known() -> None:
    """What an earlier test's endpoints of the same name served is forgotten."""
    for known in (endpoint_details.content, endpoint_details.instances, endpoint_details._described):
        known.cache_clear()


@pytest.fixture(scope="session")
def moto_url() -> Iterator[str]:
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    with pytest.MonkeyPatch.context() as patch:
        # moto's list of instance types is older than g5.
        patch.setattr(FakeEndpointConfig, "validate_instance_type", lambda *_: None)
        # At each of some 27 looks into its settings the SDK checks its own schema, which takes 0.2 s of the processor.
        patch.setattr("jsonschema.Draft202012Validator.check_schema", lambda *_args, **_more: None)
        _fill_bucket(url)
        yield url
    server.stop()


@pytest.fixture
def aws(moto_url: str, monkeypatch: pytest.MonkeyPatch) -> Target:
    """An account without anything in it, in a region where JumpStart has the eight Whisper models."""
    _empty_account()
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto_url)
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name.upper(), value)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    # Clients are kept by target: one of its own for each test.
    return Target(f"AWS {next(_numbers)}", REGION)


def _empty_account() -> None:
    """Forgets what was made in the account; JumpStart's bucket, which belongs to no test, stays as it is."""
    services: list[Any] = BackendDict._instances  # type: ignore[misc]
    for service in services:
        if service is not s3_backends:
            for backends in service.values():
                backends.reset()


def _fill_bucket(url: str) -> None:
    s3: Any = boto3.client("s3", region_name=REGION, endpoint_url=url, **CREDENTIALS)
    bucket = f"jumpstart-cache-prod-{REGION}"
    s3.create_bucket(Bucket=bucket)

    def put(key: str, content: Any) -> None:
        s3.put_object(Bucket=bucket, Key=key, Body=json.dumps(content))

    models = [model for model in MODELS if model.in_jumpstart]
    for model in models:
        put(_spec_key(model), _spec(model))
    put("models_manifest.json", [_header(model.jumpstart_id, _spec_key(model)) for model in models])
    put("proprietary-sdk-manifest.json", [_header("some-other-model", "none.json")])


def _spec_key(model: WhisperModel) -> str:
    return f"community_models/{model.jumpstart_id}/specs_v{VERSION}.json"


def _header(model_id: str | None, key: str) -> dict[str, Any]:
    return {"model_id": model_id, "version": VERSION, "min_version": "2.189.0", "spec_key": key}


def _spec(model: WhisperModel) -> dict[str, Any]:
    """What the SDK needs of a model's specification to deploy it."""
    artifacts = f"huggingface-asr/{model.jumpstart_id}/artifacts/inference-prepack/v2.0.0/"
    return {
        "model_id": model.jumpstart_id,
        "url": f"https://huggingface.co/openai/{model.name}",
        "version": VERSION,
        "min_sdk_version": "2.189.0",
        "hosting_ecr_specs": {
            "framework": "huggingface",
            "framework_version": "2.1.0",
            "py_version": "py310",
            "huggingface_transformers_version": "4.37.0",
        },
        "hosting_artifact_key": artifacts,
        "hosting_script_key": "unused.tar.gz",
        "hosting_prepacked_artifact_key": artifacts,
        "hosting_prepacked_artifact_version": "2.0.0",
        "hosting_use_script_uri": False,
        "inference_environment_variables": [
            _variable("MODEL_CACHE_ROOT", "/opt/ml/model"),
            _variable("SAGEMAKER_PROGRAM", "inference.py"),
        ],
        # Not in the order of preference: the default is to come first all the same.
        "default_inference_instance_type": INSTANCE_TYPES[0],
        "supported_inference_instance_types": [*reversed(INSTANCE_TYPES)],
        "hosting_instance_type_variants": {
            "regional_aliases": {REGION: {"image": IMAGE}},
            "variants": {
                family: {"regional_properties": {"image_uri": "$image"}} for family in ("g5", "g4dn", "p3")
            },
        },
        "predictor_specs": {
            "default_content_type": "audio/wav",
            "supported_content_types": ["audio/wav"],
            "default_accept_type": "application/json",
            "supported_accept_types": ["application/json"],
        },
        "inference_enable_network_isolation": True,
    }


def _variable(name: str, value: str) -> dict[str, Any]:
    return {
        "name": name,
        "type": "text",
        "default": value,
        "scope": "container",
        "required_for_model_class": True,
    }


@pytest.fixture
def make(aws: Target) -> Make:
    """Makes a Whisper endpoint on ml.g5.2xlarge that expires at that moment."""

    def make(name: str, expires: datetime | None = None, scaling: Scaling | None = None) -> None:
        noted = {MODEL_TAG: "huggingface-asr-whisper-base", tags.DEPLOYMENT: "1"}
        noted |= {tags.EXPIRES: tags.written_expiry(expires)} if expires else {}
        noted |= {tags.SCALING: tags.written_scaling(scaling)} if scaling else {}
        given = {"Tags": tags.as_list(noted)}
        sagemaker = aws.client("sagemaker")
        sagemaker.create_model(ModelName=name, ExecutionRoleArn=ROLE, PrimaryContainer={}, **given)
        variant = {"VariantName": "AllTraffic", "ModelName": name, "InitialInstanceCount": 1}
        variant["InstanceType"] = "ml.g5.2xlarge"
        sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant], **given)
        sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name, **given)

    return make


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


@pytest.fixture
def calls(aws: Target, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Every action that a client of the portal asks of AWS, as IAM names it."""
    seen: set[str] = set()
    make = Target.session
    prefixes = {"monitoring": "cloudwatch"}

    def session(target: Target) -> Any:
        session = make(target)
        session.events.register("before-call", note)
        return session

    def note(model: Any, **_: Any) -> None:
        service = model.service_model.signing_name
        seen.add(f"{prefixes.get(service, service)}:{model.name}")

    monkeypatch.setattr(Target, "session", session)
    return seen


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> FakeAws:
    """An account in which nothing is in the way."""
    account = in_place_of_aws(monkeypatch)
    account.answers |= {
        "GetCallerIdentity": lambda _: {"Arn": "arn:aws:iam::123456789012:user/me"},
        "GetRole": role(),
        "GetServiceQuota": allowed(1.0),
        "ListEndpoints": lambda _: {"Endpoints": []},
        "DescribeEndpoint": free("endpoint"),
        "DescribeEndpointConfig": free("endpoint configuration"),
        "DescribeModel": free("model"),
    }
    return account


@pytest.fixture
def answering_account(monkeypatch: pytest.MonkeyPatch) -> Account:
    account = Account()
    monkeypatch.setattr(Target, "sagemaker", lambda _: account.client)
    monkeypatch.setattr(Target, "client", lambda *_: account.client)
    return account
