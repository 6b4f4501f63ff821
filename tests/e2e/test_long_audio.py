"""A recording of more than 30 s in a browser: from the upload to a segment that plays."""

import re

import numpy as np
from playwright.sync_api import Page, expect

from components.audio.decoding import Clip
from tests.e2e.conftest import PHONE
from tests.e2e.test_portal import expect_no_exception, press_transcribe, upload

SILENCE = np.zeros(15 * 16_000, np.int16)
"""It is left out: what is heard fits into few requests."""


def test_a_long_recording_comes_into_view_on_a_phone_survives_a_reload_and_plays_from_a_segment(
    page: Page, portal: str, fox: Clip
) -> None:
    talk = Clip(np.concatenate([fox.samples, SILENCE, fox.samples, SILENCE, fox.samples]), "", "")
    page.set_viewport_size(PHONE)
    page.goto(f"{portal}/playground")
    upload(page, "talk.wav", "audio/wav", talk.wav())
    expect(page.locator(".st-key-clip")).to_contain_text("cut at pauses")
    press_transcribe(page)
    expect(page).to_have_url(re.compile(r"job=[0-9a-f]{12}"))
    expect(page.get_by_role("button", name="Cancel")).to_be_in_viewport()
    segments = page.locator(".st-key-long_segments")
    expect(segments.get_by_text("quick brown fox")).to_have_count(3)
    expect(page.locator(".st-key-transcript_heading")).to_be_in_viewport()
    page.reload()
    expect(segments.get_by_text("quick brown fox")).to_have_count(3)
    expect(page.get_by_role("button", name="SRT")).to_be_visible()
    last = segments.get_by_role("button").last
    minutes, seconds = map(int, (last.text_content() or "").strip().split(":"))
    last.click()
    player = page.locator("audio").last
    expect(player).to_be_visible()
    begun = f"audio => audio.currentTime >= {60 * minutes + seconds}"
    page.wait_for_function(begun, arg=player.element_handle())
    # Nothing lies over what is read.
    bar = page.locator(".st-key-actions")
    assert bar.evaluate("bar => getComputedStyle(bar.parentElement).position") == "static"
    assert last.evaluate("button => button.getBoundingClientRect().height") >= 44
    expect_no_exception(page)
