"""How long after the end of speech its text is there: sentences spoken at their own speed into a session.

    python -m tests.benchmarks.live_delay [--partials]

The 20 sentences of the small data set, one by one and then in pairs, with 1.2 s of silence between them, in frames of
20 ms as a browser sends them, whisper-base on the embedded endpoint. The 0.5 s of silence by which the end of an
utterance is known are not counted. It fails where an utterance has no text, or the median is over 0.6 s.
"""

import argparse
import statistics
import time

import numpy as np

from components.core.settings import Settings
from components.endpoint_client import EndpointClient
from components.evaluation.datasets.dataset import bundled
from components.live.session import LiveSession
from components.live.utterances import PAUSE, TranscribeSettings
from components.targets.embedded_process import EmbeddedEndpoint
from components.targets.target import this_computer
from components.whisper.models import find_model
from tests.live.frames import LENGTH, RATE, frames

_SILENCE = np.zeros(int(1.2 * 16_000), np.int16)


_MOST = 0.6
_LONG = 5.0
_QUIET = 500
"""Of 32768: what is left before and after a sentence would make a pause between two."""


def delays(session: LiveSession) -> list[tuple[float, float]]:
    """How long each utterance was, and how long after its end its text was there, without the pause; in seconds."""
    clips = [utterance.read().samples for utterance in bundled().utterances]
    spoken = [clip[slice(*np.flatnonzero(np.abs(clip) > _QUIET)[[0, -1]])] for clip in clips]
    clips += [np.concatenate(pair) for pair in zip(spoken[::2], spoken[1::2], strict=True)]
    next_at = time.monotonic()
    for clip in clips:
        for frame in frames(np.concatenate((clip, _SILENCE))):
            time.sleep(max(0.0, next_at - time.monotonic()))
            next_at += LENGTH / RATE
            session.frames.push(frame)
    session.frames.end()
    session.wait()
    result = session.result
    return [
        (chunk.end - chunk.start, delay - PAUSE)
        for chunk, delay in zip(result.chunks, result.delays, strict=True)
    ]


def tell(name: str, found: list[tuple[float, float]]) -> None:
    """Prints how many there are, how long they are, and their delays."""
    lengths, waits = zip(*found, strict=True)
    print(  # noqa: T201
        f"{name}: {len(found)} of {min(lengths):.1f} to {max(lengths):.1f} s, delay {statistics.median(waits):.2f} s "
        f"at the median, {min(waits):.2f} to {max(waits):.2f} s"
    )


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--partials", action="store_true", help="also what has not ended yet, every second")
    args = parser.parse_args()
    endpoint = EmbeddedEndpoint(Settings(embedded_port=0), log=lambda _: None)
    endpoint.start()
    target = this_computer(endpoint.url)
    target.sagemaker().get_waiter("endpoint_in_service").wait(
        EndpointName="whisper-base", WaiterConfig={"Delay": 1}
    )
    client = EndpointClient(target, "whisper-base", find_model("whisper-base"))
    parameters = {"language": "english", "task": "transcribe"}
    found = delays(LiveSession(TranscribeSettings(client, parameters, args.partials)))
    endpoint.stop()
    tell("all", found)
    tell(f"under {_LONG:.0f} s", [one for one in found if one[0] < _LONG])
    tell(f"{_LONG:.0f} s and more", [one for one in found if one[0] >= _LONG])
    assert statistics.median(wait for _, wait in found) <= _MOST


if __name__ == "__main__":
    main()
