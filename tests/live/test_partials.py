"""Partial texts: shown while somebody speaks, and replaced by the text of the utterance."""

from components.live.sender import Sender
from components.live.utterances import TranscribeSettings
from tests.endpoint_client.hearing import Client, said
from tests.live.live_sessions import FOX, HELLO, PAUSE, ended, speak, started, until


def test_a_partial_text_is_shown_while_somebody_speaks_and_committed_text_never_changes() -> None:
    client = Client(said)
    found = started(client, FOX[:-4000], with_partials=True)
    until(lambda: found.result.partial)
    assert (found.result.partial, found.transcript.text) == ("Chunk 0.", "")
    speak(found, FOX[-4000:], PAUSE)
    until(lambda: found.transcript.text)
    before = found.transcript.text
    assert found.result.partial == ""
    speak(found, HELLO, PAUSE)
    until(lambda: len(found.transcript.chunks) == 2)
    assert found.transcript.text.startswith(before)
    ended(found)


def test_a_partial_text_at_the_beginning_of_a_pause_is_committed_if_the_pause_goes_on() -> None:
    client = Client(said)
    spoken = FOX[: FOX.nonzero()[0][-1]]
    found = started(client, spoken, PAUSE[:1_600], with_partials=True)
    until(lambda: is_whole_partial(found._sender))
    sent = len(client.sent)
    assert found.transcript.text == ""
    speak(found, PAUSE)
    until(lambda: found.transcript.text)
    assert len(client.sent) == sent
    ended(found)


def is_whole_partial(sender: Sender) -> bool:
    """Whether the last partial text is that of all speech before the pause."""
    chunk, is_pausing = sender._unfinished
    return chunk is not None and is_pausing and sender._reusable(chunk) is not None


def test_without_partials_there_is_one_request_an_utterance() -> None:
    client = Client(said)
    ended(started(client, FOX, PAUSE, HELLO, PAUSE))
    assert client.sent == [0, 1]


def test_a_partial_text_is_removed_when_partials_are_switched_off() -> None:
    client = Client(said)
    found = started(client, FOX[:-4000], with_partials=True)
    until(lambda: found.result.partial)
    found.configure(TranscribeSettings(client, {}, with_partials=False))
    until(lambda: not found.result.partial)
    ended(found)
