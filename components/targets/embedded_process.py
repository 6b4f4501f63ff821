"""Runs the embedded endpoint as a child process: starts it, starts it again if it dies, stops it."""

import atexit
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Lock, Thread

from components.core.settings import Settings

HOST = "127.0.0.1"
SECONDS_TO_ANSWER = 60.0
SECONDS_TO_STOP = 5.0
STEADY_SECONDS = 60.0
"""After so long a run, a death no longer counts as one in a row."""
MOST_DEATHS = 5

_ROOT = Path(__file__).resolve().parents[2]


class EmbeddedEndpoint:
    """The embedded endpoint of this portal.

    A thread watches the process. Where it dies, it is started again at the same URL, after a pause that
    doubles with each death in a row; after the fifth it is given up, and `failure` tells why. `started` is when it was
    started last, `starts` how often it was. Its log goes line by line to `log`, which is standard error unless given.
    It ends with the process that started it, however that ends.
    """

    def __init__(
        self, settings: Settings, first_pause: float = 0.5, log: Callable[[str], object] | None = None
    ) -> None:
        self.failure: str | None = None
        self.started: datetime | None = None
        self.starts = 0
        self._settings = settings
        self._pause = first_pause
        self._port = settings.embedded_port
        self._process: subprocess.Popen[str] | None = None
        self._starting = Lock()
        self._stopping = Event()
        self._watch = Thread(target=self._keep_running, name="embedded endpoint", daemon=True)
        self._last_line = ""
        self._log = log or _write

    @property
    def url(self) -> str:
        """Where it listens: the `endpoint_url` for boto3."""
        return f"http://{HOST}:{self._port}"

    @property
    def is_running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Starts the process and waits until it answers, which it does long before its weights are loaded.

        Returns without an answer where the process has been given up, or has not answered within a minute.
        """
        self._port = _usable_port(self._settings.embedded_port)
        atexit.register(self.stop)
        self._watch.start()
        end = time.monotonic() + SECONDS_TO_ANSWER
        while not (self.is_running and _answers(self._port)) and not self.failure and time.monotonic() < end:
            time.sleep(0.05)

    def stop(self) -> None:
        """Ends the process and waits for its end."""
        atexit.unregister(self.stop)
        with self._starting:
            self._stopping.set()
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(SECONDS_TO_STOP)
            except subprocess.TimeoutExpired:
                self._process.kill()
            self._watch.join()

    def _keep_running(self) -> None:
        deaths = 0
        while True:
            started = time.monotonic()
            self._run()
            if self._stopping.is_set():
                return
            deaths = 1 if time.monotonic() - started > STEADY_SECONDS else deaths + 1
            if deaths == MOST_DEATHS:
                self.failure = (
                    f"The endpoint on this computer ended {deaths} times in a row. Its last words: "
                    f"{self._last_line} Put that right, then start the portal again."
                )
                return
            self._stopping.wait(self._pause * 2 ** (deaths - 1))

    def _run(self) -> None:
        """Starts the process unless it is to stop, passes its log on, and returns when it has ended."""
        with self._starting:
            if self._stopping.is_set():
                return
            self._process = self._spawn()
            self.started = datetime.now(UTC)
            self.starts += 1
        with self._process as process:
            assert process.stderr is not None  # noqa: S101 - it is a pipe
            for line in process.stderr:
                self._last_line = _said(line) or self._last_line
                self._log(line)

    def _spawn(self) -> subprocess.Popen[str]:
        options = ["--host", HOST, "--port", str(self._port), "--exit-with-parent"]
        return subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "components.local_endpoint", *options],
            cwd=_ROOT,
            env=os.environ | _environment(self._settings),
            # The child reads it to its end, which comes when this process is gone.
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            # Ctrl-C in the terminal is for the portal, which then stops its child.
            start_new_session=True,
        )


def _write(line: str) -> None:
    sys.stderr.write(line)


def _said(line: str) -> str:
    """What a line of its log says to people."""
    try:
        return str(json.loads(line)["message"])
    except (ValueError, TypeError, KeyError):
        return line.strip()


def _environment(settings: Settings) -> dict[str, str]:
    values = settings.model_dump().items()
    return {f"PORTAL_{name.upper()}": "" if value is None else str(value) for name, value in values}


def _usable_port(wanted: int) -> int:
    for port in (wanted, 0):
        try:
            with socket.create_server((HOST, port)) as listener:
                return int(listener.getsockname()[1])
        except OSError:
            continue
    return wanted


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", "/ping")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True
