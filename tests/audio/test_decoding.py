import io
import wave
from typing import Any

import av
import numpy as np
import pytest

from components.audio import decoding
from components.audio.decoding import Clip, decode, read_clip
from components.core.errors import AudioTooLongError, UnreadableAudioError
from components.whisper.contract import SAMPLE_RATE

LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1"}
PITCH = 440.0


def tone(rate: int, channels: int, seconds: float) -> av.AudioFrame:
    """The same sine in every channel, as one interleaved frame."""
    times = np.arange(int(rate * seconds)) / rate
    samples = (8000 * np.sin(2 * np.pi * PITCH * times)).astype(np.int16)
    interleaved = np.repeat(samples, channels)[np.newaxis]
    frame = av.AudioFrame.from_ndarray(interleaved, format="s16", layout=LAYOUTS[channels])
    frame.sample_rate = rate
    return frame


def encoded(container: str, codec: str, rate: int, channels: int, seconds: float = 2.0) -> bytes:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=container) as output:
        # FFmpeg counts its own Vorbis encoder, the only one that PyAV carries, as an experiment.
        stream: Any = output.add_stream(codec, rate=rate, options={"strict": "experimental"})
        stream.layout = LAYOUTS[channels]
        for frame in (tone(rate, channels, seconds), None):
            output.mux(stream.encode(frame))
    return buffer.getvalue()


