"""Audio in any format becomes a Clip: 16 kHz, mono, 16-bit, as Whisper takes it."""

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO

import av
import numpy as np
from av.container import InputContainer
from numpy.typing import NDArray

from components.core.errors import AudioTooLongError, UnreadableAudioError
from components.whisper.contract import SAMPLE_RATE

Samples = NDArray[np.int16]

MAX_DECODED_SECONDS = 3600.0
"""More than this is never decoded: an hour at 16 kHz is 115 MB of memory."""

_RATES = range(1000, 1_000_001)
"""Hertz. Of less each sample becomes many, so that a megabyte may become gigabytes; for more the resampler itself takes
gigabytes. No speech fits into the former, and no recorder has the latter."""
_MOST_IN_PACKET = 2**20
"""Samples, a minute of 16 kHz. Programs that record write some thousands; a packet is decoded as a whole."""
_MOST_IN_VAIN = 10_000
"""Packets in a row of which nothing comes, some minutes: what follows is no sound either, and may be millions."""

_READABLE = (
    "Choose a file that is whole and has sound: wav, mp3, m4a, flac, ogg, webm, mp4 and most others are read."
)


@dataclass(frozen=True, eq=False)
class Clip:
    """A chunk of audio as it goes to an endpoint.

    `samples` is int16 of shape [n] at 16 kHz. `name` is what the user knows it by; `source` describes the file
    it was decoded from, such as "mp3, 44.1 kHz, stereo". `promised` is the length in seconds that its header promises
    where the file ends before.
    """

    samples: Samples
    name: str
    source: str
    promised: float | None = None

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return len(self.samples) / SAMPLE_RATE

    @property
    def bytes_kept(self) -> int:
        """How much memory it takes."""
        return self.samples.nbytes

    def wav(self) -> bytes:
        """The clip as a WAV file: 16 kHz, mono, 16-bit PCM."""
        return wav_header(len(self.samples)) + self.samples.astype("<i2", copy=False).tobytes()


def wav_header(count: int) -> bytes:
    """The 44 bytes before `count` samples of 16 kHz mono 16-bit PCM (RIFF/WAVE, format 1)."""
    size = 2 * count
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        *(b"RIFF", 36 + size, b"WAVE", b"fmt ", 16, 1, 1, SAMPLE_RATE, 2 * SAMPLE_RATE, 2, 16, b"data", size),
    )


def read_clip(data: bytes, name: str) -> Clip:
    """Decodes an audio or video file of any format, rate and number of channels that FFmpeg reads.

    Raises:
        UnreadableAudioError: the bytes are no audio, are damaged from the start, or hold no sound at all.
        AudioTooLongError: there is more than `MAX_DECODED_SECONDS` of it.
    """
    samples, source, complete = decode(data, name, MAX_DECODED_SECONDS)
    if not complete:
        raise AudioTooLongError(
            f"{name} is longer than {MAX_DECODED_SECONDS / 60:.0f} minutes.", "Cut it into shorter files."
        )
    return Clip(samples, name, source)


def decode(data: bytes, name: str, limit: float) -> tuple[Samples, str, bool]:
    """Decodes at most `limit` seconds: samples, a description of the file, and whether that was all of it.

    Raises:
        UnreadableAudioError: as `read_clip`.
    """
    most = int(limit * SAMPLE_RATE)
    chunks, count = [], 0
    with opened(io.BytesIO(data), name) as container:
        for chunk in decoded(container, name):
            chunks.append(chunk)
            count += len(chunk)
            if count > most:
                break
        source = describe(container)
    return np.concatenate(chunks)[:most], source, count <= most


@contextmanager
def opened(file: BinaryIO, name: str) -> Iterator[InputContainer]:
    """An audio or video file with sound in it, opened for reading.

    Raises:
        UnreadableAudioError: it is none, is damaged from the start, or has no sound track; also where the block finds
            it damaged.
    """
    try:
        beginning = file.read(4)
        file.seek(0)
        if not beginning:
            raise UnreadableAudioError(f"{name} is empty.", _READABLE)
        with av.open(file, mode="r", metadata_errors="ignore", options=_options(beginning)) as container:
            _check(container, name)
            yield container
    except (av.FFmpegError, ValueError, OSError) as error:
        raise UnreadableAudioError(f"{name} is not an audio file that can be read.", _READABLE) from error


