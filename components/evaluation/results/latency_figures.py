"""What the times of a latency run come to."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter

import numpy as np

from components.evaluation.runs.records import Item, Measurement, Run, System

_stage_of = attrgetter("system", "item", "concurrency")


@dataclass(frozen=True)
class Spread:
    """How so many times are spread, in seconds. Percentiles are interpolated linearly between the two nearest."""

    mean: float
    p50: float
    p90: float
    p95: float
    p99: float
    min: float
    max: float


@dataclass(frozen=True)
class Stage:
    """One system with one clip at one concurrency; the warm-up is in `warm_up_errors` and `messages` alone.

    `requests` were sent, `times` are the seconds of those that were answered, in the order in which they came.
    `errors` counts the failed ones by the name of their error, `messages` has the message of the last of each.
    `retried` counts the requests that boto3 sent more than once. `window` is from the first sending to the last
    reply, None where only the warm-up was sent. What can't be told is None: all figures where nothing was answered,
    `real_time_factor` and `cost_of_an_hour` without the clip's length, the latter also without a price.
    """

    system: int
    item: int
    concurrency: int
    requests: int
    times: tuple[float, ...]
    spread: Spread | None
    errors: Mapping[str, int]
    messages: Mapping[str, str]
    retried: int
    warm_up_errors: Mapping[str, int]
    window: tuple[datetime, datetime] | None
    throughput: float | None
    """Answered requests a second of the window."""
    real_time_factor: float | None
    """Mean time of a request by the length of the clip: below 1 is faster than speech."""
    cost_of_an_hour: float | None
    """USD for an hour of audio: what all instances cost in the time which that takes at this throughput."""

    @property
    def error_count(self) -> int:
        """How many requests failed."""
        return sum(self.errors.values())


def stages(run: Run, items: Sequence[Item], measurements: Iterable[Measurement]) -> list[Stage]:
    """The figures of all stages of a run that have begun, by system, clip and concurrency."""
    ordered = sorted(measurements, key=_stage_of)
    return [_stage(run, items, list(measured)) for _, measured in groupby(ordered, _stage_of)]


def _stage(run: Run, items: Sequence[Item], everything: Sequence[Measurement]) -> Stage:
    number, item, concurrency = _stage_of(everything[0])
    measured = [m for m in everything if not m.warm_up]
    times = tuple(m.seconds for m in measured if not m.error)
    window = _window(measured)
    spread, lasted = _spread(times), (window[1] - window[0]).total_seconds() if window else 0.0
    throughput = len(times) / lasted if times and lasted > 0 else None
    length = items[item].seconds
    return Stage(
        system=number,
        item=item,
        concurrency=concurrency,
        requests=len(measured),
        times=times,
        spread=spread,
        errors=Counter(m.error for m in measured if m.error),
        messages={m.error: m.message or "" for m in everything if m.error},
        retried=sum(m.retries > 0 for m in measured),
        warm_up_errors=Counter(m.error for m in everything if m.warm_up and m.error),
        window=window,
        throughput=throughput,
        real_time_factor=spread.mean / length if spread and length else None,
        cost_of_an_hour=cost_of_an_hour(
            run.systems[number], throughput * length if throughput and length else None
        ),
    )


def cost_of_an_hour(system: System, pace: float | None) -> float | None:
    """USD for an hour of audio at so many seconds of audio a second; None without a price or a pace."""
    if system.usd_per_hour is None or not pace:
        return None
    # As long as their number is not known, one instance is assumed, as in the costs of the endpoints.
    count = 1 if system.instance_count is None else system.instance_count
    return system.usd_per_hour * count / pace


def _spread(times: Sequence[float]) -> Spread | None:
    if not times:
        return None
    p50, p90, p95, p99 = np.percentile(times, (50, 90, 95, 99)).tolist()
    return Spread(float(np.mean(times)), p50, p90, p95, p99, min(times), max(times))


def _window(measured: Sequence[Measurement]) -> tuple[datetime, datetime] | None:
    if not measured:
        return None
    first, last = min(m.started for m in measured), max(m.started + m.seconds for m in measured)
    return datetime.fromtimestamp(first, UTC), datetime.fromtimestamp(last, UTC)
