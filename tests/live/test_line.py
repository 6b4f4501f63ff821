from components.audio import read_clip
from components.live.line import Line
from components.live.talk import Talk
from components.live.utterances import Asking
from tests.endpoint_client.hearing import Client, said
from tests.live.frames import frames
from tests.live.test_talk import ended
from tests.pages.driver import speech

HELLO = read_clip(speech("en/hello_world.wav"), "").samples


def speak(line: Line) -> None:
    for frame in frames(HELLO):
        line.push(frame)


def test_each_time_it_is_opened_there_is_a_new_talk() -> None:
    begun: list[Talk] = []
    line = Line(begun.append)
    line.ask(Asking(Client(said), {}, with_partials=False))
    assert (line.talk, line.is_open) == (None, False)
    for number in (1, 2):
        speak(line)
        assert line.is_open
        assert len(begun) == number
        line.hang_up()
        assert not line.is_open
    assert line.talk is begun[1]
    assert [ended(talk).transcript.text for talk in begun] == ["Piece 0.", "Piece 0."]


def test_what_is_asked_later_is_asked_of_the_talk_that_goes_on() -> None:
    line, first, second = Line(lambda _: None), Client(said), Client(said)
    line.ask(Asking(first, {}, with_partials=False))
    speak(line)
    line.ask(Asking(second, {}, with_partials=False))
    line.hang_up()
    assert line.talk
    ended(line.talk)
    assert (first.sent, second.sent) == ([], [0])


def test_before_there_is_an_endpoint_nothing_begins() -> None:
    line = Line(lambda _: None)
    speak(line)
    line.hang_up()
    assert line.talk is None


def test_after_a_break_of_the_line_there_is_a_new_talk() -> None:
    begun: list[Talk] = []
    line = Line(begun.append)
    line.ask(Asking(Client(said), {}, with_partials=False))
    speak(line)
    # As when nothing has come for some seconds.
    ended(begun[0])
    assert not line.is_open
    speak(line)
    assert line.is_open
    line.hang_up()
    assert [ended(talk).transcript.text for talk in begun] == ["Piece 0.", "Piece 0."]
