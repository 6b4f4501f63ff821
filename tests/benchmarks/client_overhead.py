"""What the client adds around a call: decoding the file, encoding the request, decoding the reply.

    python -m tests.benchmarks.client_overhead

Medians over 200 rounds, for 10 s of 16 kHz mono WAV and of 44.1 kHz stereo mp3, with one parameter set, so that the
audio travels as hex in JSON, which is the slower form. Nothing is sent.
"""

import io
import logging
import statistics
import time

import av
import numpy as np

from components.audio.decoding import Clip, Samples, read_clip
from components.audio.samples import SAMPLES, read
from components.whisper.contract import SAMPLE_RATE, decode_reply, encode_reply, encode_request

logger = logging.getLogger("client_overhead")

ROUNDS = 200
SECONDS = 10


def mp3(samples: Samples) -> bytes:
    """The samples as mp3, 44.1 kHz, stereo."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp3") as container:
        stream = container.add_stream("mp3", rate=44_100, layout="stereo")
        resampler = av.AudioResampler(format="s16p", layout="stereo", rate=44_100)
        frame = av.AudioFrame.from_ndarray(samples[None], format="s16", layout="mono")
        frame.sample_rate = SAMPLE_RATE
        for resampled in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(resampled))
        container.mux(stream.encode(None))
    return file.getvalue()


def milliseconds(data: bytes, name: str) -> float:
    """Median time of one round."""
    reply = encode_reply([" A text of usual length, as an endpoint sends it for ten seconds of speech."])
    taken = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        encode_request(read_clip(data, name).wav(), {"num_beams": 5})
        decode_reply(reply)
        taken.append(time.perf_counter() - started)
    return 1000 * statistics.median(taken)


def main() -> None:
    """Measures and logs both formats."""
    logging.basicConfig(format="%(message)s", level=logging.INFO)
    speech = read_clip(read(SAMPLES[0]), "speech").samples[: SECONDS * SAMPLE_RATE]
    clip = Clip(np.ascontiguousarray(speech), "speech", "")
    for name, data in {"wav, 16 kHz mono": clip.wav(), "mp3, 44.1 kHz stereo": mp3(clip.samples)}.items():
        logger.info("%-20s %5.2f ms", name, milliseconds(data, name))


if __name__ == "__main__":
    main()
