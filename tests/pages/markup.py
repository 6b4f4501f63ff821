"""Hostile text, and what of it reaches a page as markup: Markdown, HTML or one of Streamlit's own directives."""

import re
from collections.abc import Iterator
from typing import Any

from google.protobuf.message import Message
from streamlit.testing.v1 import AppTest

HOSTILE = (
    "<img src=x onerror=alert(1)><script>alert(2)</script> ![p](http://evil.example/p.png) [l](http://evil.example) "
    ":violet[v] :material/skull: :skull: $m$ `c` **b** http://evil.example/bare www.evil.example"
)
"""Everything at once. It has no line break and no quotation mark, so that it may stand in any name."""

_RAW = (
    *(
        "<img",
        "<script",
        "![p",
        "[l](",
        ":violet[",
        ":material/skull",
        ":skull",
        "$m$",
        "`c`",
        "**b**",
        "//evil",
    ),
    "www.evil",
)
_MARKDOWN = {"body", "title", "label", "help", "text", "content", "captions", "delta_description"}
"""The fields of Streamlit's messages that its browser side takes for Markdown."""
_ESCAPED = re.compile(r"\\[!-/:-@\[-`{-~]")
_OWN_LINK = re.compile(r"\]\(https://[\w.$/?#=&:-]+\)")
"""What a link of the portal's own leads to; in its address everything else is encoded."""
_TAG = re.compile(r"<(img|script)", re.IGNORECASE)


def markup(app: AppTest) -> list[str]:
    """Each text of the page, its sidebar and its dialogs in which something hostile would be more than text."""
    return [found for node in _nodes(app._tree) for found in _faults(node)]


def mentions(app: AppTest) -> int:
    """How many texts on the page have the hostile one in them, or the beginning of it."""
    texts = (text for node in _nodes(app._tree) for _, text in _strings(node))
    return sum("onerror" in text for text in texts)


def _faults(message: Message) -> Iterator[str]:
    kind = message.DESCRIPTOR.name
    is_run = getattr(message, "allow_html", False) or getattr(message, "unsafe_allow_javascript", False)
    # The one script of the portal's own has nothing in it that comes from elsewhere.
    if is_run and "onerror" in str(message):
        yield f"{kind} may run what is in it"
    for field, text in _strings(message):
        if kind == "Html":
            if "onerror" in text and _TAG.search(text):
                yield f"{kind}.{field}: {text}"
        elif field in _MARKDOWN or (kind, field) == ("Radio", "options"):
            rest = _OWN_LINK.sub("", _ESCAPED.sub("", text))
            if any(raw in rest for raw in _RAW):
                yield f"{kind}.{field}: {text}"


def _strings(message: Message) -> Iterator[tuple[str, str]]:
    for field, value in message.ListFields():
        if field.type == field.TYPE_STRING:
            for text in [value] if isinstance(value, str) else value:
                yield field.name, text


def _nodes(node: Any) -> Iterator[Message]:
    """The message of each element and block, with the messages in it."""
    proto = getattr(node, "proto", None)
    if isinstance(proto, Message):
        yield from _messages(proto)
    for child in getattr(node, "children", {}).values():
        yield from _nodes(child)


def _messages(message: Message) -> Iterator[Message]:
    yield message
    for field, value in message.ListFields():
        if field.message_type and not field.message_type.GetOptions().map_entry:
            for each in [value] if isinstance(value, Message) else value:
                yield from _messages(each)
