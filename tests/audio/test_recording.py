import io
from pathlib import Path

import numpy as np
import pytest

from components.audio import samples
from components.audio.decoding import read_clip
from components.audio.recording import Recording, _of_wav, open_recording
from components.core.errors import UnreadableAudioError
from tests.audio.test_decoding import encoded, film

FLAC = samples.read(samples.SAMPLES[0])


def test_its_blocks_are_the_whole_as_often_as_they_are_asked_for(tmp_path: Path) -> None:
    (tmp_path / "talk.flac").write_bytes(FLAC)
    whole = read_clip(FLAC, "talk.flac").samples
    for content in (FLAC, tmp_path / "talk.flac"):
        recording = open_recording(content, "talk.flac")
        assert recording.seconds == pytest.approx(len(whole) / 16_000, abs=0.01)
        assert recording.source == "flac, 16 kHz, mono"
        for _ in range(2):
            blocks = list(recording.blocks())
            assert max(map(len, blocks)) < 2 * 16_000
            assert np.array_equal(np.concatenate(blocks), whole)


def test_other_formats_are_resampled_and_films_have_a_sound_track() -> None:
    stereo = open_recording(encoded("mp3", "libmp3lame", 44_100, 2), "tone.mp3")
    assert sum(map(len, stereo.blocks())) == pytest.approx(16_000 * (stereo.seconds or 0), rel=0.1)
    assert next(iter(open_recording(film(sound=True), "film.mp4").blocks())).dtype == np.int16


@pytest.mark.parametrize("data", [b"", b"no sound at all " * 50])
def test_what_is_no_audio_is_told_when_it_is_opened(data: bytes) -> None:
    with pytest.raises(UnreadableAudioError, match="talk"):
        open_recording(data, "talk")


def cut_off(data: bytes, name: str) -> Recording:
    return open_recording(data[: len(data) * 2 // 3], name)


@pytest.mark.parametrize("kind", ["wav", "flac"])
def test_a_header_that_counts_the_samples_tells_how_long_a_file_was_that_was_cut_off(kind: str) -> None:
    clip = read_clip(FLAC, "talk.flac")
    data = FLAC if kind == "flac" else clip.wav()
    recording = cut_off(data, f"talk.{kind}")
    assert recording.promised == pytest.approx(clip.seconds, abs=0.01)
    assert sum(map(len, recording.blocks())) / 16_000 < clip.seconds - 1
    assert open_recording(data, f"talk.{kind}").promised == pytest.approx(clip.seconds, abs=0.01)


def test_an_mp3_promises_its_length_where_its_header_counts_more_bytes_than_there_are() -> None:
    data = encoded("mp3", "libmp3lame", 44_100, 2)
    whole = open_recording(data, "tone.mp3")
    # Whole, or with another file behind it: then the length may be an estimate.
    assert whole.promised is None
    assert open_recording(data + data, "tone.mp3").promised is None
    assert cut_off(data, "tone.mp3").promised == pytest.approx(whole.seconds)
    tag = b"ID3\4\0\0\0\0\1\0" + bytes(128)
    assert cut_off(tag + data, "tone.mp3").promised == pytest.approx(whole.seconds)
    assert open_recording(tag + data, "tone.mp3").promised is None


@pytest.mark.parametrize("name", [b"Info", b"Nothing"])
def test_an_mp3_that_counts_nothing_promises_nothing(name: bytes) -> None:
    header, data = b"Info", encoded("mp3", "libmp3lame", 44_100, 2)
    begin = data.index(header)
    # Without the name, or with no number behind it.
    nothing = data[:begin] + name[:4] + bytes(100) + data[begin + 104 :]
    assert open_recording(nothing, "tone.mp3").promised is None
    assert cut_off(nothing, "tone.mp3").promised is None


@pytest.mark.parametrize("size", [0, 0x7FFF_F000, 0xFFFF_FFFF])
def test_a_wav_from_a_pipe_promises_nothing(size: int) -> None:
    data = read_clip(FLAC, "talk.flac").wav()
    piped = data[:40] + size.to_bytes(4, "little") + data[44:]
    assert open_recording(piped, "talk.wav").promised is None


def test_other_parts_of_a_wav_before_its_sound_are_passed_over() -> None:
    data = read_clip(FLAC, "talk.flac").wav()
    odd = b"LIST" + (5).to_bytes(4, "little") + b"notes\0"
    recording = open_recording(data[:36] + odd + data[36:], "talk.wav")
    assert recording.promised == pytest.approx((len(data) - 44) / 32_000)


@pytest.mark.parametrize("data", [b"RIFF", b"RIFFxxxxWAVE", b"RIFFxxxxWAVEdata", b"RIFFxxxxWAVEfmt xxxx"])
def test_half_a_header_promises_nothing(data: bytes) -> None:
    assert _of_wav(io.BytesIO(data)) is None


def test_a_film_without_sound_is_told() -> None:
    with pytest.raises(UnreadableAudioError, match="no sound track"):
        open_recording(film(sound=False), "film.mp4")


def test_a_file_that_is_not_there_or_has_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableAudioError, match="can't be read: No such file"):
        open_recording(tmp_path / "none.wav", "none.wav")
    (tmp_path / "talk.flac").write_bytes(FLAC)
    recording = open_recording(tmp_path / "talk.flac", "talk.flac")
    (tmp_path / "talk.flac").unlink()
    with pytest.raises(UnreadableAudioError, match="can't be read: No such file"):
        list(recording.blocks())
