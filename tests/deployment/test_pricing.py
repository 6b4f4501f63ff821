import json
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import pytest

from components.deployment import pricing
from components.deployment.endpoints import EndpointSummary
from components.deployment.plan import INSTANCE_TYPES
from components.deployment.pricing import Price, cost_so_far, hourly_price
from components.targets.target import Target
from tests.deployment.fake_aws import (
    LOCAL,
    TARGET,
    Asked,
    FakeAws,
    in_place_of_aws,
    no_connection,
    no_credentials,
    no_region,
    refusal,
    unreadable,
)

KIND = "ml.g5.2xlarge"
VIRGINIA = Target("AWS us-east-1", "us-east-1")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TWO_DOLLARS = Price(2.0, "anybody's")


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> FakeAws:
    return in_place_of_aws(monkeypatch)


def term(usd: str, unit: str = "Hrs") -> dict[str, Any]:
    return {"S.T": {"priceDimensions": {"S.T.D": {"unit": unit, "pricePerUnit": {"USD": usd}}}}}


def offer(usage: str = f"EU-Host:{KIND}", usd: str = "1.6912000000", **terms: Any) -> str:
    product = {"productFamily": "ML Instance", "attributes": {"usagetype": usage, "instanceName": KIND}}
    return json.dumps({"product": product, "terms": {"OnDemand": term(usd)} | terms})


def offers(account: FakeAws, *listed: str) -> None:
    account.answers["GetProducts"] = lambda _: {"PriceList": list(listed)}


def asked_price() -> float | None:
    """What the Price List says, as against the table."""
    price = hourly_price(TARGET, KIND)
    return price.usd_per_hour if price and price.source.startswith("AWS Price List") else None


def test_the_price_list_is_asked_for_hosting_in_the_region(account: FakeAws) -> None:
    offers(account, offer())
    price = hourly_price(TARGET, KIND)
    today = datetime.now(UTC)
    assert price == Price(1.6912, f"AWS Price List, asked on {today.day} {today:%B %Y}", is_exact=True)
    ((region, _, asked),) = account.asked
    assert region == "us-east-1"
    assert asked["ServiceCode"] == "AmazonSageMaker"
    assert {each["Field"]: each["Value"] for each in asked["Filters"]} == {
        "instanceName": KIND,
        "component": "Hosting",
        "regionCode": "eu-west-1",
    }
    assert {each["Type"] for each in asked["Filters"]} == {"TERM_MATCH"}


def test_the_usage_may_lack_a_region(account: FakeAws) -> None:
    offers(account, offer(f"Host:{KIND}"))
    assert asked_price() == 1.6912


def test_among_several_products_only_hosting_on_that_type_counts(account: FakeAws) -> None:
    offers(
        account,
        offer(f"EU-AsyncInf:{KIND}", "9"),
        offer(f"EU-Notebk:{KIND}", "9"),
        offer(f"EU-FreeHost:{KIND}", "9"),
        offer(f"EU-Host:{KIND}4", "9"),
        offer("EU-Host:ml.g5x2xlarge", "9"),
        offer(),
        offer(usd="0.0000000000"),
    )
    assert asked_price() == 1.6912


def test_reserved_and_other_terms_do_not_count(account: FakeAws) -> None:
    dimensions = {
        "hours": {"unit": "hrs", "pricePerUnit": {"USD": "1.5"}},
        "upfront": {"unit": "Quantity", "pricePerUnit": {"USD": "900"}},
    }
    offers(account, offer(OnDemand={"S.T": {"priceDimensions": dimensions}}, Reserved=term("0.7")))
    assert asked_price() == 1.5


def test_the_second_page_is_read(account: FakeAws) -> None:
    pages: dict[Any, Any] = {
        None: {"PriceList": [offer("EU-Train:other")], "NextToken": "more"},
        "more": {"PriceList": [offer()]},
    }
    account.answers["GetProducts"] = lambda asked: pages[asked.get("NextToken")]
    assert asked_price() == 1.6912


@pytest.mark.parametrize(
    "odd",
    [
        "no JSON",
        "[]",
        "null",
        "7",
        "{}",
        '{"product": {"attributes": {}}}',
        offer(OnDemand={}),
        offer(OnDemand=None),
        offer(OnDemand={"S.T": {}}),
        offer(OnDemand=term("a lot")),
        offer(OnDemand=term("NaN")),
        offer(OnDemand=term("Infinity")),
        offer(OnDemand=term("-1")),
        offer(OnDemand=term("0")),
        offer(
            OnDemand={"S.T": {"priceDimensions": {"S.T.D": {"unit": "Hrs", "pricePerUnit": {"CNY": "9"}}}}}
        ),
    ],
)
def test_odd_offers_are_passed_over(account: FakeAws, odd: str) -> None:
    offers(account, odd)
    assert asked_price() is None
    offers(account, odd, offer())
    assert asked_price() == 1.6912


