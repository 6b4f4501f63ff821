from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from components.core.errors import ExpiredCredentialsError
from components.health.health_checks import Credentials
from components.targets.target import Target
from components.widgets.endpoints import cached_lookups
from tests.pages.driver import Answer, open_home, open_page, run, shown, wait_until

ABOUT = "pages/about.py"


def report(app: AppTest) -> str:
    return str(app.container(key="about_report").code[0].value)


@pytest.mark.usefixtures("portal")
def test_about_shows_health_versions_and_targets() -> None:
    app = open_page(ABOUT)
    health = shown(app, "about_health").replace("\N{WORD JOINER}", "")
    assert "Running at http://127.0.0.1:" in health
    assert "never restarted; it has whisper-base (InService)" in health
    assert "can be written to" in health
    assert "runs.sqlite3" in health
    assert "GB are available" in health
    assert "| ctranslate2 | 4." in shown(app, "about_versions")
    assert "This computer" in shown(app, "about_targets")


@pytest.mark.usefixtures("portal")
def test_the_report_has_all_of_it_and_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_ICE_SERVERS", '[{"urls": "turn:t.example", "credential": "hush"}]')
    monkeypatch.setenv("PORTAL_COMMIT", "3ef3c8c")
    text = report(open_page(ABOUT))
    assert "commit 3ef3c8c" in text
    assert "target: This computer, http://127.0.0.1:" in text
    assert "[passed] Endpoint on this computer: Running" in text
    assert "hush" not in text


def test_about_shows_until_when_the_credentials_are_valid(
    aws: Callable[[Answer], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Credentials("sso", "123456789012", datetime.now(UTC) + timedelta(hours=2))
    monkeypatch.setattr(cached_lookups, "credentials_of", lambda _: found)
    app = wait_until(open_page(ABOUT), lambda app: "valid until" in shown(app, "about_health"))
    assert "account 123456789012" in shown(app, "about_targets")
    assert "AWS eu-west-1, account 123456789012" in report(app)


def test_credentials_that_have_expired_are_told_and_looked_at_again(
    aws: Callable[[Answer], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def expired(_: Target) -> Credentials:
        raise ExpiredCredentialsError("The AWS credentials are not accepted.", "Renew them.")

    monkeypatch.setattr(cached_lookups, "credentials_of", expired)
    app = wait_until(open_page(ABOUT), lambda app: "not accepted" in shown(app, "about_health"))
    assert "Renew them." in shown(app, "about_health")
    assert "[failed] AWS eu-west-1" in report(app)
    monkeypatch.setattr(cached_lookups, "credentials_of", lambda _: Credentials("sso", None, None))
    app.button(key="check_health").click()
    wait_until(run(app), lambda app: "do not expire" in shown(app, "about_health"))


@pytest.mark.usefixtures("portal")
def test_the_sidebar_ends_with_a_link_to_about() -> None:
    app = open_home()
    last = app.sidebar.get("page_link")[-1]
    assert (last.proto.label, last.proto.page) == ("About", "about")
