"""The form of a deployment: what was chosen becomes a plan, and what is wrong with it stands beside its field."""

from collections.abc import Collection
from dataclasses import dataclass, replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.deployment.plan import DEFAULT_LIFETIME, LIFETIMES, DeploymentPlan, faults, suggest_name
from components.targets.target import LOCAL_REGION, Target
from components.whisper.models import WhisperModel
from components.widgets.common.elements import plain
from components.widgets.deploy.aws_form import choose_on_aws

_HOURS = {"Never" if hours is None else f"{hours} h": hours for hours in LIFETIMES}
_SUGGESTED = "suggested_name"


@dataclass(frozen=True)
class DeployForm:
    """The plan as it stands, and by field what is wrong with it."""

    plan: DeploymentPlan
    faults: dict[str, str]


def show_form(target: Target, model: WhisperModel, taken: Collection[str]) -> DeployForm:
    """Draws the form; `taken` are the names of the target's endpoints."""
    places: dict[str, DeltaGenerator] = {}
    with st.container(key="form"):
        st.subheader("Deployment", anchor=False)
        name = _name(model, taken)
        places["endpoint_name"] = st.container()
        with st.container():
            plan = DeploymentPlan(model, name, hours=_lifetime(target))
        if target.region != LOCAL_REGION:
            plan = choose_on_aws(target, plan, places)
        plan = _tagged(plan, places)
    found = faults(plan, taken)
    for field, sentence in found.items():
        if field in places:
            places[field].markdown(f":red[:material/error: {plain(sentence)}]")
    return DeployForm(plan, found)


def follow_suggestions() -> None:
    """Gives up the name that stands in the form, which has been used: the next one is suggested again."""
    st.session_state[_SUGGESTED] = st.session_state.get("endpoint_name")


def _name(model: WhisperModel, taken: Collection[str]) -> str:
    suggestion = suggest_name(model, taken)
    # What the user has not touched is still the last suggestion, and goes with the model.
    if st.session_state.get("endpoint_name") in (None, st.session_state.get(_SUGGESTED)):
        st.session_state["endpoint_name"] = suggestion
    st.session_state[_SUGGESTED] = suggestion
    name = st.text_input("Endpoint name", key="endpoint_name", persist_state="session")
    return (name or "").strip()


def _lifetime(target: Target) -> int | None:
    # One for each target: "Never" is harmless on this computer, and is not to follow to where it costs.
    key = f"lifetime_{target.region}"
    st.session_state.setdefault(key, f"{DEFAULT_LIFETIME} h")
    label = st.segmented_control(
        "Delete by itself after",
        list(_HOURS),
        key=key,
        required=True,
        persist_state="session",
        help="The portal deletes the endpoint when the time is up, and with it all that costs money. "
        "The time can be extended below.",
    )
    if target.region != LOCAL_REGION:
        st.caption(
            "A portal must be running then. Where it may be stopped, have cron run "
            "**python -m components.cli expire**."
        )
    return _HOURS[label or f"{DEFAULT_LIFETIME} h"]


def _tagged(plan: DeploymentPlan, places: dict[str, DeltaGenerator]) -> DeploymentPlan:
    set_tags = _tags(st.session_state.get("tags", ""))
    badge = f" :gray-badge[{len(set_tags)} set]" if set_tags else ""
    with st.expander(f"Tags{badge}", key="group_tags"):
        text = st.text_area(
            "Tags, one a line: key=value",
            key="tags",
            placeholder="team=speech\ncost-center=4711",
            persist_state="session",
            help="Given to the endpoint, its configuration and its model.",
        )
    places["tags"] = st.container()
    return replace(plan, tags=_tags(text or ""))


def _tags(text: str) -> dict[str, str]:
    pairs = (line.partition("=") for line in text.splitlines() if line.strip())
    return {key.strip(): value.strip() for key, _, value in pairs}
