"""The inference parameters as they stand on this session's screen: the widgets' keys and their values.

A number has two widgets, a toggle that sets it and a slider; everything else has one, whose first option is
`UNSET`. The keys are the parameters' names, and `set_<name>` for the toggles.
"""

import streamlit as st

from components.whisper.parameters import ON_SCREEN, Parameter, Value

UNSET = "unset"


def is_number(parameter: Parameter) -> bool:
    """Whether the parameter has a slider."""
    return parameter.kind in (int, float)


def toggle_key(parameter: Parameter) -> str:
    """The key of the toggle beside a number's slider."""
    return f"set_{parameter.name}"


def options(parameter: Parameter) -> list[str]:
    """What can be chosen for a parameter that is no number."""
    return [UNSET, *(("true", "false") if parameter.kind is bool else parameter.choices)]


def current(parameter: Parameter) -> Value | None:
    """The parameter's value, or None where it is unset."""
    if is_number(parameter):
        shown: Value | None = st.session_state.get(parameter.name, parameter.suggested)
        return shown if st.session_state.get(toggle_key(parameter)) else None
    choice: str = st.session_state.get(parameter.name, UNSET)
    if choice == UNSET:
        return None
    return choice == "true" if parameter.kind is bool else choice


def put(parameter: Parameter, value: Value | None) -> None:
    """Sets the parameter's widgets, or unsets them; to be called before they are drawn, or in a callback."""
    if is_number(parameter):
        st.session_state[toggle_key(parameter)] = value is not None
        st.session_state[parameter.name] = parameter.suggested if value is None else value
    elif parameter.kind is bool:
        st.session_state[parameter.name] = UNSET if value is None else str(value).lower()
    else:
        st.session_state[parameter.name] = value or UNSET


def values() -> dict[str, Value]:
    """All that is set, in the table's order."""
    return {p.name: value for p in ON_SCREEN if (value := current(p)) is not None}


def reset() -> None:
    """Unsets everything."""
    for parameter in ON_SCREEN:
        put(parameter, None)
