"""Several files at once on the playground."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.core.errors import RequestRejectedError
from components.endpoint_client import EndpointClient
from components.widgets.playground.shown_work import find
from tests.pages.conftest import Wire
from tests.pages.driver import choose_source, is_shown, open_playground, press_transcribe, run, shown, speech

FILES = {
    "hello.wav": speech("en/hello_world.wav"),
    "notes.wav": b"these are notes",
    "fox.wav": speech("en/quick_brown_fox.wav"),
}


@pytest.fixture
def ready(playground: AppTest) -> AppTest:
    choose_source(playground, "Several files")
    uploader = playground.file_uploader(key="several")
    for name, data in FILES.items():
        uploader.upload(name, data)
    return run(playground)


def finished(app: AppTest) -> AppTest:
    batch = find(app.query_params["job"])
    assert batch
    batch.wait()
    return run(app)


def statuses(app: AppTest) -> list[str]:
    return list(app.dataframe[0].value["status"])


def test_what_can_be_sent_is_counted_and_the_rest_named(ready: AppTest) -> None:
    assert "2 of 3 files" in shown(ready, "clip")
    assert shown(ready, "clip").count("notes.wav") == 1
    assert not ready.button(key="transcribe").disabled


def test_each_has_its_result_and_a_bad_one_spoils_nothing(ready: AppTest) -> None:
    app = finished(press_transcribe(ready))
    rows = {row["file"]: row for row in app.dataframe[0].value.to_dict("records")}
    assert [row["status"] for row in rows.values()] == ["done", "failed", "done"]
    assert [rows[name]["words"] for name in ("hello.wav", "fox.wav")] == [2, 9]
    assert "notes.wav: failed. notes.wav is not an audio file" in shown(app, "batch_missing")
    assert "Hello" in shown(app, "long_segments")
    app.selectbox(key="batch_shown").set_value(1)
    assert "fox" in shown(run(app), "long_segments")
    buttons: list[Any] = list(app.get("download_button"))
    assert buttons[0].label == "All as zip"


def test_a_reload_finds_them_again(ready: AppTest) -> None:
    app = finished(press_transcribe(ready))
    assert "Hello" in shown(open_playground(job=app.query_params["job"]), "long_segments")


def test_what_is_missing_is_tried_again_for_all_files_at_once(
    ready: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoke, sent = EndpointClient._invoke, list[object]()

    def failing_once(self: EndpointClient, *request: object) -> object:
        sent.append(request)
        if len(sent) == 1:
            raise RequestRejectedError("The container refused it.", "Change it.")
        return invoke(self, *request)  # type: ignore[arg-type]

    monkeypatch.setattr(EndpointClient, "_invoke", failing_once)
    app = finished(press_transcribe(ready))
    assert statuses(app) == ["in part", "failed", "done"]
    assert "hello.wav: in part. The container refused it. Change it." in shown(app, "batch_missing")
    app.button(key="long_again").click()
    app = finished(run(app))
    assert statuses(app) == ["done", "failed", "done"]
    assert len(sent) == 3
    assert not any(button.key == "long_again" for button in app.button)


def test_what_repeats_itself_is_tried_again_for_all_files_at_once(ready: AppTest, wire: Wire) -> None:
    wire.reply = [" again and again and again and again and again"]
    app = finished(press_transcribe(ready))
    wire.reply = [" Cured."]
    wire.requests.clear()
    app.button(key="long_loops").click()
    app = finished(run(app))
    assert statuses(app) == ["done", "failed", "done"]
    assert len(wire.requests) == 2
    assert "Cured." in shown(app, "long_segments")
    assert not any(button.key == "long_loops" for button in app.button)


def test_a_quotation_mark_in_a_files_name_stands_as_it_is(playground: AppTest) -> None:
    choose_source(playground, "Several files")
    playground.file_uploader(key="several").upload("a %22b%22.wav", b"these are notes")
    assert 'a "b".wav is not an audio file' in shown(run(playground), "clip")


def test_where_nothing_was_heard_the_page_says_so(ready: AppTest, wire: Wire) -> None:
    wire.reply = [" "]
    app = finished(press_transcribe(ready))
    assert any("Nothing was heard" in info.value for info in app.info)


def test_files_of_which_none_is_audio_can_not_be_sent(playground: AppTest) -> None:
    choose_source(playground, "Several files")
    playground.file_uploader(key="several").upload("notes.wav", b"these are notes")
    app = run(playground)
    assert app.button(key="transcribe").disabled
    assert "None of these files can be sent." in shown(app, "actions")


def test_cleared_files_are_gone(ready: AppTest) -> None:
    ready.file_uploader(key="several").clear()
    assert not is_shown(run(ready), "clip")
