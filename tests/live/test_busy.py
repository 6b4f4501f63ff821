"""A live session whose endpoint works on the requests of others."""

from collections.abc import Iterator
from threading import Event, Thread

import pytest

from components.audio.decoding import Clip
from components.endpoint_client import EndpointClient
from components.endpoint_client.request_queue import OnQueuePosition, RequestQueue, Ticket
from components.live.session import LiveSession
from components.live.utterances import TranscribeSettings
from components.targets.target import this_computer
from components.transcript.result import Transcript
from components.whisper.contract import Request
from components.whisper.parameters import Parameters
from tests.live.live_sessions import FOX, PAUSE, ended, speak, until


class Queued(EndpointClient):
    """Waits for its turn and answers the same to all. `queued` and `sent` are seconds of clips."""

    def __init__(self, queue: RequestQueue) -> None:
        super().__init__(this_computer("http://127.0.0.1:1"), "whisper-base", queue=queue)
        self.queued: list[float] = []
        self.sent: list[float] = []

    def transcribe(
        self,
        clip: Clip,
        parameters: Parameters | None = None,
        on_queue_position: OnQueuePosition | None = None,
    ) -> Transcript:
        self.queued.append(clip.seconds)
        return super().transcribe(clip, parameters, on_queue_position)

    def _send(self, _request: Request, clip: Clip, parameters: Parameters) -> Transcript:
        self.sent.append(clip.seconds)
        return Transcript((" Words.",), clip.name, clip.seconds, 0.5, "whisper-base", parameters, b"")


@pytest.fixture
def queue() -> RequestQueue:
    return RequestQueue(at_once=1)


@pytest.fixture
def answered(queue: RequestQueue) -> Iterator[Event]:
    """Somebody else's request is under way until this is set."""
    event = Event()
    other = Thread(target=queue.send, args=(Ticket(), event.wait), daemon=True)
    other.start()
    yield event
    event.set()
    other.join()


def test_a_partial_request_leaves_its_queue_position_to_the_utterance(
    queue: RequestQueue, answered: Event
) -> None:
    client, later = Queued(queue), Ticket()
    found = LiveSession(TranscribeSettings(client, {}, with_partials=True))
    speak(found, FOX[:-4000])
    until(lambda: found.queue_position == 1)
    behind = Thread(target=queue.send, args=(later, lambda: None), daemon=True)
    behind.start()
    until(lambda: queue.position(later) == 2)
    speak(found, FOX[-4000:], PAUSE)
    until(lambda: len(client.queued) == 2 and found.queue_position)
    assert (found.queue_position, queue.position(later)) == (1, 2)
    answered.set()
    assert ended(found).transcript.text == "Words."
    assert client.sent == client.queued[1:]
    assert found.queue_position is None
    behind.join()


def test_the_queue_position_is_known_after_a_rerun_of_the_page_too(
    queue: RequestQueue, answered: Event
) -> None:
    found = LiveSession(TranscribeSettings(Queued(queue), {}, with_partials=False))
    speak(found, FOX, PAUSE)
    until(lambda: found.queue_position == 1)
    found.configure(TranscribeSettings(Queued(queue), {}, with_partials=False))
    assert found.queue_position == 1
    answered.set()
    assert ended(found).transcript.text == "Words."
