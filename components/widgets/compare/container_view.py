"""How long the container and SageMaker around it took, as CloudWatch has it; only for endpoints on AWS."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

import streamlit as st
from streamlit.column_config import NumberColumn, TextColumn

from components.core.errors import PortalError
from components.evaluation.results.container_latency import (
    ContainerLatency,
    container_latency,
    extra_key,
    keep,
    kept,
)
from components.evaluation.results.latency_figures import Stage
from components.evaluation.results.wording import system_name
from components.evaluation.runs.records import Item, Run
from components.evaluation.runs.run_store import RunStore
from components.targets.target import LOCAL_REGION, Target
from components.widgets.common.elements import plain
from components.widgets.compare.run_cache import run_store
from components.widgets.compare.tables import number, show_table
from components.widgets.endpoints.cached_lookups import answers, outcome
from components.widgets.endpoints.known_targets import known_targets

_SECONDS, _AGAIN = 5.0, 30.0
"""After which the screen is drawn again, and CloudWatch asked again."""
_SETTLED, _LATE = timedelta(minutes=3), timedelta(minutes=15)
"""After the last request: before the first CloudWatch may still add minutes, and by the second it has told all."""
_COLUMNS = {
    "endpoint": TextColumn("Endpoint", pinned=True),
    "clip": TextColumn("Clip"),
    "at_once": NumberColumn("At once"),
    "client": number("Client mean s", "%.3f", "Measured here, the way there and back included."),
    "model": number("ModelLatency mean s", "%.3f", "What the container took."),
    "model_max": NumberColumn("ModelLatency max s", format="%.3f"),
    "overhead": number("OverheadLatency mean s", "%.3f", "What SageMaker took around the container."),
    "overhead_max": NumberColumn("OverheadLatency max s", format="%.3f"),
    "samples": number(
        "Requests in CloudWatch", None, "More than were measured where whole minutes hold others, too."
    ),
    "minutes": TextColumn("Minutes (UTC)"),
}
_ABOUT = (
    "Source: CloudWatch, AWS/SageMaker, whole minutes: the warm-up, neighbouring steps and other users' requests of "
    "the same minutes are in it."
)
_WAITING = (
    "CloudWatch has nothing yet: it tells a minute or two after the requests. This looks again by itself."
)
_NOTHING = "CloudWatch has nothing of these minutes; it keeps them for 15 days."

_Found = tuple[ContainerLatency | PortalError | None, bool]
"""The latencies, or why there are none, or None; and whether that is final."""


def show_container_latency(run: Run, items: Sequence[Item], stages: Sequence[Stage]) -> None:
    """Draws what CloudWatch has, and looks again by itself as long as that may become more."""
    on_aws = {n for n, system in enumerate(run.systems) if system.region != LOCAL_REGION and system.variant}
    if watched := [stage for stage in stages if stage.system in on_aws and stage.window]:
        st.subheader("Inside the endpoint", anchor=False)
        with st.container(key=f"compare_container_{run.id}", gap="xsmall"):
            found = [_look_up(run, stage) for stage in watched]
            if _is_final(found):
                _show(run, items, watched, found)
            else:
                _watch(run, items, watched)


@st.fragment(run_every=_SECONDS)
def _watch(run: Run, items: Sequence[Item], stages: Sequence[Stage]) -> None:
    found = [_look_up(run, stage) for stage in stages]
    if _is_final(found):
        st.rerun()
    _show(run, items, stages, found)


def _is_final(found: Sequence[_Found]) -> bool:
    return all(is_final for _, is_final in found)


def _show(run: Run, items: Sequence[Item], stages: Sequence[Stage], found: Sequence[_Found]) -> None:
    rows = [
        _row(run, items, stage, answer)
        for stage, (answer, _) in zip(stages, found, strict=True)
        if isinstance(answer, ContainerLatency)
    ]
    problems = dict.fromkeys(str(answer) for answer, _ in found if isinstance(answer, PortalError))
    if rows:
        show_table(rows, _COLUMNS, "What CloudWatch measured at the endpoints", height="content")
        st.caption(_ABOUT)
    elif not problems:
        st.caption(_NOTHING if _is_final(found) else _WAITING)
    for message in problems:
        st.caption(f":material/info: {plain(message)}")


def _row(run: Run, items: Sequence[Item], stage: Stage, found: ContainerLatency) -> dict[str, object]:
    return {
        "endpoint": system_name(run.systems, stage.system),
        "clip": items[stage.item].id,
        "at_once": stage.concurrency,
        "client": stage.spread.mean if stage.spread else None,
        "model": found.model.mean,
        "model_max": found.model.max,
        "overhead": found.overhead.mean if found.overhead else None,
        "overhead_max": found.overhead.max if found.overhead else None,
        "samples": found.model.samples,
        "minutes": f"{found.start:%d %B, %H:%M} to {found.end:%H:%M}",
    }


def _look_up(run: Run, stage: Stage) -> _Found:
    """What is known of a stage; asks CloudWatch for what is missing.

    What will not grow any more is kept with the run.
    """
    if noted := kept(run, stage):
        return noted, True
    system, known = run.systems[stage.system], known_targets()
    if known.aws is None or (known.aws.name, known.aws.region) != (system.target, system.region):
        if known.aws_is_sought:
            return None, False
        what = f"{system.target} is not connected."
        return PortalError(what, "Connect it to see what CloudWatch measured there."), True
    look = partial(_ask, run_store(), known.aws, run, stage)
    shown, _ = answers().ask((run.id, extra_key(stage)), look, lambda _: _AGAIN)
    if shown.is_running:
        return None, False
    answer = outcome(shown)
    return answer, isinstance(answer, PortalError) or _is_settled(answer, stage)


def _ask(store: RunStore, target: Target, run: Run, stage: Stage) -> ContainerLatency | None:
    """In a thread of its own. What is settled is kept, so that it is there when CloudWatch has lost it."""
    if stage.window is None:
        return None
    found = container_latency(target, run.systems[stage.system], stage.window)
    if found and _is_settled(found, stage):
        keep(store, run, stage, found)
    return found


def _is_settled(found: ContainerLatency | None, stage: Stage) -> bool:
    """Whether no more will come. The number of samples alone does not say it: others' requests are in it as well."""
    age = datetime.now(UTC) - stage.window[1] if stage.window else timedelta()
    if found is None or found.overhead is None or age <= _SETTLED:
        return age > _LATE
    return age > _LATE or min(found.model.samples, found.overhead.samples) >= len(stage.times)
