"""Whisper's encoder and decoder in CTranslate2, each with the threads that suit it."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeAlias

import ctranslate2
import numpy as np
from numpy.typing import NDArray

from components.local_endpoint.model_file import HALVES, Half, UnknownFormatError, write_half

Encoded = NDArray[np.float32]
"""The encoder's output, of shape [chunks of audio, positions, size]."""

Result: TypeAlias = Any
"""CTranslate2's WhisperGenerationResult, whose types it does not tell."""

WIDE = 300
"""Millions of parameters from which on a single token is work enough for several threads: between whisper-small and
-medium. Milliseconds a token with one thread and with two, greedy and 5 beams, on networks of these shapes:
whisper-base 6.4, 8.1 and 7.3, 14.4; small 18.3, 23.2 and 16.5, 31.2; medium (a third of it) 21.1, 26.7 and 15.9, 26.5;
large (a quarter) 30.4, 37.0 and 21.8, 31.2 (python -m tests.benchmarks.decoder_threads)."""


class EncoderDecoder:
    """Encodes and decodes. Safe to use from several threads.

    The encoder has much to do at once and gets all processor threads. The decoder of a small model has little to do
    for each token, so that threads wait for one another more than they work: there each thread decodes alone.
    `decoders` of them work at the same time.
    """

    def __init__(self, encoder: ctranslate2.models.Whisper, decoder: ctranslate2.models.Whisper) -> None:
        self._encoder = encoder
        self._decoder = decoder
        self.bands: int = encoder.n_mels
        self.decoders: int = decoder.num_workers

    def encode(self, features: NDArray[np.float32]) -> Encoded:
        """The encoder's output for features of shape [chunks of audio, bands, frames], two of them to a position."""
        return np.asarray(self._encoder.encode(_view(features)))

    def language(self, encoded: Encoded) -> str:
        """The token of the likeliest language of the first chunk."""
        return str(self._decoder.detect_language(_view(encoded))[0][0][0])

    def generate(
        self,
        encoded: Encoded,
        prompts: Sequence[list[int]],
        **options: Any,  # noqa: ANN401 - CTranslate2's
    ) -> list[Result]:
        """As CTranslate2's `Whisper.generate`, a result for each chunk."""
        found: list[Result] = self._decoder.generate(_view(encoded), prompts, **options)
        return found


def load_encoder_decoder(folder: Path, parameters: int, threads: int) -> EncoderDecoder:
    """Loads the model whose files are in a folder; encoder and decoder of small ones are parted in there.

    `parameters` is how many millions the model has.
    """
    if parameters < WIDE:
        # Where the disk has no room for the halves, the whole is slower, but it is there.
        with suppress(UnknownFormatError, OSError):
            encoder, decoder = (_half(folder, half) for half in HALVES)
            return EncoderDecoder(_load(encoder, 1, threads), _load(decoder, threads, 1))
    both = _load(folder, 1, threads)
    return EncoderDecoder(both, both)


def _half(folder: Path, half: Half) -> Path:
    place = folder / half
    place.mkdir()
    for file in folder.iterdir():
        if file.name == "model.bin":
            write_half(file, place / file.name, half)
        elif file.is_file():
            (place / file.name).symlink_to(file)
    return place


def _load(folder: Path, workers: int, threads: int) -> ctranslate2.models.Whisper:
    return ctranslate2.models.Whisper(
        str(folder), compute_type="int8", inter_threads=workers, intra_threads=threads
    )


def _view(numbers: NDArray[np.float32]) -> ctranslate2.StorageView:
    return ctranslate2.StorageView.from_array(numbers)
