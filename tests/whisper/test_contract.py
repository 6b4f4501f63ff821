import json

import pytest

from components.whisper.contract import JSON, RAW_AUDIO, Request, decode_reply, encode_reply, encode_request
from components.whisper.parameters import Parameters


def test_without_parameters_the_audio_travels_as_it_is() -> None:
    assert encode_request(b"RIFF\x00\xff", {}) == Request("audio/wav", b"RIFF\x00\xff")


def test_with_parameters_the_audio_travels_as_hex_in_json() -> None:
    request = encode_request(b"\x00\x0f\xff", {"language": "french", "task": "translate"})
    assert request.content_type == "application/json"
    assert request.body == b'{"audio_input": "000fff", "language": "french", "task": "translate"}'


@pytest.mark.parametrize(
    "parameters",
    [
        {"num_beams": 5},
        {"do_sample": True, "temperature": 0.7, "top_p": 0.9},
        {"early_stopping": False, "max_new_tokens": 0},
        {"forced_decoder_ids": [[1, 50259], [2, 50359]]},
    ],
)
def test_every_value_arrives_with_its_type(parameters: Parameters) -> None:
    audio = bytes(range(256))
    body = json.loads(encode_request(audio, parameters).body)
    assert bytes.fromhex(body.pop("audio_input")) == audio
    assert body == parameters
    assert [type(value) for value in body.values()] == [type(value) for value in parameters.values()]


def test_the_content_types_are_the_containers() -> None:
    assert (RAW_AUDIO, JSON) == ("audio/wav", "application/json")


@pytest.mark.parametrize("texts", [[" Hello."], [" One", " Two"], [""], [" Größe, 大きさ"]])
def test_a_reply_comes_back_as_sent(texts: list[str]) -> None:
    assert decode_reply(encode_reply(texts)) == texts
    assert decode_reply(json.dumps({"text": texts, "more": 1}).encode()) == texts


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"plain words", b"null", b"7", b'" Hello."', b'[" Hello."]', b"{}"),
        *(b'{"text": " Hello."}', b'{"text": []}', b'{"text": [1]}', b'{"text": [" a", null]}'),
        *(b'{"texts": [" a"]}', b'{"text": [" a"]', b"\xff\xfe\x00", b'{"text": ["\\ud800"]}'),
    ],
)
def test_any_other_reply_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        decode_reply(body)
