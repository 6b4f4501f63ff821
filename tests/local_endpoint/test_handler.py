"""What the container does with one request, without HTTP."""

import io
from collections.abc import Mapping
from fractions import Fraction

import av
import numpy as np
import pytest

from components.audio.decoding import Clip, Samples, read_clip
from components.core.errors import PortalError
from components.local_endpoint.engine import WhisperEngine
from components.local_endpoint.handler import HandlerError, handle
from components.whisper.contract import SAMPLE_RATE
from components.whisper.models import WhisperModel, find_model
from components.whisper.parameter_rules import InvalidParametersError, ParameterFinding


class StandIn:
    """An engine that keeps what it was given, and answers or fails as told."""

    def __init__(self, failure: Exception | None = None) -> None:
        model = find_model("whisper-base")
        assert model
        self.model: WhisperModel = model
        self.failure = failure
        self.heard: Samples = np.zeros(0, np.int16)
        self.values: Mapping[str, object] = {}

    def transcribe(self, samples: Samples, values: Mapping[str, object]) -> list[str]:
        self.heard, self.values = samples, values
        if self.failure:
            raise self.failure
        return [" Größe", " größer"]


def tone(seconds: float) -> Samples:
    angles = np.arange(int(seconds * SAMPLE_RATE)) * (2 * np.pi * 440 / SAMPLE_RATE)
    return (8000 * np.sin(angles)).astype(np.int16)


def wav(samples: Samples) -> bytes:
    return Clip(samples, "a clip", "").wav()


def flac_of_silence(seconds: int) -> bytes:
    """Very little data for a lot of samples."""
    file = io.BytesIO()
    with av.open(file, "w", format="flac") as container:
        stream = container.add_stream("flac", rate=SAMPLE_RATE, layout="mono")
        for second in range(seconds):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, SAMPLE_RATE), np.int16), "s16", "mono")
            frame.rate, frame.pts, frame.time_base = (
                SAMPLE_RATE,
                second * SAMPLE_RATE,
                Fraction(1, SAMPLE_RATE),
            )
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()


def refusal(engine: StandIn, content_type: str, body: bytes) -> HandlerError:
    with pytest.raises(HandlerError) as caught:
        handle(engine, content_type, body)
    return caught.value


def test_the_samples_and_parameters_reach_the_engine_unchanged() -> None:
    engine, sound = StandIn(), tone(1)
    reply = handle(engine, "Audio/WAV", wav(sound))
    assert reply.decode() == '{"text": [" Größe", " größer"]}'
    assert np.array_equal(engine.heard, sound)
    assert engine.values == {}
    body = b'{"num_beams": 2, "audio_input": "%s", "top_p": 0.5}' % wav(sound).hex().encode()
    handle(engine, "application/json", body)
    assert np.array_equal(engine.heard, sound)
    assert engine.values == {"num_beams": 2, "top_p": 0.5}


def test_audio_beyond_30_seconds_is_dropped_without_a_word() -> None:
    engine, sound = StandIn(), tone(31)
    handle(engine, "audio/wav", wav(sound))
    assert np.array_equal(engine.heard, sound[: 30 * SAMPLE_RATE])


def test_no_more_than_30_seconds_is_decoded_however_much_there_is() -> None:
    engine = StandIn()
    body = flac_of_silence(1800)
    assert len(body) < 1_000_000
    handle(engine, "audio/flac", body)
    assert len(engine.heard) == 30 * SAMPLE_RATE


def test_what_is_beyond_30_seconds_is_not_heard(tiny_engine: WhisperEngine, speech: bytes) -> None:
    late = np.concatenate([np.zeros(30 * SAMPLE_RATE, np.int16), read_clip(speech, "speech").samples])
    assert b"fox" in handle(tiny_engine, "audio/wav", wav(late[29 * SAMPLE_RATE :])).lower()
    assert b"fox" not in handle(tiny_engine, "audio/wav", wav(late)).lower()


@pytest.mark.parametrize(
    ("failure", "code", "message"),
    [
        (RuntimeError("out of memory"), 500, "whisper-base failed: RuntimeError: out of memory"),
        (PortalError("The weights are gone.", "Fetch them."), 500, "The weights are gone. Fetch them."),
        (InvalidParametersError([ParameterFinding(("top_k",), "top_k is odd.")]), 400, "top_k is odd."),
    ],
)
def test_a_failing_engine(failure: Exception, code: int, message: str) -> None:
    error = refusal(StandIn(failure), "audio/wav", wav(tone(1)))
    assert (error.code, error.message) == (code, message)


def test_an_unexpected_failure_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    refusal(StandIn(RuntimeError("out of memory")), "audio/wav", wav(tone(1)))
    assert "RuntimeError: out of memory" in caplog.text


def test_the_document_of_an_error() -> None:
    error = refusal(StandIn(), "", b"abc")
    assert error.document() == (
        "{\n"
        '  "code": 400,\n'
        '  "type": "InternalServerException",\n'
        '  "message": "Content type none is not supported: send audio/wav or application/json."\n'
        "}\n"
    )
