"""The live microphone: a Chromium whose microphone hears a file, WebRTC to a real portal, real transcripts."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import psutil
import pytest
from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect

from components.audio.decoding import Clip, Samples
from components.evaluation.datasets.dataset import bundled
from components.evaluation.results.normalizers import tokens
from components.evaluation.results.word_errors import align
from tests.e2e.conftest import SECONDS, THIS_COMPUTER, Launch, new_page
from tests.e2e.test_portal import choose_source, expect_no_exception, press_transcribe, upload

UTTERANCES = [bundled().utterances[number] for number in (0, 3, 17, 6, 4)]
"""Plain words that survive what WebRTC's codec does to them: each try codes them a little differently, and a rare name
comes out as one word now and as three then."""
SAID = " ".join(utterance.reference for utterance in UTTERANCES)
INVOCATION = "/invocations"
"""What the embedded endpoint notes of a request, in the portal's log."""
NO_WAY = (
    "const set = RTCPeerConnection.prototype.setRemoteDescription;"
    "RTCPeerConnection.prototype.setRemoteDescription = function ({type, sdp}) {"
    "  const lost = sdp.replace(/a=candidate.*\\r\\n/g, '')"
    "    .replace(/a=ice-pwd:.*/g, 'a=ice-pwd:' + 'x'.repeat(22));"
    "  return set.call(this, {type, sdp: lost});"
    "}"
)
"""Makes a page as where UDP is blocked: what the browser sends is answered by nobody."""

Open = Callable[[Browser], Page]


def silence(seconds: float) -> Samples:
    return np.zeros(int(16_000 * seconds), np.int16)


@pytest.fixture(scope="module")
def sentences() -> Clip:
    """Five sentences with pauses between them."""
    parts = [part for utterance in UTTERANCES for part in (utterance.read().samples, silence(1.2))]
    return Clip(np.concatenate([silence(1.5), *parts]), "talk.wav", "")


@pytest.fixture(scope="module")
def talking(launch: Launch, sentences: Clip) -> Iterator[Browser]:
    """A Chromium whose microphone hears the sentences, then silence."""
    with launch(sentences, once=True) as browser:
        yield browser


@pytest.fixture
def open_live(portal: str) -> Iterator[Open]:
    """Opens the live microphone in a new tab."""
    with ExitStack() as stack:

        def open_live(browser: Browser) -> Page:
            page = stack.enter_context(new_page(browser, hosts))
            page.goto(f"{portal}/playground")
            choose_source(page, "Live")
            return page

        hosts = set[str]()
        yield open_live
    assert hosts <= THIS_COMPUTER


def microphone(page: Page) -> FrameLocator:
    return page.frame_locator("iframe[title*='webrtc']")


def press(page: Page, name: str) -> None:
    microphone(page).get_by_role("button", name=name).click()


def stop(page: Page) -> None:
    press(page, "Stop")
    expect(page.locator(".st-key-live_wav")).to_be_visible()
    expect_no_exception(page)


def text(page: Page) -> Locator:
    return page.locator(".st-key-live-transcript")


def state(page: Page) -> Locator:
    return page.locator(".st-key-live-state")


def server(portal: str) -> psutil.Process:
    """The process that serves the portal."""
    port = str(urlsplit(portal).port)
    return next(p for p in psutil.process_iter(["cmdline"]) if port in (p.info["cmdline"] or []))


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.2)


def test_all_sentences_arrive_in_order_as_well_as_from_a_file(
    talking: Browser, open_live: Open, sentences: Clip
) -> None:
    page = open_live(talking)
    press(page, "Start")
    expect(text(page)).to_contain_text("lawyer")
    stop(page)
    expect(text(page)).to_contain_text(re.compile("ferry.*lawyer", re.DOTALL))
    live = align(tokens(SAID, "english"), tokens(text(page).inner_text(), "english")).counts
    choose_source(page, "Upload")
    upload(page, "talk.wav", "audio/wav", Clip(sentences.samples[: 30 * 16000], "", "").wav())
    press_transcribe(page)
    whole = page.locator(".st-key-transcript")
    expect(whole).to_contain_text("lawyer")
    file = align(tokens(SAID, "english"), tokens(whole.inner_text(), "english")).counts
    assert live.errors / live.reference <= file.errors / file.reference + 0.01


def test_a_reload_ends_it_and_its_address_leads_back_to_the_text(talking: Browser, open_live: Open) -> None:
    page = open_live(talking)
    press(page, "Start")
    expect(text(page)).to_contain_text("island")
    page.reload()
    expect(page.locator(".st-key-live_wav")).to_be_visible()
    expect(text(page)).to_contain_text("island")
    expect_no_exception(page)


