import re

import pytest

from components.widgets.common.elements import plain


def test_marks_of_markdown_mean_nothing() -> None:
    assert plain("*a* [b](c) <i>") == r"\*a\* \[b\]\(c\) \<i\>"


@pytest.mark.parametrize(
    "text", ["see http://e.com/x", "HTTPS://e.com", "www.e.com", "WWW.e.com", "me@e.com"]
)
def test_addresses_become_no_links(text: str) -> None:
    # What GitHub's Markdown makes links of (its specification, "Autolinks (extension)").
    address = re.compile(r"https?://|www\.|\w@\w", re.IGNORECASE)
    shown = plain(text).replace("\\", "")
    assert not address.search(shown)
    assert shown.replace("\N{WORD JOINER}", "") == text
