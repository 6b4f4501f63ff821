"""Whisper on this computer: audio in, texts out, by CTranslate2 with faster-whisper's features."""

import os
from collections.abc import Mapping
from typing import Any

import ctranslate2
import numpy as np
from faster_whisper.feature_extractor import FeatureExtractor
from tokenizers import Tokenizer

from components.audio import Samples
from components.catalog import WhisperModel
from components.contract import MAX_AUDIO_SECONDS, SAMPLE_RATE
from components.errors import InvalidParametersError
from components.languages import LANGUAGE_CODES
from components.local_endpoint.decoding import END, Decoder, Tokens, token_id
from components.local_endpoint.options import Options
from components.local_endpoint.weights import Report, find_weights
from components.parameter_rules import Finding
from components.settings import Settings

WINDOW = int(MAX_AUDIO_SECONDS * SAMPLE_RATE)
FRAMES = 3000
"""Mel frames of Whisper's window: 30 s at a hop of 10 ms."""


def load_engine(model: WhisperModel, settings: Settings, report: Report) -> "WhisperEngine":
    """Finds, verifies and loads the weights of a model; `report` is told what goes on.

    Raises:
        PortalError: the weights are missing or damaged, or can't be fetched.
    """
    weights = find_weights(model, settings, report)
    report("loading the model")
    tokenizer = Tokenizer.from_buffer(weights.pop("tokenizer.json"))
    network = ctranslate2.models.Whisper(
        model.name, compute_type="int8", intra_threads=settings.threads or os.cpu_count() or 1, files=weights
    )
    return WhisperEngine(model, network, tokenizer)


class WhisperEngine:
    """One loaded model. Safe to use from several threads; CTranslate2 works on one request at a time."""

    def __init__(
        self, model: WhisperModel, network: ctranslate2.models.Whisper, tokenizer: Tokenizer
    ) -> None:
        self.model = model
        self._network = network
        self._tokenizer = tokenizer
        self._end = self._id(END)
        self._features = FeatureExtractor(feature_size=network.n_mels)

    def transcribe(self, samples: Samples, values: Mapping[str, Any]) -> list[str]:
        """The texts of a piece of speech, best first, each with its leading space.

        `samples` is int16 of shape [n] at 16 kHz, at most 30 s of it counting; `values` are parameters that
        `parameter_rules.problems` finds nothing wrong with.

        Raises:
            InvalidParametersError: forced_decoder_ids names a token that the model does not have.
        """
        encoded = self._encode(samples)
        prompt = self._prompt(encoded, values)
        sequences = Decoder(self._network, encoded, prompt, self._tokenizer).decode(
            Options.of(values, len(prompt))
        )
        return [self._text(tokens) for tokens in sequences]

    def _encode(self, samples: Samples) -> ctranslate2.StorageView:
        # Silence is added as audio, as OpenAI does: zeros in place of features, which are no silence, cost accuracy.
        audio = np.zeros(WINDOW, np.float32)
        heard = samples[:WINDOW]
        audio[: len(heard)] = heard / np.float32(32768)
        features = self._features(audio, padding=0)[None, :, :FRAMES]
        return self._network.encode(ctranslate2.StorageView.from_array(np.ascontiguousarray(features)))

    def _prompt(self, encoded: ctranslate2.StorageView, values: Mapping[str, Any]) -> Tokens:
        start = self._id("<|startoftranscript|>")
        if "forced_decoder_ids" in values:
            return [start, *self._forced(values["forced_decoder_ids"])]
        if not self.model.multilingual:
            return [start, self._id("<|notimestamps|>")]
        if "language" in values:
            language = f"<|{LANGUAGE_CODES[values['language']]}|>"
        else:
            language = self._network.detect_language(encoded)[0][0][0]
        task = f"<|{values.get('task', 'transcribe')}|>"
        return [start, self._id(language), self._id(task), self._id("<|notimestamps|>")]

    def _forced(self, pairs: list[list[int]]) -> Tokens:
        highest = self._tokenizer.get_vocab_size() - 1
        unknown = [token for _, token in pairs if token > highest]
        if unknown:
            message = f"forced_decoder_ids names the token {unknown[0]}, but {self.model.name}'s last one is {highest}."
            raise InvalidParametersError([Finding(("forced_decoder_ids",), message)])
        return [token for _, token in pairs]

    def _id(self, token: str) -> int:
        return token_id(self._tokenizer, token)

    def _text(self, tokens: Tokens) -> str:
        # Ids from the end token on are marks such as languages and timestamps, not text.
        return self._tokenizer.decode([token for token in tokens if token < self._end])
