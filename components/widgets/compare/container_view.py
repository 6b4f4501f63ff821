"""How long the container and SageMaker around it took, as CloudWatch has it; only for endpoints on AWS."""

from collections.abc import Sequence

import streamlit as st
from streamlit.column_config import NumberColumn, TextColumn

from components.core.errors import PortalError
from components.evaluation.results.container_latency import ContainerLatency
from components.evaluation.results.latency_figures import Stage
from components.evaluation.results.system_labels import system_name
from components.evaluation.runs.records import Item, Run
from components.widgets.common.elements import plain
from components.widgets.compare.container_lookup import Finding, is_watched, look_up

_SECONDS = 5.0
_COLUMNS = {
    "endpoint": TextColumn("Endpoint", pinned=True),
    "clip": TextColumn("Clip"),
    "at_once": NumberColumn("At once"),
    "client": NumberColumn(
        "Client mean s", format="%.3f", help="Measured here, the way there and back included."
    ),
    "model": NumberColumn("ModelLatency mean s", format="%.3f", help="What the container took."),
    "model_max": NumberColumn("ModelLatency max s", format="%.3f"),
    "overhead": NumberColumn(
        "OverheadLatency mean s", format="%.3f", help="What SageMaker took around the container."
    ),
    "overhead_max": NumberColumn("OverheadLatency max s", format="%.3f"),
    "samples": NumberColumn(
        "Requests in CloudWatch", help="More than were measured where whole minutes hold others, too."
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


def show_container_latency(run: Run, items: Sequence[Item], stages: Sequence[Stage]) -> None:
    """Draws what CloudWatch has, and looks again by itself as long as that may become more."""
    watched = [stage for stage in stages if is_watched(run, stage)]
    if not watched:
        return
    st.subheader("Inside the endpoint", anchor=False)
    with st.container(key=f"compare_container_{run.id}", gap="xsmall"):
        findings = [look_up(run, stage) for stage in watched]
        if all(finding.is_final for finding in findings):
            _show(run, items, watched, findings)
        else:
            _watch(run, items, watched)


@st.fragment(run_every=_SECONDS)
def _watch(run: Run, items: Sequence[Item], stages: Sequence[Stage]) -> None:
    findings = [look_up(run, stage) for stage in stages]
    if all(finding.is_final for finding in findings):
        st.rerun()
    _show(run, items, stages, findings)


def _show(run: Run, items: Sequence[Item], stages: Sequence[Stage], findings: Sequence[Finding]) -> None:
    found = [
        _row(run, items, stage, finding.answer)
        for stage, finding in zip(stages, findings, strict=True)
        if isinstance(finding.answer, ContainerLatency)
    ]
    if found:
        st.dataframe(
            found,
            hide_index=True,
            height="content",
            column_config=_COLUMNS,
            placeholder="",
            alt="What CloudWatch measured at the endpoints",
        )
        st.caption(_ABOUT)
    elif not any(isinstance(finding.answer, PortalError) for finding in findings):
        st.caption(_NOTHING if all(finding.is_final for finding in findings) else _WAITING)
    for message in dict.fromkeys(str(f.answer) for f in findings if isinstance(f.answer, PortalError)):
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
