"""What an endpoint costs: from the AWS Price List, or where that can't be reached from the price table."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import Any

from components.core.background_work import Task
from components.core.errors import AccessDeniedError, EndpointUnreachableError
from components.deployment.endpoints import EndpointSummary
from components.deployment.price_table import PRICES, REGION
from components.targets.aws_errors import FAILURES, typed_error
from components.targets.target import Target

_PRICING_REGIONS = ("us-east-1", "eu-central-1", "ap-south-1")
"""Where the Price List answers, each for all regions (botocore's endpoints, service api.pricing)."""
_LONGEST_WAIT = 6.0
"""Seconds. The form stands still until there is a price, and the table's is the same in nearly all cases."""
_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Price:
    """What one instance costs.

    `source` is a phrase for the screen: whose price it is, and from when. `is_exact` is False for the price of another
    region.
    """

    usd_per_hour: float
    source: str
    is_exact: bool = True


def hourly_price(target: Target, instance_type: str) -> Price | None:
    """What an instance costs on demand; None on this computer, and where neither the Price List nor the table has it.

    Waits for up to six seconds for the Price List. Raises nothing.
    """
    if target.endpoint_url:
        return None
    # boto3 bounds each attempt, but not the look-up of an address, nor all attempts together; and it stumbles over
    # answers that are not AWS's, such as a proxy's.
    answer = Task("asking the Price List", lambda: _asked(target, instance_type))
    answer.wait(_LONGEST_WAIT)
    return answer.value or _noted(target, instance_type)


def cost_so_far(endpoint: EndpointSummary, price: Price, now: datetime) -> float:
    """USD since the endpoint was created, at the instances it has now; one where their number is not known."""
    count = 1 if endpoint.instance_count is None else endpoint.instance_count
    return max(0.0, (now - endpoint.created) / _HOUR * count * price.usd_per_hour)


def _noted(target: Target, instance_type: str) -> Price | None:
    noted = PRICES.get(instance_type)
    if noted is None:
        return None
    usd_per_hour, month = noted
    if target.region == REGION:
        return Price(usd_per_hour, f"price table of {month}; the AWS Price List gave none")
    source = f"{REGION}'s in the price table of {month}; the AWS Price List gave none for {target.region}"
    return Price(usd_per_hour, source, is_exact=False)


def _asked(target: Target, instance_type: str) -> Price | None:
    for region in _PRICING_REGIONS:
        try:
            offers = _offers(target, region, instance_type)
        except FAILURES as error:
            # A rule of the organization, or the network, may close one region and not the next.
            refusal = typed_error(error, "the AWS Price List")
            if isinstance(refusal, AccessDeniedError | EndpointUnreachableError):
                continue
            return None
        prices = {price for offer in offers for price in _hosting_prices(offer, instance_type)}
        today = datetime.now(UTC)
        source = f"AWS Price List, asked on {today.day} {today:%B %Y}"
        return Price(prices.pop(), source) if len(prices) == 1 else None
    return None


def _offers(target: Target, region: str, instance_type: str) -> list[Any]:
    # The attribute instanceType would find the notebooks: for hosting it reads "ml.g5.2xlarge-Hosting".
    wanted = {"instanceName": instance_type, "component": "Hosting", "regionCode": target.region}
    filters = [{"Type": "TERM_MATCH", "Field": field, "Value": value} for field, value in wanted.items()]
    pages = target.client("pricing", region).get_paginator("get_products")
    found = pages.paginate(ServiceCode="AmazonSageMaker", Filters=filters)
    return [offer for page in found for offer in page.get("PriceList", ())]


def _hosting_prices(offer: str, instance_type: str) -> Iterator[float]:
    """The on-demand prices of one product (a JSON document of the Price List), if it is hosting on that type."""
    try:
        product = json.loads(offer)
        usage = product["product"]["attributes"]["usagetype"]
        if not re.fullmatch(rf"(.+-)?Host:{re.escape(instance_type)}", usage):
            return
        for term in product["terms"]["OnDemand"].values():
            for dimension in term["priceDimensions"].values():
                price = float(dimension["pricePerUnit"]["USD"])
                if dimension["unit"].lower() == "hrs" and isfinite(price) and price > 0:
                    yield price
    except (ValueError, KeyError, TypeError, AttributeError):
        # Not in the form that AWS documents (or not in dollars): no price to be read from it.
        return