def film(*, sound: bool) -> bytes:
    """A second of black video, with or without a sound track."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as output:
        video: Any = output.add_stream("mpeg4", rate=10)
        video.width, video.height, video.pix_fmt = 64, 64, "yuv420p"
        track: Any = output.add_stream("aac", rate=44_100) if sound else None
        black = np.zeros((64, 64, 3), np.uint8)
        for _ in range(10):
            output.mux(video.encode(av.VideoFrame.from_ndarray(black, format="rgb24")))
        output.mux(video.encode(None))
        for frame in (tone(44_100, 2, 1.0), None) if sound else ():
            output.mux(track.encode(frame))
    return buffer.getvalue()


def loudest_frequency(clip: Clip) -> float:
    spectrum = np.abs(np.fft.rfft(clip.samples))
    return float(np.argmax(spectrum)) / clip.seconds


@pytest.mark.parametrize(
    ("container", "codec", "rate", "channels", "tolerance"),
    [
        ("wav", "pcm_s16le", 8_000, 1, 0.01),
        ("wav", "pcm_s16le", 16_000, 1, 0.0),
        ("wav", "pcm_s16le", 16_000, 2, 0.01),
        ("wav", "pcm_s24le", 96_000, 2, 0.01),
        ("wav", "pcm_f32le", 48_000, 6, 0.01),
        ("mp3", "libmp3lame", 44_100, 2, 0.1),
        ("mp3", "libmp3lame", 16_000, 1, 0.15),
        ("ipod", "aac", 44_100, 2, 0.1),
        ("mp4", "aac", 48_000, 1, 0.1),
        ("flac", "flac", 44_100, 2, 0.01),
        ("flac", "flac", 48_000, 6, 0.01),
        ("ogg", "libopus", 48_000, 2, 0.05),
        ("ogg", "vorbis", 22_050, 2, 0.1),
        ("webm", "libopus", 48_000, 1, 0.05),
    ],
)
def test_every_format_becomes_the_same_tone(
    container: str, codec: str, rate: int, channels: int, tolerance: float
) -> None:
    clip = read_clip(encoded(container, codec, rate, channels), "tone")
    assert clip.samples.dtype == np.int16
    assert clip.samples.ndim == 1
    assert clip.seconds == pytest.approx(2.0, abs=tolerance)
    assert loudest_frequency(clip) == pytest.approx(PITCH, abs=1)
    assert abs(clip.samples).max() > 2000


def test_the_source_describes_the_file() -> None:
    assert read_clip(encoded("flac", "flac", 44_100, 2), "x").source == "flac, 44.1 kHz, stereo"
    assert read_clip(encoded("flac", "flac", 8_000, 1), "x").source == "flac, 8 kHz, mono"
    assert read_clip(encoded("flac", "flac", 48_000, 6), "x").source == "flac, 48 kHz, 6 channels"


def test_the_sound_of_a_film_is_read() -> None:
    clip = read_clip(film(sound=True), "film.mp4")
    assert clip.seconds == pytest.approx(1.0, abs=0.1)
    assert loudest_frequency(clip) == pytest.approx(PITCH, abs=2)


def test_a_wav_is_what_other_programs_take_and_what_is_read_back() -> None:
    samples = np.random.default_rng(1).integers(-32768, 32768, 12_345).astype(np.int16)
    data = Clip(samples, "noise", "made here").wav()
    with wave.open(io.BytesIO(data)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (SAMPLE_RATE, 1, 2)
        assert file.readframes(file.getnframes()) == samples.tobytes()
    assert np.array_equal(read_clip(data, "noise").samples, samples)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "song.wav is empty."),
        (b"These are words, and no sound at all.\n" * 50, "song.wav is not an audio file"),
        (bytes(5000), "song.wav is not an audio file"),
        (film(sound=False), "song.wav has no sound track."),
        (decoding.wav_header(0), "song.wav holds no sound"),
        (b"ffconcat version 1.0\nfile '/etc/hostname'\n", "song.wav is not an audio file"),
    ],
    ids=["empty", "text", "zeros", "silent film", "no samples", "names another file"],
)
def test_what_holds_no_sound_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableAudioError) as caught:
        read_clip(data, "song.wav")
    assert caught.value.what.startswith(reason)
    assert "a file that is whole and has sound: wav, mp3, m4a" in caught.value.advice


@pytest.mark.parametrize(
    ("container", "codec"),
    [
        *(("wav", "pcm_s16le"), ("flac", "flac"), ("mp3", "libmp3lame")),
        *(("ogg", "libopus"), ("webm", "libopus")),
    ],
)
def test_a_truncated_file_keeps_its_beginning(container: str, codec: str) -> None:
    data = encoded(container, codec, 48_000, 2, seconds=10.0)
    clip = read_clip(data[: len(data) // 2], "half")
    assert 3.0 < clip.seconds < 7.0
    assert loudest_frequency(clip) == pytest.approx(PITCH, abs=1)


def test_a_truncated_wav_keeps_exactly_what_is_there() -> None:
    samples = np.arange(16_000, dtype=np.int16)
    data = Clip(samples, "ramp", "").wav()
    assert np.array_equal(read_clip(data[: 44 + 2 * 4000], "ramp").samples, samples[:4000])


def test_more_than_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "MAX_DECODED_SECONDS", 120.0)
    minutes = Clip(np.zeros(120 * SAMPLE_RATE + 1, np.int16), "", "").wav()
    with pytest.raises(AudioTooLongError, match=r"talk is longer than 2 minutes\. Cut it") as caught:
        read_clip(minutes, "talk")
    assert caught.value.advice
    assert read_clip(Clip(np.zeros(120 * SAMPLE_RATE, np.int16), "", "").wav(), "talk").seconds == 120.0


def test_decoding_stops_at_the_limit() -> None:
    data = encoded("flac", "flac", 16_000, 1, seconds=3.0)
    samples, _, complete = decode(data, "tone", 1.0)
    assert (len(samples), complete) == (SAMPLE_RATE, False)
    samples, _, complete = decode(data, "tone", 3.0)
    assert (len(samples), complete) == (3 * SAMPLE_RATE, True)


@pytest.mark.parametrize(("container", "codec"), [("mp3", "libmp3lame"), ("adts", "aac"), ("mp4", "aac")])
def test_damage_in_the_middle_costs_no_more_than_what_is_damaged(container: str, codec: str) -> None:
    data = bytearray(encoded(container, codec, 44_100, 2, seconds=8))
    whole = read_clip(bytes(data), "tone").seconds
    middle = len(data) // 3
    data[middle : middle + 300] = np.random.default_rng(1).bytes(300)
    assert read_clip(bytes(data), "tone").seconds > whole - 1
