"""The deploy page in a browser, on the embedded endpoint: from the choice of a model to the endpoint's end."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import PHONE, SIZE
from tests.e2e.test_portal import (
    ENGLISH_WORDS,
    choose_sample,
    expect_no_exception,
    expect_no_scrolling_sideways,
    expect_transcript,
    press_transcribe,
)


def part(page: Page, key: str) -> Locator:
    return page.locator(f".st-key-{key}")


def press_deploy(page: Page, name: str) -> None:
    """Also waits for the checks of that name: until then the button belongs to another plan, or to none."""
    expect(part(page, "checks")).to_contain_text(f"The name {name} is free")
    button = page.get_by_role("button", name="Deploy on this computer")
    expect(button).to_be_enabled()
    button.click()


def delete(page: Page, name: str) -> None:
    part(page, f"delete_{name}").get_by_role("button").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(name)
    part(page, "confirm_delete").get_by_role("button").click()


def test_a_model_is_deployed_watched_through_a_reload_used_and_deleted(page: Page, portal: str) -> None:
    page.goto(f"{portal}/deploy")
    # Nothing can be checked before the embedded endpoint answers.
    expect(part(page, "row_whisper-tiny-en")).to_contain_text("InService")
    page.set_viewport_size(PHONE)
    expect_no_scrolling_sideways(page)
    page.set_viewport_size(SIZE)
    page.goto(f"{portal}/deploy?model=whisper-base")
    expect(part(page, "price")).to_contain_text("Costs nothing")
    press_deploy(page, "whisper-base")
    under_way = part(page, "under_way")
    expect(under_way).to_contain_text("whisper-base")
    page.reload()
    expect(under_way).to_contain_text("whisper-base is in service")
    row = part(page, "row_whisper-base")
    expect(row).to_contain_text("InService")
    expect_no_exception(page)

    row.get_by_role("link", name=re.compile("playground")).click()
    expect(page).to_have_url(re.compile(r"/playground\?.*endpoint=whisper-base"))
    choose_sample(page, "Exciting times")
    press_transcribe(page)
    expect_transcript(page, ENGLISH_WORDS)

    page.get_by_test_id("stSidebar").get_by_role("link", name="Deploy").click()
    delete(page, "whisper-base")
    expect(part(page, "removal")).to_contain_text("endpoint configuration whisper-base")
    expect(part(page, "removal")).to_contain_text("model whisper-base")
    expect(part(page, "row_whisper-base")).to_have_count(0)
    expect_no_exception(page)


def test_a_hub_that_can_not_be_reached_is_explained(page: Page, portal: str) -> None:
    page.goto(f"{portal}/deploy?model=whisper-tiny")
    press_deploy(page, "whisper-tiny")
    row = part(page, "row_whisper-tiny")
    expect(row).to_contain_text("Failed")
    expect(page.get_by_text("Hugging Face hub").first).to_be_visible()
    delete(page, "whisper-tiny")
    expect(row).to_have_count(0)
    expect_no_exception(page)
