from datetime import timedelta

import pytest

from components.core.formatting import duration, hourly_usd, megabytes, usd


@pytest.mark.parametrize(
    ("amount", "text"), [(1.515, "1.52 USD"), (1.005, "1.01 USD"), (36.36, "36.36 USD"), (0, "0.00 USD")]
)
def test_money_is_rounded_as_on_paper(amount: float, text: str) -> None:
    assert usd(amount) == text


def test_a_range_of_money_is_one_amount_where_both_ends_are_the_same() -> None:
    assert usd(1.515, 4.545) == "1.52 to 4.55 USD"
    assert usd(1.001, 1.002) == "1.00 USD"


@pytest.mark.parametrize(
    ("amount", "text"), [(1.515, "1.515"), (0.94, "0.94"), (3, "3.00"), (0.1234567, "0.1235"), (0, "0.00")]
)
def test_prices_an_hour_are_as_exact_as_aws_gives_them(amount: float, text: str) -> None:
    assert hourly_usd(amount) == f"{text} USD an hour"


def test_a_range_of_prices_an_hour() -> None:
    assert hourly_usd(0.94, 1.88) == "0.94 to 1.88 USD an hour"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (310, "5 min 10 s"),
        (3600, "1 h"),
        (11_100, "3 h 5 min"),
        (86_400, "1 d"),
        (187_200, "2 d 4 h"),
    ],
)
def test_a_duration_has_two_units_at_most(seconds: float, text: str) -> None:
    assert duration(timedelta(seconds=seconds)) == text


def test_sizes_are_in_powers_of_ten() -> None:
    assert megabytes(145_217_532) == "145 MB"
    assert megabytes(3_087_284_237) == "3.1 GB"