def decoded(container: InputContainer, name: str) -> Iterator[Samples]:
    """The samples of an opened file, int16 at 16 kHz, in chunks of the file's own lengths.

    Raises:
        UnreadableAudioError: there is not one, or there are too few or too many in a second.
    """
    is_empty = True
    for chunk in _resampled(container, name):
        is_empty = False
        yield chunk
    if is_empty:
        raise UnreadableAudioError(f"{name} holds no sound: not one sample could be decoded.", _READABLE)


def _check(container: InputContainer, name: str) -> None:
    if not container.streams.audio:
        raise UnreadableAudioError(f"{name} has no sound track.", _READABLE)
    decoder = container.streams.audio[0].codec_context
    if decoder is None:
        raise UnreadableAudioError(f"{name} has sound of a kind that can't be decoded.", _READABLE)
    decoder.options = {"max_samples": str(_MOST_IN_PACKET)}


def _options(beginning: bytes) -> dict[str, str]:
    # Some formats only name other files or addresses (ffconcat, SDP): nothing but these bytes may be read.
    options = {"protocol_whitelist": "none"}
    if beginning == b"RIFF":
        # A WAV header says all there is to know: reading on to guess at it would take longer than the decoding.
        options["probesize"] = "4096"
    return options


def _resampled(container: InputContainer, name: str) -> Iterator[Samples]:
    frames = _readable_frames(container, name)
    stream = container.streams.audio[0].codec_context
    # The resampler takes as long as everything else: it is spared where it would have nothing to do.
    if stream.rate == SAMPLE_RATE and stream.channels == 1 and stream.format.name == "s16":
        yield from (frame.to_ndarray()[0] for frame in frames)
        return
    resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
    for frame in chain(frames, (None,)):
        yield from (resampled.to_ndarray()[0] for resampled in resampler.resample(frame))


def _readable_frames(container: InputContainer, name: str) -> Iterator[av.AudioFrame]:
    """The frames that can be decoded: a damaged packet is left out, a file cut off still has its beginning."""
    kind, damage, in_vain = None, None, 0
    for packet in _packets(container):
        try:
            frames = packet.decode()
        except av.FFmpegError as error:
            frames, damage = [], error
        if frames and kind is None:
            kind = _kind(frames[0])
            if (rate := frames[0].sample_rate) not in _RATES:
                raise UnreadableAudioError(
                    f"{name} has {rate} samples a second, as no recording of speech.", _READABLE
                )
        # What damage makes of a header fits to nothing else.
        fitting = [frame for frame in frames if _kind(frame) == kind]
        yield from fitting
        in_vain = 0 if fitting else in_vain + 1
        if in_vain == _MOST_IN_VAIN:
            break
    if damage and not kind:
        raise damage


def _kind(frame: av.AudioFrame) -> tuple[str, str, int]:
    return frame.format.name, frame.layout.name, frame.sample_rate


def _packets(container: InputContainer) -> Iterator["av.Packet[av.AudioStream]"]:
    """Those up to where the file itself is broken; raises where that is its beginning."""
    packets, is_first = container.demux(container.streams.audio[0]), True
    while True:
        try:
            packet = next(packets, None)
        except av.FFmpegError:
            if is_first:
                raise
            return
        if packet is None:
            return
        is_first = False
        yield packet


def describe(container: InputContainer) -> str:
    """What kind of file it is, such as "mp3, 44.1 kHz, stereo"."""
    stream = container.streams.audio[0]
    channels = {1: "mono", 2: "stereo"}.get(stream.channels, f"{stream.channels} channels")
    return f"{stream.codec_context.name}, {stream.rate / 1000:g} kHz, {channels}"
