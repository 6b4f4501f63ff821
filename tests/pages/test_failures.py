"""What nobody foresaw: the page shows one sentence and an id, and the log has the rest under that id."""

from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError
from streamlit.testing.v1 import AppTest

from components.core import logs
from components.targets.target import Target
from components.widgets.about import about_view
from tests.pages.driver import (
    SECONDS,
    choose_sample,
    error,
    failures,
    is_shown,
    press_transcribe,
)
from tests.paths import ROOT

REASON = "the reason, which is for the log alone"


def open_about() -> AppTest:
    return (
        AppTest.from_file(str(ROOT / "app.py"), default_timeout=SECONDS).switch_page("pages/about.py").run()
    )


def request_ids(app: AppTest) -> list[str]:
    """Those that stand below errors; nothing else on these pages that is no transcript has this form."""
    return [block.value for block in app.code if len(block.value) == 36]


@pytest.mark.usefixtures("portal")
def test_a_failure_is_one_sentence_and_the_id_under_which_the_log_tells_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: object) -> None:
        raise RuntimeError(REASON)

    monkeypatch.setattr(about_view, "portal_versions", fail)
    caplog.handler.addFilter(logs._add_id)
    app = open_about()
    assert failures(app) == ["Something went wrong in the portal."]
    assert not app.exception
    (shown,) = request_ids(app)
    (logged,) = [record for record in caplog.records if record.exc_info]
    assert vars(logged)["request_id"] == shown
    assert logged.exc_info
    assert REASON in str(logged.exc_info[1])
    assert REASON not in str([element.value for element in [*app.error, *app.markdown, *app.caption]])


def test_a_wrong_setting_is_told_in_its_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_LOG_LEVEL", "loud")
    app = open_about()
    assert error(app, "settings_error").startswith(
        "A setting is wrong: PORTAL_LOG_LEVEL: Input should be 'DEBUG'"
    )
    assert not is_shown(app, "about_health")


def test_a_request_without_an_answer_shows_the_id_that_was_sent(
    playground: AppTest, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sent: list[str] = []

    class Nobody:
        def invoke_endpoint(self, **given: Any) -> None:
            sent.append(given["InferenceId"])
            raise ConnectTimeoutError(endpoint_url="http://127.0.0.1:1")

    choose_sample(playground)
    monkeypatch.setattr(Target, "runtime", lambda _: Nobody())
    press_transcribe(playground)
    assert "can't be reached" in error(playground)
    assert request_ids(playground) == sent
    assert [vars(r)["request_id"] for r in caplog.records if r.getMessage() == "whisper-base failed"] == sent
