"""What a deployment on AWS needs beside a name: instances, a role, and as options scaling and a network."""

from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.core.formatting import hourly_usd
from components.deployment.plan import INSTANCE_TYPES, DeploymentPlan, Scaling
from components.deployment.pricing import Price
from components.targets.target import Target
from components.whisper.models import WhisperModel
from components.widgets.common.elements import plain
from components.widgets.deploy.model_choice import default_type
from components.widgets.deploy.network_form import choose_network
from components.widgets.endpoints.cached_lookups import prices, roles, supported_types

_DEFAULT = "default_instance_type"
_MOST_INSTANCES = 100
_SCALING = {"scaling_lowest": 1, "scaling_highest": 2, "scaling_invocations": 20}
"""The keys of the three numbers, with what they begin with."""


def choose_on_aws(target: Target, plan: DeploymentPlan, places: dict[str, DeltaGenerator]) -> DeploymentPlan:
    """Draws the fields and returns the plan with them; `places` is given the place for what is wrong with each."""
    kind, count = _instances(target, plan, places)
    role = _role(target, places)
    scaling = _scaling(places)
    network, isolation = choose_network(target, places)
    return replace(
        plan,
        instance_type=kind,
        instance_count=count,
        role_arn=role,
        scaling=scaling,
        network=network,
        network_isolation=isolation,
    )


def _instances(target: Target, plan: DeploymentPlan, places: dict[str, DeltaGenerator]) -> tuple[str, int]:
    left, right = st.columns((3, 1), gap="small")
    below = st.container()
    with left:
        kind = _type(target, plan.model, below)
    with right:
        st.session_state.setdefault("instance_count", 1)
        count = st.number_input(
            "Instances", 1, _MOST_INSTANCES, key="instance_count", persist_state="session"
        )
    places["instance_count"] = st.container()
    return kind, int(count)


def _type(target: Target, model: WhisperModel, below: DeltaGenerator) -> str:
    default, supported = default_type(target, model), supported_types(target).get(model.name)
    offered = (default, *(supported.supported if supported else INSTANCE_TYPES))
    # What the user has not touched is still the last default, and goes with the model and with JumpStart's answer.
    if st.session_state.get("instance_type") in (None, st.session_state.get(_DEFAULT)):
        st.session_state["instance_type"] = default
    st.session_state[_DEFAULT] = default
    types = list(dict.fromkeys((*offered, st.session_state["instance_type"])))
    known = prices(target, types)
    asked = f"JumpStart's default is {default}."
    not_asked = "What JumpStart usually supports; it is being asked, or can't be."
    kind: str = st.selectbox(
        "Instance type",
        types,
        format_func=lambda kind: _labelled(kind, known),
        key="instance_type",
        persist_state="session",
        help=asked if supported else not_asked,
    )
    if kind not in offered:
        below.caption(f":orange[:material/warning: JumpStart does not name {kind} for {model.name}.]")
    return kind


def _labelled(kind: str, known: dict[str, Price | None]) -> str:
    if kind not in known:
        return kind
    price = known[kind]
    return f"{kind} · {hourly_usd(price.usd_per_hour)}" if price else f"{kind} · price unknown"


def _role(target: Target, places: dict[str, DeltaGenerator]) -> str | None:
    found = roles(target)
    arns = list(dict.fromkeys(filter(None, (found.suggested, *found.available)))) if found else []
    if found and found.suggested and not st.session_state.get("role"):
        st.session_state["role"] = found.suggested
    role: str | None = st.selectbox(
        "Execution role",
        arns,
        index=None,
        format_func=lambda arn: arn.partition(":role/")[2] or arn,
        key="role",
        accept_new_options=True,
        placeholder="Choose a role, or type its ARN" if found else "Looking for roles …",
        persist_state="session",
        help="With this role's rights SageMaker runs the model: it reads JumpStart's bucket and writes the log.",
    )
    if found is None:
        # What is missing may turn up by itself: not marked as a fault yet.
        return role
    places["role_arn"] = st.container()
    if found.note:
        st.caption(f":material/info: {plain(found.note)}")
    return role.strip() if role else None


def _scaling(places: dict[str, DeltaGenerator]) -> Scaling | None:
    """Draws the fields; returns None where the number of instances is to stay as it is."""
    for key, value in _SCALING.items():
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
            _number(lowest, "Minimum", "scaling_lowest", _MOST_INSTANCES, is_on=is_on),
            _number(highest, "Maximum", "scaling_highest", _MOST_INSTANCES, is_on=is_on),
            _number(invocations, "Invocations a minute", "scaling_invocations", is_on=is_on),
        )
    places["scaling"] = st.container()
    return scaling if is_on else None


def _number(place: DeltaGenerator, label: str, key: str, most: int | None = None, *, is_on: bool) -> int:
    number = place.number_input(label, 1, most, key=key, disabled=not is_on, persist_state="session")
    return int(number)
