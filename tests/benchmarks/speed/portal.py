"""The portal's side: the embedded endpoint over HTTP and boto3."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psutil

from components.audio.decoding import Clip, Samples
from components.core.settings import Settings
from components.targets.embedded_process import EmbeddedEndpoint
from components.targets.target import this_computer
from components.whisper.contract import decode_reply, encode_request

ENDPOINT = "whisper-base"
"""What is deployed at start, and so the model whose speed is measured."""

SPOKEN = {"language": "english", "task": "transcribe"}


class Portal:
    """The embedded endpoint, as a client sees it. Safe to use from several threads."""

    def __init__(self, url: str, process: psutil.Process) -> None:
        self._runtime = this_computer(url).runtime()
        self._process = process

    def transcribe(self, samples: Samples, values: Mapping[str, Any]) -> str:
        """One request with everything that belongs to it: WAV and hex, boto3, HTTP, the reply."""
        request = encode_request(Clip(samples, "", "").wav(), {**SPOKEN, **values})
        answer = self._runtime.invoke_endpoint(
            EndpointName=ENDPOINT, ContentType=request.content_type, Body=request.body
        )
        return decode_reply(answer["Body"].read())[0]

    @property
    def megabytes(self) -> float:
        """Resident memory of its process."""
        return float(self._process.memory_info().rss) / 2**20


@contextmanager
def portal() -> Iterator[Portal]:
    """Starts the embedded endpoint, and stops it in the end."""
    endpoint = EmbeddedEndpoint(Settings(embedded_port=0), log=lambda _: None)
    endpoint.start()
    try:
        sagemaker = this_computer(endpoint.url).sagemaker()
        sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=ENDPOINT, WaiterConfig={"Delay": 1})
        (process,) = psutil.Process().children()
        yield Portal(endpoint.url, process)
    finally:
        endpoint.stop()
