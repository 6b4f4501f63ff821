"""Parameters as somebody writes them on a command line."""

import json

from components.whisper.parameters import BY_NAME, Value


def read_value(name: str, text: str) -> Value:
    """The value of a parameter; what is no JSON stays text, which `parameter_rules.problems` then finds wrong."""
    if name not in BY_NAME or BY_NAME[name].kind is str:
        return text
    try:
        # Numbers, lists, true and false are written as in the request's JSON.
        value: Value = json.loads(text)
    except ValueError:
        return text
    return value
