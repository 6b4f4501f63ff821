"""A browser's part in a Streamlit session, as far as a page needs it to run: the WebSocket and a first "rerun"."""

from collections.abc import Iterator
from contextlib import contextmanager

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets import Subprotocol
from websockets.sync.client import connect

SECONDS = 60


@contextmanager
def open_page(url: str) -> Iterator[None]:
    """Opens the front page; inside, its script has run and its session lives."""
    address = f"{url.replace('http', 'ws', 1)}/_stcore/stream"
    # The second of the protocols is where a browser sends its XSRF token.
    protocols = [Subprotocol("streamlit"), Subprotocol("none")]
    with connect(address, subprotocols=protocols, max_size=None, proxy=None) as browser:
        rerun = BackMsg()
        rerun.rerun_script.query_string = ""
        browser.send(rerun.SerializeToString())
        while not _has_finished(browser.recv(SECONDS)):
            pass
        yield


def _has_finished(received: str | bytes) -> bool:
    assert isinstance(received, bytes)
    message = ForwardMsg()
    message.ParseFromString(received)
    assert not message.delta.new_element.HasField("exception"), message
    assert message.script_finished != ForwardMsg.FINISHED_WITH_COMPILE_ERROR, message
    # A page may begin anew, as soon as more is known.
    is_end = message.WhichOneof("type") == "script_finished"
    return is_end and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
