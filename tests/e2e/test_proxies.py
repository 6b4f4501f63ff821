"""The portal behind real proxies, each with https, a public name and a path of its own: hosting/ as it is used."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect

from components.audio.decoding import Clip
from components.widgets.common.navigation import ABOUT, HOME, PAGES, PLAYGROUND
from tests.e2e import visitor
from tests.e2e.conftest import Launch, encoded, new_page, running_portal
from tests.e2e.proxies import (
    NGINX,
    STUDIO,
    STUDIO_PREFIX,
    Proxy,
    answer,
    free_port,
    running_jupyter,
    running_nginx,
    studio,
)
from tests.e2e.test_live import start_button, state
from tests.e2e.test_portal import (
    choose_source,
    expect_no_exception,
    expect_transcript,
    press_transcribe,
    upload,
)

ALL = ("studio", "jupyter absolute", "nginx stripped", "nginx kept")
NO_WAY = (
    "const set = RTCPeerConnection.prototype.setRemoteDescription;"
    "RTCPeerConnection.prototype.setRemoteDescription = function ({type, sdp}) {"
    "  const lost = sdp.replace(/a=candidate.*\\r\\n/g, '')"
    "    .replace(/a=ice-pwd:.*/g, 'a=ice-pwd:' + 'x'.repeat(22));"
    "  return set.call(this, {type, sdp: lost});"
    "}"
)
"""Makes a page as where UDP is blocked: what the browser sends is answered by nobody."""


class Space(NamedTuple):
    """A space of Studio in which hosting/studio.sh has started a portal."""

    folder: Path
    port: int
    told: str


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Space]:
    """Its portal knows of no prefix."""
    folder, port = tmp_path_factory.mktemp("stripped"), free_port()
    try:
        yield Space(folder, port, studio(folder, port).stdout)
    finally:
        studio(folder, port, "stop")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SplitResult]:
    """The address of a portal that is told of the prefix."""
    base_path = f"{STUDIO_PREFIX}/proxy/absolute/{{port}}"
    with running_portal(tmp_path_factory.mktemp("kept"), base_path=base_path) as url:
        yield urlsplit(url)


@pytest.fixture(scope="module")
def proxies(
    space: Space, kept: SplitResult, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Proxy]]:
    folder = tmp_path_factory.mktemp("proxy")
    with running_jupyter(folder) as (studio, token), running_nginx(folder, space.port, kept) as nginx:
        between, no_way = "A proxy stands between", "find no way to one another"
        yield {
            "studio": Proxy(f"{studio}{STUDIO_PREFIX}/proxy/{space.port}/", between, token),
            "jupyter absolute": Proxy(f"{studio}{kept.path}/", between, token),
            "nginx stripped": Proxy(f"{nginx}/whisper/", no_way),
            # The portal knows Studio by its path.
            "nginx kept": Proxy(f"{nginx}{kept.path}/", between),
        }


@pytest.fixture(params=ALL)
def proxy(request: pytest.FixtureRequest, proxies: dict[str, Proxy]) -> Proxy:
    return proxies[request.param]


@pytest.fixture(scope="module")
def browser(launch: Launch, fox: Clip) -> Iterator[Browser]:
    """A Chromium that finds the proxies by their public names, and takes their certificates."""
    names = f"--host-resolver-rules=MAP {NGINX} 127.0.0.1, MAP {STUDIO} 127.0.0.1"
    with launch(fox, names, "--ignore-certificate-errors") as browser:
        yield browser


@contextmanager
def visiting(browser: Browser, proxy: Proxy) -> Iterator[Page]:
    """A tab of a new visitor who has signed in at the proxy; nothing is asked for but below the portal's path."""
    asked: list[str] = []
    with new_page(browser, asked) as page:
        if proxy.token:
            page.goto(f"{proxy.origin}{proxy.sign_in}")
            asked.clear()
        yield page
    assert asked
    own = ("data:", "blob:", proxy.address, proxy.address.replace("https:", "wss:", 1))
    assert [url for url in asked if not url.startswith(own)] == []


@pytest.fixture
def page(browser: Browser, proxy: Proxy) -> Iterator[Page]:
    with visiting(browser, proxy) as page:
        yield page


def path_of(script: str) -> str:
    return "" if script == HOME.script else Path(script).stem


