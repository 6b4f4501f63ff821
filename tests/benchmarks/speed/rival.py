"""faster-whisper's own `WhisperModel.transcribe` on the weights that the embedded endpoint has verified.

    python -m tests.benchmarks.speed.rival

loads it alone, has it transcribe a second of silence, and prints its resident memory in MB.
"""

import tempfile
from pathlib import Path

import numpy as np
import psutil
from faster_whisper import WhisperModel

from components.audio.decoding import Samples
from components.core.settings import Settings
from components.local_endpoint.weights import find_weights, place
from components.whisper.models import find_model
from tests.benchmarks.speed.portal import ENDPOINT

THREADS = psutil.cpu_count() or 1


class Rival:
    """faster-whisper in this process: int8, all cores, language given, no timestamps, all else as it comes."""

    def __init__(self) -> None:
        wanted = find_model(ENDPOINT)
        assert wanted
        with tempfile.TemporaryDirectory() as folder:
            for name, parts in find_weights(wanted, Settings(), lambda _: None).items():
                place(parts, Path(folder) / name)
            self._model = WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=THREADS)

    def transcribe(self, samples: Samples, beams: int) -> str:
        """The text. The samples are handed over as numbers: nothing has to be decoded."""
        segments, _ = self._model.transcribe(
            samples / np.float32(32768), language="en", beam_size=beams, without_timestamps=True
        )
        return " ".join(segment.text for segment in segments)


def main() -> None:
    """Prints the memory."""
    rival = Rival()
    rival.transcribe(np.zeros(16_000, np.int16), 5)
    print(psutil.Process().memory_info().rss / 2**20)  # noqa: T201


if __name__ == "__main__":
    main()
