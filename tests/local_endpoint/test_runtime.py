"""Invocations over real HTTP with real boto3 and whisper-base."""

import http.client
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pytest
from botocore.exceptions import ClientError

from components.whisper.contract import MAX_BODY_BYTES

HEARD = [" The quick brown fox jumps over the lazy dog."]
AUDIO = "audio/wav"
JSON = "application/json"

Body = Callable[..., bytes]


def invoke(runtime: Any, content_type: str, body: bytes, name: str = "whisper-base") -> list[str]:
    answer = runtime.invoke_endpoint(EndpointName=name, ContentType=content_type, Body=body)
    return json.loads(answer["Body"].read())["text"]


def refusal(runtime: Any, content_type: str, body: bytes, name: str = "whisper-base") -> dict[str, Any]:
    with pytest.raises(ClientError) as caught:
        invoke(runtime, content_type, body, name)
    return dict(caught.value.response)


def test_raw_audio_is_transcribed(runtime: Any, speech: bytes) -> None:
    answer = runtime.invoke_endpoint(EndpointName="whisper-base", ContentType=AUDIO, Body=speech)
    assert json.loads(answer["Body"].read()) == {"text": HEARD}
    assert answer["ContentType"] == JSON
    assert answer["InvokedProductionVariant"] == "AllTraffic"
    assert len(answer["ResponseMetadata"]["RequestId"]) == 36


def test_json_carries_audio_and_parameters(runtime: Any, body: Body) -> None:
    assert invoke(runtime, JSON, body()) == HEARD
    assert len(invoke(runtime, JSON, body(num_beams=3, num_return_sequences=2))) == 2
    assert invoke(runtime, "application/json; charset=utf-8", body(max_new_tokens=0)) == [""]


def test_other_audio_types_are_taken_as_audio(runtime: Any, speech: bytes) -> None:
    assert invoke(runtime, "audio/mpeg", speech) == HEARD


def with_nesting(depth: int) -> bytes:
    return b'{"audio_input": "00", "task": ' + b"[" * depth + b"]" * depth + b"}"


@pytest.mark.parametrize(
    ("content_type", "body", "message"),
    [
        (
            "text/plain",
            b"hello",
            "Content type text/plain is not supported: send audio/wav or application/json.",
        ),
        (AUDIO, b"", "The request has no body."),
        (JSON, b"", "The request has no body."),
        (AUDIO, b"This is no audio.", "The audio is not an audio file that can be read."),
        (AUDIO, b"RIFF\xff\xff\xff\xffWAVEfmt ", "The audio is not an audio file that can be read."),
        (
            AUDIO,
            b"ffconcat version 1.0\nfile README.md\n",
            "The audio is not an audio file that can be read.",
        ),
        (JSON, b"{", "The body is not valid JSON: "),
        (JSON, b"\xff", "The body is not valid JSON: "),
        (JSON, b'{"audio_input": "00", "num_beams": ' + b"9" * 5000 + b"}", "The body is not valid JSON: "),
        (JSON, with_nesting(100_000), "The body is not valid JSON: "),
        (JSON, with_nesting(100), "task is [[[["),
        (JSON, b'["00"]', "The body is JSON, but not an object."),
        (JSON, b"{}", "audio_input is missing: the audio's bytes in hexadecimal digits."),
        (JSON, b'{"audio_input": 1}', "audio_input is not a string of hexadecimal digits."),
        (JSON, b'{"audio_input": "0g"}', "audio_input is not hexadecimal: "),
        (JSON, b'{"audio_input": ""}', "The audio is empty."),
        (JSON, b'{"audio_input": "00"}', "The audio is not an audio file that can be read."),
        (JSON, b'{"audio_input": "00", "beams": 2}', "beams is not a parameter of this endpoint. It knows: "),
        (
            JSON,
            b'{"audio_input": "00", "num_beams": "2"}',
            "num_beams is '2', but must be an integer of at least 1.",
        ),
        (
            JSON,
            b'{"audio_input": "00", "temperature": NaN}',
            "temperature is nan, but must be a number of at least 0.",
        ),
        (
            JSON,
            b'{"audio_input": "00", "task": "translate"}',
            "task is 'translate', but language is not set: ",
        ),
        (JSON, b'{"audio_input": "00", "\\ud800": 1}', "\ud800 is not a parameter"),
    ],
)
def test_what_the_container_refuses_is_a_model_error(
    runtime: Any, speech: bytes, content_type: str, body: bytes, message: str
) -> None:
    response = refusal(runtime, content_type, body)
    original = json.loads(response["OriginalMessage"])
    assert original["message"].startswith(message)
    assert {**original, "message": ""} == {"code": 400, "type": "InternalServerException", "message": ""}
    assert response["Error"]["Code"] == "ModelError"
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 424
    assert response["OriginalStatusCode"] == 400
    assert response["Error"]["Message"].startswith(
        f'Received client error (400) from primary with message "{response["OriginalMessage"]}".'
    )
    assert response["LogStreamArn"].endswith(":log-group:/aws/sagemaker/Endpoints/whisper-base")


