"""Deployments that fail half-way: nothing stays behind, and nothing is taken from others."""

from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError

from components.core import errors
from components.core.errors import AccessDeniedError, DeploymentError
from components.deployment.deploy import deploy
from components.targets.target import Target
from tests.deployment.account import everything, plan, unheard
from tests.deployment.conftest import Refusals

QUOTA = "The account-level service limit 'ml.g5.2xlarge for endpoint usage' is 0 Instances"


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
