"""Money and time as the screen writes them."""

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def cents(amount: float) -> Decimal:
    """The amount to the cent, as one rounds on paper."""
    # By way of its decimal digits: 1.515 is a little less than that in binary, and 1.51 would be expected by nobody.
    return Decimal(str(amount)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def usd(amount: float, most: float | None = None) -> str:
    """Such as "1.52 USD", or "1.52 to 4.55 USD" where it may come to as much as `most`."""
    low, high = cents(amount), cents(amount if most is None else most)
    return f"{low} USD" if low == high else f"{low} to {high} USD"


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


def megabytes(size: int) -> str:
    """Such as "145 MB" or "3.1 GB", in powers of ten."""
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"  # noqa: PLR2004 - a gigabyte


def _two(seconds: int, large: int, large_unit: str, small: int, small_unit: str) -> str:
    count, rest = divmod(seconds, large)
    rest //= small
    return f"{count} {large_unit} {rest} {small_unit}" if rest else f"{count} {large_unit}"