@pytest.mark.parametrize(
    "parameters",
    [{"num_beams": 1_000_000}, {"num_return_sequences": 101}, {"forced_decoder_ids": [[1, 99_999_999]]}],
)
def test_what_would_bring_the_engine_down_is_refused(
    runtime: Any, body: Body, parameters: dict[str, Any]
) -> None:
    response = refusal(runtime, JSON, body(**parameters))
    assert response["OriginalStatusCode"] == 400
    [name] = parameters
    assert json.loads(response["OriginalMessage"])["message"].startswith(name)


def test_the_last_of_two_equal_keys_counts(runtime: Any, body: Body) -> None:
    twice = body(num_beams=0)[:-1] + b', "num_beams": 1, "max_new_tokens": 0}'
    assert invoke(runtime, JSON, twice) == [""]


def test_a_long_message_is_cut(runtime: Any) -> None:
    response = refusal(runtime, JSON, b'{"audio_input": "00", "' + b"k" * 1_000_000 + b'": 1}')
    assert len(response["OriginalMessage"]) < 2048
    assert json.loads(response["OriginalMessage"])["message"].endswith("kkk …")


@pytest.mark.parametrize("size", [MAX_BODY_BYTES + 1, 100_000_000])
def test_a_body_over_the_limit_is_refused(runtime: Any, size: int) -> None:
    response = refusal(runtime, AUDIO, bytes(size))
    assert response["Error"]["Code"] == "ModelError"
    assert response["OriginalStatusCode"] == 413
    assert json.loads(response["OriginalMessage"]) == {
        "code": 413,
        "type": "InternalServerException",
        "message": "The request's body is larger than the limit of 6,291,456 bytes.",
    }


def test_a_body_of_just_the_limit_is_heard(runtime: Any, speech: bytes) -> None:
    assert invoke(runtime, AUDIO, speech.ljust(MAX_BODY_BYTES, b"\0")) == HEARD


@pytest.mark.parametrize(
    ("path", "status"), [("/endpoints/whisper-base/invocations", 424), ("/invocations", 413)]
)
def test_a_chunked_body_over_the_limit_is_refused(endpoint_url: str, path: str, status: int) -> None:
    connection = http.client.HTTPConnection(endpoint_url.removeprefix("http://"), timeout=30)
    # http.client sends a file of unknown length in chunks.
    connection.request(
        "POST", path, BytesIO(bytes(MAX_BODY_BYTES + 1)), {"Content-Type": AUDIO}, encode_chunked=True
    )
    assert connection.getresponse().status == status


def test_a_chunked_body_within_the_limit_is_heard(endpoint_url: str, speech: bytes) -> None:
    connection = http.client.HTTPConnection(endpoint_url.removeprefix("http://"), timeout=60)
    connection.request("POST", "/invocations", BytesIO(speech), {"Content-Type": AUDIO}, encode_chunked=True)
    assert json.loads(connection.getresponse().read()) == {"text": HEARD}


@pytest.mark.parametrize("name", ["no-such", "a_b", "a" * 64, "ä"])
def test_an_unknown_endpoint_is_a_validation_error(runtime: Any, speech: bytes, name: str) -> None:
    response = refusal(runtime, AUDIO, speech, name)
    assert response["Error"] == {
        "Code": "ValidationError",
        "Message": f"Endpoint {name} of account 000000000000 not found.",
    }
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_eight_requests_at_once_are_all_answered_right(
    runtime: Any, tiny_endpoint: str, speech: bytes, body: Body
) -> None:
    def ask(number: int) -> list[str]:
        if number % 2:
            return invoke(runtime, AUDIO, speech, tiny_endpoint)
        return invoke(runtime, JSON, body(max_new_tokens=3), tiny_endpoint)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(8)))
    assert answers[1::2] == 4 * [HEARD]
    assert answers[0::2] == 4 * [[" The quick brown"]]


def test_the_hosting_contract(endpoint_url: str, speech: bytes) -> None:
    connection = http.client.HTTPConnection(endpoint_url.removeprefix("http://"), timeout=60)
    connection.request("GET", "/ping")
    ping = connection.getresponse()
    assert (ping.status, ping.read()) == (200, b"")
    connection.request("POST", "/invocations", speech, {"Content-Type": AUDIO})
    assert json.loads(connection.getresponse().read()) == {"text": HEARD}
    connection.request("POST", "/invocations", b"no audio", {"Content-Type": AUDIO})
    refused = connection.getresponse()
    assert refused.status == 400
    assert json.loads(refused.read()) == {
        "code": 400,
        "type": "InternalServerException",
        "message": "The audio is not an audio file that can be read.",
    }
