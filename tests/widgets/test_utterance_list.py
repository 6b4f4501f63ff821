"""The utterances of a run: their order, the search, pages, what others heard, and failures."""

import re
from typing import Any

import pytest

from components.evaluation.results.scores import ScoredUtterance, SystemScore
from components.evaluation.results.word_errors import align
from components.evaluation.runs.records import Item, Measurement, System
from components.widgets.compare.utterance_list import utterance_html
from tests.widgets.compare_driver import again, draw, html, said, table
from tests.widgets.test_alignment_view import Seen

BASE = System("base", "AWS", "eu-west-1")
TINY = System("tiny", "AWS", "eu-west-1")
SAID = ("a b c d e f g h", "one", "so far", "<b>far</b> away")
BASE_HEARD = ("a b c d e f x y", "two", "so far", "far away")
TINY_HEARD = ("a b", "one", "so <i>near</i>", "far")
ITEMS = [Item(f"id-{number}", text) for number, text in enumerate(SAID)]


def score(system: int, texts: tuple[str, ...], failures: tuple[Measurement, ...] = ()) -> SystemScore:
    utterances = tuple(
        ScoredUtterance(
            number, text, align(ITEMS[number].reference.split(), text.split()), is_characters=False
        )
        for number, text in enumerate(texts)
    )
    return SystemScore(system, None, None, utterances, failures, 0.0, 0.0)


def show(systems: "Any", scores: "Any", items: "Any") -> None:
    from components.widgets.compare import utterance_list  # noqa: PLC0415 - runs as a script

    utterance_list.show_utterances("list", systems, scores, items)
    utterance_list.show_confusions("confused", systems, scores)


def both() -> dict[str, Any]:
    return {"systems": (BASE, TINY), "scores": [score(0, BASE_HEARD), score(1, TINY_HEARD)], "items": ITEMS}


def alone(*texts: str, failures: tuple[Measurement, ...] = ()) -> dict[str, Any]:
    return {"systems": (BASE,), "scores": [score(0, texts, failures)], "items": ITEMS}


def ids(page: str) -> list[str]:
    return re.findall(r"<strong>(.*?)</strong>", page)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("Most errors", ["id-0", "id-1", "id-3", "id-2"]),
        ("Highest rate", ["id-1", "id-3", "id-0", "id-2"]),
        ("Data set", ["id-0", "id-1", "id-2", "id-3"]),
    ],
)
def test_orders(order: str, expected: list[str]) -> None:
    app = draw(show, **both())
    app.selectbox(key="list_order").set_value(order)
    assert ids(html(again(app))) == expected


def test_an_utterance_has_its_figures_its_texts_and_what_others_heard() -> None:
    page = html(draw(show, **both()))
    assert "2 errors in 8 words · 25.0 %" in page
    assert '<dd dir="auto">a b c d e f g h</dd>' in page
    assert '<dt>Hypothesis of tiny</dt><dd dir="auto">so &lt;i&gt;near&lt;/i&gt;</dd>' in page
    assert "<b>far" not in page


def test_another_system_can_be_looked_at() -> None:
    app = draw(show, **both())
    app.selectbox(key="list_system").set_value(1)
    page = html(again(app))
    assert ids(page)[0] == "id-0"
    assert "6 errors in 8 words" in page
    assert "Hypothesis of base" in page


@pytest.mark.parametrize(
    ("sought", "expected"), [("ID-2", ["id-2"]), ("AWAY", ["id-3"]), ("two", ["id-1"]), ("nowhere", [])]
)
def test_search_finds_ids_references_and_what_was_heard(sought: str, expected: list[str]) -> None:
    app = draw(show, **both())
    app.text_input(key="list_search").set_value(sought)
    again(app)
    assert ids(html(app)) == expected
    assert ("No utterance has that" in said(app)) == (not expected)


def test_long_lists_have_pages() -> None:
    items = [Item(f"id-{number}", "one") for number in range(45)]
    utterances = tuple(
        ScoredUtterance(number, "one", align(["one"], ["one"]), is_characters=False) for number in range(45)
    )
    scores = [SystemScore(0, None, None, utterances, (), 0.0, 0.0)]
    app = draw(show, systems=(BASE,), scores=scores, items=items)
    assert ids(html(app)) == [f"id-{number}" for number in range(20)]
    app.session_state["list_0_Most errors_of_3"] = 3
    assert ids(html(again(app))) == [f"id-{number}" for number in range(40, 45)]


def test_what_was_heard_where_nothing_was_said_is_the_highest_rate() -> None:
    items = [Item("wrong", "one"), Item("silence", "")]
    utterances = (
        ScoredUtterance(0, "two three", align(["one"], ["two", "three"]), is_characters=False),
        ScoredUtterance(1, "hm", align([], ["hm"]), is_characters=False),
    )
    scores = [SystemScore(0, None, None, utterances, (), 0.0, 0.0)]
    app = draw(show, systems=(BASE,), scores=scores, items=items)
    app.selectbox(key="list_order").set_value("Highest rate")
    assert ids(html(again(app))) == ["silence", "wrong"]


def test_failures_are_listed_with_what_they_say() -> None:
    failure = Measurement(0, 3, 0.0, 1.0, error="ThrottledError", message="Too many <b>requests</b>.")
    app = draw(show, **alone(*BASE_HEARD[:3], failures=(failure,)))
    assert "Failed requests: 1" in said(app)
    assert table(app).to_dict("records") == [
        {"Utterance": "id-3", "Error": "ThrottledError", "Message": "Too many <b>requests</b>."}
    ]


def test_where_nothing_was_answered_that_is_said() -> None:
    assert "Nothing was answered." in said(draw(show, **alone()))


def test_confusions_are_counted_for_each_system() -> None:
    app = draw(show, **both())
    first = table(app).to_dict("records")
    assert {"kind": "transcribed as another", "said": "one", "transcribed": "two", "count": 1} in first
    app.selectbox(key="confused_system").set_value(1)
    second = table(again(app)).to_dict("records")
    assert {"kind": "left out", "said": "c", "transcribed": "", "count": 1} in second


def test_the_most_frequent_confusion_stands_first() -> None:
    rows = table(draw(show, **alone("a b c d e f g x", "so one so"))).to_dict("records")
    assert [(row["said"], row["transcribed"], row["count"]) for row in rows] == [("", "so", 2), ("h", "x", 1)]


def test_without_confusions_that_is_said() -> None:
    assert "No word was mistaken." in said(draw(show, **alone(*SAID)))


def test_ids_and_names_of_endpoints_with_html_are_shown_as_text() -> None:
    id_, endpoint = "<img src=x onerror=alert(1)>", "<b onclick=alert(1)>tiny</b>"
    utterance = ScoredUtterance(0, "one", align(["one"], ["one"]), is_characters=False)
    seen = Seen(utterance_html(Item(id_, "one"), utterance, [(endpoint, "one")]))
    assert not {"img", "b"} & seen.tags
    assert id_ in seen.text
    assert f"Hypothesis of {endpoint}" in seen.text
