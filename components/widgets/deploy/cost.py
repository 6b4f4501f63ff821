"""What a plan costs, before anything is paid."""

import streamlit as st

from components.core.formatting import hourly_usd, megabytes, usd
from components.deployment.plan import DeploymentPlan
from components.deployment.pricing import Price
from components.targets.target import LOCAL_REGION, Target
from components.widgets.common.elements import plain
from components.widgets.endpoints.cached_lookups import prices

_HOURS_A_DAY = 24


def show_cost(target: Target, plan: DeploymentPlan) -> str | None:
    """Draws what the plan costs; returns what an hour costs in words, None here and where no price is known."""
    with st.container(key="price", border=True, gap="xsmall"):
        if target.region == LOCAL_REGION:
            st.markdown("**Costs nothing**")
            size = megabytes(plan.model.download_bytes)
            st.caption(
                f"But this computer's memory and disk: up to {size} are fetched where the weights are not here yet."
            )
            return None
        kind = plan.instance_type or ""
        known = prices(target, (kind,))
        if kind not in known:
            st.caption(":material/hourglass_top: Looking up the price …")
            return None
        return _show_known(target, plan, known[kind])


def _show_known(target: Target, plan: DeploymentPlan, price: Price | None) -> str | None:
    if price is None:
        st.warning(
            f"No price is known for {plain(plan.instance_type or '')} in {plain(target.region)}. "
            "Look it up on AWS's page of SageMaker's prices before you deploy.",
            icon=":material/money_off:",
        )
        return None
    scaling, count = plan.scaling, plan.instance_count
    counts = (scaling.lowest, scaling.highest) if scaling else (count, count)
    hourly, daily = hourly_usd(*_over(1, price, counts)), usd(*_over(_HOURS_A_DAY, price, counts))
    in_total = "So on until somebody deletes it: by itself it never does."
    if plan.hours is not None:
        in_total = f"{usd(*_over(plan.hours, price, counts))} until it deletes itself after {plan.hours} h"
    st.markdown(f"**{hourly}**")
    st.markdown(f"{daily} a day  \n{in_total}")
    st.caption(f"Source: {plain(price.source)}.")
    if not price.is_exact:
        st.warning(
            f"This is not the price of {plain(target.region)}, which may well be higher.",
            icon=":material/warning:",
        )
    return hourly


def _over(hours: int, price: Price, counts: tuple[int, int]) -> tuple[float, float]:
    """The least and the most USD for that many hours."""
    least, most = (price.usd_per_hour * count * hours for count in counts)
    return least, most
