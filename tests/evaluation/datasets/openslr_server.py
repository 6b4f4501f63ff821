"""A server in OpenSLR's place, with a small archive, that behaves as badly as a test asks."""

import hashlib
import io
import re
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

from components.evaluation.datasets.librispeech import Archive
from components.evaluation.datasets.openslr_download import Download
from tests.evaluation.datasets.made_files import WAV

NAME = "test-other"
CHAPTER = f"LibriSpeech/{NAME}/1/2"
Members = Mapping[str, bytes | tarfile.TarInfo]
MEMBERS: Members = {
    "LibriSpeech/LICENSE.TXT": b"CC BY 4.0",
    "LibriSpeech/SPEAKERS.TXT": b"1 | F",
    f"{CHAPTER}/1-2.trans.txt": b"1-2-0000 ONE\n1-2-0001 TWO\n",
    f"{CHAPTER}/1-2-0000.flac": WAV,
    f"{CHAPTER}/1-2-0001.flac": WAV,
}


def make_archive(members: Members = MEMBERS) -> bytes:
    """A .tar.gz; what is given as TarInfo has no contents."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as tar:
        for name, contents in members.items():
            info = contents if isinstance(contents, tarfile.TarInfo) else tarfile.TarInfo(name)
            info.name = name
            if isinstance(contents, bytes):
                info.size = len(contents)
                tar.addfile(info, io.BytesIO(contents))
            else:
                tar.addfile(info)
    return data.getvalue()


def described(archive: bytes) -> Archive:
    """What SETS says of an archive."""
    return Archive(len(archive), hashlib.md5(archive, usedforsecurity=False).hexdigest(), 2)


@dataclass
class Server:
    """`archive` is what it has. It breaks off after `breaks_after` bytes of an answer, each of `breaks` once.

    `ranges` is how it takes a Range header: "yes", "ignored", "refused" (416) or "wrong" (another part comes). Before
    the last byte it waits for `go_on`.
    """

    archive: bytes
    url: str = ""
    status: int = 200
    ranges: str = "yes"
    breaks: list[int] = field(default_factory=list)
    go_on: Event = field(default_factory=Event)
    asked: list[str | None] = field(default_factory=list)
    """The Range header of each request."""
    logins: list[str | None] = field(default_factory=list)
    """The Authorization header of each request."""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        asked = handler.headers.get("Range")
        self.asked.append(asked)
        self.logins.append(handler.headers.get("Authorization"))
        start = int(re.findall(r"\d+", asked)[0]) if asked and self.ranges != "ignored" else 0
        status = self.status if self.status != 200 or not start else 206
        if start and (self.ranges == "refused" or start >= len(self.archive)):
            status = 416
        handler.send_response(status)
        body = self.archive[start:] if status in {200, 206} else b""
        handler.send_header("Content-Length", str(len(body)))
        first = 0 if self.ranges == "wrong" else start
        handler.send_header("Content-Range", f"bytes {first}-{len(self.archive) - 1}/{len(self.archive)}")
        handler.end_headers()
        if body and self.breaks:
            handler.wfile.write(body[: self.breaks.pop(0)])
        elif body:
            handler.wfile.write(body[:-1])
            handler.wfile.flush()
            self.go_on.wait(60)
            handler.wfile.write(body[-1:])


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.answer(self)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        Thread(target=http.serve_forever, args=(0.01,), daemon=True).start()
        server.url = f"http://127.0.0.1:{http.server_port}/resources/12"
        yield server
        server.go_on.set()
        http.shutdown()


ARCHIVE = make_archive()
SECONDS = 60


def finished(download: Download) -> Download:
    download.wait(SECONDS)
    assert not download.is_running
    return download
