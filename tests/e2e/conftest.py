"""The portal as its user gets it: the real server, opened in a real Chromium."""

import io
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import av
import numpy as np
import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Request,
    ViewportSize,
    WebSocket,
    expect,
    sync_playwright,
)

from components.audio.decoding import Clip, read_clip
from tests.embedded_server import TINY
from tests.pages.driver import speech
from tests.paths import ROOT

SECONDS = 60
BROWSERS = (
    # Chromium without a window of its own to draw.
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # All tabs in one process, which keeps what it has compiled.
    "--renderer-process-limit=1",
    # A page lives for seconds: what optimizing its code takes is more than that saves.
    "--js-flags=--no-opt --no-maglev",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    # Where there is no other network, live audio takes this one.
    "--allow-loopback-in-peer-connection",
)
MOTIONLESS = """document.addEventListener("DOMContentLoaded", () => {
    const style = document.createElement("style");
    style.textContent = `*, ::before, ::after {
        animation-delay: 0s !important; animation-duration: 1ms !important; animation-iteration-count: 1 !important;
        transition-delay: 0s !important; transition-duration: 1ms !important;
    }`;
    document.head.append(style);
})"""
"""Has nothing on a page go on moving: where no graphics card draws it, a spinner alone keeps a processor busy."""
SIZE, PHONE = ViewportSize(width=1280, height=720), ViewportSize(width=390, height=844)
_EMPTY = "about:blank"
THIS_COMPUTER = {"127.0.0.1", "localhost"}

expect.set_options(timeout=SECONDS * 1000)


def encoded(clip: Clip, container_format: str, codec: str, rate: int) -> bytes:
    """The clip as a file of that format, in mono."""
    file = io.BytesIO()
    with av.open(file, "w", format=container_format) as container:
        stream: Any = container.add_stream(codec, rate=rate, layout="mono")
        frame = av.AudioFrame.from_ndarray(clip.samples[np.newaxis], format="s16", layout="mono")
        frame.rate = 16000
        resampler = av.AudioResampler(format=stream.format, layout="mono", rate=rate, frame_size=1152)
        for chunk in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(chunk))
        container.mux(stream.encode(None))
    return file.getvalue()


@pytest.fixture(scope="session")
def fox() -> Clip:
    """A short clip: "The quick brown fox jumps over the lazy dog."."""
    return read_clip(speech("en/quick_brown_fox.wav"), "fox.wav")


@contextmanager
def running_portal(
    folder: Path, script: str = "app.py", base_path: str = "", **variables: str
) -> Iterator[str]:
    """Starts a portal on a computer without AWS, and yields its address as soon as the server answers.

    `base_path` is what a proxy leaves before the portal's paths; it may name the {port}. `variables` of the environment
    are its own.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    log, base_path = folder / "portal.log", base_path.format(port=port)
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.port", str(port)]
    command += ["--server.baseUrlPath", base_path]
    with (
        log.open("w") as output,
        subprocess.Popen(
            [*command, "--server.headless", "true"],
            cwd=ROOT,
            env=environment(folder) | variables,
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            url = f"http://localhost:{port}{base_path}"
            _wait_until_healthy(url, process, log)
            yield url
        finally:
            process.terminate()


def environment(folder: Path) -> dict[str, str]:
    """That of a portal on a computer without AWS."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return kept | {
        "PYTHONPATH": os.pathsep.join((str(ROOT), os.environ.get("PYTHONPATH", ""))).rstrip(os.pathsep),
        "AWS_CONFIG_FILE": str(folder / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(folder / "none"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "PORTAL_EMBEDDED_PORT": "0",
        # What a page does with a text does not depend on the model: this is the fastest.
        "PORTAL_EMBEDDED_MODEL": TINY,
        # All weights that a test needs come from packages: there is no hub.
        "PORTAL_DATA_DIR": str(folder / "data"),
        "HF_ENDPOINT": "http://127.0.0.1:9",
    }


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + SECONDS
    while True:
        try:
            with urlopen(f"{url}/_stcore/health", timeout=5):  # noqa: S310 - the portal, by http
                return
        except (URLError, TimeoutError):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.1)


@pytest.fixture(scope="session")
def portal_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where `portal` keeps its data, and its log."""
    return tmp_path_factory.mktemp("portal")


@pytest.fixture(scope="session")
def portal(portal_folder: Path) -> Iterator[str]:
    """The address of one portal for all tests that don't need a fresh one."""
    with running_portal(portal_folder) as url:
        yield url


Launch = Callable[..., Browser]
"""Starts a Chromium whose microphone hears a clip: again and again, or with `once` one time and then silence."""


@pytest.fixture(scope="session")
def launch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Launch]:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    with sync_playwright() as playwright:

        def launch(heard: Clip, *flags: str, once: bool = False) -> Browser:
            speech = tmp_path_factory.mktemp("microphone") / "speech.wav"
            speech.write_bytes(encoded(heard, "wav", "pcm_s16le", 48000))
            microphone = f"--use-file-for-fake-audio-capture={speech}{'%noloop' if once else ''}"
            return playwright.chromium.launch(executable_path=found, args=[*FLAGS, microphone, *flags])

        yield launch


@pytest.fixture(scope="session")
def browser(launch: Launch, fox: Clip) -> Iterator[Browser]:
    """A Chromium whose microphone hears the short clip, again and again."""
    with launch(fox) as browser:
        yield browser


@pytest.fixture
def asked() -> list[str]:
    """What the page of this test has asked for so far, by address."""
    return []


@pytest.fixture
def page(browser: Browser, asked: list[str]) -> Iterator[Page]:
    """An empty tab of a new visitor; whatever happens in it, nothing may be fetched from outside."""
    with new_page(browser, asked) as page:
        yield page
    assert hosts(asked) <= THIS_COMPUTER


def hosts(addresses: list[str]) -> set[str]:
    """Those of some addresses; data: and blob: have none."""
    return {host for address in addresses if (host := urlsplit(address).hostname)}


@contextmanager
def new_page(browser: Browser, asked: list[str]) -> Iterator[Page]:
    """An empty tab of a new visitor; `asked` gets the addresses that it asks for."""

    def note(request: Request | WebSocket) -> None:
        asked.append(request.url)

    # All tests share what the browser has fetched and compiled, and most of them a tab: a new one takes longer.
    context = next(iter(browser.contexts), None) or _new_context(browser)
    page = next((tab for tab in context.pages if tab.url == _EMPTY), None) or context.new_page()
    page.on("request", note)
    page.on("websocket", note)
    yield page
    if not page.is_closed():
        page.goto(_EMPTY)
        page.set_viewport_size(SIZE)
        page.emulate_media(color_scheme="null")
        page.remove_listener("request", note)
        page.remove_listener("websocket", note)


def _new_context(browser: Browser) -> BrowserContext:
    context = browser.new_context(permissions=["microphone"], viewport=SIZE)
    context.set_default_timeout(SECONDS * 1000)
    context.add_init_script(MOTIONLESS)
    return context
