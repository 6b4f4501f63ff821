import pytest

from components.local_endpoint.weight_pins import PINS
from components.whisper.models import MODELS, WhisperModel


def test_every_model_of_the_catalog_has_its_weights() -> None:
    assert {model.name for model in MODELS} == PINS.keys()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_the_pins_are_whole(model: WhisperModel) -> None:
    pin = PINS[model.name]
    vocabulary = "vocabulary.json" if "-v3" in model.name else "vocabulary.txt"
    assert list(pin.sums) == ["config.json", "tokenizer.json", vocabulary, "model.bin"]
    assert all(len(bytes.fromhex(digest)) == 32 for digest in pin.sums.values())
    assert len(bytes.fromhex(pin.revision)) == 20
    # Two bytes a weight; OpenAI counts some weights otherwise, by up to 5 %.
    assert model.download_bytes == pytest.approx(2e6 * model.parameters, rel=0.06)
    assert set(pin.packaged) in (set(), set(pin.sums))
