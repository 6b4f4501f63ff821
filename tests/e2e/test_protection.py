"""What the portal's own server lets nobody do."""

from pathlib import Path

import pytest
from streamlit import config
from websockets.exceptions import InvalidStatus

from tests.e2e.conftest import running_portal
from tests.e2e.visitor import ask, visiting

EVIL = "http://evil.example"


def test_a_web_page_of_somebody_else_opens_no_session(portal: str) -> None:
    with pytest.raises(InvalidStatus) as refused, visiting(portal, EVIL):
        pass
    assert refused.value.response.status_code == 403
    with visiting(portal) as visitor:
        assert any(message.HasField("delta") for message in visitor.run())


def test_nothing_may_be_read_by_web_pages_of_somebody_else(portal: str) -> None:
    for path in ("/", "/_stcore/health", "/_stcore/host-config", "/_stcore/upload_file/a/b"):
        for method in ("GET", "OPTIONS"):
            allowed = ask(portal, method, path, {"Origin": EVIL}).headers["Access-Control-Allow-Origin"]
            assert allowed not in {"*", EVIL}


@pytest.mark.parametrize("token", [None, "2|00000000|0000|1", "nonsense"])
def test_an_upload_without_the_token_is_refused(portal: str, token: str | None) -> None:
    with visiting(portal) as visitor:
        status, _ = visitor.upload(b"x", token=token)
        assert status == 403
        assert visitor.upload(b"x") == (204, "")


def test_an_upload_to_no_session_is_refused(portal: str) -> None:
    with visiting(portal) as visitor:
        status, _ = visitor.put("/_stcore/upload_file/nobody/a", b"x", visitor.headers)
    assert status == 400


@pytest.mark.parametrize("chunked", [False, True])
def test_an_upload_beyond_the_limit_is_refused(portal: str, chunked: bool) -> None:  # noqa: FBT001
    limit = int(config.get_option("server.maxUploadSize")) * 2**20
    with visiting(portal) as visitor:
        status, _ = visitor.upload(bytes(limit + 2**20), chunked=chunked)
    assert status == 413


def test_all_uploads_together_have_a_limit(tmp_path: Path) -> None:
    large = bytes(3 * 2**20)
    with (
        running_portal(tmp_path, PORTAL_UPLOAD_MEMORY="8", PORTAL_EMBEDDED_ENDPOINT="false") as url,
        visiting(url) as first,
        visiting(url) as second,
    ):
        first.run()
        place = first.place()
        assert first.put(place, large, first.headers) == (204, "")
        assert second.upload(large) == (204, "")
        status, reason = second.upload(large)
        assert status == 413
        assert "All visitors' uploads together" in reason
        # What is small still has room, and what is removed makes some.
        assert second.upload(b"x") == (204, "")
        assert ask(url, "DELETE", place, first.headers).status == 204
        assert second.upload(large) == (204, "")


def test_no_program_may_drive_the_pages(portal: str) -> None:
    # Streamlit's agent API would open a session to whoever asks.
    for path in ("/_stcore/agent/interact", "/_stcore/agent/mcp"):
        answer = ask(portal, "POST", path, {"Content-Type": "application/json"}, b"{}")
        assert answer.status >= 400
        assert "server.enableAgentApi" in answer.body


@pytest.mark.parametrize(
    "path",
    [
        "/../README.md",
        "/%2e%2e/README.md",
        "/static/..%2f..%2fREADME.md",
        "/media/..%2f..%2fREADME.md",
        "//etc/passwd",
    ],
)
def test_no_file_of_the_computer_is_given_out(portal: str, path: str) -> None:
    body = ask(portal, "GET", path, {}).body
    assert "Whisper Portal deploys" not in body
    assert "root:" not in body


def test_the_settings_that_protect_are_on() -> None:
    on = {name: config.get_option(f"server.{name}") for name in ("enableCORS", "enableXsrfProtection")}
    assert on == {"enableCORS": True, "enableXsrfProtection": True}
    assert config.get_option("client.showErrorDetails") == "type"
    assert config.get_option("server.enableAgentApi") is False
    assert config.get_option("global.developmentMode") is False
