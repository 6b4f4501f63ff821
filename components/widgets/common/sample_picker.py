"""The sample clips on offer: the portal's own, and JumpStart's where AWS can be reached."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import streamlit as st

from components.audio import samples
from components.audio.decoding import Clip, read_clip
from components.targets.aws_errors import FAILURES, typed_error
from components.targets.target import Target
from components.widgets.common.elements import plain

KEY = "sample"


@dataclass(frozen=True)
class Offer:
    """A sample with what reads it; `read` raises PortalErrors."""

    sample: samples.Sample
    read: Callable[[], Clip]


def pick_sample(aws: Target | None) -> Offer | None:
    """Draws the list; None before one is chosen."""
    offers = _offers(aws)
    chosen = st.radio(
        "Sample clip",
        list(offers),
        index=None,
        format_func=lambda id_: _label(offers[id_].sample),
        key=KEY,
        label_visibility="collapsed",
        persist_state="session",
    )
    if chosen is None:
        return None
    st.caption(plain(offers[chosen].sample.licence))
    return offers[chosen]


def pick_first() -> None:
    """Chooses the first sample; to be called before the list is drawn, or in a callback."""
    st.session_state[KEY] = samples.SAMPLES[0].id


def _label(sample: samples.Sample) -> str:
    language = sample.language.title()
    return plain(sample.title if language in sample.title else f"{sample.title} · {language}")


def _offers(aws: Target | None) -> dict[str, Offer]:
    bundled = [Offer(sample, partial(_read, sample)) for sample in samples.SAMPLES]
    fetched = (
        [Offer(sample, partial(_fetch, sample, aws)) for sample in samples.JUMPSTART_SAMPLES] if aws else []
    )
    return {offer.sample.id: offer for offer in bundled + fetched}


def _read(sample: samples.Sample) -> Clip:
    return read_clip(samples.read(sample), sample.path)


def _fetch(sample: samples.Sample, aws: Target) -> Clip:
    try:
        data = samples.fetch(sample, aws.client("s3"), aws.region)
    except FAILURES as error:
        raise typed_error(error, sample.title) from error
    return read_clip(data, sample.path.rpartition("/")[2])
