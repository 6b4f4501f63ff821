"""Where the containers run: an expert's choice of subnets, security groups and network isolation."""

from collections.abc import Iterable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.core.errors import PortalError
from components.deployment.network import Networks, VpcResource
from components.deployment.plan import VpcConfig
from components.targets.target import Target
from components.widgets.common.elements import plain
from components.widgets.endpoints.cached_lookups import networks

_GROUP = "group_network"
_ISOLATION = {"As JumpStart sets it": None, "On": True, "Off": False}


def choose_network(target: Target, places: dict[str, DeltaGenerator]) -> tuple[VpcConfig | None, bool | None]:
    """Draws the fields; returns the VPC's part, None without one, and whether the network is isolated."""
    st.session_state.setdefault("network_isolation", next(iter(_ISOLATION)))
    box = st.expander("Network (expert)", key=_GROUP, on_change="rerun")
    with box:
        found = networks(target) if box.open else None
        if isinstance(found, PortalError):
            st.caption(f":material/info: {plain(found.what)} Type the ids instead.")
        elif box.open and found is None:
            st.caption("Looking for subnets and security groups …")
        listed = found if isinstance(found, Networks) else Networks()
        subnets = _choose("Subnets", "subnets", listed.subnets, "None: outside your VPCs")
        groups = _groups(listed, subnets)
        isolation = st.segmented_control(
            "Network isolation",
            list(_ISOLATION),
            key="network_isolation",
            required=True,
            persist_state="session",
            help="An isolated container makes no calls to the network, not even to AWS.",
        )
    places["network"] = st.container()
    network = VpcConfig(tuple(subnets), tuple(groups)) if subnets or groups else None
    return network, _ISOLATION[isolation or next(iter(_ISOLATION))]


def _groups(listed: Networks, subnets: list[str]) -> list[str]:
    vpcs = {subnet.vpc for subnet in listed.subnets if subnet.id in subnets}
    groups = (group for group in listed.security_groups if not vpcs or group.vpc in vpcs)
    return _choose("Security groups", "security_groups", groups, "None")


def _choose(label: str, key: str, listed: Iterable[VpcResource], placeholder: str) -> list[str]:
    known = {found.id: found for found in listed}
    # What cannot be listed may be typed.
    return st.multiselect(
        label,
        list(dict.fromkeys((*known, *st.session_state.get(key, ())))),
        format_func=lambda identifier: _labelled(identifier, known.get(identifier)),
        key=key,
        accept_new_options=True,
        placeholder=placeholder,
        persist_state="session",
    )


def _labelled(identifier: str, known: VpcResource | None) -> str:
    if known is None:
        return identifier
    return f"{identifier} ({', '.join(filter(None, (known.name, known.zone, known.vpc)))})"
