"""A clip before it is sent: where there is speech and where silence, how it sounds, how long it is."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from components.audio.decoding import Clip, Samples
from components.transcript.gaps import describe_truncation
from components.whisper.contract import SAMPLE_RATE
from components.widgets.common.elements import plain
from components.widgets.common.theme import accent

_BUCKETS = 400
_HEIGHT = 112


def show_clip(clip: Clip) -> None:
    """Waveform, player and a line on the file; what plays is what the endpoint hears."""
    with st.container(key="clip", gap="xsmall"):
        _show_waveform(clip)
        st.audio(clip.wav(), alt=f"Player for {clip.name}")
        st.caption(f"{plain(clip.name)} · {clip.seconds:.1f} s · {plain(clip.source)}")
        if clip.promised:
            st.warning(
                plain(describe_truncation(clip.seconds, clip.promised).sentence), icon=":material/warning:"
            )


def _envelope(samples: Samples) -> NDArray[np.float64]:
    """Lowest and highest sample of up to _BUCKETS equal stretches: shape [m, 2], full scale is 1."""
    stretches = np.array_split(samples, min(_BUCKETS, len(samples)))
    return np.array([(stretch.min(), stretch.max()) for stretch in stretches]) / 32768


def _show_waveform(clip: Clip) -> None:
    """As tall as its loudest moment allows."""
    low_high = _envelope(clip.samples)
    loudest = float(np.abs(low_high).max()) or 1.0
    times = np.linspace(0, clip.seconds, len(low_high))
    points = [
        {"seconds": seconds, "low": low, "high": high}
        for seconds, (low, high) in zip(times.tolist(), (low_high / loudest).tolist(), strict=True)
    ]
    times_axis = {"grid": False, "labelExpr": "datum.label + ' s'", "tickCount": 6}
    spec = {
        "data": {"values": points},
        "mark": {"type": "area", "interpolate": "step", "color": accent()},
        "height": _HEIGHT,
        "encoding": {
            "x": {
                "field": "seconds",
                "type": "quantitative",
                "title": None,
                "scale": {"domain": [0, clip.seconds], "nice": False},
                "axis": times_axis,
            },
            "y": {"field": "low", "type": "quantitative", "axis": None, "scale": {"domain": [-1, 1]}},
            "y2": {"field": "high"},
        },
    }
    with st.container(key="waveform"):
        st.vega_lite_chart(spec=spec, width="stretch", alt=_described(clip))


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
