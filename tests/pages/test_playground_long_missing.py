"""What of a long recording is missing or doubtful, and another try at it."""

import re
from threading import Event

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from components.audio.decoding import Clip, read_clip
from components.core.errors import RequestRejectedError
from components.endpoint_client import EndpointClient
from components.widgets.playground.long_audio import recording_view
from tests.pages.conftest import Wire
from tests.pages.driver import (
    everything,
    is_shown,
    press_transcribe,
    run,
    shown,
    upload,
    wait_until,
)
from tests.pages.long_driver import finished, metrics, press


def test_it_shows_what_it_has_and_can_be_cancelled_and_taken_up_again(
    ready: AppTest, held: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Of several chunks under way at once all would be answered.
    monkeypatch.setattr(recording_view, "usual_at_once", lambda _: 1)
    app = wait_until(press_transcribe(run(ready)), lambda app: "fox" in shown(app, "long_progress"))
    press(app, "long_cancel")
    assert app.button(key="long_cancel").disabled
    held.set()
    app = finished(app)
    missing = re.search(
        r"Nothing from 0:(\d\d) to the end at 0:34. It was cancelled.", shown(app, "long_missing")
    )
    assert missing
    assert 5 <= int(missing[1]) < 30
    assert metrics(app)["Audio length"] == "0:34"
    assert 1 <= shown(app, "long_segments").count("fox") < 4
    app = finished(press(app, "long_again"))
    assert shown(app, "long_segments").count("fox") == 4
    assert not is_shown(app, "long_missing")


def test_a_part_that_failed_is_a_gap_and_is_tried_again_alone(
    ready: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoke, sent, broken = EndpointClient._invoke, list[object](), [True]

    def failing(self: EndpointClient, *request: object) -> object:
        sent.append(request)
        if len(sent) == 2 and broken:
            raise RequestRejectedError("The container *refused* it.", "Change it.")
        return invoke(self, *request)  # type: ignore[arg-type]

    monkeypatch.setattr(EndpointClient, "_invoke", failing)
    app = finished(press_transcribe(ready))
    assert "1 part could not be transcribed." in shown(app, "long_missing")
    assert "The container *refused* it. Change it." in shown(app, "long_segments")
    broken.clear()
    sent.clear()
    app = finished(press(app, "long_again"))
    assert len(sent) == 1
    assert shown(app, "long_segments").count("fox") == 4


def test_what_may_be_made_up_is_marked(ready: AppTest, wire: Wire) -> None:
    wire.reply = [" again and again and again and again and again"]
    app = finished(press_transcribe(ready))
    assert "Perhaps made up:" in shown(app, "long_segments")
    assert "times in a row or more" in shown(app, "long_segments")


def test_what_repeats_itself_can_be_tried_again_with_parameters_against_it(
    ready: AppTest, wire: Wire
) -> None:
    wire.reply = [" again and again and again and again and again"]
    app = finished(press_transcribe(ready))
    assert "Some of the text repeats itself" in shown(app, "long_missing")
    wire.reply = [" Cured."]
    wire.requests.clear()
    app = finished(press(app, "long_loops"))
    assert len(wire.requests) == 4
    assert wire.payload["no_repeat_ngram_size"] == 3
    assert shown(app, "long_segments").count("Cured.") == 4
    assert "no parameters set; 4 parts with no_repeat_ngram_size 3" in everything(app).replace("\\", "")
    assert not is_shown(app, "long_missing")


def test_what_repeats_itself_all_the_same_says_so_and_is_not_offered_again(
    ready: AppTest, wire: Wire
) -> None:
    wire.reply = [" again and again and again and again and again"]
    app = finished(press(finished(press_transcribe(ready)), "long_loops"))
    assert "another try with no_repeat_ngram_size 3 repeats itself as well" in shown(app, "long_segments")
    assert not is_shown(app, "long_missing")


def test_a_file_that_ends_early_is_told(playground: AppTest, talk: bytes) -> None:
    long = read_clip(talk, "").samples
    wav = Clip(np.concatenate((long, long)), "", "").wav()
    app = finished(press_transcribe(upload(playground, "half.wav", wav[: len(wav) // 2 + 20_000])))
    told = "The file ends at 0:34, but its header promises 1:08. It was cut off, or is damaged"
    assert told in shown(app, "long_missing")
    assert not is_shown(app, "long_again")


def test_where_nobody_speaks_the_page_says_so(playground: AppTest) -> None:
    silence = Clip(np.zeros(31 * 16_000, np.int16), "", "").wav()
    app = finished(press_transcribe(upload(playground, "silence.wav", silence)))
    assert any("Nobody speaks" in info.value for info in app.info)
