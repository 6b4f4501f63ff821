"""What an endpoint transcribed, with the circumstances of the request."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from components.core.text import words_in
from components.whisper.parameters import Parameters


@dataclass(frozen=True)
class Transcript:
    """The answer to one request.

    `texts` holds the returned sequences, best first, as sent (each with its leading space); `reply` is the
    body of the answer. `request_seconds` runs at the client from sending the request to having the reply.
    """

    texts: tuple[str, ...]
    clip_name: str
    audio_seconds: float
    request_seconds: float
    endpoint_name: str
    parameters: Parameters
    reply: bytes
    request_id: str | None = None
    retries: int = 0

    @property
    def text(self) -> str:
        """The best text, without the space that it begins with."""
        return self.texts[0].strip()

    @property
    def real_time_factor(self) -> float:
        """Seconds of work for a second of audio: below 1 is faster than speech."""
        return self.request_seconds / self.audio_seconds

    @property
    def words(self) -> int:
        """How many words the text has; where none shows where they end, about how many."""
        return round(words_in(self.text))

    @property
    def words_per_minute(self) -> float:
        """Words that were spoken in a minute of this audio."""
        return words_in(self.text) / self.audio_seconds * 60

    def to_json(self) -> str:
        """The transcript with all its circumstances, for a download."""
        content: Mapping[str, object] = {
            "text": self.text,
            "alternatives": [text.strip() for text in self.texts[1:]],
            "audio": self.clip_name,
            "audio_seconds": round(self.audio_seconds, 3),
            "request_seconds": round(self.request_seconds, 3),
            "real_time_factor": round(self.real_time_factor, 3),
            "endpoint": self.endpoint_name,
            "parameters": dict(self.parameters),
            "request_id": self.request_id,
        }
        return json.dumps(content, ensure_ascii=False, indent=2)
