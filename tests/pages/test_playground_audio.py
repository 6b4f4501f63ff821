import io
from typing import Any

import av
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from components.audio import samples
from components.audio.decoding import read_clip, wav_header
from tests.pages.conftest import Wire
from tests.pages.driver import (
    choose,
    choose_sample,
    choose_source,
    elements,
    error,
    is_shown,
    open_playground,
    press_transcribe,
    run,
    shown,
    speech,
    transcript,
    upload,
    widget,
    words,
)

ENGLISH, SPANISH = samples.SAMPLES


def mp3(wav: bytes) -> bytes:
    clip, file = read_clip(wav, "a.wav"), io.BytesIO()
    with av.open(file, "w", format="mp3") as container:
        stream: Any = container.add_stream("mp3", rate=16000, layout="mono")
        frame = av.AudioFrame.from_ndarray(clip.samples[np.newaxis], format="s16", layout="mono")
        frame.rate = 16000
        resampler = av.AudioResampler(format=stream.format, layout="mono", rate=16000, frame_size=1152)
        for chunk in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(chunk))
        container.mux(stream.encode(None))
    return file.getvalue()


def seconds_of_noise(seconds: float) -> bytes:
    count = int(16000 * seconds)
    return wav_header(count) + np.random.default_rng(1).integers(-99, 99, count, np.int16).tobytes()


def test_the_english_sample_gives_its_words(playground: AppTest) -> None:
    press_transcribe(choose_sample(playground))
    assert ENGLISH.text
    assert words(transcript(playground)) == words(ENGLISH.text)


@pytest.mark.usefixtures("portal")
def test_a_link_translates_the_spanish_sample() -> None:
    app = open_playground(language="spanish", task="translate")
    choose_sample(app, SPANISH.id)
    press_transcribe(app)
    assert {"listen", "customers", "improve", "service"} <= set(words(transcript(app)))


def test_an_mp3_is_transcribed(playground: AppTest) -> None:
    press_transcribe(upload(playground, "hello.mp3", mp3(speech("en/hello_world.wav"))))
    assert words(transcript(playground)) == ["hello", "world"]
    assert "mp3" in playground.container(key="clip").caption[0].value


def test_a_recording_is_transcribed(playground: AppTest) -> None:
    choose_source(playground, "Record")
    playground.audio_input(key="record").upload("recording.wav", speech("en/quick_brown_fox.wav"))
    press_transcribe(run(playground))
    assert words(transcript(playground)) == words("The quick brown fox jumps over the lazy dog.")


def test_a_text_file_named_wav_is_refused_at_once(playground: AppTest, wire: Wire) -> None:
    upload(playground, "notes.wav", b"these are notes")
    assert "notes.wav is not an audio file" in error(playground)
    assert playground.button(key="transcribe").disabled
    assert not wire.requests


def test_30_seconds_are_sent(playground: AppTest, wire: Wire) -> None:
    wire.reply = [" Noise."]
    press_transcribe(upload(playground, "talk.wav", seconds_of_noise(30)))
    assert len(wire.requests) == 1


def test_a_good_file_replaces_a_bad_one(playground: AppTest) -> None:
    upload(playground, "notes.wav", b"these are notes")
    playground.file_uploader(key="upload").clear()
    upload(run(playground), "hello.wav", speech("en/hello_world.wav"))
    assert not is_shown(playground, "error")
    assert not playground.button(key="transcribe").disabled


def test_a_cleared_file_is_gone(playground: AppTest) -> None:
    upload(playground, "hello.wav", speech("en/hello_world.wav"))
    playground.file_uploader(key="upload").clear()
    run(playground)
    assert not is_shown(playground, "clip")
    assert playground.button(key="transcribe").disabled


def test_each_source_keeps_its_clip(playground: AppTest) -> None:
    upload(playground, "hello.wav", speech("en/hello_world.wav"))
    choose_sample(playground)
    assert "english" in playground.container(key="clip").caption[0].value
    choose_source(playground, "Upload")
    assert "hello" in playground.container(key="clip").caption[0].value


def test_audio_and_parameters_survive_a_look_at_another_page(playground: AppTest) -> None:
    upload(playground, "hello.wav", speech("en/hello_world.wav"))
    choose(playground, "early_stopping", "true")
    run(playground.switch_page("app.py"))
    run(playground.switch_page("pages/playground.py"))
    assert "hello" in playground.container(key="clip").caption[0].value
    assert widget(playground, "early_stopping").value == "true"


def test_the_clip_is_described_to_eye_and_ear(playground: AppTest) -> None:
    upload(playground, "hello.wav", speech("en/hello_world.wav"))
    clip = playground.container(key="clip")
    assert "hello\\.wav · 1.1 s" in clip.caption[0].value
    assert "1.1 seconds; loudest at" in clip.get("vega_lite_chart")[0].proto.alt
    assert clip.get("audio")[0].proto.url


def test_the_empty_page_says_what_to_do_and_offers_a_sample(playground: AppTest) -> None:
    assert playground.button(key="transcribe").disabled
    assert "Choose audio first." in [caption.value for caption in playground.container(key="actions").caption]
    playground.button(key="first_sample").click()
    run(playground)
    assert playground.radio(key="sample").value == ENGLISH.id
    assert not playground.button(key="transcribe").disabled


def test_jumpstarts_samples_are_offered_only_with_aws(playground: AppTest) -> None:
    choose_source(playground, "Samples")
    assert len(playground.radio(key="sample").options) == len(samples.SAMPLES)


@pytest.mark.parametrize("source", ["Upload", "Record", "Samples"])
def test_every_widget_has_a_label(playground: AppTest, source: str) -> None:
    choose_source(playground, source)
    kinds = ("file_uploader", "audio_input", "radio", "selectbox", "slider", "toggle", "segmented_control")
    labels = [element.label for element in elements(playground, *kinds)]
    assert len(labels) > 10
    assert all(label.strip() for label in labels)


def test_a_short_file_that_ends_early_is_told_before_it_is_sent(playground: AppTest) -> None:
    wav = read_clip(speech("en/quick_brown_fox.wav"), "").wav()
    app = upload(playground, "half.wav", wav[: len(wav) // 2])
    assert "The file ends at 0:01, but its header promises 0:0" in shown(app, "clip")
    assert "promises" not in shown(upload(playground, "whole.wav", wav), "clip")
