"""What travels between the portal and a Whisper endpoint: bodies, content types, limits, replies.

This is the contract of JumpStart's Whisper container; the embedded endpoint keeps it too.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from components.whisper.parameters import Parameters

RAW_AUDIO = "audio/wav"
JSON = "application/json"

SAMPLE_RATE = 16_000
"""Hertz. Whisper hears 16 kHz mono; the container converts whatever it gets."""

MAX_AUDIO_SECONDS = 30.0
"""Whisper's window. The container drops the rest without a word, so the portal never sends more."""

MAX_BODY_BYTES = 6_291_456
"""The largest request body that SageMaker's InvokeEndpoint documents for real-time endpoints."""

INVOCATION_SECONDS = 60
"""How long SageMaker lets a container work on one real-time invocation."""

MODEL_ID = "MODEL_ID"
"""The environment variable of a model's container that names the weights, on this computer."""

MODEL_TAG = "sagemaker-sdk:jumpstart-model-id"
"""In which the SageMaker SDK, and the embedded endpoint too, notes the model of an endpoint."""

PROGRESS_TAG, PERCENT_TAG = "whisper-portal:progress", "whisper-portal:percent"
"""In which the embedded endpoint tells how far an endpoint that is Creating has come: in words, and 0 to 100."""


@dataclass(frozen=True)
class Request:
    """One invocation as it travels: what boto3's `invoke_endpoint` takes as ContentType and Body."""

    content_type: str
    body: bytes


def encode_request(audio: bytes, parameters: Parameters) -> Request:
    """The request for an audio file's bytes: raw where no parameter is set, JSON with hex audio otherwise.

    The raw form can carry no parameters. The audio goes into the JSON text by hand because its hex form needs
    no escaping, and scanning a megabyte for what is not there would take longer than everything else.
    """
    if not parameters:
        return Request(RAW_AUDIO, audio)
    rest = json.dumps(dict(parameters)).encode()[1:]
    return Request(JSON, b"".join((b'{"audio_input": "', audio.hex().encode(), b'", ', rest)))


def encode_reply(texts: list[str]) -> bytes:
    """The container's answer: one string for each returned sequence, best first, each with its leading space."""
    return json.dumps({"text": texts}, ensure_ascii=False).encode()


def decode_reply(body: bytes) -> list[str]:
    """The texts of a reply, as sent.

    Raises:
        ValueError: the body is not `{"text": ["...", ...]}` with at least one string, or a string is no Unicode text.
    """
    reply = json.loads(body)
    texts = reply.get("text") if isinstance(reply, Mapping) else None
    if not isinstance(texts, list) or not texts or not all(isinstance(text, str) for text in texts):
        raise ValueError('the reply is not of the form {"text": ["..."]}')
    # JSON can escape half a character, which could be neither shown nor stored.
    "".join(texts).encode()
    return texts
