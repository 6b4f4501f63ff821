"""The line from one browser's microphone: each time it is opened there is a new session."""

from collections.abc import Callable
from threading import Lock

import av

from components.live.session import LiveSession
from components.live.utterances import TranscribeSettings


class MicrophoneLine:
    """What the microphone of one browser session leads to. Safe to use from several threads.

    `session` is the last one, or the one going on. `begun` is told of each talk that begins, in the thread of `push`.
    """

    def __init__(self, begun: Callable[[LiveSession], object]) -> None:
        self.session: LiveSession | None = None
        self._begun = begun
        self._settings: TranscribeSettings | None = None
        self._is_open = False
        self._lock = Lock()

    @property
    def is_open(self) -> bool:
        """Whether what comes is heard."""
        return self._is_open and self.session is not None and self.session.is_listening

    @property
    def can_begin(self) -> bool:
        """Whether it is known how to transcribe what comes."""
        return self._settings is not None

    @property
    def is_dead(self) -> bool:
        """Whether nothing more is heard though the microphone is open."""
        return self._is_open and not self.is_open

    def ask(self, settings: TranscribeSettings) -> None:
        """How utterances are transcribed from now on."""
        with self._lock:
            self._settings = settings
            if self.session and self.is_open:
                self.session.ask(settings)

    def push(self, frame: av.AudioFrame) -> None:
        """Takes a frame; it returns at once.

        The first one begins a session. Where that ends by itself, by a failure, nothing more is heard until `hang_up`:
        another one would fail alike, and one more with each frame.
        """
        with self._lock:
            if not self._is_open and self._settings:
                self.session = LiveSession(self._settings)
                self._is_open = True
                self._begun(self.session)
            if self.is_open and self.session:
                self.session.push(frame)

    def hang_up(self) -> None:
        """No more frames come: the talk ends, with what was said in it transcribed."""
        with self._lock:
            self._hang_up()

    def leave(self) -> None:
        """As `hang_up`, for good: frames that still come begin nothing."""
        with self._lock:
            self._settings = None
            self._hang_up()

    def _hang_up(self) -> None:
        self._is_open = False
        if self.session:
            self.session.end()
