"""The published latency beside one's own, with what differs in words: a mean means little without its conditions."""

from collections.abc import Iterator, Sequence

import streamlit as st

from components.evaluation.results import published
from components.evaluation.results.conditions import instances
from components.evaluation.results.latency_figures import Stage
from components.evaluation.results.system_labels import system_name
from components.evaluation.runs.records import Item, Run
from components.targets.target import LOCAL_REGION
from components.whisper.models import find_model
from components.widgets.common.elements import plain

_INSTANCE = "ml.g5.2xlarge"
"""What the published latencies were measured on (published.LATENCY)."""


def show_published_beside(run: Run, items: Sequence[Item], stages: Sequence[Stage]) -> None:
    """Draws a line for each of these stages whose model has a published latency."""
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
    if system.instance_type != _INSTANCE:
        yield f"{instances(system)} instead of {_INSTANCE}, so that the two are not comparable as they are"
    yield f"clip {item.id}{length} instead of the blog's"
    if stage.concurrency != 1:
        yield f"{stage.concurrency} requests at once instead of one"
    if len(stage.times) != 100:  # noqa: PLR2004 - as many as there
        yield f"{len(stage.times)} answers instead of 100"
    if run.conditions.parameters:
        yield f"parameters {', '.join(f'{name} {value}' for name, value in run.conditions.parameters.items())}"
    if system.region != LOCAL_REGION:
        yield f"sent from this portal to {system.region}"
    yield f"measured on {run.created.day} {run.created:%B %Y} instead of in 2023"
