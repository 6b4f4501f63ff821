"""Text from elsewhere (file names, answers of AWS, failure reasons) shown as it is."""

import re

_JOINER = "\N{WORD JOINER}"
"""Has no width; what it stands in is no address any more."""


def plain(text: str) -> str:
    """The text with every character escaped to which Markdown would give a meaning of its own.

    Addresses do not become links: whoever names a run must not be able to send others elsewhere.
    """
    without_links = re.sub(r"(?<=:)(?=//)|(?<=@)(?=\w)|(?<=www)(?=\.)", _JOINER, text, flags=re.IGNORECASE)
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", without_links)
