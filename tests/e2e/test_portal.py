import re

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.e2e.conftest import PHONE, THIS_COMPUTER, hosts

ENGLISH_WORDS = re.compile(r"machine learning.*accessible to everybody", re.IGNORECASE)


@pytest.fixture
def playground(page: Page, portal: str) -> Page:
    page.goto(f"{portal}/playground")
    return page


def transcribe_button(page: Page) -> Locator:
    return page.get_by_role("button", name="Transcribe")


def choose_source(page: Page, source: str) -> None:
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_visible()
    page.locator(".st-key-source").get_by_text(source, exact=True).click()


def choose_sample(page: Page, title: str) -> None:
    choose_source(page, "Samples")
    page.locator(".st-key-sample").get_by_text(title).click()


def upload(page: Page, name: str, media_type: str, data: bytes) -> None:
    file = FilePayload(name=name, mimeType=media_type, buffer=data)
    page.locator(".st-key-upload input[type=file]").set_input_files(file)


def press_transcribe(page: Page) -> None:
    """Also waits until the endpoint is in service and the audio has arrived: before that nothing can be pressed."""
    expect(transcribe_button(page)).to_be_enabled()
    transcribe_button(page).click()


def expect_transcript(page: Page, words: str | re.Pattern[str]) -> None:
    expect(page.locator(".st-key-transcript")).to_contain_text(words, ignore_case=True)
    expect_no_exception(page)


def expect_no_exception(page: Page) -> None:
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.locator("[class*='st-key-failure_']")).to_have_count(0)
    expect(page.get_by_text("Traceback")).to_have_count(0)


def expect_no_scrolling_sideways(page: Page) -> None:
    """On a phone."""
    width = "Math.max(...[...document.querySelectorAll('html, .stApp, .stMain')].map(e => e.scrollWidth))"
    page.wait_for_function(f"{width} === {PHONE['width']}")


def test_the_english_sample_gives_its_words_and_nothing_is_fetched_from_outside(
    playground: Page, asked: list[str]
) -> None:
    choose_sample(playground, "Exciting times")
    press_transcribe(playground)
    expect_transcript(playground, ENGLISH_WORDS)
    assert hosts(asked)
    assert hosts(asked) <= THIS_COMPUTER


def test_a_text_file_named_wav_is_refused_in_plain_words(playground: Page) -> None:
    upload(playground, "notes.wav", "audio/wav", b"these are notes")
    expect(playground.locator(".st-key-error")).to_contain_text("notes.wav is not an audio file")
    expect(transcribe_button(playground)).to_be_disabled()
    expect_no_exception(playground)


def test_a_phone_shows_the_button_without_scrolling_sideways(playground: Page) -> None:
    playground.set_viewport_size(PHONE)
    choose_sample(playground, "Exciting times")
    expect(transcribe_button(playground)).to_be_enabled()
    expect(transcribe_button(playground)).to_be_in_viewport(ratio=1)
    expect_no_scrolling_sideways(playground)
