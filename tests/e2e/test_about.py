"""About, and what becomes of failures: in a real browser, with the log of the process that it talks to."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import PHONE, running_portal
from tests.e2e.test_portal import expect_no_exception, expect_no_scrolling_sideways

THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
FAILING = """
import streamlit as st
from components.core.logs import set_up
from components.core.settings import Settings
from components.widgets.page_errors import tell_failures

def fail():
    raise RuntimeError("the reason")

@st.fragment
def part():
    if st.button("Fail in a fragment"):
        fail()
    st.button("Fail in a callback", on_click=fail)

tell_failures()
set_up(Settings())
part()
"""
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A page with buttons that fail, and its log."""
    folder = tmp_path_factory.mktemp("failing")
    (folder / "failing.py").write_text(FAILING)
    with running_portal(folder, str(folder / "failing.py")) as url:
        yield url, folder / "portal.log"


@pytest.mark.parametrize("button", ["Fail in a fragment", "Fail in a callback"])
def test_a_part_of_a_page_that_fails_tells_the_id_under_which_the_log_has_the_reason(
    page: Page, failing: tuple[str, Path], button: str
) -> None:
    url, log = failing
    page.goto(url)
    page.get_by_role("button", name=button).click()
    failure = page.locator("[class*='st-key-failure_']")
    expect(failure).to_contain_text("Something went wrong in the portal.")
    expect(failure).to_contain_text(ID)
    found = ID.search(failure.inner_text())
    assert found
    assert page.get_by_text("the reason").count() == page.get_by_test_id("stException").count() == 0
    lines: list[dict[str, Any]] = [
        json.loads(line) for line in log.read_text().splitlines() if line[:1] == "{"
    ]
    (line,) = [line for line in lines if line.get("request_id") == found[0]]
    assert "RuntimeError: the reason" in line["traceback"]


def test_about_fits_a_phone(page: Page, portal: str) -> None:
    page.set_viewport_size(PHONE)
    page.goto(f"{portal}/about")
    expect(page.locator(".st-key-about_health")).to_contain_text("whisper-tiny-en (InService)")
    expect(page.locator(".st-key-about_versions")).to_contain_text("ctranslate2")
    expect(page.locator(".st-key-about_report")).to_contain_text("Whisper Portal: ")
    expect_no_exception(page)
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        expect_no_scrolling_sideways(page)
