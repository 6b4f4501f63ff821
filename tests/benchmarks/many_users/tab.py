"""A browser's tab without the browser: Streamlit's own protocol over a WebSocket, and what stands on the page."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.cookies import SimpleCookie
from typing import Any
from urllib.request import Request, urlopen
from uuid import uuid4

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

_XSRF = "_streamlit_xsrf"
_SECONDS = 200.0
"""Patience for anything to come: on a busy computer, with many others, it takes long."""
_Watch = Callable[[bytes, ForwardMsg], object]


class PageError(Exception):
    """The page is not what it should be."""


class Tab:
    """One visitor's tab on one page. `watch` sees every message that comes, raw and parsed.

    As in a browser, elements lie at the paths where the last run put them, and fragments that renew themselves are
    run by the tab.
    """

    def __init__(self, watch: _Watch) -> None:
        self._watch = watch
        self._url = self._page = self._query = self._token = self._session = self._hash = ""
        self._connection = ExitStack()
        self._socket: ClientConnection
        self._elements: dict[tuple[int, ...], Element] = {}
        self._touched: set[tuple[int, ...]] = set()
        self._states: dict[str, dict[str, Any]] = {}
        self._timers: dict[str, tuple[float, float]] = {}
        self._is_running = True
        self._uploads: ForwardMsg | None = None

    def open(self, url: str, page: str, query: str = "") -> None:
        """Opens a page of the portal."""
        self._url, self._page, self._query = url, page, query
        with urlopen(f"{url}/_stcore/health", timeout=_SECONDS) as answer:  # noqa: S310 - the portal, by http
            self._token = SimpleCookie(answer.headers["Set-Cookie"])[_XSRF].value
        connection = connect(
            f"{url.replace('http', 'ws', 1)}/_stcore/stream",
            origin=Origin(url),
            subprotocols=[Subprotocol("streamlit"), Subprotocol(self._token)],
            additional_headers={"Cookie": f"{_XSRF}={self._token}"},
            max_size=None,
            open_timeout=_SECONDS,
            # A browser sends no pings of its own.
            ping_interval=None,
        )
        self._socket = self._connection.enter_context(connection)
        self.run()

    def close(self) -> None:
        """As a tab is closed, whatever goes on in it."""
        self._connection.close()

    def elements(self, kind: str) -> Iterator[Any]:
        """What stands on the page of that kind, such as "button"."""
        for element in list(self._elements.values()):
            if element.WhichOneof("type") == kind:
                yield getattr(element, kind)

    @property
    def is_settled(self) -> bool:
        """Whether nothing on the page renews itself. What is uploaded while it does may be lost to Streamlit."""
        return not self._timers

    def widget(self, kind: str, key: str) -> Any:
        """The widget with that key.

        Raises:
            PageError: it is not there.
        """
        for found in self.elements(kind):
            if found.id.endswith(f"-{key}"):
                return found
        raise PageError(f"There is no {kind} {key}.")

    def has(self, kind: str, key: str) -> bool:
        """Whether that widget stands on the page."""
        return any(found.id.endswith(f"-{key}") for found in self.elements(kind))

    def run(self, **trigger: bool) -> None:
        """Has the page run with all that was set; `trigger` are the ids of the buttons that are pressed."""
        message = self._order()
        for widget_id in trigger:
            message.rerun_script.widget_states.widgets.add(id=widget_id, trigger_value=True)
        self._is_running = True
        self._socket.send(message.SerializeToString())

    def can_press(self, key: str) -> bool:
        """Whether that button is there to be pressed."""
        return self.has("button", key) and not self.widget("button", key).disabled

    def choose(self, kind: str, key: str, **state: Any) -> None:
        """Gives a widget a state, in the words of Streamlit's protocol; the next run of the page knows it."""
        self._states[self.widget(kind, key).id] = state

    def press(self, key: str) -> None:
        """Presses a button."""
        self.run(**{self.widget("button", key).id: True})

    def upload(self, key: str, name: str, content: bytes) -> None:
        """Chooses a file for an uploader: asks where to, sends it there, and has the page run."""
        self._uploads = None
        message = BackMsg()
        message.file_urls_request.request_id = uuid4().hex
        message.file_urls_request.file_names.append(name)
        message.file_urls_request.session_id = self._session
        self._socket.send(message.SerializeToString())
        self.wait(lambda: self._uploads is not None, idle=False)
        assert self._uploads
        (urls,) = self._uploads.file_urls_response.file_urls
        self._put(urls.upload_url, name, content)
        info = {"name": name, "size": len(content), "file_id": urls.file_id, "file_urls": urls}
        self.choose("file_uploader", key, file_uploader_state_value={"uploaded_file_info": [info]})
        self.run()

    def wait(self, until: Callable[[], bool], seconds: float = _SECONDS, *, idle: bool = True) -> None:
        """Takes messages until that is so; with `idle` only between two runs is looked.

        Raises:
            PageError: it takes longer.
            ConnectionClosed: the portal has closed the connection.
        """
        end = time.monotonic() + seconds
        while (idle and self._is_running) or not until():
            if time.monotonic() > end:
                raise PageError(f"Nothing has come of it within {seconds:.0f} s: {self._state()}.")
            self._renew()
            try:
                data = self._socket.recv(timeout=0.2)
            except TimeoutError:
                continue
            assert isinstance(data, bytes)
            message = ForwardMsg.FromString(data)
            self._watch(data, message)
            self._take(message)

    def _state(self) -> str:
        ids = self._ids() - {""}
        return f"running: {self._is_running}, set: {list(self._states)}, renewed: {list(self._timers)}, there: {ids}"

    def _order(self) -> BackMsg:
        """To run the page as it was set."""
        message = BackMsg()
        message.rerun_script.query_string = self._query
        # Only who has just come asks for the page by its name.
        message.rerun_script.page_name = "" if self._hash else self._page
        message.rerun_script.page_script_hash = self._hash
        for widget_id, value in self._states.items():
            message.rerun_script.widget_states.widgets.add(id=widget_id, **value)
        return message

    def _put(self, path: str, name: str, content: bytes) -> None:
        edge = uuid4().hex
        head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = head.encode() + content + f"\r\n--{edge}--\r\n".encode()
        headers = {
            "Content-Type": f"multipart/form-data; boundary={edge}",
            "Cookie": f"{_XSRF}={self._token}",
            "X-Xsrftoken": self._token,
        }
        request = Request(f"{self._url}{path}", body, headers, method="PUT")  # noqa: S310 - the portal
        with urlopen(request, timeout=_SECONDS):  # noqa: S310 - likewise
            pass

    def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._session = message.new_session.initialize.session_id
            if not message.metadata.run.fragment_ids:
                self._touched = set()
                self._timers = {}
                self._is_running = True
        elif kind == "navigation":
            self._hash = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self._query = message.page_info_changed.query_string
        elif kind == "delta":
            self._draw(tuple(message.metadata.delta_path), message)
        elif kind == "script_finished":
            self._finish(message.script_finished)
        elif kind == "file_urls_response":
            self._uploads = message
        elif kind == "auto_rerun":
            every = message.auto_rerun.interval
            self._timers[message.auto_rerun.fragment_id] = (every, time.monotonic() + every)

    def _draw(self, path: tuple[int, ...], message: ForwardMsg) -> None:
        self._touched.add(path)
        self._elements.pop(path, None)
        if message.delta.WhichOneof("type") == "new_element":
            self._elements[path] = message.delta.new_element

    def _finish(self, status: int) -> None:
        if status == ForwardMsg.FINISHED_SUCCESSFULLY:
            self._elements = {path: found for path, found in self._elements.items() if path in self._touched}
            self._states = {i: state for i, state in self._states.items() if i in self._ids()}
        # A fragment is none of the runs that somebody waits for. Where one ended early, another run follows at once: if
        # it is of the whole page, its beginning says so.
        if status not in (ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY, ForwardMsg.FINISHED_EARLY_FOR_RERUN):
            self._is_running = False

    def _ids(self) -> set[str]:
        found = (
            getattr(element, element.WhichOneof("type") or "", None) for element in self._elements.values()
        )
        return {getattr(widget, "id", "") for widget in found}

    def _renew(self) -> None:
        """Runs the fragments whose time has come."""
        for fragment, (every, due) in list(self._timers.items()):
            if not self._is_running and time.monotonic() > due:
                self._timers[fragment] = (every, time.monotonic() + every)
                message = self._order()
                message.rerun_script.fragment_id = fragment
                message.rerun_script.is_auto_rerun = True
                self._socket.send(message.SerializeToString())
