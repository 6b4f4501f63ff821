"""How much memory hours of audio take: the command on a file that long, with an endpoint that answers at once.

    python -m tests.benchmarks.long_audio_memory [--hours 4]

Prints the largest resident memory of the command's process, as the system counted it, for a minute and for all of it.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np

from components.audio import samples
from components.audio.decoding import read_clip, wav_header

_PAUSE = np.zeros(16_000, np.int16)


LISTED = {
    "EndpointName": "whisper-base",
    "EndpointArn": "arn:aws:sagemaker:local:000000000000:endpoint/whisper-base",
    "EndpointStatus": "InService",
    "CreationTime": 0,
    "LastModifiedTime": 0,
}


class Endpoint(BaseHTTPRequestHandler):
    """Is in service, and hears the same in everything."""

    def do_POST(self) -> None:
        """Answers control plane and runtime."""
        self.rfile.read(int(self.headers["Content-Length"]))
        status, content = self._answer()
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _answer(self) -> tuple[int, dict[str, object]]:
        if self.path.startswith("/endpoints"):
            return 200, {"text": [" Some words."]}
        if self.headers["X-Amz-Target"] == "SageMaker.ListEndpoints":
            return 200, {"Endpoints": [LISTED]}
        # What it runs on can't be looked up.
        return 400, {"__type": "ValidationException", "message": "Could not find it."}

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def write(file: Path, seconds: float) -> None:
    """A WAV of that length: the English sample again and again, a second of silence after each."""
    speech = np.concatenate([read_clip(samples.read(samples.SAMPLES[0]), "").samples, _PAUSE])
    count = round(seconds * 16_000)
    with file.open("wb") as wav:
        wav.write(wav_header(count))
        for start in range(0, count, len(speech)):
            wav.write(speech[: count - start].tobytes())


def megabytes(seconds: float, url: str) -> float:
    """The largest resident memory of the command that hears so many seconds."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "talk.wav"
        write(file, seconds)
        command = [sys.executable, "-m", "components.cli", "transcribe", str(file), "--endpoint-url", url]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"the command failed: {status}")
    return usage.ru_maxrss / 1000  # Linux counts in kilobytes


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--hours", type=float, default=4.0)
    given = parser.parse_args()
    with ThreadingHTTPServer(("127.0.0.1", 0), Endpoint) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        for seconds in (60.0, given.hours * 3600):
            print(f"{seconds / 60:6.0f} min of audio: {megabytes(seconds, url):4.0f} MB")  # noqa: T201
        server.shutdown()


if __name__ == "__main__":
    main()
