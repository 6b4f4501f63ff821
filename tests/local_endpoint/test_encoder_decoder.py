"""Encoder and decoder of a small model are two networks that do exactly what the whole one does."""

import errno
from pathlib import Path

import ctranslate2
import numpy as np
import pytest

from components.core.settings import Settings
from components.local_endpoint import encoder_decoder as network_module
from components.local_endpoint.encoder_decoder import WIDE, Encoded, load_encoder_decoder
from components.local_endpoint.features import LogMel
from components.local_endpoint.model_file import UnknownFormatError, write_half
from components.local_endpoint.weights import find_weights, place
from components.whisper.models import find_model

PROMPT = [50257, 50362]
"""Of whisper-tiny.en: start, no timestamps."""
SPEECH = np.random.default_rng(0).integers(-9000, 9000, 16_000).astype(np.int16)


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A folder with the files of whisper-tiny.en."""
    model = find_model("whisper-tiny.en")
    assert model
    for name, parts in find_weights(model, Settings(), lambda _: None).items():
        place(parts, tmp_path / name)
    return tmp_path


@pytest.fixture
def whole(tiny: Path) -> ctranslate2.models.Whisper:
    return ctranslate2.models.Whisper(str(tiny), compute_type="int8", intra_threads=1)


def encoded_by(network: ctranslate2.models.Whisper) -> Encoded:
    return np.asarray(network.encode(ctranslate2.StorageView.from_array(LogMel(80)(SPEECH))))


def test_a_small_model_is_parted_and_computes_the_same(tiny: Path, whole: ctranslate2.models.Whisper) -> None:
    network = load_encoder_decoder(tiny, 39, 2)
    encoded = network.encode(LogMel(80)(SPEECH))
    assert np.array_equal(encoded, encoded_by(whole))
    wanted = {"beam_size": 5, "return_scores": True, "max_length": 40}
    (mine,) = network.generate(encoded, [PROMPT], **wanted)
    (theirs,) = whole.generate(ctranslate2.StorageView.from_array(encoded), [PROMPT], **wanted)
    assert (mine.sequences_ids, mine.scores) == (theirs.sequences_ids, theirs.scores)
    assert network.decoders == 2


def test_each_half_has_its_own_weights_alone(tiny: Path) -> None:
    sizes = {}
    for half in ("encoder", "decoder"):
        write_half(tiny / "model.bin", tiny / half, half)
        sizes[half] = (tiny / half).stat().st_size
    whole = (tiny / "model.bin").stat().st_size
    # Beside its own, each holds one layer of the other, and what belongs to none.
    assert sizes["encoder"] < 0.3 * whole
    assert sizes["decoder"] < 0.9 * whole
    assert b"encoder/layer_3/" not in (tiny / "decoder").read_bytes()
    assert b"decoder/layer_3/" not in (tiny / "encoder").read_bytes()


def test_a_large_model_stays_whole_with_all_threads_for_each_request(tiny: Path) -> None:
    network = load_encoder_decoder(tiny, WIDE, 2)
    assert network.decoders == 1
    assert not (tiny / "decoder").exists()
    (result,) = network.generate(network.encode(LogMel(80)(SPEECH)), [PROMPT], max_length=8)
    assert result.sequences_ids[0]


def test_another_version_of_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"\x05\x00\x00\x00 and so on")
    with pytest.raises(UnknownFormatError, match="version 6"):
        write_half(tmp_path / "model.bin", tmp_path / "half", "encoder")


def test_without_room_for_the_halves_the_whole_model_is_loaded(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(network_module, "write_half", full)
    network = load_encoder_decoder(tiny, 39, 2)
    assert network.decoders == 1
    assert network.encode(LogMel(80)(SPEECH)).shape == (1, 1500, 384)
