import ast
import json
from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.core.background_work import Task
from components.core.errors import RequestRejectedError
from components.core.settings import Settings
from components.targets.embedded_process import EmbeddedEndpoint
from components.targets.target import Target, this_computer
from components.widgets.endpoints import known_targets
from tests.pages.conftest import Wire
from tests.pages.driver import (
    choose,
    choose_sample,
    elements,
    error,
    is_shown,
    open_playground,
    press_transcribe,
    run,
    set_number,
    speech,
    transcript,
    upload,
    wait_in_service,
    widget,
)

MARKUP = " *Not* <b>bold</b> :red[at] $all$ [x](http://y)"


@pytest.fixture
def ready(playground: AppTest, wire: Wire) -> AppTest:
    """The playground with a clip of 1.1 s, before an endpoint that says yes."""
    wire.reply = [" Yes."]
    return upload(playground, "hello.wav", speech("en/hello_world.wav"))


def metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.container(key="metrics").metric}


def code(app: AppTest) -> tuple[str, str]:
    python, command = app.expander(key="request").code
    return python.value, command.value


def is_older(app: AppTest) -> bool:
    return any("older" in badge.value for badge in app.container(key="transcript_heading").markdown)


def test_numbers_stand_beside_the_transcript(ready: AppTest) -> None:
    press_transcribe(ready)
    shown = metrics(ready)
    assert shown["Audio length"] == "1.1 s"
    assert float(shown["Request time"].removesuffix(" s")) >= 0
    assert set(shown) == {"Request time", "Audio length", "Real-time factor", "Words a minute"}
    # One word in 1.144 s.
    assert shown["Words a minute"] == "52"


def test_all_sequences_come_in_their_order(ready: AppTest, wire: Wire) -> None:
    wire.reply = [" First.", " Second.", " Third."]
    press_transcribe(ready)
    assert transcript(ready) == "First."
    others = ready.container(key="alternatives")
    assert [block.value for block in others.code] == ["Second.", "Third."]
    assert ["2" in badge.value or "3" in badge.value for badge in others.markdown] == [True, True]


def test_a_transcript_is_never_taken_as_markup(ready: AppTest, wire: Wire) -> None:
    wire.reply = [MARKUP, MARKUP]
    press_transcribe(ready)
    assert transcript(ready) == MARKUP.strip()
    assert ready.container(key="alternatives").code[0].value == MARKUP.strip()
    texts = [element.value for element in elements(ready, "markdown", "caption", "html")]
    assert not any("bold" in text for text in texts)


def test_an_empty_transcript_says_so(ready: AppTest, wire: Wire) -> None:
    wire.reply = [" "]
    press_transcribe(ready)
    assert "no words" in ready.container(key="transcript").info[0].value


def test_the_reply_is_shown_as_it_came(ready: AppTest, wire: Wire) -> None:
    press_transcribe(ready)
    reply = ready.expander(key="reply")
    assert json.loads(reply.code[0].value) == {"text": wire.reply}
    assert "id\\-1" in reply.caption[0].value


def test_downloads_are_offered(ready: AppTest) -> None:
    press_transcribe(ready)
    labels = [button.label for button in elements(ready.container(key="downloads"), "download_button")]
    assert labels == ["Text", "JSON", "WAV as sent"]


def test_the_code_is_that_of_the_request(ready: AppTest, portal: Target) -> None:
    set_number(ready, "num_beams", 3)
    press_transcribe(ready)
    python, command = code(ready)
    ast.parse(python)
    for shown in (python, command):
        assert '"num_beams": 3' in shown
        assert "hello.wav" in shown
        assert portal.endpoint_url
        assert portal.endpoint_url in shown


def test_a_transcript_stays_and_is_marked_when_settings_change(ready: AppTest) -> None:
    press_transcribe(ready)
    assert not is_older(ready)
    set_number(ready, "num_beams", 3)
    assert transcript(ready) == "Yes."
    assert is_older(ready)
    ready.toggle(key="set_num_beams").set_value(False)
    assert not is_older(run(ready))
    choose_sample(ready)
    assert is_older(ready)


def test_a_failed_request_is_explained_and_loses_nothing(ready: AppTest, wire: Wire) -> None:
    set_number(ready, "num_beams", 3)
    press_transcribe(ready)
    wire.error = RequestRejectedError(f"whisper-base said no:{MARKUP}.", "Change the audio.", "id-2")
    press_transcribe(ready)
    assert error(ready) == f"whisper-base said no:{MARKUP}. Change the audio."
    assert ready.container(key="error").code[0].value == "id-2"
    assert ready.slider(key="num_beams").value == 3
    assert is_shown(ready, "clip")
    assert transcript(ready) == "Yes."
    assert '"num_beams": 3' in code(ready)[0]
    wire.error = None
    press_transcribe(ready)
    assert not is_shown(ready, "error")
    assert len(wire.requests) == 3


def test_an_error_goes_when_something_else_would_be_asked(ready: AppTest, wire: Wire) -> None:
    wire.error = RequestRejectedError("No.", "Change the audio.")
    press_transcribe(ready)
    set_number(ready, "num_beams", 3)
    assert not is_shown(ready, "error")


def test_markup_in_an_error_is_shown_as_text(ready: AppTest, wire: Wire) -> None:
    wire.error = RequestRejectedError("a_b *c*", "<b>d</b>")
    press_transcribe(ready)
    box = ready.container(key="error").error[0]
    assert box.proto.title == r"a\_b \*c\*"
    assert box.value == r"\<b\>d\<\/b\>"


def test_an_endpoint_that_was_deleted_is_named(portal: Target) -> None:
    sagemaker = portal.sagemaker()
    config = sagemaker.describe_endpoint(EndpointName="whisper-base")["EndpointConfigName"]
    sagemaker.create_endpoint(EndpointName="short-lived", EndpointConfigName=config)
    wait_in_service(portal, "short-lived")
    app = choose_sample(open_playground(endpoint="short-lived"))
    assert not app.button(key="transcribe").disabled
    sagemaker.delete_endpoint(EndpointName="short-lived")
    press_transcribe(app)
    assert "short-lived" in error(app)
    assert is_shown(app, "clip")


@pytest.fixture
def mortal(monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddedEndpoint]:
    """Another embedded endpoint in the place of the portal's, that a test may stop."""
    endpoint = EmbeddedEndpoint(Settings(embedded_port=0))
    endpoint.start()
    monkeypatch.setattr(known_targets, "_embedded", lambda: (endpoint, Task("a start", lambda: None)))
    wait_in_service(this_computer(endpoint.url), "whisper-base")
    yield endpoint
    endpoint.stop()
    known_targets.endpoints_of.clear()


@pytest.mark.usefixtures("portal")
def test_an_endpoint_that_dies_is_reported_and_loses_nothing(mortal: EmbeddedEndpoint) -> None:
    app = choose_sample(open_playground())
    choose(app, "early_stopping", "true")
    mortal.stop()
    press_transcribe(app)
    assert "can't be reached" in error(app)
    assert is_shown(app, "clip")
    assert widget(app, "early_stopping").value == "true"
    assert "being started" in waiting(run(app))
    assert app.button(key="transcribe").disabled


def waiting(app: Any) -> str:
    return " ".join(text.value for text in app.container(key="starting").markdown)