def test_of_two_different_prices_neither_is_believed(account: FakeAws) -> None:
    offers(account, offer(), offer(usd="3"))
    assert asked_price() is None


def test_without_an_answer_the_dated_table_is_used(account: FakeAws) -> None:
    offers(account)
    assert hourly_price(VIRGINIA, KIND) == Price(
        1.515, "price table of October 2026; the AWS Price List gave none"
    )
    assert hourly_price(VIRGINIA, "ml.g4dn.2xlarge") == Price(
        0.94, "price table of October 2026; the AWS Price List gave none"
    )


def test_the_table_of_another_region_says_so(account: FakeAws) -> None:
    offers(account)
    assert hourly_price(TARGET, KIND) == Price(
        1.515,
        "us-east-1's in the price table of October 2026; the AWS Price List gave none for eu-west-1",
        is_exact=False,
    )


def test_what_neither_knows_has_no_price(account: FakeAws) -> None:
    offers(account)
    assert hourly_price(TARGET, "ml.p99.2xlarge") is None


def test_the_table_has_a_price_wherever_hosting_is_still_sold(account: FakeAws) -> None:
    offers(account)
    assert {kind for kind in INSTANCE_TYPES if hourly_price(VIRGINIA, kind) is None} == {"ml.p3.2xlarge"}


@pytest.mark.parametrize(
    "code", ["ThrottlingException", "ExpiredTokenException", "InternalErrorException", "Odd"]
)
def test_a_refusal_leaves_it_to_the_table_after_one_call(account: FakeAws, code: str) -> None:
    account.answers["GetProducts"] = refusal(code)
    assert hourly_price(VIRGINIA, KIND) == Price(
        1.515, "price table of October 2026; the AWS Price List gave none"
    )
    assert account.calls == {"GetProducts": 1}


@pytest.mark.parametrize("answer", [no_credentials, no_region, unreadable])
def test_other_failures_leave_it_to_the_table(account: FakeAws, answer: Any) -> None:
    account.answers["GetProducts"] = answer
    assert asked_price() is None
    assert account.calls == {"GetProducts": 1}


def test_a_profile_that_is_gone_leaves_it_to_the_table() -> None:
    price = hourly_price(Target("AWS", "us-east-1", profile="no-such-profile"), KIND)
    assert price is not None
    assert price.usd_per_hour == 1.515


@pytest.mark.parametrize("closed", [refusal("AccessDeniedException"), no_connection])
def test_where_one_region_is_closed_the_next_is_asked(
    account: FakeAws, monkeypatch: pytest.MonkeyPatch, closed: Any
) -> None:
    account.answers["GetProducts"] = closed
    assert asked_price() is None
    assert [region for region, _, _ in account.asked] == ["us-east-1", "eu-central-1", "ap-south-1"]
    account.asked.clear()
    account.answers["GetProducts"] = lambda asked: (
        {"PriceList": [offer()]} if account.asked[-1][0] == "eu-central-1" else closed(asked)
    )
    assert asked_price() == 1.6912
    assert account.calls == {"GetProducts": 2}


def test_nobody_waits_long_for_the_price_list(account: FakeAws, monkeypatch: pytest.MonkeyPatch) -> None:
    told = Event()

    def slow(_: Asked) -> Any:
        # Whoever waited for this would have a price in the end.
        told.wait(60)
        return {"PriceList": [offer()]}

    monkeypatch.setattr(pricing, "_LONGEST_WAIT", 0.05)
    account.answers["GetProducts"] = slow
    assert asked_price() is None
    told.set()


def test_this_computer_costs_nothing_and_nobody_is_asked(account: FakeAws) -> None:
    assert hourly_price(LOCAL, KIND) is None
    assert not account.calls


def endpoint(created: datetime, count: int | None) -> EndpointSummary:
    return EndpointSummary("a", "InService", created, instance_type=KIND, instance_count=count)


@pytest.mark.parametrize(
    ("age", "count", "usd"),
    [
        (timedelta(hours=3), 1, 6.0),
        (timedelta(minutes=30), 4, 4.0),
        (timedelta(hours=3), None, 6.0),
        (timedelta(hours=3), 0, 0.0),
        (timedelta(), 2, 0.0),
        (timedelta(minutes=-5), 2, 0.0),
    ],
)
def test_the_cost_so_far(age: timedelta, count: int | None, usd: float) -> None:
    assert cost_so_far(endpoint(NOW - age, count), TWO_DOLLARS, NOW) == pytest.approx(usd)
