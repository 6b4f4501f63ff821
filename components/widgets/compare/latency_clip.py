"""The clip that a latency run sends: a sample or a file, whole or cut to several lengths."""

from collections.abc import Callable

import streamlit as st

from components.audio.decoding import Clip, read_clip
from components.core.errors import PortalError
from components.evaluation.latency_plan import cuts, whole
from components.widgets.common import sample_picker
from components.widgets.common.elements import plain
from components.widgets.common.error_view import show_error
from components.widgets.endpoints.known_targets import known_targets

_SAMPLE, _UPLOAD = "Sample", "Upload"
_WHOLE, _CUTS = "Whole clip", "5, 15 and 30 s of it"
_Loaded = tuple[str, Clip | PortalError]
"""What a source gave last, after a token that tells one file or sample from the next."""


def choose_clips() -> tuple[Clip, ...]:
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
