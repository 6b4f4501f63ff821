"""Checkpoints like large-v3: 128 mel bands, vocabulary.json, one language more and so other token ids."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
from faster_whisper.feature_extractor import FeatureExtractor

from components.audio.decoding import Samples, decode
from components.core.settings import Settings
from components.local_endpoint.engine import WhisperEngine, load_engine
from components.local_endpoint.features import LogMel
from components.local_endpoint.loading_progress import LoadingProgress
from components.local_endpoint.weight_pins import PINS, Pin
from components.local_endpoint.weights import find_weights
from components.whisper.models import WhisperModel, find_model
from components.whisper.parameter_rules import problems
from tests.local_endpoint import large_v3

FOX = " The quick brown fox jumps over the lazy dog."


def silent(_: LoadingProgress) -> None:
    pass


def known(name: str) -> WhisperModel:
    model = find_model(name)
    assert model
    return model


@pytest.fixture(scope="module")
def base_files() -> dict[str, bytes]:
    weights = find_weights(known("whisper-base"), Settings(), silent)
    return {name: b"".join(part.read_bytes() for part in parts) for name, parts in weights.items()}


@pytest.fixture(scope="module")
def folder(base_files: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("weights")
    (folder / "whisper-large-v3").mkdir()
    large_v3.write(folder / "whisper-large-v3", base_files)
    return folder


@pytest.fixture(scope="module")
def engine(folder: Path) -> WhisperEngine:
    files = (folder / "whisper-large-v3").iterdir()
    sums = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(PINS, "whisper-large-v3", Pin("toys/large-v3", 40 * "0", sums))
        return load_engine(known("whisper-large-v3"), Settings(weights_dir=folder), silent)


@pytest.fixture(scope="module")
def base(base_files: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> WhisperEngine:
    """whisper-base from a folder that has one file more."""
    weights = tmp_path_factory.mktemp("weights")
    (weights / "whisper-base").mkdir()
    for name, data in base_files.items():
        (weights / "whisper-base" / name).write_bytes(data)
    # Found in the folder, CTranslate2 would prefer this one, and fail.
    (weights / "whisper-base" / "vocabulary.json").write_text("[]")
    return load_engine(known("whisper-base"), Settings(weights_dir=weights), silent)


@pytest.fixture(scope="module")
def fox(speech: bytes) -> Samples:
    return decode(speech, "The clip", 30)[0]


@pytest.mark.parametrize("bands", [80, 128])
def test_the_features_are_those_of_faster_whisper(bands: int, fox: Samples) -> None:
    ours = LogMel(bands)(fox)
    assert ours.shape == (1, bands, 3000)
    assert ours.dtype == np.float32
    padded = np.zeros(30 * 16000, np.float32)
    padded[: len(fox)] = fox.astype(np.float32) / 32768
    theirs = FeatureExtractor(feature_size=bands)(padded, padding=0)[:, :3000]
    heard = len(fox) // 160
    # The faint noise that ours adds shows in the silence, and hardly in speech.
    assert theirs.shape == (bands, 3000)
    assert np.abs(ours[0] - theirs)[:, :heard].mean() < 0.01
    assert np.abs(ours[0] - theirs).mean() < 0.02


def test_the_vocabulary_is_that_of_large_v3(folder: Path) -> None:
    data = (folder / "whisper-large-v3" / "vocabulary.json").read_bytes()
    assert hashlib.sha256(data).hexdigest() == PINS["whisper-large-v3"].sums["vocabulary.json"]


def test_the_network_is_of_the_form_of_large_v3(engine: WhisperEngine) -> None:
    assert engine._network.bands == 128
    assert engine._network._decoder.num_languages == 100
    assert engine._network._decoder.is_multilingual


def test_speech_is_understood(engine: WhisperEngine, fox: Samples) -> None:
    assert engine.transcribe(fox, {}) == [FOX]
    assert engine.transcribe(fox, {"language": "english", "task": "transcribe"}) == [FOX]
    assert engine.transcribe(fox, {"num_beams": 3, "num_return_sequences": 2})[0] == FOX


def test_the_prompt_takes_its_tokens_from_the_tokenizer(engine: WhisperEngine, fox: Samples) -> None:
    encoded = engine._encode(fox)
    english = {"language": "english", "task": "transcribe"}
    # OpenAI's ids for large-v3: start, language, task, no timestamps.
    assert engine._prompt(encoded, english) == [50258, 50259, 50360, 50364]
    cantonese = {"language": "cantonese", "task": "translate"}
    assert engine._prompt(encoded, cantonese) == [50258, 50358, 50359, 50364]
    assert engine._prompt(encoded, {}) == [50258, 50259, 50360, 50364]


def test_older_models_refuse_cantonese(base: WhisperEngine, fox: Samples) -> None:
    assert base._prompt(base._encode(fox), {}) == [50258, 50259, 50359, 50363]
    (refusal,) = problems({"language": "cantonese", "task": "transcribe"}, base.model)
    assert refusal.message == "whisper-base does not know cantonese: only large-v3 and its turbo do."


def test_a_vocabulary_that_is_not_pinned_is_never_read(base: WhisperEngine, fox: Samples) -> None:
    assert base.transcribe(fox, {}) == [FOX]
