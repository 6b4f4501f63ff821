"""The microphone: start and stop, its state, and why it can't be used where that is so."""

import streamlit as st
from streamlit_webrtc import Translations, WebRtcMode, create_audio_sink_track, webrtc_streamer

from components.core.formatting import timestamp
from components.live.microphone_line import MicrophoneLine
from components.live.session import LiveSession
from components.live.utterances import TranscribeSettings
from components.targets.target import LOCAL_REGION
from components.widgets.common.elements import button
from components.widgets.common.parameter_form import ParameterForm
from components.widgets.common.work import work_registry
from components.widgets.endpoints.queued_client import queued_client
from components.widgets.endpoints.selection import Selection
from components.widgets.playground import shown_work
from components.widgets.playground.live.connection import ice_servers, insecure_page, keep_fresh
from components.widgets.playground.live.state_view import is_connecting, show_state

_LINE, _NUMBER = "microphone_line", "microphone_number"
_IDS = "live_sessions"
"""The live sessions that this browser session has had: a new one replaces the last on the page."""
_LOCAL_PARTIALS = "live_partials"
"""Whether words are shown before an utterance has ended, for endpoints on this computer."""
_CONSTRAINTS = {
    "audio": {"echoCancellation": False, "noiseSuppression": False, "autoGainControl": False},
    "video": False,
}
_TRANSLATIONS: Translations = {
    "start": "Start",
    "stop": "Stop",
    "select_device": "Microphone",
    "select_microphone": "Microphone",
    "media_api_not_available": "This browser gives no page the microphone.",
    "device_ask_permission": "Allow this page the microphone.",
    "device_not_available": "There is no microphone.",
    "device_access_denied": "This page may not use the microphone: allow it in the browser's settings for it.",
}


def show_microphone(selection: Selection, form: ParameterForm) -> None:
    """Draws it; the chosen endpoint transcribes with these parameters."""
    obstacle = insecure_page()
    if obstacle:
        obstacle.show_with_recorder()
        return
    line = _line()
    _configure(line, selection, form)
    # Taken off the page the microphone would stop, or never start.
    if not (line.is_open or is_connecting()) and (reason := _reason_for_no_start(selection, line)):
        st.caption(reason)
        return
    is_on = _show_start(line)
    _choose_partials(selection)
    if form.findings:
        st.caption("What is said is transcribed with the last parameters that were right.")
    show_state(line, is_on=is_on)
    if not is_on:
        keep_fresh()
        _show_earlier()


def _configure(line: MicrophoneLine, selection: Selection, form: ParameterForm) -> None:
    key = _partials(selection)
    # Off by default where it costs money.
    with_partials = bool(st.session_state.setdefault(key, key == _LOCAL_PARTIALS))
    if selection.target and selection.endpoint and not form.findings:
        client = queued_client(selection.target, selection.endpoint)
        line.configure(TranscribeSettings(client, form.values, with_partials))


def _show_start(line: MicrophoneLine) -> bool:
    """Draws the button; returns whether the microphone is on."""
    key = f"microphone-{_number()}"
    context = webrtc_streamer(
        key,
        WebRtcMode.SENDONLY,
        rtc_configuration={"iceServers": ice_servers()},
        media_stream_constraints=_CONSTRAINTS,
        sink_audio_track=create_audio_sink_track(line.push, key=key, on_ended=line.close),
        translations=_TRANSLATIONS,
        media_toggle_controls=False,
    )
    return context.state.playing or context.state.signalling


def close_microphone() -> None:
    """Ends its session: the microphone is no longer on the page.

    WebRTC notices that half a minute later. The next microphone has a line of its own, which that does not close.
    """
    line: MicrophoneLine | None = st.session_state.get(_LINE)
    # Each number costs a thread until its connection has ended.
    if line and (line.session or is_connecting()):
        line.close_for_good()
        del st.session_state[_LINE]
        st.session_state[_NUMBER] = _number() + 1


def adopt_session() -> None:
    """Shows a live session that has started; call it before anything of it is drawn."""
    line: MicrophoneLine | None = st.session_state.get(_LINE)
    session = line.session if line else None
    if line and session and (_is_new(session) or line.is_open):
        shown_work.show(session)


def _is_new(session: LiveSession) -> bool:
    """Whether it was not seen before; remembers it."""
    ids: list[str] = st.session_state.setdefault(_IDS, [])
    is_new = session.id not in ids
    if is_new:
        ids.append(session.id)
    return is_new


def _show_earlier() -> None:
    """Draws a button for each session that has text and is still kept, except the one on the page."""
    on_page = shown_work.shown()
    known = map(shown_work.find, reversed(st.session_state.get(_IDS, [])))
    earlier = [one for one in known if isinstance(one, LiveSession) and one is not on_page]
    sessions = [one for one in earlier if one.transcript.segments]
    if not sessions:
        return
    with st.container(key="live_earlier", horizontal=True, vertical_alignment="center", gap="small"):
        st.caption("Earlier", width="content")
        for session in sessions:
            words = session.transcript.words
            label = f"{timestamp(session.seconds)}, {words:,} {'word' if words == 1 else 'words'}"
            button(label, shown_work.show, session, key=f"live_earlier_{session.id}", type="tertiary")


def _reason_for_no_start(selection: Selection, line: MicrophoneLine) -> str | None:
    work = shown_work.shown()
    # The session of a page that was reloaded lasts until WebRTC notices.
    is_left = isinstance(work, LiveSession) and not work.is_connected
    if work and work.is_running and work is not line.session and not is_left:
        return "A transcription is under way: Start is here again when it has ended."
    if not (selection.endpoint and selection.endpoint.is_serving):
        return "There is no endpoint in service that could listen."
    if not line.is_ready:
        return (
            "The endpoint would refuse these parameters: change or unset what is marked, then Start is here."
        )
    return None


def _line() -> MicrophoneLine:
    line: MicrophoneLine | None = st.session_state.get(_LINE)
    if line is None:
        line = st.session_state[_LINE] = MicrophoneLine(work_registry().add)
    return line


def _number() -> int:
    """How many microphones were closed before."""
    number: int = st.session_state.get(_NUMBER, 0)
    return number


def _choose_partials(selection: Selection) -> None:
    key = _partials(selection)
    st.toggle(
        "Show words while somebody speaks",
        key=key,
        help="What is not finished yet is sent about once a second, and when somebody pauses.",
        persist_state="session",
    )
    if key != _LOCAL_PARTIALS:
        st.container(key="live_cost").caption(
            "On AWS each of these is one more request: paid time of the endpoint's instances."
        )


def _partials(selection: Selection) -> str:
    is_here = selection.target is not None and selection.target.region == LOCAL_REGION
    return _LOCAL_PARTIALS if is_here else "live_partials_aws"
