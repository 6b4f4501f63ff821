"""The line that an invocation has in the log, and the id by which it is found."""

import logging
from typing import Any

import numpy as np
import pytest
from botocore import exceptions as boto

from components.audio.decoding import Clip
from components.core.errors import EndpointUnreachableError, RequestRejectedError, UnexpectedReplyError
from components.core.request_id import current_id
from components.endpoint_client import EndpointClient
from components.endpoint_client.call_log import noted
from components.targets.target import Target
from components.whisper.contract import Request

TARGET = Target("AWS eu-west-1", "eu-west-1")
CLIP = Clip(np.zeros(16_000, np.int16), "private.wav", "")
SPOKEN = "what was said"


class Runtime:
    """SageMaker's runtime, answering or raising as told; keeps the InferenceId of the last request."""

    def __init__(self, body: bytes = b'{"text": [" what was said"]}', error: Exception | None = None) -> None:
        self.body, self.error = body, error
        self.inference_id = ""

    def invoke_endpoint(self, **given: Any) -> dict[str, Any]:
        self.inference_id = given["InferenceId"]
        if self.error:
            raise self.error
        return {"Body": self, "ResponseMetadata": {"RequestId": "id-7", "RetryAttempts": 2}}

    def read(self) -> bytes:
        return self.body


def use(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> EndpointClient:
    monkeypatch.setattr(Target, "runtime", lambda _: runtime)
    return EndpointClient(TARGET, "whisper")


def line(caplog: pytest.LogCaptureFixture) -> dict[str, Any]:
    (record,) = caplog.records
    return vars(record)


def test_an_answer_is_one_line_without_a_word_of_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    runtime = Runtime()
    with caplog.at_level(logging.INFO, "components"):
        use(runtime, monkeypatch).transcribe(CLIP)
    found = line(caplog)
    assert {name: found[name] for name in ("endpoint", "target", "bytes", "outcome", "retries")} == {
        "endpoint": "whisper",
        "target": "eu-west-1",
        "bytes": len(CLIP.wav()),
        "outcome": "answered",
        "retries": 2,
    }
    assert (found["request_id"], found["inference_id"]) == ("id-7", runtime.inference_id)
    assert found["seconds"] >= 0
    assert SPOKEN not in str(found)
    assert "private" not in str(found)


def test_a_refusal_has_the_id_of_the_answer(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    response: Any = {
        "Error": {"Code": "ModelError", "Message": SPOKEN},
        "OriginalStatusCode": 400,
        "OriginalMessage": SPOKEN,
        "ResponseMetadata": {"RequestId": "id-8"},
    }
    runtime = Runtime(error=boto.ClientError(response, "InvokeEndpoint"))
    with pytest.raises(RequestRejectedError) as caught:
        use(runtime, monkeypatch).transcribe(CLIP)
    found = line(caplog)
    assert caught.value.request_id == found["request_id"] == "id-8"
    assert (found["levelname"], found["outcome"]) == ("WARNING", "failed")
    assert (found["error_type"], found["cause"]) == ("RequestRejectedError", "ModelError")
    # A container may quote what it was sent.
    assert SPOKEN not in str({name: value for name, value in found.items() if name != "exc_info"})


def test_where_nobody_answers_the_portal_has_made_an_id_that_was_sent(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    runtime = Runtime(error=boto.ConnectTimeoutError(endpoint_url="https://x"))
    with pytest.raises(EndpointUnreachableError) as caught:
        use(runtime, monkeypatch).transcribe(CLIP)
    found = line(caplog)
    assert caught.value.request_id == found["request_id"] == found["inference_id"] == runtime.inference_id
    assert found["cause"] == "ConnectTimeoutError"


def test_a_wrong_answer_has_the_id_of_the_answer(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(UnexpectedReplyError) as caught:
        use(Runtime(body=b"<html>"), monkeypatch).transcribe(CLIP)
    assert caught.value.request_id == line(caplog)["request_id"] == "id-7"
    assert line(caplog)["outcome"] == "failed"


def test_two_requests_have_two_ids_and_after_them_there_is_no_current_one() -> None:
    ids = []
    for _ in range(2):
        with noted(TARGET, "whisper", Request("audio/wav", b"")) as call:
            assert current_id() == call.id
            ids.append(call.id)
            call.answered({"RequestId": "id-7", "RetryAttempts": 0, "HTTPHeaders": {}, "HTTPStatusCode": 200})
    assert len(set(ids)) == 2
    assert current_id() is None
