from datetime import UTC, datetime
from typing import Any

import pytest

from components.core.errors import (
    AccessDeniedError,
    EndpointUnreachableError,
    ExpiredCredentialsError,
    ThrottledError,
)
from components.deployment import endpoint_details
from components.deployment.quotas import instances_in_use, quota, quota_name
from tests.deployment.fake_aws import TARGET, FakeAws, in_place_of_aws, no_connection, refusal

KIND = "ml.g5.2xlarge"
OTHER = "ml.g99.2xlarge"
MODIFIED = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> FakeAws:
    endpoint_details.instances.cache_clear()
    return in_place_of_aws(monkeypatch)


def found(value: float, instance_type: str = KIND) -> dict[str, Any]:
    return {"QuotaName": f"{instance_type} for endpoint usage", "Value": value}


def test_a_known_quota_takes_one_call(account: FakeAws) -> None:
    account.answers["GetServiceQuota"] = lambda _: {"Quota": found(3.0)}
    assert quota(TARGET, KIND) == 3
    ((region, _, asked),) = account.asked
    assert region == "eu-west-1"
    assert asked == {"ServiceCode": "sagemaker", "QuotaCode": "L-9614C779"}


def test_a_quota_of_zero_is_no_missing_one(account: FakeAws) -> None:
    account.answers["GetServiceQuota"] = lambda _: {"Quota": found(0.0)}
    assert quota(TARGET, KIND) == 0


def test_what_was_never_raised_has_its_default(account: FakeAws) -> None:
    account.answers["GetServiceQuota"] = refusal("NoSuchResourceException")
    account.answers["GetAWSDefaultServiceQuota"] = lambda _: {"Quota": found(1.0)}
    assert quota(TARGET, KIND) == 1
    assert account.calls == {"GetServiceQuota": 1, "GetAWSDefaultServiceQuota": 1}


def test_other_types_are_looked_up_by_name_on_all_pages(account: FakeAws) -> None:
    pages: dict[Any, Any] = {
        None: {"Quotas": [found(9.0, "ml.m5.large"), {}], "NextToken": "more"},
        "more": {
            "Quotas": [{"QuotaName": f"{OTHER} for training job usage", "Value": 8.0}, found(2.0, OTHER)]
        },
    }
    account.answers["ListServiceQuotas"] = lambda asked: pages[asked.get("NextToken")]
    assert quota(TARGET, OTHER) == 2
    assert account.calls == {"ListServiceQuotas": 2}


def test_then_the_defaults_are_searched(account: FakeAws) -> None:
    account.answers["ListServiceQuotas"] = lambda _: {"Quotas": []}
    account.answers["ListAWSDefaultServiceQuotas"] = lambda _: {"Quotas": [found(2.0, OTHER)]}
    assert quota(TARGET, OTHER) == 2


@pytest.mark.parametrize("odd", [{}, {"Quota": {}}, {"Quota": found(9.0, "ml.m5.large")}])
def test_a_code_that_stands_for_something_else_is_not_believed(account: FakeAws, odd: dict[str, Any]) -> None:
    account.answers["GetServiceQuota"] = lambda _: odd
    account.answers["ListServiceQuotas"] = lambda _: {"Quotas": [found(2.0)]}
    assert quota(TARGET, KIND) == 2


@pytest.mark.parametrize("listed", [{}, {"Quotas": [{"QuotaName": f"{OTHER} for endpoint usage"}]}])
def test_an_unknown_quota_is_not_zero(account: FakeAws, listed: dict[str, Any]) -> None:
    account.answers["ListServiceQuotas"] = lambda _: listed
    account.answers["ListAWSDefaultServiceQuotas"] = lambda _: listed
    assert quota(TARGET, OTHER) is None


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("AccessDeniedException", AccessDeniedError),
        ("TooManyRequestsException", ThrottledError),
        ("ExpiredTokenException", ExpiredCredentialsError),
    ],
)
def test_refusals_are_explained(account: FakeAws, code: str, error: type[Exception]) -> None:
    account.answers["GetServiceQuota"] = refusal(code)
    with pytest.raises(error, match="not you"):
        quota(TARGET, KIND)


def test_no_connection_is_explained(account: FakeAws) -> None:
    account.answers["GetServiceQuota"] = no_connection
    with pytest.raises(EndpointUnreachableError, match="Service Quotas in eu-west-1"):
        quota(TARGET, KIND)


def test_the_name_is_that_of_the_console() -> None:
    assert quota_name(KIND) == "ml.g5.2xlarge for endpoint usage"


class Endpoints:
    """Endpoints by name: the instance types and numbers of their variants, and their status."""

    def __init__(self, account: FakeAws, **variants: list[tuple[str | None, int]]) -> None:
        self.variants = variants
        self.status = dict.fromkeys(variants, "InService")
        account.answers |= {
            "ListEndpoints": lambda _: {"Endpoints": [self.listed(name) for name in self.variants]},
            "DescribeEndpoint": lambda asked: {"EndpointConfigName": asked["EndpointName"]},
            "DescribeEndpointConfig": lambda asked: {
                "ProductionVariants": list(map(self.configured, self.variants[asked["EndpointConfigName"]]))
            },
        }

    def listed(self, name: str) -> dict[str, Any]:
        return {
            "EndpointName": name,
            "EndpointArn": f"arn:aws:sagemaker:eu-west-1:0:endpoint/{name}",
            "CreationTime": MODIFIED,
            "LastModifiedTime": MODIFIED,
            "EndpointStatus": self.status[name],
        }

    @staticmethod
    def configured(variant: tuple[str | None, int]) -> dict[str, Any]:
        kind, count = variant
        return {"VariantName": "AllTraffic"} | (
            {"InstanceType": kind, "InitialInstanceCount": count} if kind else {"ServerlessConfig": {}}
        )


def test_instances_of_the_type_count_whatever_they_serve(account: FakeAws) -> None:
    Endpoints(
        account, whisper=[(KIND, 1)], llm=[(KIND, 2)], small=[("ml.m5.large", 4)], serverless=[(None, 0)]
    )
    assert instances_in_use(TARGET, KIND) == 3
    assert instances_in_use(TARGET, "ml.p3.2xlarge") == 0


def test_a_failed_endpoint_holds_no_instances_but_one_being_deleted_does(account: FakeAws) -> None:
    endpoints = Endpoints(account, failed=[(KIND, 1)], deleting=[(KIND, 2)])
    endpoints.status |= {"failed": "Failed", "deleting": "Deleting"}
    assert instances_in_use(TARGET, KIND) == 2


def test_one_that_is_deleted_meanwhile_is_passed_over(account: FakeAws) -> None:
    Endpoints(account, a=[(KIND, 1)], gone=[(KIND, 1)])
    account.answers["DescribeEndpoint"] = lambda asked: (
        refusal("ValidationException", "Could not find endpoint")(asked)
        if asked["EndpointName"] == "gone"
        else {"EndpointConfigName": "a"}
    )
    assert instances_in_use(TARGET, KIND) == 1


@pytest.mark.parametrize("operation", ["ListEndpoints", "DescribeEndpoint", "DescribeEndpointConfig"])
def test_what_can_not_be_counted_is_no_zero(account: FakeAws, operation: str) -> None:
    Endpoints(account, a=[(KIND, 1)])
    account.answers[operation] = refusal("AccessDeniedException")
    with pytest.raises(AccessDeniedError):
        instances_in_use(TARGET, KIND)
