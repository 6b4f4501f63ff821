import io
import wave
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from components.evaluation.runs.records import RunStatus
from components.evaluation.runs.run_store import RunStore
from components.whisper.contract import SAMPLE_RATE
from tests.pages.conftest import Wire
from tests.pages.driver import Answer, endpoint, is_shown, run, set_number, shown, speech, wait_until, widget
from tests.pages.latency_driver import START, measure, metrics, open_latency, result, table


@pytest.fixture
def app(store: RunStore) -> AppTest:
    return open_latency()


def fill(app: AppTest, key: str, value: object) -> AppTest:
    widget(app, key).set_value(value)
    return run(app)


def obstacle(app: AppTest) -> str:
    assert app.button(key=START).disabled
    return shown(app, "actions").strip()


def wav(seconds: float) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(bytes(2 * int(seconds * SAMPLE_RATE)))
    return buffer.getvalue()


def upload(app: AppTest, name: str, data: bytes) -> AppTest:
    fill(app, "compare_latency_source", "Upload")
    app.file_uploader(key="compare_latency_upload").upload(name, data)
    return run(app)


def captions(app: AppTest) -> str:
    return " ".join(caption.value for caption in app.main.caption).replace("\\", "")


def test_a_run_is_made_shown_and_still_there_after_a_reload(app: AppTest, store: RunStore) -> None:
    upload(app, "fox.wav", speech("en/quick_brown_fox.wav"))
    fill(app, "compare_latency_requests", 2)
    fill(app, "compare_latency_warm_up", 1)
    fill(app, "compare_latency_concurrency", [2, 1])
    assert "7 requests in all, warm-up included." in captions(app)
    measure(app)
    (made,) = store.runs()
    assert (made.status, made.problem, store.count(made.id)) == (RunStatus.DONE, None, 7)
    assert made.conditions.concurrency == (1, 2)
    for view in (wait_until(app, lambda app: is_shown(app, f"compare_ecdf_{made.id}")), open_latency()):
        rows = table(view, f"compare_latency_figures_{made.id}")
        assert [(row["endpoint"], row["at_once"], row["requests"]) for row in rows] == [
            ("whisper-base", 1, 2),
            ("whisper-base", 2, 2),
        ]
        assert metrics(view, made, 0)["Mean"].endswith(" s")
        assert "this computer instead of ml.g5.2xlarge, so that the two are not comparable" in result(view)


def test_it_begins_with_what_the_published_figures_were_measured_with(app: AppTest) -> None:
    assert app.number_input(key="compare_latency_requests").value == 100
    assert app.number_input(key="compare_latency_warm_up").value == 3
    assert widget(app, "compare_latency_concurrency").value == [1]
    assert "english.flac" in captions(app)
    assert "103 requests in all" in captions(app)
    assert not app.button(key=START).disabled


def test_before_anything_was_measured_the_view_says_what_to_do(app: AppTest) -> None:
    assert "Nothing has been measured yet." in result(app)


def test_parameters_and_cuts_are_part_of_the_run(app: AppTest, store: RunStore, wire: Wire) -> None:
    wire.reply = [" Yes."]
    fill(app, "compare_latency_length", "5, 15 and 30 s of it")
    fill(app, "compare_latency_requests", 2)
    set_number(app, "num_beams", 2)
    assert "first 5 s" in captions(app)
    assert "15 requests in all" in captions(app)
    measure(app)
    (made,) = store.runs()
    assert [item.seconds for item in store.items(made.id)] == [5, 15, 30]
    assert made.conditions.parameters == {"num_beams": 2}
    assert wire.payload["num_beams"] == 2
    assert len(wire.requests) == 15


def test_an_uploaded_file_stays_while_another_source_is_looked_at(app: AppTest) -> None:
    upload(app, "mine.wav", wav(2))
    assert "mine.wav · 2.0 s" in captions(app)
    fill(app, "compare_latency_source", "Sample")
    assert "english.flac" in captions(app)
    fill(app, "compare_latency_source", "Upload")
    assert "mine.wav · 2.0 s" in captions(app)


def test_what_no_endpoint_hears_is_cut_off_and_said(app: AppTest) -> None:
    upload(app, "long.wav", wav(31))
    assert "long.wav, first 30 s · 30.0 s" in captions(app)


def test_a_file_that_is_no_audio_is_refused_by_name(app: AppTest) -> None:
    upload(app, "notes.txt", b"no audio")
    assert "notes.txt is not an audio file" in shown(app, "compare_latency_clip_error")
    assert obstacle(app) == "Choose a clip first."


@pytest.mark.parametrize(
    ("key", "value", "what"),
    [
        ("compare_latency_endpoints", [], "Choose an endpoint first."),
        ("compare_latency_source", "Upload", "Choose a clip first."),
        (
            "compare_latency_concurrency",
            [],
            "No number of requests at once is given: it takes at least one, such as 1.",
        ),
        ("compare_latency_requests", 10, "10 requests are too few for 32 at once."),
        ("task", "translate", "Change the parameters marked above first."),
    ],
)
def test_the_button_says_why_it_can_not_be_pressed(app: AppTest, key: str, value: object, what: str) -> None:
    fill(app, "compare_latency_concurrency", [1, 32])
    assert obstacle(fill(app, key, value)) == what


def test_an_endpoint_on_aws_is_billed_anyway(
    store: RunStore, aws: Callable[[Answer], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    aws([endpoint("g5", instance_type="ml.g5.2xlarge", instance_count=2)])
    app = wait_until(open_latency(), lambda app: len(widget(app, "compare_latency_endpoints").options) == 2)
    fill(app, "compare_latency_endpoints", ["eu-west-1/g5"])
    wait_until(app, lambda app: not app.button(key=START).disabled)
    assert "the run itself adds nothing" in captions(app)
    assert "g5: price not known" in captions(app)