def test_another_source_ends_it_and_its_text_stays(browser: Browser, open_live: Open) -> None:
    page = open_live(browser)
    press(page, "Start")
    expect(text(page)).to_contain_text("machine learning")
    choose_source(page, "Samples")
    expect(page.locator(".st-key-live_wav")).to_be_visible()
    expect(text(page)).to_contain_text("machine learning")
    choose_source(page, "Live")
    press(page, "Start")
    expect(state(page)).to_contain_text("Speech")
    stop(page)
    expect(page.locator(".st-key-live_earlier").get_by_role("button")).to_have_count(1)


def test_another_page_ends_it_and_its_address_leads_back_to_the_text(
    browser: Browser, open_live: Open, portal: str
) -> None:
    page, process = open_live(browser), server(portal)
    expect(microphone(page).get_by_role("button", name="Start")).to_be_visible()
    before = process.num_threads()
    press(page, "Start")
    expect(text(page)).to_contain_text("machine learning")
    address = page.url
    page.get_by_role("link", name="Compare").click()
    expect(page.get_by_role("heading", name="Compare")).to_be_visible()
    until(lambda: process.num_threads() <= before + 1)
    page.goto(address)
    expect(page.locator(".st-key-live_wav")).to_be_visible()
    expect(text(page)).to_contain_text("machine learning")


def test_on_a_phone_the_text_comes_into_view_and_after_a_reload_it_can_be_started_again_at_once(
    browser: Browser, open_live: Open
) -> None:
    page = open_live(browser)
    page.set_viewport_size({"width": 390, "height": 844})
    press(page, "Start")
    expect(text(page)).to_contain_text("machine learning")
    expect(text(page)).to_be_in_viewport(ratio=0.9)
    first = page.url
    page.reload()
    choose_source(page, "Live")
    press(page, "Start")
    expect(state(page)).to_contain_text("Speech")
    expect(page).not_to_have_url(first)
    stop(page)


def test_silence_and_noise_ask_nothing(launch: Launch, open_live: Open, portal_folder: Path) -> None:
    noise = np.random.default_rng(1).normal(0, 800, 5 * 16_000).astype(np.int16)
    log = portal_folder / "portal.log"
    with launch(Clip(np.concatenate([silence(2), noise]), "", "")) as browser:
        page = open_live(browser)
        before = log.read_text().count(INVOCATION)
        press(page, "Start")
        expect(page.locator(".st-key-metrics")).to_contain_text("0:09")
        stop(page)
        expect(page.get_by_text("Nobody has said anything.")).to_be_visible()
        assert log.read_text().count(INVOCATION) == before


def test_ten_starts_leave_no_thread_behind(browser: Browser, open_live: Open, portal: str) -> None:
    page, process = open_live(browser), server(portal)

    def start_and_stop() -> None:
        press(page, "Start")
        expect(state(page)).to_contain_text("Speech")
        stop(page)

    start_and_stop()
    time.sleep(2)
    before = process.num_threads()
    for _ in range(9):
        start_and_stop()
    until(lambda: process.num_threads() <= before)


def test_closing_the_tab_ends_it(browser: Browser, open_live: Open, portal: str) -> None:
    page, process = open_live(browser), server(portal)
    expect(microphone(page).get_by_role("button", name="Start")).to_be_visible()
    time.sleep(2)
    before = process.num_threads()
    press(page, "Start")
    expect(state(page)).to_contain_text("Speech")
    assert process.num_threads() > before
    page.close()
    until(lambda: process.num_threads() <= before)


def test_an_endpoint_that_dies_is_told_and_what_is_said_later_arrives(
    browser: Browser, open_live: Open, portal: str
) -> None:
    page = open_live(browser)
    press(page, "Start")
    expect(text(page)).to_contain_text("machine learning")
    # Each time it is started again a little later: after one death it may be back before anybody misses it.
    for _ in range(3):
        until(lambda: bool(server(portal).children()))
        for endpoint in server(portal).children():
            endpoint.kill()
            endpoint.wait()
    expect(page.locator(".st-key-live_error")).to_be_visible()
    expect(page.get_by_text("What is said meanwhile is kept")).to_be_visible()
    expect(page.locator(".st-key-live_error")).to_have_count(0)
    before = text(page).inner_text().count("machine learning")
    until(lambda: text(page).inner_text().count("machine learning") > before)
    stop(page)


def test_where_no_audio_gets_through_the_page_says_so_and_leads_to_the_recorder(
    browser: Browser, open_live: Open
) -> None:
    page = open_live(browser)
    page.add_init_script(NO_WAY)
    page.reload()
    choose_source(page, "Live")
    press(page, "Start")
    expect(state(page)).to_contain_text("Connecting")
    expect(page.get_by_text("find no way to one another")).to_be_visible()
    # The component gives up; what it was stays to be read.
    expect(state(page)).to_contain_text("Press Start")
    expect(page.get_by_text("find no way to one another")).to_be_visible()
    page.get_by_role("button", name="Use the recorder").click()
    expect(page.locator(".st-key-record")).to_be_visible()
    expect_no_exception(page)
