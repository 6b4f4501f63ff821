"""A bad day as the playground shows it: what happened, what to do, and everything else as it was."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.targets import target
from tests.bad_days.conftest import CREDENTIALS
from tests.bad_days.failing_aws import (
    FailingAws,
    Reaction,
    failing_aws,
    heard,
    model_error,
    page,
    refusal,
    reset_in_mid_answer,
)
from tests.bad_days.hostile_uploads import hostile_uploads
from tests.pages.conftest import Wire
from tests.pages.driver import (
    Answer,
    endpoint,
    error,
    is_shown,
    open_playground,
    press_transcribe,
    run,
    set_number,
    speech,
    transcript,
    upload,
)

CLOCK = "Signature expired: 20261126T080000Z is now earlier than 20261126T081000Z"
WORST = {
    "silent-film.mp4": "has no sound track",
    "kind-7777.wav": "sound of a kind that can't be decoded",
    "rate-1795178112.wav": "1795178112 samples a second",
    "packet-1-60000.mkv": "1 samples a second",
    "page.mp3": "is not an audio file",
    "empty.wav": "is empty",
}


@pytest.fixture
def failing(
    aws: Callable[[Answer], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FailingAws]:
    """AWS lists an endpoint; what becomes of requests to it is the test's word."""
    credentials = tmp_path / "credentials"
    credentials.write_text(CREDENTIALS.format(key="OLD"))
    with failing_aws() as server:
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(credentials))
        monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME", server.url)
        target.forget_clients()
        aws([endpoint("large")])
        yield server
    target.forget_clients()


@pytest.mark.parametrize(
    ("reaction", "what", "advice"),
    [
        (
            refusal(403, "ExpiredTokenException", "The token is expired"),
            "The token is expired.",
            "aws sso login",
        ),
        (
            refusal(403, "InvalidSignatureException", CLOCK),
            "this computer's clock is wrong",
            "Set the clock right",
        ),
        (model_error(500, "CUDA out of memory"), "CUDA out of memory", "try again"),
        (page(502), "is not ready: Bad Gateway", "Give it a minute"),
        (reset_in_mid_answer, "large can't be reached", "Check the network"),
    ],
)
def test_a_failure_of_aws_is_told_with_advice_and_can_be_tried_again(
    failing: FailingAws, reaction: Reaction, what: str, advice: str
) -> None:
    failing.reactions = [*[reaction] * (4 if what.endswith("Gateway") else 1), heard(" At last.")]
    app = upload(open_playground(target="eu-west-1", endpoint="large"), "a.wav", speech("en/hello_world.wav"))
    press_transcribe(set_number(app, "num_beams", 3))
    assert what in error(app)
    assert advice in error(app)
    assert "Traceback" not in error(app)
    assert app.slider(key="num_beams").value == 3
    assert is_shown(app, "clip")
    press_transcribe(app)
    assert transcript(app) == "At last."


def test_the_worst_files_are_refused_one_after_another_and_nothing_else_is_lost(
    playground: AppTest, wire: Wire
) -> None:
    wire.reply = [" Yes."]
    app = set_number(upload(playground, "hello.wav", speech("en/hello_world.wav")), "num_beams", 3)
    press_transcribe(app)
    files = {name: data for name, data in hostile_uploads() if name in WORST}
    for name, reason in WORST.items():
        app.file_uploader(key="upload").clear()
        upload(run(app), name, files[name])
        assert reason in error(app), name
        assert app.button(key="transcribe").disabled
        assert (app.slider(key="num_beams").value, transcript(app)) == (3, "Yes.")
    app.file_uploader(key="upload").clear()
    upload(run(app), "hello.wav", speech("en/hello_world.wav"))
    press_transcribe(app)
    assert len(wire.requests) == 2