@pytest.mark.parametrize("proxy", ["studio", "nginx kept"], indirect=True)
def test_the_navigation_and_a_copied_link_keep_the_prefix(page: Page, proxy: Proxy) -> None:
    page.goto(proxy.address)
    page.get_by_role("button", name="Open the playground").click()
    expect(page).to_have_url(re.compile(re.escape(f"{proxy.address}playground?")))
    # Whoever leaves a page before it is whole may take a part of its address along.
    expect(page.get_by_role("button", name="Transcribe")).to_be_visible()
    links = page.get_by_test_id("stSidebar").get_by_role("link")
    links.filter(has_text="Home").click()
    expect(page).to_have_url(proxy.address)
    expect(page.get_by_role("button", name="Open the playground")).to_be_visible()
    expect(links).to_have_count(len(PAGES) + 1)
    leads_to = [proxy.address + path_of(entry.script) for entry in (*PAGES, ABOUT)]
    assert links.evaluate_all("links => links.map(link => link.href)") == leads_to
    links.filter(has_text="Compare").click()
    page.get_by_text("Accuracy", exact=True).click()
    expect(page).to_have_url(f"{proxy.address}compare?view=Accuracy")
    page.goto(page.url)
    expect(page.get_by_role("button", name="Measure accuracy")).to_be_visible()
    expect_no_exception(page)


@pytest.mark.parametrize("proxy", ["jupyter absolute", "nginx stripped"], indirect=True)
def test_an_upload_is_transcribed_played_and_downloaded(page: Page, proxy: Proxy, fox: Clip) -> None:
    page.goto(f"{proxy.address}{path_of(PLAYGROUND.script)}?num_beams=1")
    wav = encoded(fox, "wav", "pcm_s16le", 192_000)
    # More than nginx takes unless it is told to.
    assert len(wav) > 1_048_576
    upload(page, "talk.wav", "audio/wav", wav)
    page.wait_for_function("document.querySelector('.st-key-clip audio')?.duration > 2")
    press_transcribe(page)
    expect_transcript(page, "quick brown fox")
    with page.expect_download() as download:
        page.locator(".st-key-downloads").get_by_role("button", name="Text").click()
    assert "quick brown fox" in download.value.path().read_text()
    choose_source(page, "Live")
    expect(start_button(page)).to_be_visible()


def test_where_no_live_audio_gets_through_the_page_says_so_and_leads_to_the_recorder(
    browser: Browser, proxies: dict[str, Proxy]
) -> None:
    with trying_live_audio(browser, proxies["nginx stripped"]) as page:
        page.get_by_role("button", name="Use the recorder").click()
        recorder = page.locator(".st-key-record")
        recorder.get_by_role("button", name="Record", exact=True).click()
        expect(recorder.get_by_test_id("stAudioInputWaveformTimeCode")).to_have_text(re.compile("00:0[6-9]"))
        recorder.get_by_role("button", name="Stop recording").click()
        press_transcribe(page)
        expect_transcript(page, "quick brown fox")
    with trying_live_audio(browser, proxies["studio"]) as page:
        page.get_by_role("button", name="Use the recorder").click()
        expect(page.locator(".st-key-record")).to_be_visible()


@contextmanager
def trying_live_audio(browser: Browser, proxy: Proxy) -> Iterator[Page]:
    """A tab on the live microphone, with nothing but the way by the proxy to the portal, once the page says so."""
    with visiting(browser, proxy) as page:
        page.add_init_script(NO_WAY)
        page.goto(f"{proxy.address}playground")
        choose_source(page, "Live")
        start_button(page).click()
        expect(state(page)).to_contain_text("Connecting")
        expect(page.get_by_text(proxy.no_live_audio)).to_be_visible()
        yield page
        # No other test is to have this tab.
        page.close()


@pytest.mark.parametrize(("origin", "status"), [("", 101), ("https://elsewhere.example", 403)])
def test_only_the_portals_own_pages_get_a_websocket(proxy: Proxy, origin: str, status: int) -> None:
    headers = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Origin": origin or proxy.origin,
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version": "13",
    }
    assert answer(proxy, "GET", "_stcore/stream", headers) == status


def test_an_upload_without_the_pages_own_token_is_refused(proxy: Proxy) -> None:
    assert answer(proxy, "PUT", "_stcore/upload_file/session/file", {}) == 403


def test_studios_script_starts_one_portal_and_its_stop_leaves_nothing_behind(space: Space) -> None:
    folder, port, told = space
    assert f".sagemaker.aws{STUDIO_PREFIX}/proxy/{port}/" in told
    portal = psutil.Process(int((folder / "data" / f"studio-{port}.pid").read_text()))
    with visitor.visiting(f"http://127.0.0.1:{port}") as first:
        first.run()
    (endpoint,) = portal.children()
    assert studio(folder, port, "start").stdout == told
    assert not has_ended(portal)
    assert portal.children() == [endpoint]
    assert studio(folder, port, "stop").stdout == "The portal is stopped.\n"
    assert has_ended(portal)
    assert has_ended(endpoint)
    again = studio(folder, port, "stop")
    assert again.returncode == 0
    assert again.stdout == f"The portal does not run on port {port}.\n"


def has_ended(process: psutil.Process) -> bool:
    # One that has ended may stay listed where its new parent, the first process of a container, does not ask.
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
