"""The live microphone: a Chromium whose microphone plays a file, WebRTC to a real portal, real transcripts.

A busy browser loses some of what it plays: the tests compare with what the session has recorded, and wait for any text
where it does not matter which.
"""

import json
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

from components.audio.decoding import Clip, Samples, read_clip
from components.audio.recording import open_recording
from components.endpoint_client import EndpointClient
from components.endpoint_client.long_request import LongRequest
from components.endpoint_client.long_transcription import LongTranscription
from components.evaluation.datasets.dataset import bundled
from components.live.utterances import PAUSE
from components.targets.target import this_computer
from tests.e2e.conftest import PHONE, SECONDS, SIZE, THIS_COMPUTER, Launch, hosts, new_page
from tests.e2e.test_portal import choose_source, expect_no_exception
from tests.endpoint_client.hearing import carried_out

INVOCATION = "/invocations"
"""What the embedded endpoint notes of a request, in the portal's log."""

Open = Callable[..., Page]


def silence(seconds: float) -> Samples:
    return np.zeros(int(16_000 * seconds), np.int16)


@pytest.fixture(scope="module")
def speaking(launch: Launch) -> Iterator[Browser]:
    """A Chromium whose microphone plays three short sentences with pauses between them, again and again."""
    utterances = [bundled().utterances[number] for number in (4, 14, 17)]
    parts = [part for utterance in utterances for part in (utterance.read().samples, silence(1.0))]
    with launch(Clip(np.concatenate(parts), "", "")) as browser:
        yield browser


@pytest.fixture
def open_live(portal: str, speaking: Browser) -> Iterator[Open]:
    """Opens the live microphone in a new tab."""
    with ExitStack() as stack:

        def open_live(browser: Browser = speaking) -> Page:
            page = stack.enter_context(new_page(browser, asked))
            page.goto(f"{portal}/playground")
            choose_source(page, "Live")
            expect(start_button(page)).to_be_visible()
            return page

        asked: list[str] = []
        yield open_live
    assert hosts(asked) <= THIS_COMPUTER


def microphone(page: Page) -> FrameLocator:
    return page.frame_locator("iframe[title*='webrtc']")


def start_button(page: Page) -> Locator:
    return microphone(page).get_by_role("button", name="Start")


def start(page: Page) -> None:
    start_button(page).click()
    expect(state(page)).to_contain_text("Speech")


def stop(page: Page) -> None:
    microphone(page).get_by_role("button", name="Stop").click()
    expect(page.locator(".st-key-live_wav")).to_be_visible()
    expect_no_exception(page)


def sentences(page: Page) -> Locator:
    return page.locator(".st-key-live-transcript p")


def wait_for_sentences(page: Page, count: int = 1) -> str:
    """The first of them."""
    expect(sentences(page).nth(count - 1)).to_be_visible()
    return sentences(page).first.inner_text()


def state(page: Page) -> Locator:
    return page.locator(".st-key-live-state")


def download(page: Page, key: str) -> bytes:
    with page.expect_download() as download:
        page.locator(f".st-key-{key} button").click()
    return Path(download.value.path()).read_bytes()


def server(portal: str) -> psutil.Process:
    """The process that serves the portal."""
    port = str(urlsplit(portal).port)
    return next(p for p in psutil.process_iter(["cmdline"]) if port in (p.info["cmdline"] or []))


def hears(process: psutil.Process) -> bool:
    """Whether audio may reach it, for which WebRTC has opened a socket."""
    return any(c.laddr.port != 5353 for c in process.net_connections("udp"))


def endpoint_client(portal: str) -> EndpointClient:
    """A client of the portal's own embedded endpoint."""
    (process,) = server(portal).children()
    ports = {c.laddr.port for c in process.net_connections("tcp4") if c.status == psutil.CONN_LISTEN}
    return EndpointClient(this_computer(f"http://127.0.0.1:{ports.pop()}"), "whisper-tiny-en")


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.2)


def settled_threads(process: psutil.Process) -> int:
    """How many threads it has once none has started or ended for two seconds."""
    counts = [process.num_threads()]

    def is_settled() -> bool:
        counts.append(process.num_threads())
        return len(set(counts[-10:])) == 1 and len(counts) >= 10

    until(is_settled)
    return counts[-1]


