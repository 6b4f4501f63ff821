"""What hosting cost when the portal last knew, for when the AWS Price List can't be asked.

US East (N. Virginia), on demand, real-time hosting, USD an hour and instance. Sources:

- October 2026: AWS's public Price List of Amazon SageMaker for us-east-1 (5 October 2026), its Hosting prices.
- July 2026: the same Price List as asked on 2 July 2026, its prices for training jobs, which on this family equal
  those of hosting.

ml.p3.2xlarge is not here: the Price List has no Hosting price for it any more.
"""

from dataclasses import dataclass

REGION = "us-east-1"


@dataclass(frozen=True)
class DatedPrice:
    """A price in USD an hour, and the month from which it is."""

    usd_per_hour: float
    month: str


PRICES = {
    "ml.g4dn.2xlarge": DatedPrice(0.94, "October 2026"),
    "ml.g5.2xlarge": DatedPrice(1.515, "October 2026"),
    "ml.g5.4xlarge": DatedPrice(2.03, "July 2026"),
    "ml.g5.8xlarge": DatedPrice(3.06, "July 2026"),
}
"""By instance type."""
