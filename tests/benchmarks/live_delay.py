"""How long after the end of speech its text is there: sentences spoken at their own speed into a talk.

    python -m tests.benchmarks.live_delay [--partials]

The 20 sentences of the small data set with 1.2 s of silence between them, in frames of 20 ms as a browser sends them,
whisper-base on the embedded endpoint. The 0.5 s of silence by which the end of an utterance is known are not counted.
"""

import argparse
import statistics
import time

import numpy as np

from components.catalog import find_model
from components.embedded_process import EmbeddedEndpoint
from components.endpoint_client import EndpointClient
from components.evaluation.datasets import bundled
from components.live.talk import Talk
from components.live.utterances import PAUSE, Asking
from components.settings import Settings
from components.targets import this_computer
from tests.live.frames import LENGTH, RATE, frames

_SILENCE = np.zeros(int(1.2 * 16_000), np.int16)


def delays(talk: Talk) -> list[float]:
    """Seconds from the end of each sentence to its text, without the pause."""
    clips = [utterance.read().samples for utterance in bundled().utterances]
    print(  # noqa: T201
        f"{len(clips)} sentences of {min(map(len, clips)) / 16_000:.1f} to {max(map(len, clips)) / 16_000:.1f} s"
    )
    next_at = time.monotonic()
    for clip in clips:
        for frame in frames(np.concatenate((clip, _SILENCE))):
            time.sleep(max(0.0, next_at - time.monotonic()))
            next_at += LENGTH / RATE
            talk.push(frame)
    talk.end()
    talk.wait()
    return [delay - PAUSE for delay in talk.heard.delays]


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--partials", action="store_true", help="also what has not ended yet, every second")
    given = parser.parse_args()
    endpoint = EmbeddedEndpoint(Settings(embedded_port=0), log=lambda _: None)
    endpoint.start()
    target = this_computer(endpoint.url)
    target.sagemaker().get_waiter("endpoint_in_service").wait(
        EndpointName="whisper-base", WaiterConfig={"Delay": 1}
    )
    client = EndpointClient(target, "whisper-base", find_model("whisper-base"))
    asked = {"language": "english", "task": "transcribe"}
    found = delays(Talk(Asking(client, asked, given.partials)))
    endpoint.stop()
    print(  # noqa: T201
        f"{len(found)} delays: median {statistics.median(found):.2f} s, "
        f"from {min(found):.2f} to {max(found):.2f} s, {PAUSE} s of silence not counted"
    )


if __name__ == "__main__":
    main()
