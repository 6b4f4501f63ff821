"""What a plan costs, before anything is paid."""

from dataclasses import dataclass

import streamlit as st

from components.core.formatting import hourly_usd, megabytes, usd
from components.deployment.plan import DeploymentPlan
from components.deployment.pricing import Price
from components.targets.target import LOCAL_REGION, Target
from components.widgets.common.elements import plain
from components.widgets.endpoints.cached_lookups import prices

_HOURS_A_DAY = 24


@dataclass(frozen=True)
class Cost:
    """USD an hour: at first, or with automatic scaling at the least and at the most."""

    lowest: float
    highest: float

    @property
    def hourly(self) -> str:
        """What an hour costs, in words."""
        return hourly_usd(self.lowest, self.highest)

    def over(self, hours: float) -> str:
        """What so many hours come to, in words."""
        return usd(self.lowest * hours, self.highest * hours)


def show_cost(target: Target, plan: DeploymentPlan) -> Cost | None:
    """Draws what the plan costs; returns None on this computer and where no price is known."""
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


def _show_known(target: Target, plan: DeploymentPlan, price: Price | None) -> Cost | None:
    if price is None:
        st.warning(
            f"No price is known for {plain(plan.instance_type or '')} in {plain(target.region)}. "
            "Look it up on AWS's page of SageMaker's prices before you deploy.",
            icon=":material/money_off:",
        )
        return None
    scaling = plan.scaling
    lowest, highest = (scaling.lowest, scaling.highest) if scaling else (plan.instance_count,) * 2
    cost = Cost(price.usd_per_hour * lowest, price.usd_per_hour * highest)
    st.markdown(f"**{cost.hourly}**")
    st.markdown(f"{cost.over(_HOURS_A_DAY)} a day  \n{_in_total(cost, plan)}")
    st.caption(f"Source: {plain(price.source)}.")
    if not price.is_exact:
        st.warning(
            f"This is not the price of {plain(target.region)}, which may well be higher.",
            icon=":material/warning:",
        )
    return cost


def _in_total(cost: Cost, plan: DeploymentPlan) -> str:
    if plan.hours is None:
        return "So on until somebody deletes it: by itself it never does."
    amount = cost.over(plan.hours)
    return f"{amount} until it deletes itself after {plan.hours} h"
