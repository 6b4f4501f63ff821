"""The page Compare in a browser: a run from the form to the history, on the embedded endpoint."""

import json
import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import PHONE
from tests.e2e.test_portal import expect_no_exception, expect_no_scrolling_sideways


def part(page: Page, key: str) -> Locator:
    return page.locator(f".st-key-{key}")


def choose_first(page: Page, count: int) -> None:
    """Has only the first utterances of the small set heard."""
    part(page, "compare_dataset_part").get_by_text("First", exact=True).click()
    field = part(page, "compare_dataset_count").get_by_role("spinbutton")
    field.fill(str(count))
    field.press("Enter")
    expect(part(page, "compare_dataset_about")).to_contain_text(f"the first {count} of 20 utterances")


def press(page: Page, name: str) -> None:
    button = page.get_by_role("button", name=name, exact=True)
    expect(button).to_be_enabled()
    button.click()


def view(page: Page, name: str) -> Locator:
    return page.get_by_role("radiogroup", name="View").get_by_role("radio", name=name)


def rename(page: Page, history: Locator, wanted: str) -> None:
    history.get_by_role("button", name="Rename").click()
    dialog = page.get_by_role("dialog")
    # Enter presses the form's button, which has to be there.
    expect(dialog.get_by_role("button", name="Rename")).to_be_enabled()
    name = dialog.get_by_role("textbox")
    name.fill(wanted)
    name.press("Enter")
    expect(dialog).to_have_count(0)


def test_a_run_survives_a_reload_is_found_in_the_history_and_stands_in_the_tradeoff(
    page: Page, portal: str
) -> None:
    page.goto(f"{portal}/compare?view=Accuracy")
    choose_first(page, 2)
    press(page, "Measure accuracy")
    expect(page).to_have_url(re.compile(r"run=[0-9a-f]{12}"))
    page.reload()
    shown = part(page, "compare_shown_run")
    expect(shown).to_contain_text("done")
    expect(shown).to_contain_text("Whisper's EnglishTextNormalizer")
    expect(shown.locator(".alignment").first).to_be_visible()
    expect_no_exception(page)

    with page.expect_download() as download:
        shown.get_by_role("button", name="JSONL").click()
    lines = [json.loads(line) for line in Path(download.value.path()).read_text().splitlines()]
    assert len(lines) == 3
    assert all(line["text"] for line in lines[1:])

    view(page, "History").click()
    history = part(page, "compare_history")
    expect(history).to_contain_text("Small set, the first 2 of 20 utterances")
    expect(history).to_contain_text("Word error rate")
    rename(page, history, "my first run")
    expect(history).to_contain_text("my first run")
    history.get_by_role("button", name="Open").click()
    expect(history).to_contain_text("my first run")
    expect(history.locator(".alignment").first).to_be_visible()
    press(page, "Back to all runs")

    view(page, "Latency").click()
    for field in ("requests", "warm_up"):
        number = part(page, f"compare_latency_{field}").get_by_role("spinbutton")
        number.fill("1")
        number.press("Enter")
    expect(page.get_by_text("2 requests in all")).to_be_visible()
    press(page, "Measure latency")
    expect(shown).to_contain_text("Real-time factor")
    expect(shown.locator("canvas, svg.marks").first).to_be_visible()
    expect(shown).to_contain_text("done")
    expect_no_exception(page)

    view(page, "Trade-off").click()
    # A way to the run from which the latency in chart and table comes.
    expect(page.get_by_role("button", name=re.compile("^Latency run of "))).to_be_visible()
    expect(page.get_by_test_id("stVegaLiteChart").locator("canvas, svg.marks")).to_be_visible()
    expect_no_exception(page)

    view(page, "History").click()
    delete = history.get_by_role("button", name="Delete")
    for runs in (2, 1):
        expect(delete).to_have_count(runs)
        delete.first.click()
        page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(history).to_contain_text("Nothing has been measured yet")
    expect_no_exception(page)


def test_a_phone_never_scrolls_sideways(page: Page, portal: str) -> None:
    page.set_viewport_size(PHONE)
    page.goto(f"{portal}/compare")
    for name in ("Published", "Accuracy", "Latency", "Trade-off", "History"):
        view(page, name).click()
        expect(page).to_have_url(re.compile(f"view={name}"))
        expect(view(page, name)).to_be_checked()
        expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
        expect_no_scrolling_sideways(page)
        expect_no_exception(page)
