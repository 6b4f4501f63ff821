"""Downloads a large file of known size by requests; what has come is kept, and the next try resumes there."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from threading import Event

import requests

from components.evaluation.datasets.files import DatasetError

SECONDS_TO_ANSWER = 30
"""For connecting, and for each chunk of the file."""

_CHUNK = 2**14
_SECONDS_BETWEEN_TRIES = 1.0
_ANOTHER_MIRROR = "Try again later, name another mirror in PORTAL_OPENSLR_URL, or unset it."


class DownloadError(DatasetError):
    """A download failed, or was cancelled."""


@dataclass(frozen=True)
class PartialDownload:
    """The download to `file` of what lies at an http or https URL and has `size` bytes.

    `report` receives the number of bytes that are there. The contents are for the caller to verify.
    """

    url: str
    file: Path
    size: int
    report: Callable[[int], None]
    cancelled: Event

    def carry_out(self) -> None:
        """Fetches what is missing. A broken connection is resumed as long as each one brings something.

        Raises:
            DownloadError: no connection, a refusal, another file than expected, or `cancelled`; what has come is kept
                unless it is worthless.
            OSError: it can't be written.
        """
        while (before := self._length()) < self.size:
            self.report(before)
            try:
                self._fetch_rest(before)
            except requests.RequestException as error:
                if self._length() <= before or self.cancelled.wait(_SECONDS_BETWEEN_TRIES):
                    raise self._broken_off(error) from error
        self.report(self.size)

    def _length(self) -> int:
        """Bytes that are there. A file that is too long is not the one that is wanted, and makes room for it."""
        length = self.file.stat().st_size if self.file.exists() else 0
        if length > self.size:
            self.file.unlink()
            return 0
        return length

    def _fetch_rest(self, start: int) -> None:
        # Compressed on its way, its length would say nothing.
        headers = {"Accept-Encoding": "identity", **({"Range": f"bytes={start}-"} if start else {})}
        try:
            response = requests.get(self.url, headers=headers, stream=True, timeout=SECONDS_TO_ANSWER)
        except (requests.exceptions.InvalidSchema, requests.exceptions.InvalidURL) as error:
            raise DownloadError(
                f"{self.url} is not an http or https address.", "Correct PORTAL_OPENSLR_URL."
            ) from error
        with response:
            if start and response.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                self.file.unlink()  # the next try starts over
                return
            self._write(response, self._start_of(response, start))

    def _start_of(self, response: requests.Response, wanted: int) -> int:
        """Where in the file the response begins: a server that knows no ranges sends the whole.

        Raises:
            DownloadError: a refusal, another file, or another part of it than was requested.
        """
        if not response.ok:
            status = f"{response.status_code} {response.reason}"
            raise DownloadError(f"{self.url} can't be fetched: the server answers {status}.", _ANOTHER_MIRROR)
        start = wanted if response.status_code == HTTPStatus.PARTIAL_CONTENT else 0
        if start and not response.headers.get("Content-Range", "").startswith(f"bytes {start}-"):
            raise DownloadError(f"{self.url}: the server sent another part than requested.", _ANOTHER_MIRROR)
        size = start + int(response.headers.get("Content-Length", self.size - start))
        if size != self.size:
            raise DownloadError(
                f"{self.url} is another file than expected: it has {size} bytes, not {self.size}.",
                _ANOTHER_MIRROR,
            )
        return start

    def _write(self, response: requests.Response, start: int) -> None:
        with self.file.open("ab" if start else "wb") as part:
            for chunk in response.iter_content(_CHUNK):
                start += part.write(chunk[: self.size - start])
                self.report(start)
                if self.cancelled.is_set():
                    raise cancelled()
        if start < self.size:
            raise requests.ConnectionError("the connection was closed")

    def _broken_off(self, error: BaseException) -> DownloadError:
        while error.__context__:
            # What requests and urllib3 make of it names their classes.
            error = error.__context__
        return DownloadError(
            f"{self.url} can't be fetched: {error}.",
            "Check the network, or name a mirror in PORTAL_OPENSLR_URL. What has come is kept: try again, and it "
            "resumes there.",
        )


def cancelled() -> DownloadError:
    """Somebody has cancelled it."""
    return DownloadError("The download was cancelled.", "What has come is kept for another time.")
