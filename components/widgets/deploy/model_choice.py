"""Which model to deploy: a table to compare them in, and the choice itself; each follows the other."""

from collections.abc import Sequence
from math import nan

import streamlit as st
from streamlit.column_config import CheckboxColumn, NumberColumn, TextColumn

from components.deployment.plan import INSTANCE_TYPES
from components.evaluation.results import published
from components.targets.target import LOCAL_REGION, Target
from components.whisper.models import MODELS, WhisperModel
from components.widgets.common import link
from components.widgets.endpoints.cached_lookups import prices, supported_types
from components.widgets.endpoints.known_targets import known_targets
from components.widgets.endpoints.selection import MODEL

_DEFAULT = "whisper-base"
_TABLE = "models_table"
_WIDTHS = (11, 3)

_COLUMNS = {
    "model": TextColumn("Model", width=158),
    "parameters": NumberColumn("Size", format="%d M", width=70, help="Number of parameters, in millions."),
    "languages": TextColumn("Languages", width=86),
    "translates": CheckboxColumn(
        "Translates", help="Whether it was trained to translate speech into English."
    ),
    "download": NumberColumn(
        "Download",
        format="bytes",
        width=88,
        help="Fetched once, where the weights are not on this computer yet.",
    ),
    "price": NumberColumn(
        "USD an hour",
        format="%.3f",
        width=90,
        help="Of one instance of the type that JumpStart runs it on by default.",
    ),
    "error_rate": NumberColumn("WER %", format="%g", width=64, help=published.WORD_ERROR_RATE),
    "leaderboard": NumberColumn(
        "Leaderboard %", format="%.2f", width=106, help=published.LEADERBOARD_ERROR_RATE
    ),
    "latency": NumberColumn("Latency s", format="%g", width=76, help=published.LATENCY),
}


def choose_model(target: Target) -> WhisperModel:
    """Draws the table of the models that the target can deploy, and beside it the choice."""
    by_name = {m.name: m for m in MODELS if target.region == LOCAL_REGION or m.jumpstart_id}
    names = list(by_name)
    link.settle(MODEL, names, _DEFAULT, complete=not known_targets().aws_is_sought)
    with st.container(key="models"):
        st.subheader("Model", anchor=False)
        table, choice = st.columns(_WIDTHS, gap="medium")
        with table:
            _show_table(target, list(by_name.values()))
        with choice:
            name = st.selectbox("Model to deploy", names, key=MODEL, persist_state="session")
            st.caption(_described(by_name[name]))
    return by_name[name]


def default_type(target: Target, model: WhisperModel) -> str:
    """The instance type that JumpStart runs the model on if nobody says otherwise."""
    supported = supported_types(target).get(model.name)
    return supported.default if supported else INSTANCE_TYPES[0]


def _show_table(target: Target, models: Sequence[WhisperModel]) -> None:
    names = [model.name for model in models]
    chosen = names.index(st.session_state[MODEL])
    st.session_state[_TABLE] = {"selection": {"rows": [chosen], "columns": [], "cells": []}}
    st.dataframe(
        _content(target, models),
        hide_index=True,
        height="content",
        column_config=_COLUMNS,
        key=_TABLE,
        on_select=lambda: _take_over(names),
        selection_mode="single-row-required",
        placeholder="",
        alt="The models that can be deployed, with their sizes and published figures",
    )


def _content(target: Target, models: Sequence[WhisperModel]) -> dict[str, list[object]]:
    on_aws = target.region != LOCAL_REGION
    return {
        "model": [model.name for model in models],
        "parameters": [model.parameters for model in models],
        "languages": [str(m.languages) if m.multilingual else "English only" for m in models],
        "translates": [model.translates for model in models],
        **(
            {"price": _prices(target, models)} if on_aws else {"download": [m.download_bytes for m in models]}
        ),
        "error_rate": [model.word_error_rate for model in models],
        "leaderboard": [model.leaderboard_error_rate for model in models],
        "latency": [model.latency for model in models],
    }


def _prices(target: Target, models: Sequence[WhisperModel]) -> list[object]:
    types = [default_type(target, model) for model in models]
    known = prices(target, types)
    return [price.usd_per_hour if (price := known.get(kind)) else nan for kind in types]


def _take_over(names: list[str]) -> None:
    rows = st.session_state[_TABLE]["selection"]["rows"]
    if rows:
        st.session_state[MODEL] = names[rows[0]]


def _described(model: WhisperModel) -> str:
    languages = f"{model.languages} languages" if model.multilingual else "English only"
    does = "transcribes and translates into English" if model.translates else "transcribes"
    return f"{model.parameters} M parameters, {languages}, {does}."
