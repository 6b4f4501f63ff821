"""How likely there is speech at each moment, by Silero VAD, over audio that comes bit by bit."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from components.audio.decoding import Samples

WINDOW = 512
"""Samples of one probability: 32 ms."""
_CONTEXT = 64
"""Samples of the window before that the network sees as well."""
_MODEL = Path("assets", "silero_vad_v6.onnx")

Probabilities = NDArray[np.float32]


class VoiceActivity:
    """The probability of speech in each window of one recording, which is given in chunks of any length.

    The network has a state: the chunks must come in order, and each recording needs one of its own.
    """

    def __init__(self) -> None:
        self._network = _network()
        self._state = (np.zeros((1, 1, 128), np.float32), np.zeros((1, 1, 128), np.float32))
        self._context: Probabilities = np.zeros(_CONTEXT, np.float32)
        self._rest: Samples = np.empty(0, np.int16)

    def add(self, samples: Samples) -> Probabilities:
        """Float32 of shape [n], one for each window that has become whole; `samples` is int16 at 16 kHz."""
        waiting = np.concatenate((self._rest, samples))
        whole = len(waiting) // WINDOW * WINDOW
        self._rest = waiting[whole:]
        return self._run(waiting[:whole])

    def end(self) -> Probabilities:
        """What is left: one for the last window, filled up with silence, or none."""
        if not len(self._rest):
            return np.empty(0, np.float32)
        return self._run(np.pad(self._rest, (0, WINDOW - len(self._rest))))

    def _run(self, samples: Samples) -> Probabilities:
        if not len(samples):
            return np.empty(0, np.float32)
        windows = (samples.astype(np.float32) / np.float32(32768)).reshape(-1, WINDOW)
        before = np.vstack((self._context, windows[:-1, -_CONTEXT:]))
        self._context = windows[-1, -_CONTEXT:].copy()
        hidden, cell = self._state
        found, hidden, cell = self._network.run(
            None, {"input": np.hstack((before, windows)), "h": hidden, "c": cell}
        )
        self._state = (hidden, cell)
        probabilities: Probabilities = found.ravel()
        return probabilities


@cache
def _network() -> onnxruntime.InferenceSession:
    """The network that faster-whisper ships; found without importing that, which takes a second."""
    spec = find_spec("faster_whisper")
    assert spec is not None  # noqa: S101 - a requirement
    assert spec.origin is not None  # noqa: S101 - an ordinary package
    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = options.intra_op_num_threads = 1
    options.log_severity_level = 4
    # It would keep memory for the largest chunk for good.
    options.enable_cpu_mem_arena = False
    return onnxruntime.InferenceSession(
        Path(spec.origin).parent / _MODEL, providers=["CPUExecutionProvider"], sess_options=options
    )
