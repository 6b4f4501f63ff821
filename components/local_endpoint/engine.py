"""Whisper on this computer: audio in, texts out, by CTranslate2 on Whisper's own features."""

import os
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from components.audio.decoding import Samples
from components.core.resources import check_memory, memory_to_load
from components.core.settings import Settings
from components.local_endpoint.batching import Batcher
from components.local_endpoint.decoding_options import Options
from components.local_endpoint.decoding_strategies import END, Decoder, Tokens, token_id
from components.local_endpoint.encoder_decoder import Encoded, EncoderDecoder, load_encoder_decoder
from components.local_endpoint.features import WINDOW, LogMel
from components.local_endpoint.loading_progress import LoadingProgress, Report
from components.local_endpoint.short_window import filled_up, is_suspicious, short_window, silence
from components.local_endpoint.weights import find_weights, place
from components.whisper.contract import SAMPLE_RATE
from components.whisper.languages import LANGUAGE_CODES
from components.whisper.models import WhisperModel
from components.whisper.parameter_rules import InvalidParametersError, ParameterFinding


def load_engine(model: WhisperModel, settings: Settings, report: Report) -> "WhisperEngine":
    """Finds, verifies and loads the weights of a model; `report` gets the progress.

    Raises:
        PortalError: the weights are missing or damaged, can't be fetched, or there is no room for them.
    """
    check_memory(memory_to_load(model.download_bytes))
    weights = find_weights(model, settings, report)
    report(LoadingProgress("loading the model"))
    # A folder with these files and no others. From memory CTranslate2 could load them too, but that takes twice the
    # memory, and the files stay in it for good.
    with TemporaryDirectory(prefix="whisper-portal-") as folder:
        for name, parts in weights.items():
            place(parts, Path(folder, name))
        network = load_encoder_decoder(Path(folder), model.parameters, processor_threads(settings))
        tokenizer = Tokenizer.from_file(str(Path(folder, "tokenizer.json")))
    return WhisperEngine(model, network, tokenizer)


def processor_threads(settings: Settings) -> int:
    """How many threads transcriptions have."""
    return settings.threads or os.cpu_count() or 1


class WhisperEngine:
    """One loaded model. Safe to use from several threads, whose requests go through Batcher."""

    def __init__(self, model: WhisperModel, network: EncoderDecoder, tokenizer: Tokenizer) -> None:
        self.model = model
        self._network = network
        self._batcher = Batcher(network)
        self._tokenizer = tokenizer
        self._end = self._id(END)
        self._features = LogMel(network.bands)
        # The first calls take longer than those that follow: here nobody waits for an answer.
        self._silence = network.encode(silence(network.bands))
        self.transcribe(np.zeros(SAMPLE_RATE, np.int16), {"max_new_tokens": 2})

    def transcribe(self, samples: Samples, values: Mapping[str, Any]) -> list[str]:
        """The texts of a chunk of speech, best first, each with its leading space.

        `samples` is int16 of shape [n] at 16 kHz, at most 30 s of it counting; `values` are parameters that
        `parameter_rules.problems` finds nothing wrong with.

        Raises:
            InvalidParametersError: forced_decoder_ids names a token that the model does not have.
        """
        window = short_window(len(samples), Options(values, 0))
        if window:
            texts = self._decode(filled_up(self._encode(samples, window), self._silence), values)
            if not any(map(is_suspicious, texts)):
                return texts
        return self._decode(self._encode(samples), values)

    def _encode(self, samples: Samples, window: int = WINDOW) -> Encoded:
        return self._network.encode(self._features(samples, window))

    def _decode(self, encoded: Encoded, values: Mapping[str, Any]) -> list[str]:
        prompt = self._prompt(encoded, values)
        decoder = Decoder(self._batcher, encoded, prompt, self._tokenizer)
        return [self._text(tokens) for tokens in decoder.decode(Options(values, len(prompt)))]

    def _prompt(self, encoded: Encoded, values: Mapping[str, Any]) -> Tokens:
        start = self._id("<|startoftranscript|>")
        if "forced_decoder_ids" in values:
            return [start, *self._forced(values["forced_decoder_ids"])]
        if not self.model.multilingual:
            return [start, self._id("<|notimestamps|>")]
        given = values.get("language")
        language = f"<|{LANGUAGE_CODES[given]}|>" if given else self._network.language(encoded)
        task = f"<|{values.get('task', 'transcribe')}|>"
        return [start, self._id(language), self._id(task), self._id("<|notimestamps|>")]

    def _forced(self, pairs: list[list[int]]) -> Tokens:
        highest = self._tokenizer.get_vocab_size() - 1
        unknown = [token for _, token in pairs if token > highest]
        if unknown:
            message = f"forced_decoder_ids names the token {unknown[0]}, but {self.model.name}'s last one is {highest}."
            raise InvalidParametersError([ParameterFinding(("forced_decoder_ids",), message)])
        return [token for _, token in pairs]

    def _id(self, token: str) -> int:
        return token_id(self._tokenizer, token)

    def _text(self, tokens: Tokens) -> str:
        # Ids from the end token on are marks such as languages and timestamps, not text.
        return self._tokenizer.decode([token for token in tokens if token < self._end])
