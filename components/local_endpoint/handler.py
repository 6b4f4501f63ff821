"""What JumpStart's Whisper container does with one request: bytes in, bytes out."""

import json
import logging
from collections.abc import Mapping
from typing import Any

from components.audio import decoding
from components.core.errors import PortalError, UnreadableAudioError
from components.local_endpoint.engine_pool import Engine
from components.whisper.contract import JSON, MAX_AUDIO_SECONDS, encode_reply
from components.whisper.parameter_rules import InvalidParametersError, problems

logger = logging.getLogger(__name__)

MOST_BEAMS = 100
"""The container has no limit but its memory, and fails beyond it. Here that would end the whole process."""

_LONGEST_MESSAGE = 1000
"""Characters: the message may quote the request, and SageMaker cuts OriginalMessage at 2048."""


class HandlerError(Exception):
    """The container's refusal of a request, or its failure: an HTTP status and a sentence."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message if len(message) <= _LONGEST_MESSAGE else f"{message[:_LONGEST_MESSAGE]} …"

    def document(self) -> str:
        """The JSON document that the container's server sends for an error."""
        content = {"code": self.code, "type": "InternalServerException", "message": self.message}
        return json.dumps(content, indent=2) + "\n"


def handle(engine: Engine, content_type: str, body: bytes) -> bytes:
    """The reply to one request. Takes as long as decoding and transcribing do.

    Raises:
        HandlerError: 400 for what is wrong with the request, 500 where the model fails.
    """
    recording, values = _parsed(content_type, body)
    _check(values, engine)
    samples = _samples(recording)
    try:
        return encode_reply(engine.transcribe(samples, values))
    except InvalidParametersError as error:
        raise HandlerError(400, error.what) from error
    except PortalError as error:
        raise HandlerError(500, str(error)) from error
    except Exception as error:
        logger.exception("%s failed", engine.model.name)
        raise HandlerError(500, f"{engine.model.name} failed: {type(error).__name__}: {error}") from error


def _parsed(content_type: str, body: bytes) -> tuple[bytes, dict[str, Any]]:
    kind = content_type.partition(";")[0].strip().lower()
    if not kind.startswith("audio/") and kind != JSON:
        raise HandlerError(400, f"Content type {kind or 'none'} is not supported: send audio/wav or {JSON}.")
    if not body:
        raise HandlerError(400, "The request has no body.")
    return _from_json(body) if kind == JSON else (body, {})


def _from_json(body: bytes) -> tuple[bytes, dict[str, Any]]:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise HandlerError(400, f"The body is not valid JSON: {error}.") from error
    if not isinstance(content, dict):
        raise HandlerError(400, "The body is JSON, but not an object.")
    if "audio_input" not in content:
        raise HandlerError(400, "audio_input is missing: the audio's bytes in hexadecimal digits.")
    return _from_hex(content.pop("audio_input")), content


def _from_hex(text: object) -> bytes:
    if not isinstance(text, str):
        raise HandlerError(400, "audio_input is not a string of hexadecimal digits.")
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise HandlerError(400, f"audio_input is not hexadecimal: {error}.") from error


def _check(values: Mapping[str, Any], engine: Engine) -> None:
    found = problems(values, engine.model)
    if found:
        raise HandlerError(400, " ".join(finding.message for finding in found))
    for name in ("num_beams", "num_return_sequences"):
        if values.get(name, 1) > MOST_BEAMS:
            raise HandlerError(
                400, f"{name} is {values[name]}, but there is memory for {MOST_BEAMS} at most."
            )


def _samples(recording: bytes) -> decoding.Samples:
    try:
        # The container takes 30 s and drops the rest without a word; decoding more would be in vain.
        return decoding.decode(recording, "The audio", MAX_AUDIO_SECONDS)[0]
    except UnreadableAudioError as error:
        raise HandlerError(400, error.what) from error
