"""Alignments on the screen: hostile text, other scripts, and what a screen reader hears."""

import re
from html.parser import HTMLParser

from components.evaluation.results.word_errors import align
from components.widgets.compare.alignment_view import alignment_html


class Seen(HTMLParser):
    """The tags and the text of a chunk of HTML, without what is for screen readers only if `for_eyes`."""

    def __init__(self, html: str, *, for_eyes: bool = False) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(re.sub(r'<span class="spoken".*?</span>', "", html) if for_eyes else html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def html(reference: str, hypothesis: str, *, is_characters: bool = False) -> str:
    split = list if is_characters else str.split
    return alignment_html(align(split(reference), split(hypothesis)), is_characters=is_characters)


def test_each_fate_of_a_word_has_its_mark() -> None:
    found = html("one two three", "one too three four")
    assert re.search(r"<del>two</del><ins><span[^>]*> was heard as </span>too</ins>", found)
    assert re.search(r"<ins><span[^>]*> added: </span>four</ins>", found)
    assert re.search(r"<del><span[^>]*> left out: </span>two</del>", html("one two", "one"))


def test_a_screen_reader_hears_sentences() -> None:
    assert " ".join(Seen(html("that we want", "that we won")).text.split()) == "that we want was heard as won"


def test_text_with_html_is_shown_as_text() -> None:
    hostile = '<script>alert(1)</script> <b>"x"</b> &amp; </p><img/onerror=1>'
    for found in (html(hostile, "fine"), html("fine", hostile), html(hostile, hostile)):
        assert Seen(found).tags <= {"p", "del", "ins", "span"}
        assert Seen(found).attributes <= {"class", "dir"}
    assert Seen(html(hostile, hostile)).text == hostile


def test_words_stand_apart_and_characters_do_not() -> None:
    assert Seen(html("a b c", "a b c")).text == "a b c"
    assert Seen(html("これは", "これは", is_characters=True)).text == "これは"


def test_neighbouring_characters_share_a_mark() -> None:
    found = html("ありがとう", "ありません", is_characters=True)
    assert found.count("<del>") == found.count("<ins>") == 1
    assert Seen(found, for_eyes=True).text == "ありがとうません"


def test_the_direction_is_that_of_the_text_and_not_of_our_own_words() -> None:
    found = html("שלום עולם", "עולם")
    assert found.startswith('<p class="alignment" dir="rtl"><del><span class="spoken" dir="ltr">')
    # Only elements with a direction of their own have no say in that of the paragraph: the words have a say.
    assert not re.search(r"<(del|ins)[^>]*dir=", found)


def test_the_direction_is_the_references_also_where_it_begins_with_another_script() -> None:
    assert html("OK שלום עולם", "hello hello hello שלום").startswith('<p class="alignment" dir="rtl">')
    assert html("hello שלום and so on", "שלום").startswith('<p class="alignment" dir="ltr">')
    assert html("", "שלום").startswith('<p class="alignment" dir="rtl">')


def test_nothing_said_and_nothing_heard_is_said() -> None:
    assert "No words" in html("", "")
