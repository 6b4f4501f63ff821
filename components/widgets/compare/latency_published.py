"""The published latency beside one's own, with what differs in words: a mean means little without its conditions."""

from collections.abc import Sequence

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
    lines = [line for stage in stages if (line := _beside(run, items[stage.item], stage))]
    if lines:
        st.subheader("Beside the published latency", anchor=False)
        st.markdown("\n".join(lines))
        st.caption(plain(published.LATENCY))


def _beside(run: Run, item: Item, stage: Stage) -> str | None:
    system = run.systems[stage.system]
    model = find_model(system.model) if system.model else None
    if model is None or model.latency is None or stage.spread is None:
        return None
    name = plain(system_name(run.systems, stage.system))
    return (
        f"- **{name}**: {stage.spread.mean:.2f} s here, {model.latency:g} s published for {plain(model.name)}. "
        f"{plain(_comparability(run, stage))} {plain(_differences(run, item, stage))}"
    )


def _comparability(run: Run, stage: Stage) -> str:
    system = run.systems[stage.system]
    if system.region == LOCAL_REGION:
        return f"Not comparable: this computer's processor here, {_INSTANCE} there."
    if system.instance_type != _INSTANCE:
        return f"Not comparable as it is: {instances(system)} here, {_INSTANCE} there."
    return f"On the same type of instance, {instances(system)}."


def _differences(run: Run, item: Item, stage: Stage) -> str:
    """What else is not as it was there."""
    system, length = run.systems[stage.system], f" ({item.seconds:.1f} s)" if item.seconds else ""
    parts = [f"clip {item.id}{length} instead of the blog's"]
    if stage.concurrency != 1:
        parts.append(f"{stage.concurrency} requests at once instead of one")
    if len(stage.times) != 100:  # noqa: PLR2004 - as many as there
        parts.append(f"{len(stage.times)} answers instead of 100")
    if run.conditions.parameters:
        settings = ", ".join(f"{name} {value}" for name, value in run.conditions.parameters.items())
        parts.append(f"parameters {settings}")
    if system.region != LOCAL_REGION:
        parts.append(f"sent from this portal to {system.region}")
    parts.append(f"measured on {run.created.day} {run.created:%B %Y} instead of in 2023")
    return f"Besides: {'; '.join(parts)}."
