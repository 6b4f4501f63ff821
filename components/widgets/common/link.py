"""A page's address carries what is chosen on it: reading a link that somebody sent, and keeping it true.

What a link asks for wrongly is left out or brought into range, and noted for the user.
"""

import math
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.whisper.parameters import Parameter, Value
from components.widgets.common import parameter_state
from components.widgets.common.elements import plain

_LATE = 2.0
"""Seconds for which the browser may still send an address that has been replaced: a click that follows another at once
is on its way before the new address has arrived."""


@dataclass
class _Link:
    """One session's view of its address.

    `address` is as last seen or written, and `replaced` those before it, with the time when each was replaced;
    `wishes` are what a link asks the pickers for, until they have settled it; `notes` tell what could not be taken
    over, and `is_new` that nobody can have read them yet.
    """

    address: dict[str, str] = field(default_factory=dict)
    replaced: list[tuple[float, dict[str, str]]] = field(default_factory=list)
    wishes: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    is_new: bool = False


def read(*names: str, parameters: Iterable[Parameter] = ()) -> None:
    """Takes over what the address says, if it is not what this session wrote; to be called before any widget.

    `names` and `parameters` are what the page's address can carry. An address without anything is that of the
    navigation: everything stays as it was left.
    """
    link, address = _link(), st.query_params.to_dict()
    if address == link.address:
        return
    link.address = address
    if address and not any(address == late for _, late in _replaced(link)):
        link.notes, link.is_new = [], True
        link.wishes = {name: address[name] for name in names if name in address}
        for parameter in parameters:
            text = address.get(parameter.name)
            parameter_state.put(parameter, None if text is None else _parsed(parameter, text))


def write(chosen: Mapping[str, str | None], parameters: Mapping[str, Value] | None = None) -> None:
    """Makes the address say what is chosen now; notes on a link go away with the first change.

    `chosen` has a value for each of the page's names, None where nothing is chosen.
    """
    link = _link()
    address = {name: value for name, value in chosen.items() if value is not None}
    # A wish of another page's address is none of this one's.
    address |= {name: wish for name, wish in link.wishes.items() if name in chosen}
    address |= {name: _written(value) for name, value in (parameters or {}).items()}
    if address != link.address:
        st.query_params.from_dict(address)
        link.replaced = [*_replaced(link), (time.monotonic(), link.address)]
        link.address = address
        if not link.is_new:
            link.notes = []
    link.is_new = False


def show_notes(place: DeltaGenerator) -> None:
    """Says what could not be taken over from the link; to be called after `write`."""
    if notes := _link().notes:
        place.warning("  \n".join(plain(note) for note in notes), icon=":material/link_off:")


def wish(name: str) -> str | None:
    """What the link asks for under that name, as long as nobody fulfilled it or gave it up."""
    return _link().wishes.get(name)


def settle(name: str, options: Iterable[str], default: str, *, complete: bool) -> None:
    """Sees to it that a name's widget stands on one of its options, on the one that a link asked for if it can.

    `complete` says that no more options will turn up: only then is a link's wish given up. To be called before the
    widget is drawn, whose key is the name.
    """
    link, offered = _link(), set(options)
    wanted = link.wishes.get(name)
    if wanted in offered:
        st.session_state[name] = wanted
        del link.wishes[name]
    elif wanted is not None and complete:
        del link.wishes[name]
        link.notes.append(f"The link asks for the {name} {wanted}, which is not here.")
        link.is_new = True
    if st.session_state.get(name) not in offered:
        st.session_state[name] = default


def _link() -> _Link:
    link: _Link = st.session_state.setdefault("link", _Link())
    return link


def _replaced(link: _Link) -> list[tuple[float, dict[str, str]]]:
    """The addresses that were replaced a moment ago."""
    return [(at, address) for at, address in link.replaced if time.monotonic() - at < _LATE]


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
