"""The price table: what instances cost on demand where the AWS Price List can't be reached."""

REGION = "us-east-1"
"""Whose prices these are."""

PRICES = {
    "ml.g4dn.2xlarge": (0.94, "October 2026"),
    "ml.g5.2xlarge": (1.515, "October 2026"),
    "ml.g5.4xlarge": (2.03, "July 2026"),
    "ml.g5.8xlarge": (3.06, "July 2026"),
}
"""By instance type: USD an hour, and the month from which the price is."""
