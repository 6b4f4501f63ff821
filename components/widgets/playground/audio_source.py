"""Where the audio comes from: a file, the microphone, or a sample clip."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from components.audio.decoding import Clip, decode
from components.audio.recording import Recording, open_recording
from components.core.errors import EndpointError, PortalError
from components.endpoint_client.batch import SeveralFiles
from components.targets.target import Target
from components.whisper.contract import MAX_AUDIO_SECONDS, SAMPLE_RATE
from components.widgets.common import sample_picker
from components.widgets.common.elements import button
from components.widgets.common.error_view import show_error
from components.widgets.playground.live.connection import insecure_page

Opened = TypeVar("Opened")


@dataclass(frozen=True)
class Live:
    """The live microphone: nothing that is there already."""


Sound = Clip | Recording | SeveralFiles | PortalError | None
"""A clip that an endpoint hears whole, a longer recording, or several; or why there is none; None before the choice."""

Audio = Sound | Live
_Found = Clip | Recording | SeveralFiles

UPLOAD, RECORD, LIVE, SAMPLES, SEVERAL = "Upload", "Record", "Live", "Samples", "Several files"
_UPLOADERS = {UPLOAD: ("Audio or video file", "upload"), SEVERAL: ("Audio or video files", "several")}
"""Label and key of each."""
_FILE_TYPES = (
    *("wav", "mp3", "m4a", "flac", "ogg", "webm", "mp4"),
    *("aac", "aif", "aiff", "amr", "avi", "m4b", "m4v", "mkv", "mov", "mpeg", "mpg", "oga", "opus", "wma"),
)


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
    else:
        _upload(source or UPLOAD)
    _, result = _loaded().get(source or UPLOAD, ("", None))
    if isinstance(result, PortalError):
        show_error(result)
    if isinstance(result, EndpointError):
        button("Try again", _forget, SAMPLES, key="fetch_again", icon="refresh")
    return result


def put_back(clip: Clip) -> None:
    """Has a session that has no audio yet, as after a reload, begin with the clip."""
    if not _loaded():
        _loaded()[UPLOAD] = ("", clip)


def use_first_sample() -> None:
    """Chooses the first sample clip; a callback for a page's empty state."""
    st.session_state["source"] = SAMPLES
    sample_picker.pick_first()


def _upload(source: str) -> None:
    label, key = _UPLOADERS[source]
    found = st.file_uploader(
        label,
        type=_FILE_TYPES,
        accept_multiple_files=source == SEVERAL,
        key=key,
        label_visibility="collapsed",
        on_change=_forget_cleared,
        args=(source, key),
    )
    if isinstance(found, list) and found:
        _load(source, " ".join(file.file_id for file in found), lambda: _open_all(found))
    elif isinstance(found, UploadedFile):
        _load(source, found.file_id, lambda: _open(found.getvalue(), _name(found)))


def _name(file: UploadedFile) -> str:
    # A browser sends a quotation mark in this way (HTML, multipart/form-data).
    return str(file.name).replace("%22", '"')


def _open_all(files: list[UploadedFile]) -> SeveralFiles:
    named = [(_name(file), file.getvalue()) for file in files]
    return SeveralFiles(tuple((name, _read(partial(open_recording, data, name))) for name, data in named))


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


def _load(source: str, token: str, read: Callable[[], _Found]) -> None:
    last, _ = _loaded().get(source, (None, None))
    if last != token:
        _loaded()[source] = (token, _read(read))


def _read(read: Callable[[], Opened]) -> Opened | PortalError:
    try:
        return read()
    except PortalError as error:
        return error


def _loaded() -> dict[str, tuple[str, _Found | PortalError]]:
    """What each source gave last, after a token that tells one file, recording or sample from the next."""
    loaded: dict[str, tuple[str, _Found | PortalError]] = st.session_state.setdefault("loaded", {})
    return loaded


def _forget_cleared(source: str, key: str) -> None:
    if not st.session_state.get(key):
        _forget(source)


def _forget(source: str) -> None:
    _loaded().pop(source, None)
