"""Hostile text in a real browser: it is read, never carried out, and leads nowhere."""

import re
from collections.abc import Iterator
from urllib.parse import urlencode

import numpy as np
import pytest
from playwright.sync_api import Dialog, FilePayload, Page, expect

from components.audio.decoding import Clip
from tests.e2e.conftest import SECONDS, running_portal
from tests.e2e.hostile_aws import NAME, REGION, hostile_aws
from tests.e2e.test_compare import part, press
from tests.e2e.test_portal import expect_no_exception, press_transcribe, upload
from tests.evaluation.datasets.made_files import make_zip
from tests.pages.markup import HOSTILE

SEEN = "<img src=x onerror=alert(1)><script>alert(2)<"
"""How the hostile text begins, where it is read as it is."""
FURTHER = ":skull: $m$ `c` **b**"
"""How it goes on after its addresses, which are broken up where they would become links."""
CARRIED_OUT = """() => [...document.querySelectorAll(
    "img, script, .katex, a[href*='//evil'], a[href*='//www.evil'], a[href^='mailto:'], [data-testid=stIconMaterial]"
)].map(found => found.outerHTML + found.textContent).filter(
    found => /katex|evil|mailto|src="x"|alert|skull/.test(found)
)"""
"""What is on the page that would not be there if all of it were only text."""


@pytest.fixture(scope="module")
def own_portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with hostile_aws() as aws, running_portal(tmp_path_factory.mktemp("hostile"), **aws) as url:
        yield url


@pytest.fixture
def dialogs(page: Page) -> Iterator[list[str]]:
    """What scripts have said: alert() is all that the hostile text would do."""
    said: list[str] = []

    def note(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    yield said
    page.remove_listener("dialog", note)


def is_read(page: Page, key: str, *texts: str) -> None:
    """That part of the page shows the text, and nothing on the page is more than text.

    That nobody outside was asked for anything is what the page fixture sees to.
    """
    for text in texts or (SEEN, FURTHER):
        # Also where something is transcribed or measured first, on a computer that has other things to do.
        expect(part(page, key).first).to_contain_text(text, timeout=3000 * SECONDS)
    is_text(page)
    expect_no_exception(page)


def is_text(page: Page) -> None:
    assert page.evaluate(CARRIED_OUT) == []


def test_what_is_carried_out_is_found(page: Page) -> None:
    page.set_content(f"{HOSTILE} <a href='http://evil.example'>l</a><i class=katex>m</i>")
    assert len(page.evaluate(CARRIED_OUT)) == 4


def test_names_and_reasons_on_the_front_page(page: Page, own_portal: str, dialogs: list[str]) -> None:
    page.goto(own_portal)
    is_read(page, f"target_{REGION}")
    assert dialogs == []


def test_names_and_reasons_on_the_deploy_page(page: Page, own_portal: str, dialogs: list[str]) -> None:
    page.goto(f"{own_portal}/deploy?target={REGION}")
    is_read(page, "endpoints")
    part(page, "endpoints").get_by_role("button", name="Delete").first.click()
    expect(page.get_by_role("dialog")).to_contain_text(SEEN)
    is_read(page, "endpoints")
    assert dialogs == []


def test_transcripts(page: Page, own_portal: str, dialogs: list[str], fox: Clip) -> None:
    page.goto(f"{own_portal}/playground?{urlencode({'target': REGION, 'endpoint': NAME})}")
    upload(page, f"{HOSTILE.replace('/', '|')}.wav", "audio/wav", fox.wav())
    press_transcribe(page)
    is_read(page, "transcript")
    is_read(page, "clip")
    for name in ("request", "reply"):
        part(page, name).get_by_role("group").first.click()
    is_text(page)
    # One of more than 30 s is sent in chunks.
    upload(page, "long.wav", "audio/wav", Clip(np.pad(fox.samples, 16 * 16_000), "", "").wav())
    # Until it is there, the button sends the one before it.
    expect(part(page, "clip")).to_contain_text("long.wav")
    press_transcribe(page)
    is_read(page, "long_segments")
    assert dialogs == []


def test_a_data_set_and_its_run(page: Page, own_portal: str, dialogs: list[str], fox: Clip) -> None:
    page.goto(f"{own_portal}/compare?view=Accuracy")
    part(page, "compare_dataset_kind").get_by_text("Upload", exact=True).click()
    name = HOSTILE.replace("/", "|")
    rows = "".join(f"{name}{n}.wav,{HOSTILE} not,{name}{n},english\n" for n in (1, 2))
    data = make_zip({"m.csv": f"file,text,id,language\n{rows}", f"{name}1.wav": fox.wav()})
    file = FilePayload(name=f"{name}.zip", mimeType="application/zip", buffer=data)
    part(page, "compare_dataset_upload").locator("input[type=file]").set_input_files(file)
    is_read(page, "compare_dataset_about", SEEN)
    part(page, "compare_accuracy_endpoints").get_by_role("combobox").click()
    page.get_by_role("option").filter(has_text=SEEN).first.click()
    page.keyboard.press("Escape")
    expect(part(page, "compare_accuracy_endpoints")).to_contain_text(SEEN)
    press(page, "Measure accuracy")
    expect(page).to_have_url(re.compile(r"run=[0-9a-f]{12}"))
    is_read(page, "compare_shown_run")
    # The chart's tooltip is HTML of its own.
    points = page.locator(".mark-symbol path").first
    points.hover()
    expect(page.locator("#vg-tooltip-element")).to_contain_text(SEEN)
    is_text(page)
    page.get_by_role("radio", name="History").click()
    is_read(page, "compare_history")
    assert dialogs == []
