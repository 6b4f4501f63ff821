"""Where the audio comes from: a file, the microphone, or a sample clip."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from components.audio.decoding import Clip, decode
from components.audio.recording import Recording, open_recording
from components.core.errors import EndpointError, PortalError
from components.endpoint_client.batch import SeveralFiles
from components.targets.target import Target
from components.whisper.contract import MAX_AUDIO_SECONDS, SAMPLE_RATE
from components.widgets.common import sample_picker
from components.widgets.common.error_view import show_error
from components.widgets.playground.live.connection import insecure_page


@dataclass(frozen=True)
class Live:
    """The live microphone: nothing that is there already."""


Sound = Clip | Recording | SeveralFiles | PortalError | None
"""A clip that an endpoint hears whole, a longer recording, or several; or why there is none; None before the choice."""

Audio = Sound | Live

UPLOAD, RECORD, LIVE, SAMPLES, SEVERAL = "Upload", "Record", "Live", "Samples", "Several files"
_FILE_TYPES = (
    *("wav", "mp3", "m4a", "flac", "ogg", "webm", "mp4"),
    *("aac", "aif", "aiff", "amr", "avi", "m4b", "m4v", "mkv", "mov", "mpeg", "mpg", "oga", "opus", "wma"),
)


@dataclass(frozen=True)
class _Loaded:
    """What a source gave last; `token` tells one file, recording or sample from the next."""

    token: str
    result: Clip | Recording | SeveralFiles | PortalError


def choose_audio(aws: Target | None) -> Audio:
    """Draws the choice and returns what came of it.

    What a source gave stays with it while another one is looked at, and while another page is open.
    """
    st.session_state.setdefault("source", UPLOAD)
    source = st.segmented_control(
        "Audio source",
        [UPLOAD, RECORD, LIVE, SAMPLES, SEVERAL],
        key="source",
        required=True,
        label_visibility="collapsed",
        width="stretch",
        persist_state="session",
    )
    if source == LIVE:
        return Live()
    if source == RECORD:
        _record()
    elif source == SAMPLES:
        _sample(aws)
    elif source == SEVERAL:
        _several()
    else:
        _upload()
    loaded = _loaded().get(source or UPLOAD)
    if loaded is None:
        return None
    if isinstance(loaded.result, PortalError):
        show_error(loaded.result)
    if isinstance(loaded.result, EndpointError):
        st.button(
            "Try again", key="fetch_again", icon=":material/refresh:", on_click=_forget, args=(SAMPLES,)
        )
    return loaded.result


def put_back(clip: Clip) -> None:
    """Has a session that has no audio yet, as after a reload, begin with the clip."""
    if not _loaded():
        _loaded()[UPLOAD] = _Loaded("", clip)


def use_first_sample() -> None:
    """Chooses the first sample clip; a callback for a page's empty state."""
    st.session_state["source"] = SAMPLES
    sample_picker.pick_first()


def _upload() -> None:
    file = st.file_uploader(
        "Audio or video file",
        type=_FILE_TYPES,
        key="upload",
        label_visibility="collapsed",
        on_change=_forget_cleared,
        args=(UPLOAD, "upload"),
    )
    if file:
        _load(UPLOAD, file.file_id, lambda: _open(file.getvalue(), _name(file)))


def _several() -> None:
    files = st.file_uploader(
        "Audio or video files",
        type=_FILE_TYPES,
        accept_multiple_files=True,
        key="several",
        label_visibility="collapsed",
        on_change=_forget_cleared,
        args=(SEVERAL, "several"),
    )
    if files:
        token = " ".join(file.file_id for file in files)
        _load(
            SEVERAL,
            token,
            lambda: SeveralFiles(tuple((_name(f), _opened(f.getvalue(), _name(f))) for f in files)),
        )


def _name(file: UploadedFile) -> str:
    # A browser sends a quotation mark in this way (HTML, multipart/form-data).
    return str(file.name).replace("%22", '"')


def _opened(data: bytes, name: str) -> Recording | PortalError:
    try:
        return open_recording(data, name)
    except PortalError as error:
        return error


def _record() -> None:
    if obstacle := insecure_page():
        obstacle.show()
    recording = st.audio_input(
        "Recording",
        sample_rate=16_000,
        key="record",
        label_visibility="collapsed",
        on_change=_forget_cleared,
        args=(RECORD, "record"),
    )
    if recording:
        _load(RECORD, recording.file_id, lambda: _open(recording.getvalue(), "recording.wav"))


def _sample(aws: Target | None) -> None:
    offer = sample_picker.pick_sample(aws)
    if offer:
        with st.spinner("Fetching the clip …", show_time=True):
            _load(SAMPLES, offer.sample.id, offer.read)


def _open(data: bytes, name: str) -> Clip | Recording:
    """What is short is decoded at once; more would take memory for nothing."""
    samples, source, is_whole = decode(data, name, MAX_AUDIO_SECONDS)
    recording = open_recording(data, name)
    if not is_whole:
        return recording
    return Clip(samples, name, source, recording.ends_early(len(samples) / SAMPLE_RATE))


def _load(source: str, token: str, read: Callable[[], Clip | Recording | SeveralFiles]) -> None:
    loaded = _loaded().get(source)
    if loaded is None or loaded.token != token:
        _loaded()[source] = _Loaded(token, _read(read))


def _read(
    read: Callable[[], Clip | Recording | SeveralFiles],
) -> Clip | Recording | SeveralFiles | PortalError:
    try:
        return read()
    except PortalError as error:
        return error


def _loaded() -> dict[str, _Loaded]:
    loaded: dict[str, _Loaded] = st.session_state.setdefault("loaded", {})
    return loaded


def _forget_cleared(source: str, key: str) -> None:
    if not st.session_state.get(key):
        _forget(source)


def _forget(source: str) -> None:
    _loaded().pop(source, None)
