"""An accuracy run on the page: from the form to the figures, with the real endpoint behind it."""

from collections.abc import Callable
from threading import Event

import pytest
from streamlit.testing.v1 import AppTest

from components.core.errors import ModelFailedError
from components.deployment.endpoints import EndpointSummary
from components.endpoint_client import EndpointClient
from components.evaluation.run_jobs import RunJob
from components.evaluation.runs.records import RunKind, RunStatus
from components.evaluation.runs.run_store import RunStore
from components.whisper.models import find_model
from components.widgets.common.work import work_registry
from tests.pages.compare_driver import is_startable, start, wait_for_end
from tests.pages.conftest import Wire
from tests.pages.driver import NOW, Answer, open_compare, run, set_number, shown, wait_until, widget


@pytest.fixture
def page(store: RunStore) -> AppTest:
    """The view, with three utterances of the small set chosen."""
    app = open_compare("Accuracy")
    widget(app, "compare_dataset_part").set_value("First")
    run(app)
    widget(app, "compare_dataset_count").set_value(3)
    return wait_until(run(app), lambda app: is_startable(app, "accuracy"))


def test_the_small_set_on_the_endpoint_of_this_computer(page: AppTest, store: RunStore) -> None:
    assert widget(page, "compare_accuracy_endpoints").value == ["local/whisper-base"]
    app = wait_for_end(start(page, "accuracy"))
    (kept,) = store.runs()
    assert (kept.status, kept.kind, store.count(kept.id)) == (RunStatus.DONE, RunKind.ACCURACY, 3)
    assert app.query_params["run"] == kept.id
    (row,) = app.dataframe[0].value.to_dict("records")
    assert row["endpoint"] == "whisper-base"
    assert row["utterances"] == 3
    assert row["WER low"] <= row["WER %"] <= row["WER high"] < 60
    assert row["published"] == 5.08
    assert "Small set" in " ".join(caption.value for caption in app.caption)


def test_the_parameters_of_the_form_are_sent(page: AppTest, wire: Wire, store: RunStore) -> None:
    wire.reply = [" anything"]
    app = wait_for_end(start(set_number(page, "num_beams", 4), "accuracy"))
    assert wire.payload["num_beams"] == 4
    assert store.runs()[0].conditions.parameters == {"num_beams": 4}
    assert not app.exception


def test_a_run_shows_its_progress_to_every_session_and_can_be_cancelled(
    page: AppTest, store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, invoke, sent = Event(), EndpointClient._invoke, list[object]()

    def held(self: EndpointClient, *request: object) -> object:
        sent.append(request)
        # The first one warms the endpoint up, and is not kept.
        assert len(sent) == 1 or go_on.wait(60)
        return invoke(self, *request)  # type: ignore[arg-type]

    monkeypatch.setattr(EndpointClient, "_invoke", held)
    app = start(page, "accuracy")
    (job,) = work_registry().running(RunJob)
    wait_until(app, lambda _: len(sent) > 1)
    for session in (app, open_compare("Accuracy")):
        assert "Small set" in shown(session, "compare_under_way")
        assert not is_startable(session, "accuracy")
    app.button(key=f"compare_cancel_{job.run.id}").click()
    run(app)
    assert app.button(key=f"compare_cancel_{job.run.id}").disabled
    go_on.set()
    wait_for_end(app)
    assert store.runs()[0].status is RunStatus.CANCELLED
    # The one that was under way is kept.
    assert store.count(job.run.id) == 1
    assert "1 of 3 requests were measured" in " ".join(caption.value for caption in app.caption)


def test_failed_requests_are_listed_with_their_reason(page: AppTest, wire: Wire, store: RunStore) -> None:
    wire.error = ModelFailedError("The model ran out of memory.", "Take a larger instance.")
    app = wait_for_end(start(page, "accuracy"))
    assert any("nothing to score" in warning.value for warning in app.warning)
    failures = app.dataframe[-1].value
    assert list(failures["Error"]) == ["ModelFailedError"] * 3
    assert "out of memory" in failures["Message"][0]


def test_without_an_endpoint_or_with_wrong_parameters_the_button_says_why(page: AppTest) -> None:
    widget(page, "compare_accuracy_endpoints").set_value([])
    app = run(page)
    assert not is_startable(app, "accuracy")
    assert "Choose an endpoint first" in shown(app, "actions")
    widget(app, "compare_accuracy_endpoints").set_value(["local/whisper-base"])
    widget(run(app), "task").set_value("translate")
    app = run(app)
    assert not is_startable(app, "accuracy")
    assert "parameters" in shown(app, "actions")


def test_parameters_that_one_of_several_endpoints_refuses_are_no_run(
    store: RunStore, aws: Callable[[Answer], None]
) -> None:
    english = EndpointSummary("tiny", "InService", NOW, find_model("whisper-tiny.en"))
    aws([english])
    app = wait_until(
        open_compare("Accuracy"), lambda app: len(widget(app, "compare_accuracy_endpoints").options) == 2
    )
    widget(app, "compare_accuracy_endpoints").set_value(["local/whisper-base", "eu-west-1/tiny"])
    app = wait_until(run(app), lambda app: is_startable(app, "accuracy"))
    widget(app, "task").set_value("transcribe")
    widget(app, "language").set_value("english")
    app = run(app)
    assert not is_startable(app, "accuracy")
    assert shown(app, "actions").strip().startswith("tiny: ")
