"""The view Latency: how long endpoints take, and how much they answer."""

from collections.abc import Callable

import streamlit as st

from components.audio.decoding import Clip, read_clip
from components.core.errors import PortalError
from components.core.formatting import hourly_usd
from components.evaluation.latency_plan import MOST_REQUESTS, MOST_WARM_UPS, LatencyPlan, Load, cuts, whole
from components.evaluation.runs.records import RunKind
from components.evaluation.systems import Candidate
from components.targets.target import LOCAL_REGION
from components.widgets.common import sample_picker
from components.widgets.common.elements import plain
from components.widgets.common.error_view import show_error
from components.widgets.common.navigation import COLUMNS
from components.widgets.common.parameter_form import show_form
from components.widgets.compare.endpoint_choice import candidates, choose_endpoints, obstacle
from components.widgets.compare.run_view import show_runs, show_start
from components.widgets.endpoints.known_targets import known_targets

LATENCY = "Latency"
_STEPS = (1, 2, 4, 8, 16, 32)
_EMPTY = "Nothing has been measured yet. Choose endpoints and a clip, then press Measure latency."
_SAMPLE, _UPLOAD = "Sample", "Upload"
_WHOLE, _CUTS = "Whole clip", "5, 15 and 30 s of it"
_Loaded = tuple[str, Clip | PortalError]
"""What a source gave last, after a token that tells one file or sample from the next."""


def show_latency() -> None:
    """Lays out the view: what is to be measured, what is under way, the last run."""
    left, right = st.columns(COLUMNS, gap="medium")
    with left:
        st.subheader("What is measured", anchor=False)
        chosen = choose_endpoints("compare_latency_endpoints")
        clips = _choose_clips()
    with right:
        st.subheader("Load", anchor=False)
        load = _choose_load()
        form = show_form(chosen[0][1].model if len(chosen) == 1 else None)
        known = candidates(chosen)
        _show_effort(load, len(clips), known or ())
        show_start(
            "Measure latency",
            LATENCY,
            known,
            lambda: LatencyPlan(known or (), clips, form.values, load),
            obstacle(chosen, form, None if clips else "Choose a clip first.") or load.fault,
        )
    show_runs(RunKind.LATENCY, LATENCY, _EMPTY)


def _choose_load() -> Load:
    left, right = st.columns(2, gap="small")
    requests = left.number_input(
        "Requests",
        1,
        MOST_REQUESTS,
        100,
        key="compare_latency_requests",
        help="How many count, for each endpoint, clip and number at once. The published figures are means of 100.",
        persist_state="session",
    )
    warm_up = right.number_input(
        "Warm-up requests",
        0,
        MOST_WARM_UPS,
        3,
        key="compare_latency_warm_up",
        help="Sent before by each worker, and left out of every figure: the first requests open connections and fill "
        "caches.",
        persist_state="session",
    )
    steps = st.pills(
        "Requests at once",
        _STEPS,
        default=_STEPS[0],
        selection_mode="multi",
        key="compare_latency_concurrency",
        help="Independent workers, each of which sends its next request when it has the reply to its last one. With "
        "several steps, one after the other is measured. The published figures are for 1.",
        persist_state="session",
    )
    return Load(requests, warm_up, tuple(sorted(steps)))


def _show_effort(load: Load, clips: int, chosen: tuple[Candidate, ...]) -> None:
    """Says how many requests will be sent, and what the endpoints cost in any case."""
    if load.fault or not clips or not chosen:
        return
    lines = [f"{load.total(len(chosen) * clips):,} requests in all, warm-up included."]
    on_aws = [each.system for each in chosen if each.system.region != LOCAL_REGION]
    if on_aws:
        lines.append("AWS bills endpoints by the hour, used or not: the run itself adds nothing.")
    for system in on_aws:
        count = 1 if system.instance_count is None else system.instance_count
        price = "price not known" if system.usd_per_hour is None else hourly_usd(system.usd_per_hour * count)
        lines.append(f"{plain(system.endpoint)}: {price}")
    st.caption("  \n".join(lines))


def _choose_clips() -> tuple[Clip, ...]:
    """Draws the choice; empty as long as there is no clip that can be sent."""
    source = _choice("Clip", [_SAMPLE, _UPLOAD], "compare_latency_source")
    if source == _SAMPLE:
        _pick()
    else:
        _upload()
    _, result = _loaded().get(source, ("", None))
    if isinstance(result, PortalError):
        show_error(result, key="compare_latency_clip_error")
        st.button(
            "Try again", key="compare_latency_again", icon=":material/refresh:", on_click=_loaded().clear
        )
    if not isinstance(result, Clip):
        return ()
    length = _choice("Length", [_WHOLE, _CUTS], "compare_latency_length")
    clips = cuts(result) if length == _CUTS else (whole(result),)
    st.caption(
        "  \n".join(f"{plain(clip.name)} · {clip.seconds:.1f} s · {plain(clip.source)}" for clip in clips)
    )
    return clips


def _choice(label: str, options: list[str], key: str) -> str:
    return st.segmented_control(
        label, options, default=options[0], key=key, required=True, width="stretch", persist_state="session"
    )


def _pick() -> None:
    if st.session_state.get(sample_picker.KEY) is None:
        sample_picker.pick_first()
    if offer := sample_picker.pick_sample(known_targets().aws):
        with st.spinner("Fetching the clip …", show_time=True):
            _load(_SAMPLE, offer.sample.id, offer.read)


def _upload() -> None:
    file = st.file_uploader(
        "Audio or video file",
        key="compare_latency_upload",
        label_visibility="collapsed",
        on_change=_forget_cleared,
    )
    if file:
        _load(_UPLOAD, file.file_id, lambda: read_clip(file.getvalue(), file.name))


def _load(source: str, token: str, read: Callable[[], Clip]) -> None:
    # A widget starts empty when its view is opened again: what it gave is kept beside it.
    if _loaded().get(source, ("", None))[0] != token:
        try:
            _loaded()[source] = (token, read())
        except PortalError as error:
            _loaded()[source] = (token, error)


def _loaded() -> dict[str, _Loaded]:
    loaded: dict[str, _Loaded] = st.session_state.setdefault("compare_latency_loaded", {})
    return loaded


def _forget_cleared() -> None:
    if st.session_state.get("compare_latency_upload") is None:
        _loaded().pop(_UPLOAD, None)
