"""Text from elsewhere (file names, answers of AWS, failure reasons) shown as it is."""

import re


def plain(text: str) -> str:
    """The text with every character escaped to which Markdown would give a meaning of its own."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)
