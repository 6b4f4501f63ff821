"""A browser's part in a Streamlit session, as far as a page needs it to run."""

from collections.abc import Iterator
from contextlib import contextmanager

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.e2e.visitor import visiting


@contextmanager
def open_page(url: str, page: str = "") -> Iterator[None]:
    """Opens a page, the front page by default; inside, its script has run and its session lives."""
    with visiting(url) as visitor:
        messages = visitor.run(page)
        assert messages[-1].script_finished == ForwardMsg.FINISHED_SUCCESSFULLY, messages[-1]
        faults = [message for message in messages if _tells_a_failure(message)]
        assert not faults, faults
        yield


def _tells_a_failure(message: ForwardMsg) -> bool:
    element = message.delta.new_element
    return element.HasField("exception") or element.alert.title.startswith("Something went wrong")
