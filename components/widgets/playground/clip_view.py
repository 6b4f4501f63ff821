"""A clip before it is sent: how it looks, how it sounds, how long it is."""

import streamlit as st

from components.audio.decoding import Clip
from components.transcript.gaps import describe_truncation
from components.widgets.common.elements import plain
from components.widgets.playground.waveform import show_waveform


def show_clip(clip: Clip) -> None:
    """Waveform, player and a line on the file; what plays is what the endpoint hears."""
    with st.container(key="clip", gap="xsmall"):
        show_waveform(clip)
        st.audio(clip.wav(), alt=f"Player for {clip.name}")
        st.caption(f"{plain(clip.name)} · {clip.seconds:.1f} s · {plain(clip.source)}")
        if clip.promised:
            st.warning(
                plain(describe_truncation(clip.seconds, clip.promised).sentence), icon=":material/warning:"
            )
