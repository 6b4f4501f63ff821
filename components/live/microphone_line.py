"""What one browser's microphone sends: each time it is switched on there is a new session."""

from collections.abc import Callable
from threading import Lock

import av

from components.live.frame_queue import FrameQueue
from components.live.session import LiveSession
from components.live.utterances import TranscribeSettings


class MicrophoneLine:
    """The live sessions of one microphone, one after another. Safe to use from several threads.

    `session` is the last one, which may still run. `on_session` is called with each session that starts.
    """

    def __init__(self, on_session: Callable[[LiveSession], object]) -> None:
        self.session: LiveSession | None = None
        self._on_session = on_session
        self._settings: TranscribeSettings | None = None
        self._frames = FrameQueue()
        self._is_open = self._is_closed_for_good = False
        self._lock = Lock()

    @property
    def is_open(self) -> bool:
        """Whether a session processes what arrives."""
        return self._is_open and self.session is not None and self.session.is_listening

    @property
    def is_ready(self) -> bool:
        """Whether the settings of a session are known."""
        return self._settings is not None

    @property
    def has_failed(self) -> bool:
        """Whether the session ended while the microphone is still on."""
        return self._is_open and not self.is_open

    def configure(self, settings: TranscribeSettings) -> None:
        """Sets how utterances are transcribed from now on, and starts a session if frames wait for that."""
        with self._lock:
            self._settings = settings
            if self.session and self.is_open:
                self.session.configure(settings)
            self._start()

    def push(self, frame: av.AudioFrame) -> None:
        """Takes a frame; it returns at once.

        The first one starts a session, or waits until the settings are known, at most a minute of them. After a
        session that failed all frames are dropped until `close`: another session would fail alike.
        """
        with self._lock:
            if not (self._is_closed_for_good or self.has_failed):
                self._frames.push(frame)
                self._start()

    def close(self) -> None:
        """Ends the session; what was said in it is still transcribed."""
        with self._lock:
            self._is_open = False
            self._frames.end()
            self._frames = FrameQueue()

    def close_for_good(self) -> None:
        """As `close`; frames that still arrive start nothing."""
        self._is_closed_for_good = True
        self.close()

    def _start(self) -> None:
        if self._settings and not self._is_open and not self._frames.is_empty:
            self.session = LiveSession(self._settings, self._frames)
            self._is_open = True
            self._on_session(self.session)
