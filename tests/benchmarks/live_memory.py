"""Whether a long session needs more and more memory: an hour of speech and pauses, pushed as fast as it is processed.

    python -m tests.benchmarks.live_memory [--minutes 60]

The endpoint answers at once. Prints the resident memory of this process after every tenth of it.
"""

import argparse
import time

import numpy as np
import psutil

from components.audio import samples
from components.audio.decoding import read_clip
from components.live.session import LiveSession
from components.live.utterances import TranscribeSettings
from tests.endpoint_client.hearing import Client
from tests.live.frames import LENGTH, RATE, frames

_AHEAD = 10.0
"""Seconds of audio that may wait to be processed."""


class Answering(Client):
    """Says the same of everything, and keeps nothing of it."""

    def _number(self, _samples: object) -> int:
        return 0


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--minutes", type=int, default=60)
    args = parser.parse_args()
    speech = read_clip(samples.read(samples.SAMPLES[0]), "").samples
    again = list(frames(np.concatenate([speech, np.zeros(16_000, np.int16)])))
    session = LiveSession(TranscribeSettings(Answering(lambda _: "Some words."), {}, with_partials=False))
    pushed, tenth = 0.0, 6.0 * args.minutes
    for number in range(1, 11):
        while pushed < number * tenth:
            for frame in again:
                session.frames.push(frame)
            pushed += len(again) * LENGTH / RATE
            while session.is_running and pushed - session.seconds > _AHEAD:
                time.sleep(0.01)
        megabytes = psutil.Process().memory_info().rss / 2**20
        utterances = len(session.transcript.chunks)
        print(f"{pushed / 60:5.0f} min: {megabytes:4.0f} MB, {utterances} utterances")  # noqa: T201
    session.frames.end()
    session.wait()


if __name__ == "__main__":
    main()
