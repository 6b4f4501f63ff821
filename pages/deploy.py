"""Deploy: choose a model, see what it costs, deploy it, watch it start, delete it."""

import streamlit as st

from components.core.settings import current_settings
from components.targets.target import Target
from components.whisper.models import WhisperModel
from components.widgets.common import link
from components.widgets.common.navigation import COLUMNS
from components.widgets.deploy.cost import show_cost
from components.widgets.deploy.deploy_button import show_deploy_button
from components.widgets.deploy.endpoint_list import show_endpoints
from components.widgets.deploy.form import show_form
from components.widgets.deploy.model_choice import choose_model
from components.widgets.deploy.ordered_deployments import names_taken
from components.widgets.deploy.under_way import show_under_way
from components.widgets.endpoints.cached_lookups import await_answers
from components.widgets.endpoints.known_targets import known_targets
from components.widgets.endpoints.selection import MODEL, TARGET
from components.widgets.endpoints.target_card import show_aws_hint
from components.widgets.endpoints.target_picker import pick_target
from components.widgets.page_setup import page


def main() -> None:
    """Lays out the page: what to deploy and on what, what is under way, what there is."""
    purpose = "Turn a Whisper model into an endpoint, know what it costs, and delete it when it is no longer needed."
    header = page("Deploy", purpose, with_tools=True)
    link.read(TARGET, MODEL)
    target = pick_target(header)
    notes = st.container(key="link_notes")
    if target is None:
        show_aws_hint(known_targets())
        return
    model = choose_model(target)
    link.write({TARGET: target.region, MODEL: model.name})
    link.show_notes(notes)
    if current_settings().read_only:
        st.info("This portal is read-only: it deploys, changes and deletes nothing.", icon=":material/lock:")
    else:
        _deploy(target, model)
    show_under_way(target)
    show_endpoints(target)
    await_answers()


def _deploy(target: Target, model: WhisperModel) -> None:
    left, right = st.columns(COLUMNS, gap="medium")
    with left:
        form = show_form(target, model, names_taken(target))
    with right:
        cost = show_cost(target, form.plan)
        show_deploy_button(target, form, cost)


main()
