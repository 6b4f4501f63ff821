"""A clip's waveform: where there is speech and where silence, for the eye and for a screen reader."""

import altair as alt
import numpy as np
import pandas as pd  # noqa: F401 - altair takes it as it finds it, half imported by another session's run as well
import streamlit as st
from numpy.typing import NDArray

from components.audio.decoding import Clip, Samples
from components.whisper.contract import SAMPLE_RATE
from components.widgets.common.theme import accent

_BUCKETS = 400
_HEIGHT = 112


def envelope(samples: Samples, buckets: int = _BUCKETS) -> NDArray[np.float64]:
    """Lowest and highest sample of at most `buckets` equal stretches: shape [m, 2], full scale is 1."""
    stretches = np.array_split(samples, min(buckets, len(samples)))
    return np.array([(stretch.min(), stretch.max()) for stretch in stretches]) / 32768


def show_waveform(clip: Clip) -> None:
    """Draws the clip as tall as its loudest moment allows."""
    low_high = envelope(clip.samples)
    loudest = float(np.abs(low_high).max()) or 1.0
    times = np.linspace(0, clip.seconds, len(low_high))
    points = [
        {"seconds": seconds, "low": low, "high": high}
        for seconds, (low, high) in zip(times.tolist(), (low_high / loudest).tolist(), strict=True)
    ]
    chart = (
        # A dictionary: Altair checks each value of its own InlineData against a schema, 75 ms for a waveform.
        alt.Chart({"values": points}, height=_HEIGHT)
        .mark_area(interpolate="step", color=accent())
        .encode(
            x=alt.X("seconds:Q", title=None, scale=alt.Scale(domain=[0, clip.seconds], nice=False)).axis(
                grid=False, labelExpr="datum.label + ' s'", tickCount=6
            ),
            y=alt.Y("low:Q", axis=None, scale=alt.Scale(domain=[-1, 1])),
            y2="high:Q",
        )
    )
    with st.container(key="waveform"):
        st.altair_chart(chart, width="stretch", alt=_described(clip))


def _described(clip: Clip) -> str:
    peak = int(np.argmax(np.abs(clip.samples.astype(np.int32))))
    level = abs(int(clip.samples[peak]))
    if level == 0:
        return f"Waveform of {clip.name}, {clip.seconds:.1f} seconds of silence."
    decibels = 20 * np.log10(level / 32768)
    return (
        f"Waveform of {clip.name}, {clip.seconds:.1f} seconds; "
        f"loudest at {peak / SAMPLE_RATE:.1f} seconds with {decibels:.0f} decibels below full scale."
    ).replace("-", "")