def test_the_transcript_is_that_of_the_recording_sent_as_a_file(open_live: Open, portal: str) -> None:
    page = open_live()
    start(page)
    wait_for_sentences(page, 2)
    stop(page)
    wav, live = download(page, "live_wav"), json.loads(download(page, "long_download_json"))
    assert read_clip(wav, "").seconds == pytest.approx(live["audio_seconds"], abs=0.01)
    request = LongRequest(open_recording(wav, ""), live["parameters"], longest_pause=PAUSE)
    file = carried_out(LongTranscription(endpoint_client(portal), request)).transcript
    assert len(file.segments) >= 2
    expected = [(round(s.start, 3), round(s.end, 3), s.text) for s in file.segments]
    assert [(s["start"], s["end"], s["text"]) for s in live["segments"]] == expected


def test_another_source_a_reload_and_another_page_end_it_and_its_address_leads_back_to_the_text(
    open_live: Open, portal: str
) -> None:
    page, process = open_live(), server(portal)
    page.set_viewport_size(PHONE)
    start(page)
    first = wait_for_sentences(page)
    expect(sentences(page).first).to_be_in_viewport(ratio=0.9)
    choose_source(page, "Samples")
    expect(page.locator(".st-key-live_wav")).to_be_visible()
    assert wait_for_sentences(page) == first
    address = page.url
    # A new session can start at once.
    choose_source(page, "Live")
    start(page)
    expect(page).not_to_have_url(address)
    second, address = wait_for_sentences(page), page.url
    page.set_viewport_size(SIZE)
    page.reload()
    expect(page.locator(".st-key-live_wav")).to_be_visible()
    assert wait_for_sentences(page) == second
    choose_source(page, "Live")
    start(page)
    expect(page).not_to_have_url(address)
    assert hears(process)
    page.get_by_role("link", name="Compare").click()
    expect(page.get_by_role("heading", name="Compare")).to_be_visible()
    until(lambda: not hears(process))
    page.goto(address)
    expect(page.locator(".st-key-live_wav")).to_be_visible()
    assert wait_for_sentences(page) == second


def test_silence_sends_no_request(launch: Launch, open_live: Open, portal_folder: Path) -> None:
    # Noise is for tests/live: what a starving browser makes of it may sound like a voice.
    log = portal_folder / "portal.log"
    with launch(Clip(silence(2), "", "")) as browser:
        page = open_live(browser)
        before = log.read_text().count(INVOCATION)
        start_button(page).click()
        expect(page.locator(".st-key-metrics")).to_contain_text(re.compile(r"0:(0[3-9]|[1-5]\d)"))
        stop(page)
        expect(page.get_by_text("Nobody has said anything.")).to_be_visible()
        assert log.read_text().count(INVOCATION) == before


def test_neither_stopped_sessions_nor_a_closed_tab_leave_threads_behind(open_live: Open, portal: str) -> None:
    page, process = open_live(), server(portal)
    start(page)
    stop(page)
    before = settled_threads(process)
    start(page)
    stop(page)
    until(lambda: process.num_threads() <= before)
    start(page)
    assert process.num_threads() > before
    page.close()
    until(lambda: process.num_threads() <= before)


def test_an_endpoint_that_dies_is_reported_and_later_utterances_arrive(open_live: Open, portal: str) -> None:
    page = open_live()
    start(page)
    wait_for_sentences(page)
    error = page.locator(".st-key-live_error")
    # After each death it stays away for longer; after the fifth in a row it would not be started again.
    for _ in range(4):
        until(lambda: bool(server(portal).children()) or error.is_visible())
        if error.is_visible():
            break
        for endpoint in server(portal).children():
            endpoint.kill()
            endpoint.wait()
    expect(error).to_be_visible()
    expect(page.get_by_text("Utterances are kept meanwhile")).to_be_visible()
    expect(error).to_have_count(0)
    wait_for_sentences(page, sentences(page).count() + 1)
    stop(page)
