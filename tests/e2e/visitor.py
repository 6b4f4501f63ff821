"""A visitor without a browser: speaks Streamlit's own protocol, and says what a browser would say, or would not."""

import http.client
import itertools
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from email.message import Message
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

SECONDS = 60
COOKIE = "_streamlit_xsrf"
_BOUNDARY = "boundary"


class Answer(NamedTuple):
    """What the portal's server says to a request."""

    status: int
    headers: Message
    body: str


def ask(
    url: str, method: str, path: str, headers: dict[str, str], body: Any = None, *, chunked: bool = False
) -> Answer:
    """One request to the portal at `url`."""
    with closing(http.client.HTTPConnection(urlsplit(url).netloc, timeout=SECONDS)) as connection:
        # Who refuses a body answers before it has come, and closes the connection.
        with suppress(ConnectionError):
            connection.request(method, path, body, headers, encode_chunked=chunked)
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read().decode())


class Visitor:
    """One session of the portal at `url`, with its XSRF cookie."""

    def __init__(self, url: str, socket: ClientConnection) -> None:
        self._url = url
        self._socket = socket
        self._numbers = itertools.count()
        self.cookie = _cookie(url)

    @property
    def headers(self) -> dict[str, str]:
        """What a page of the portal itself sends with an upload."""
        return {"Cookie": f"{COOKIE}={self.cookie}", "X-Xsrftoken": self.cookie}

    def run(self, page: str = "") -> list[ForwardMsg]:
        """Opens a page; returns all that the portal sends until its script has ended."""
        message = BackMsg()
        message.rerun_script.page_name = page
        self._socket.send(message.SerializeToString())
        messages = self._until("script_finished")
        # A page may begin anew, as soon as more is known.
        while messages[-1].script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            messages += self._until("script_finished")
        return messages

    def upload(
        self, data: bytes, *, name: str = "a.wav", token: str | None = "", chunked: bool = False
    ) -> tuple[int, str]:
        """Uploads a file to where the portal wants it; `token` is in the XSRF header unless None, "" the right one.

        Returns the status and the body of the answer.
        """
        headers = self.headers | ({"X-Xsrftoken": token} if token else {})
        if token is None:
            del headers["X-Xsrftoken"]
        return self.put(self.place(name), data, headers, name=name, chunked=chunked)

    def place(self, name: str = "a.wav") -> str:
        """Where the portal wants a file to be uploaded to."""
        message = BackMsg()
        message.file_urls_request.request_id = str(next(self._numbers))
        message.file_urls_request.file_names.append(name)
        self._socket.send(message.SerializeToString())
        answer = self._until("file_urls_response")[-1].file_urls_response
        return str(answer.file_urls[0].upload_url)

    def put(
        self, path: str, data: bytes, headers: dict[str, str], *, name: str = "a.wav", chunked: bool = False
    ) -> tuple[int, str]:
        """Any upload."""
        head = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="f"; filename="{name}"\r\n\r\n'
        body = head.encode() + data + f"\r\n--{_BOUNDARY}--\r\n".encode()
        sent: Any = iter([body]) if chunked else body
        kind = {"Content-Type": f"multipart/form-data; boundary={_BOUNDARY}"}
        answer = ask(self._url, "PUT", path, headers | kind, sent, chunked=chunked)
        return answer.status, answer.body

    def _until(self, kind: str) -> list[ForwardMsg]:
        messages: list[ForwardMsg] = []
        while not messages or messages[-1].WhichOneof("type") != kind:
            received = self._socket.recv(SECONDS)
            assert isinstance(received, bytes)
            messages.append(ForwardMsg.FromString(received))
        return messages


@contextmanager
def visiting(url: str, origin: str | None = None) -> Iterator[Visitor]:
    """A session that a page of `origin` opens, its own by default."""
    address = f"{url.replace('http', 'ws', 1)}/_stcore/stream"
    with connect(
        address,
        origin=Origin(origin or url),
        max_size=None,
        proxy=None,
        open_timeout=SECONDS,
    ) as socket:
        yield Visitor(url, socket)


def _cookie(url: str) -> str:
    given = ask(url, "GET", "/_stcore/health", {}).headers.get_all("Set-Cookie", [])
    return dict(header.partition(";")[0].split("=", 1) for header in given)[COOKIE]
