"""Money and time as the screen writes them."""

from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def usd(amount: float, most: float | None = None) -> str:
    """To the cent: "6.06 USD", or "6.06 to 18.18 USD" where it may come to as much as `most`."""
    low, high = (str(_rounded(a, 2)) for a in (amount, amount if most is None else most))
    return f"{_from_to(low, high)} USD"


def hourly_usd(amount: float, most: float | None = None) -> str:
    """As exact as AWS gives its prices: "1.515 USD an hour", or "0.94 to 1.88 USD an hour"."""
    low, high = (_as_exact_as_needed(a) for a in (amount, amount if most is None else most))
    return f"{_from_to(low, high)} USD an hour"


def _rounded(amount: float, digits: int) -> Decimal:
    # As one rounds on paper, by way of the decimal digits: 1.515 is a little less than that in binary.
    return Decimal(str(amount)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def _as_exact_as_needed(amount: float) -> str:
    whole, _, decimals = str(_rounded(amount, 4)).rstrip("0").partition(".")
    return f"{whole}.{decimals:0<2}"


def _from_to(low: str, high: str) -> str:
    return low if low == high else f"{low} to {high}"


def duration(time: timedelta) -> str:
    """The two largest units: "40 s", "5 min 10 s", "3 h 5 min", "2 d 4 h"; whatever is negative is "0 s"."""
    seconds = max(0, int(time.total_seconds()))
    if seconds < _MINUTE:
        return f"{seconds} s"
    if seconds < _HOUR:
        return _two(seconds, _MINUTE, "min", 1, "s")
    if seconds < _DAY:
        return _two(seconds, _HOUR, "h", _MINUTE, "min")
    return _two(seconds, _DAY, "d", _HOUR, "h")


def moment(when: datetime) -> str:
    """To the minute, such as "22 November 2026, 20:57 UTC"."""
    return f"{when.day} {when:%B %Y, %H:%M} UTC"


def megabytes(size: int) -> str:
    """Such as "145 MB" or "3.1 GB", in powers of ten."""
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"  # noqa: PLR2004 - a gigabyte


def _two(seconds: int, large: int, large_unit: str, small: int, small_unit: str) -> str:
    count, rest = divmod(seconds, large)
    rest //= small
    return f"{count} {large_unit} {rest} {small_unit}" if rest else f"{count} {large_unit}"
