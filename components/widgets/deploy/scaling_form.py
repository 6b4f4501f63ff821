"""Automatic scaling as an option of a deployment."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.deployment.plan import Scaling

MOST_INSTANCES = 100

_FIELDS = {"scaling_lowest": 1, "scaling_highest": 2, "scaling_invocations": 20}
"""The keys of the three numbers, with what they begin with."""


def choose_scaling(places: dict[str, DeltaGenerator]) -> Scaling | None:
    """Draws the fields; returns None where the number of instances is to stay as it is."""
    for key, value in _FIELDS.items():
        st.session_state.setdefault(key, value)
    state = st.session_state
    badge = f" :gray-badge[{state['scaling_lowest']} to {state['scaling_highest']}]"
    with st.expander(f"Automatic scaling{badge if state.get('scaling') else ''}", key="group_scaling"):
        is_on = st.toggle(
            "Scale the number of instances with the load",
            key="scaling",
            persist_state="session",
            help="With more invocations a minute for each instance than given here, Application Auto Scaling adds "
            "instances; with fewer, it takes some away.",
        )
        lowest, highest, invocations = st.columns(3, gap="small", vertical_alignment="bottom")
        scaling = Scaling(
            _number(lowest, "Minimum", "scaling_lowest", MOST_INSTANCES, is_on=is_on),
            _number(highest, "Maximum", "scaling_highest", MOST_INSTANCES, is_on=is_on),
            _number(invocations, "Invocations a minute", "scaling_invocations", is_on=is_on),
        )
    places["scaling"] = st.container()
    return scaling if is_on else None


def _number(place: DeltaGenerator, label: str, key: str, most: int | None = None, *, is_on: bool) -> int:
    number = place.number_input(label, 1, most, key=key, disabled=not is_on, persist_state="session")
    return int(number)
