"""The inference parameters as a form, built from the one table: each can stay unset, each explains itself."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

import streamlit as st

from components.whisper.models import WhisperModel
from components.whisper.parameter_rules import ParameterFinding, problems, without_effect
from components.whisper.parameters import ON_SCREEN, Group, Parameter, Value
from components.widgets.common import parameter_state
from components.widgets.common.elements import button, plain

_MOST_SEGMENTS = 5
"""With more choices than that a list is handier than buttons in a row."""

_UNSET_MEANS = {"language": "Detect"}
"""What a list shows where a parameter is unset: what the model then does."""


@dataclass(frozen=True)
class ParameterForm:
    """What is set, and what is wrong with it: with findings, nothing may be sent."""

    values: dict[str, Value]
    findings: list[ParameterFinding]


def show_form(model: WhisperModel | None) -> ParameterForm:
    """Draws the form for an endpoint with that model; None means that the model is not known."""
    locked = _locked(model)
    values = {name: value for name, value in parameter_state.values().items() if name not in locked}
    form = ParameterForm(values, problems(values, model))
    _show_heading()
    notes = without_effect(values, model)
    with st.container(gap="xsmall"):
        for group, parameters in groupby(ON_SCREEN, key=lambda parameter: parameter.group):
            _show_group(group, list(parameters), form, notes, locked)
    return form


def _show_heading() -> None:
    with st.container(
        key="parameters_heading",
        horizontal=True,
        vertical_alignment="center",
        horizontal_alignment="distribute",
    ):
        st.subheader("Parameters", anchor=False, width="content")
        looks = {"type": "tertiary", "disabled": not parameter_state.values(), "help": "Unset all parameters"}
        button("Reset", parameter_state.reset, key="reset", icon="restart_alt", **looks)


def _locked(model: WhisperModel | None) -> dict[str, str]:
    """Parameters that can't be set with this model, each with the reason."""
    if model is None or model.multilingual:
        return {}
    reason = f"{model.name} knows English only: it takes neither language nor task."
    return dict.fromkeys(("language", "task"), reason)


def _show_group(
    group: Group,
    parameters: list[Parameter],
    form: ParameterForm,
    notes: list[ParameterFinding],
    locked: dict[str, str],
) -> None:
    names = {parameter.name for parameter in parameters}
    findings = [finding for finding in form.findings if names & set(finding.names)]
    count = len(names & form.values.keys())
    badge = f" :gray-badge[{count} set]" if count else ""
    problem = " :red-badge[:material/error: check]" if findings else ""
    box = st.container(gap="xsmall")
    with box.expander(f"{group.value}{badge}{problem}", key=f"group_{group.name.lower()}"):
        for reason in dict.fromkeys(locked[name] for name in locked if name in names):
            st.caption(f":material/lock: {plain(reason)}")
        for parameter in parameters:
            _show_parameter(parameter, disabled=parameter.name in locked)
            for note in notes:
                if parameter.name in note.names:
                    st.caption(f":material/info: {plain(note.message)}")
    for finding in findings:
        box.error(plain(finding.message), icon=":material/error:")


def _show_parameter(parameter: Parameter, *, disabled: bool) -> None:
    name, options = parameter.name, parameter_state.options(parameter)
    looks: dict[str, Any] = {"disabled": disabled, "persist_state": "session"}
    if parameter_state.is_number(parameter):
        key = parameter_state.toggle_key(parameter)
        if st.toggle(name, key=key, help=parameter.help, **looks) and parameter.slider:
            low, high, step = map(parameter.kind, parameter.slider)
            st.session_state.setdefault(name, parameter.suggested)
            label, looks = f"Value of {name}", looks | {"label_visibility": "collapsed"}
            st.slider(label, low, high, step=step, key=name, **looks)
    elif len(parameter.choices) > _MOST_SEGMENTS:
        labels = {option: option.title() for option in options} | {parameter_state.UNSET: _UNSET_MEANS[name]}
        st.selectbox(name, options, format_func=labels.__getitem__, key=name, help=parameter.help, **looks)
    else:
        st.session_state.setdefault(name, parameter_state.UNSET)
        st.segmented_control(name, options, key=name, help=parameter.help, required=True, **looks)
