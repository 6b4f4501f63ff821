"""A latency run in full: how fast, how evenly, how much at once, and under which conditions."""

from collections.abc import Iterator, Sequence

import streamlit as st

from components.evaluation.results import published
from components.evaluation.results.latency_figures import Stage, stages
from components.evaluation.results.wording import instances, system_name
from components.evaluation.runs.records import Item, Run, RunStatus
from components.targets.target import LOCAL_REGION
from components.whisper.models import find_model
from components.widgets.common.elements import plain
from components.widgets.compare.container_view import show_container_latency
from components.widgets.compare.latency_charts import show_distributions, show_sweep
from components.widgets.compare.latency_table import show_failures, show_figures
from components.widgets.compare.run_cache import measured
from components.widgets.compare.run_frame import show_conditions, show_downloads, show_heading

_MOST_IN_FULL = 4
"""Of more endpoints than that the metrics stand in the table alone."""
_FEW = 20
"""Of fewer answers, p95 lies between the two slowest ones."""
_PUBLISHED_INSTANCE = "ml.g5.2xlarge"
"""What the published latencies were measured on (published.LATENCY)."""
_METRICS = {
    "Mean": "Seconds from sending a request to having its reply.",
    "p50": "Half of the requests took at most as long.",
    "p95": "19 of 20 requests took at most as long.",
    "p99": "99 of 100 requests took at most as long; of fewer than 100 it is little more than the slowest one.",
    "Answers a second": "Answered requests from the first sending to the last reply.",
    "Real-time factor": "Mean time by the clip's length: below 1 is faster than speech.",
}


def show_latency_run(run: Run) -> None:
    """Draws the run."""
    show_heading(run)
    items, measurements = measured(run)
    found = stages(run, items, measurements)
    if any(stage.spread for stage in found):
        _show_answered(run, items, found)
    else:
        st.warning("Not one request was answered: there is no latency to tell.", icon=":material/warning:")
    show_failures(run, found)
    show_container_latency(run, items, found)
    show_conditions(run)
    show_downloads(run)


def _show_answered(run: Run, items: Sequence[Item], found: Sequence[Stage]) -> None:
    item, step = _choose(run, items, found)
    of_clip = [stage for stage in found if stage.item == item]
    shown = [stage for stage in of_clip if stage.concurrency == step and stage.spread]
    conditions = _conditions(run, items[item], step)
    _show_metrics(run, shown)
    st.caption(plain(conditions))
    _warn_of_few(found)
    if shown:
        show_distributions(run, shown, conditions)
    if len({stage.concurrency for stage in of_clip if stage.spread}) > 1:
        show_sweep(run, of_clip, items[item].id)
    st.subheader("All figures", anchor=False)
    show_figures(run, items, found)
    _show_published(run, items, shown)


def _choose(run: Run, items: Sequence[Item], found: Sequence[Stage]) -> tuple[int, int]:
    """Which clip and how many at once is looked at closely; nothing is drawn where there is no choice."""
    heard = list(dict.fromkeys(stage.item for stage in found))
    steps = sorted({stage.concurrency for stage in found})
    item, step = heard[0], steps[0]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        if len(heard) > 1:
            item = st.selectbox(
                "Clip",
                heard,
                format_func=lambda number: items[number].id,
                key=f"compare_latency_clip_{run.id}",
                persist_state="session",
            )
        if len(steps) > 1:
            step = st.segmented_control(
                "Requests at once",
                steps,
                default=step,
                key=f"compare_latency_step_{run.id}",
                required=True,
                persist_state="session",
            )
    return item, step


def _conditions(run: Run, item: Item, step: int) -> str:
    """What the figures above and the curves were measured with."""
    asked = run.conditions
    length = f", {item.seconds:.1f} s" if item.seconds else ""
    planned = "" if run.status is RunStatus.DONE else "planned: "
    requests = f"{planned}{asked.requests} requests after a warm-up of {asked.warm_up} for each worker"
    return f"{item.id}{length} · {requests}, {step} at once · {_parameters(run) or 'no parameters set'}"


def _parameters(run: Run) -> str:
    return ", ".join(f"{name} {value}" for name, value in run.conditions.parameters.items())


def _warn_of_few(found: Sequence[Stage]) -> None:
    counts = sorted({len(stage.times) for stage in found if len(stage.times) < _FEW} - {0})
    if counts:
        requests = "1 request" if counts == [1] else f"{', '.join(map(str, counts))} requests"
        st.caption(f"Percentiles of {requests} are little more than the slowest ones.")


def _show_metrics(run: Run, shown: Sequence[Stage]) -> None:
    if len(shown) > _MOST_IN_FULL:
        return
    for stage in shown:
        with st.container(key=f"compare_metrics_{run.id}_{stage.system}", gap="xsmall"):
            system = run.systems[stage.system]
            name = system_name(run.systems, stage.system)
            on = system.instance_type or system.target
            st.markdown(f"**{plain(name)}** · {plain(system.model or 'model unknown')} · {plain(on)}")
            with st.grid(len(_METRICS), min_column_width=120, gap="xsmall"):
                for (label, explanation), value in zip(_METRICS.items(), _values(stage), strict=True):
                    st.metric(label, value, help=explanation)


def _values(stage: Stage) -> Iterator[str]:
    for name in ("mean", "p50", "p95", "p99"):
        yield f"{getattr(stage.spread, name):.2f} s"
    for rate in (stage.throughput, stage.real_time_factor):
        yield "not known" if rate is None else f"{rate:.2f}"


def _show_published(run: Run, items: Sequence[Item], stages: Sequence[Stage]) -> None:
    """The published latency beside one's own, with what differs: a mean means little without its conditions."""
    lines = []
    for stage in stages:
        model = find_model(run.systems[stage.system].model or "")
        if model and model.latency is not None and stage.spread:
            figures = f"{stage.spread.mean:.2f} s here, {model.latency:g} s published for {model.name}"
            differences = "; ".join(_differences(run, items[stage.item], stage))
            name = plain(system_name(run.systems, stage.system))
            lines.append(f"- **{name}**: {plain(f'{figures}. What differs: {differences}.')}")
    if lines:
        st.subheader("Beside the published latency", anchor=False)
        st.markdown("\n".join(lines))
        st.caption(plain(published.LATENCY))


def _differences(run: Run, item: Item, stage: Stage) -> Iterator[str]:
    system, length = run.systems[stage.system], f" ({item.seconds:.1f} s)" if item.seconds else ""
    if system.instance_type != _PUBLISHED_INSTANCE:
        yield f"{instances(system)} instead of {_PUBLISHED_INSTANCE}, so that the two are not comparable as they are"
    yield f"clip {item.id}{length} instead of the blog's"
    if stage.concurrency != 1:
        yield f"{stage.concurrency} requests at once instead of one"
    if len(stage.times) != 100:  # noqa: PLR2004 - as many as there
        yield f"{len(stage.times)} answers instead of 100"
    if run.conditions.parameters:
        yield f"parameters {_parameters(run)}"
    if system.region != LOCAL_REGION:
        yield f"sent from this portal to {system.region}"
    yield f"measured on {run.created.day} {run.created:%B %Y} instead of in 2023"
