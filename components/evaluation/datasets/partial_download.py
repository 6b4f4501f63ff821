"""Downloads a large file of known size; what has come is kept, and the next try goes on from there."""

import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from io import FileIO
from pathlib import Path
from threading import Event
from urllib.error import HTTPError
from urllib.parse import unquote, urlsplit
from urllib.request import Request, urlopen

from components.evaluation.datasets.files import DatasetError

SECONDS_TO_ANSWER = 30
"""For the server's next word: connecting, or any chunk of the file."""

_CHUNK = 2**18
_SECONDS_BETWEEN_TRIES = 1.0
_PARTIAL, _RANGE_NOT_SATISFIABLE = 206, 416
_ANOTHER_MIRROR = "Try again later, name another mirror in PORTAL_OPENSLR_URL, or unset it."


class DownloadError(DatasetError):
    """A download failed, or was cancelled."""


class BrokenOffError(DownloadError):
    """The connection broke; what had come is kept."""


@dataclass(frozen=True)
class PartialDownload:
    """The download to `file` of what lies at an http or https URL and has `size` bytes.

    `report` is told how many bytes are there. The contents are for the caller to verify.
    """

    url: str
    file: Path
    size: int
    report: Callable[[int], None]
    cancelled: Event

    def carry_out(self) -> None:
        """Fetches what is missing. A broken connection is taken up again as long as each one brings something.

        Raises:
            DownloadError: no connection, a refusal, another file than expected, a full disk, or `cancelled`; what has
                come is kept unless it is worthless.
        """
        try:
            while (before := self._length()) < self.size:
                self.report(before)
                try:
                    self._fetch_rest(before)
                except BrokenOffError:
                    if self._length() <= before or self.cancelled.wait(_SECONDS_BETWEEN_TRIES):
                        raise
        except OSError as error:  # the network's have become BrokenOffErrors
            raise DownloadError(
                f"{self.file} can't be written: {error.strerror}.",
                "See to the disk and its permissions, then go on: what has come is kept.",
            ) from error
        self.report(self.size)

    def _length(self) -> int:
        """Bytes that are there. A file that is too long is not the one that is wanted, and makes room for it."""
        length = self.file.stat().st_size if self.file.exists() else 0
        if length > self.size:
            self.file.unlink()
            return 0
        return length

    def _fetch_rest(self, start: int) -> None:
        answer = _open(self.url, start)
        if answer is None:
            self.file.unlink()  # the next try begins anew
            return
        with answer:
            self._write(answer, _start_of(answer, start, self.size))

    def _write(self, answer: HTTPResponse, start: int) -> None:
        # Unbuffered: what can't be written is known at once, and not when the file is closed.
        with self.file.open("r+b" if start else "wb", buffering=0) as part:
            part.seek(start)
            while start < self.size:
                if self.cancelled.is_set():
                    raise cancelled()
                with _network(self.url, start):
                    chunk = answer.read1(min(_CHUNK, self.size - start))
                if not chunk:
                    raise _broken_off(self.url, start, "the connection was closed")
                _write_whole(part, chunk)
                start += len(chunk)
                self.report(start)


def cancelled() -> DownloadError:
    """Somebody has asked to stop."""
    return DownloadError("The download was cancelled.", "What has come is kept for another time.")


def _open(url: str, start: int) -> HTTPResponse | None:
    """The server's answer; None where it has nothing from `start` on."""
    if not url.startswith(("http://", "https://")):
        raise DownloadError(f"{url} is not an http or https address.", "Correct PORTAL_OPENSLR_URL.")
    with _network(url, start):
        try:
            answer: HTTPResponse = urlopen(_request(url, start), timeout=SECONDS_TO_ANSWER)  # noqa: S310
        except HTTPError as error:
            if start and error.code == _RANGE_NOT_SATISFIABLE:
                return None
            raise DownloadError(
                f"{url} can't be fetched: the server answers {error.code} {error.reason}.", _ANOTHER_MIRROR
            ) from error
    return answer


def _request(url: str, start: int) -> Request:
    """Asks for the file from `start` on; with the name and password that the address may hold, which urllib ignores."""
    parts = urlsplit(url)
    user, _, host = parts.netloc.rpartition("@")
    request = Request(parts._replace(netloc=host).geturl())  # noqa: S310 - http, says who calls this
    if start:
        request.add_header("Range", f"bytes={start}-")
    if user:
        secret = b64encode(unquote(user).encode()).decode()
        # For that server alone, wherever it may send us on.
        request.add_unredirected_header("Authorization", f"Basic {secret}")
    return request


def _start_of(answer: HTTPResponse, asked: int, size: int) -> int:
    """Where in the file the answer begins: a server that knows no ranges sends the whole.

    Raises:
        DownloadError: it is another file, or another part of it than was `asked` for.
    """
    start = 0
    if answer.status == _PARTIAL:
        found = re.match(r"bytes (\d+)-", answer.headers.get("Content-Range", ""))
        start = int(found[1]) if found else -1
        if start != asked:
            raise DownloadError(f"{answer.url}: not the part that was asked for came.", _ANOTHER_MIRROR)
    if answer.length is not None and start + answer.length != size:
        raise DownloadError(
            f"{answer.url} is another file than expected: it has {start + answer.length} bytes, not {size}.",
            _ANOTHER_MIRROR,
        )
    return start


def _write_whole(file: FileIO, chunk: bytes) -> None:
    rest = memoryview(chunk)
    while rest:
        rest = rest[file.write(rest) :]


@contextmanager
def _network(url: str, there: int) -> Iterator[None]:
    """What goes wrong with the connection ends in a BrokenOffError; `there` is how many bytes have come."""
    try:
        yield
    except (HTTPException, OSError) as error:
        reason = str(getattr(error, "reason", error)) or type(error).__name__
        raise _broken_off(url, there, reason) from error


def _broken_off(url: str, there: int, reason: str) -> BrokenOffError:
    if not there:
        return BrokenOffError(
            f"{url} can't be fetched: {reason}.", "Check the network, or name a mirror in PORTAL_OPENSLR_URL."
        )
    return BrokenOffError(
        f"The download broke off after {there / 1e6:.0f} MB: {reason}.",
        "What has come is kept: try again, and it goes on from there.",
    )
