"""How long the container itself took, from CloudWatch.

The rest of what the client measured is the way there and back.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product

from pydantic import TypeAdapter

from components.evaluation.results.latency_figures import Stage
from components.evaluation.runs.records import Run, System
from components.evaluation.runs.run_store import RunStore
from components.targets.cloudwatch import MetricQuery, metric_values
from components.targets.target import Target

MODEL_LATENCY, OVERHEAD_LATENCY = "ModelLatency", "OverheadLatency"
_STATISTICS = ("Sum", "SampleCount", "Maximum")
_MINUTE = timedelta(minutes=1)
_MICROSECONDS = 1e6


@dataclass(frozen=True)
class MetricLatency:
    """One of CloudWatch's latencies over some whole minutes: `mean` and `max` in seconds, of `samples` requests."""

    mean: float
    max: float
    samples: int


@dataclass(frozen=True)
class ContainerLatency:
    """What CloudWatch has of an endpoint's variant from `start` to `end`, whole minutes in UTC.

    `model` is the time that the container took, `overhead` what SageMaker took around it. Whatever else was sent in
    these minutes is in it: the warm-up, a neighbouring stage, other users.
    """

    start: datetime
    end: datetime
    model: MetricLatency
    overhead: MetricLatency | None


_KEPT = TypeAdapter(ContainerLatency)


def extra_key(stage: Stage) -> str:
    """Under which a run's extras keep the container's latency of a stage."""
    return f"container_latency/{stage.system}/{stage.item}/{stage.concurrency}"


def keep(store: RunStore, run: Run, stage: Stage, found: ContainerLatency) -> None:
    """Notes it with the run.

    Raises:
        StoreError: the run is gone, or can't be written.
    """
    store.note(run.id, extra_key(stage), _KEPT.dump_python(found, mode="json"))


def kept(run: Run, stage: Stage) -> ContainerLatency | None:
    """What was noted with the run; None where nothing was."""
    content = run.extras.get(extra_key(stage))
    return _KEPT.validate_python(content) if content else None


def container_latency(
    target: Target, system: System, window: tuple[datetime, datetime]
) -> ContainerLatency | None:
    """What CloudWatch knows of the minutes that the window touches; one call.

    None while it has nothing: it comes a minute or two after the requests, and is gone after 15 days. None too for
    this computer, which CloudWatch does not watch, and for an endpoint whose variant is not known.

    Raises:
        EndpointError: CloudWatch can't be reached, or refuses.
    """
    if target.endpoint_url or system.variant is None:
        return None
    start, end = _floor(window[0]), _floor(window[1]) + _MINUTE
    asked = {
        (metric, statistic): MetricQuery(system.endpoint, system.variant, metric, statistic, _MINUTE.seconds)
        for metric, statistic in product((MODEL_LATENCY, OVERHEAD_LATENCY), _STATISTICS)
    }
    found = metric_values(target, list(asked.values()), start, end)
    model, overhead = (
        _combined(*(found.get(asked[metric, statistic], []) for statistic in _STATISTICS))
        for metric in (MODEL_LATENCY, OVERHEAD_LATENCY)
    )
    return ContainerLatency(start, end, model, overhead) if model else None


def _floor(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(second=0, microsecond=0)


def _combined(sums: list[float], counts: list[float], largest: list[float]) -> MetricLatency | None:
    samples = sum(counts)
    if not samples or not sums or not largest:
        return None
    return MetricLatency(sum(sums) / samples / _MICROSECONDS, max(largest) / _MICROSECONDS, round(samples))
