"""Asks CloudWatch for the container's latency, in the background, and keeps with the run what it says."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from components.core.errors import PortalError
from components.evaluation.results.container_latency import (
    ContainerLatency,
    container_latency,
    extra_key,
    kept,
)
from components.evaluation.results.latency_figures import Stage
from components.evaluation.runs.records import Run, System
from components.evaluation.runs.run_store import RunStore
from components.targets.target import LOCAL_REGION, Target
from components.widgets.compare.run_cache import run_store
from components.widgets.endpoints.cached_lookups import answers, outcome
from components.widgets.endpoints.known_targets import known_targets

_AGAIN = 30.0
"""Seconds after which CloudWatch is asked again."""
_SETTLED, _LATE = timedelta(minutes=3), timedelta(minutes=15)
"""After the last request: before the first CloudWatch may still add minutes, and by the second it has told all."""

Answer = ContainerLatency | PortalError | None


@dataclass(frozen=True)
class Finding:
    """What is known of a stage now: the latencies, or why there are none, or None; whether that may still change."""

    answer: Answer
    is_final: bool


def is_watched(run: Run, stage: Stage) -> bool:
    """Whether CloudWatch can have something of this stage."""
    system = run.systems[stage.system]
    return system.region != LOCAL_REGION and system.variant is not None and stage.window is not None


def look_up(run: Run, stage: Stage) -> Finding:
    """What is known now; asks for what is missing, without waiting."""
    if noted := kept(run, stage):
        return Finding(noted, is_final=True)
    system = run.systems[stage.system]
    target = _target(system)
    if target is None:
        if known_targets().aws_is_sought:
            return Finding(None, is_final=False)
        return Finding(_not_connected(system), is_final=True)
    look = partial(_asked, run_store(), target, run, stage)
    shown, _ = answers().ask((run.id, extra_key(stage)), look, lambda _: _AGAIN)
    if shown.is_running:
        return Finding(None, is_final=False)
    answer = outcome(shown)
    is_final = isinstance(answer, PortalError) or _is_late(stage) or _is_complete(answer, stage)
    return Finding(answer, is_final)


def _target(system: System) -> Target | None:
    aws = known_targets().aws
    return aws if aws and (aws.name, aws.region) == (system.target, system.region) else None


def _not_connected(system: System) -> PortalError:
    return PortalError(
        f"{system.target} is not connected.", "Connect it to see what CloudWatch measured there."
    )


def _asked(store: RunStore, target: Target, run: Run, stage: Stage) -> ContainerLatency | None:
    """In a thread of its own. What will not grow any more is kept, so that it is there when CloudWatch has lost it."""
    if stage.window is None:
        return None
    found = container_latency(target, run.systems[stage.system], stage.window)
    if found and (_is_complete(found, stage) or _is_late(stage)):
        store.note(run.id, extra_key(stage), found.as_json())
    return found


def _is_complete(found: ContainerLatency | None, stage: Stage) -> bool:
    """Whether no more will come. The number of samples alone does not say it: others' requests are in it as well."""
    if found is None or found.overhead is None or not _is_older(stage, _SETTLED):
        return False
    return min(found.model.samples, found.overhead.samples) >= len(stage.times)


def _is_late(stage: Stage) -> bool:
    return _is_older(stage, _LATE)


def _is_older(stage: Stage, age: timedelta) -> bool:
    return stage.window is not None and datetime.now(UTC) - stage.window[1] > age
