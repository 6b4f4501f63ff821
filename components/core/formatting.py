"""Money, time and sizes as people read them, on the screen and on the console."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

_UNITS = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))


def timestamp(seconds: float) -> str:
    """A moment of a recording, such as "1:02:03" or "2:03"."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def duration(time: timedelta) -> str:
    """The two largest units: "40 s", "5 min 10 s", "3 h 5 min", "2 d 4 h"; negative ones are "0 s"."""
    left = max(0, int(time.total_seconds()))
    counts: list[tuple[int, str]] = []
    for unit, size in _UNITS:
        count, left = divmod(left, size)
        if counts or count:
            counts.append((count, unit))
    return " ".join(f"{count} {unit}" for count, unit in counts[:2] if count) or "0 s"


def moment(when: datetime) -> str:
    """To the minute, such as "22 November 2026, 20:57 UTC"."""
    return f"{when.day} {when:%B %Y, %H:%M} UTC"


def megabytes(size: int) -> str:
    """Such as "145 MB" or "3.1 GB", in powers of ten."""
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"  # noqa: PLR2004 - a gigabyte


def usd(amount: float, most: float | None = None) -> str:
    """To the cent: "6.06 USD", or "6.06 to 18.18 USD" where it may come to as much as `most`."""
    return f"{_range(amount, most, lambda a: str(_rounded(a, 2)))} USD"


def hourly_usd(amount: float, most: float | None = None) -> str:
    """As exact as AWS gives its prices: "1.515 USD an hour", or "0.94 to 1.88 USD an hour"."""
    return f"{_range(amount, most, _exact)} USD an hour"


def _range(low: float, high: float | None, written: Callable[[float], str]) -> str:
    return " to ".join(dict.fromkeys(map(written, (low, low if high is None else high))))


def _exact(amount: float) -> str:
    whole, _, decimals = str(_rounded(amount, 4)).rstrip("0").partition(".")
    return f"{whole}.{decimals:0<2}"


def _rounded(amount: float, digits: int) -> Decimal:
    # As one rounds on paper, by way of the decimal digits: 1.515 is a little less than that in binary.
    return Decimal(str(amount)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
