"""The page's address carries endpoint and parameters: reading a link that somebody sent, and keeping it true.

What a link asks for wrongly is left out or brought into range, and noted for the user.
"""

import math
from dataclasses import dataclass, field

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.parameters import ON_SCREEN, Parameter, Value
from components.widgets import parameter_state
from components.widgets.plain import plain
from components.widgets.selection import Selection

TARGET, ENDPOINT = "target", "endpoint"
"""Names in the address for a target's region and an endpoint's name; the pickers' keys are the same."""


@dataclass
class _Link:
    """One session's view of its address.

    `address` is as last seen or written; `wishes` are what a link asks the pickers for, until they have
    settled it; `notes` tell what could not be taken over, and `is_new` that nobody can have read them yet.
    """

    address: dict[str, str] = field(default_factory=dict)
    wishes: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    is_new: bool = False


def read() -> None:
    """Takes over what the address says, if it is not what this session wrote; to be called before any widget.

    An address without anything is that of the navigation: everything stays as it was left.
    """
    link, address = _link(), st.query_params.to_dict()
    if address == link.address:
        return
    link.address = address
    if address:
        link.notes, link.is_new = [], True
        link.wishes = {key: address[key] for key in (TARGET, ENDPOINT) if key in address}
        for parameter in ON_SCREEN:
            text = address.get(parameter.name)
            parameter_state.put(parameter, None if text is None else _parsed(parameter, text))


def write(selection: Selection, parameters: dict[str, Value]) -> None:
    """Makes the address say what is chosen now; notes on a link go away with the first change."""
    link = _link()
    target = {TARGET: selection.target.region} if selection.target else {}
    endpoint = {ENDPOINT: selection.endpoint.name} if selection.endpoint else {}
    chosen = target | endpoint | link.wishes
    address = chosen | {name: _written(value) for name, value in parameters.items()}
    if address != link.address:
        st.query_params.from_dict(address)
        link.address = address
        if not link.is_new:
            link.notes = []
    link.is_new = False


def show_notes(place: DeltaGenerator) -> None:
    """Says what could not be taken over from the link; to be called after `write`."""
    if notes := _link().notes:
        place.warning("  \n".join(plain(note) for note in notes), icon=":material/link_off:")


def wish(key: str) -> str | None:
    """What the link asks for under that key, as long as nobody fulfilled it or gave it up."""
    return _link().wishes.get(key)


def settle(key: str, note: str | None = None) -> None:
    """A wish is fulfilled, or can't be, which the note says."""
    link = _link()
    link.wishes.pop(key, None)
    if note:
        link.notes.append(note)
        link.is_new = True


def _link() -> _Link:
    link: _Link = st.session_state.setdefault("link", _Link())
    return link


def _parsed(parameter: Parameter, text: str) -> Value | None:
    if parameter_state.is_number(parameter):
        return _number(parameter, text)
    if text in parameter_state.options(parameter)[1:]:
        return text == "true" if parameter.kind is bool else text
    _note_ignored(parameter, text)
    return None


def _number(parameter: Parameter, text: str) -> Value | None:
    try:
        value: float = parameter.kind(text)
    except ValueError:
        value = math.nan
    if parameter.slider is None or not math.isfinite(value):
        _note_ignored(parameter, text)
        return None
    low, high, _ = parameter.slider
    inside: float = parameter.kind(min(max(value, low), high))
    if value != inside:
        _link().notes.append(f"{parameter.name} is {text} in the link; {inside} is the nearest possible.")
    return inside


def _note_ignored(parameter: Parameter, text: str) -> None:
    _link().notes.append(f"{parameter.name}={text} in the link is ignored: it must be {parameter.rule}.")


def _written(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
