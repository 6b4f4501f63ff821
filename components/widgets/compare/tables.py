"""Tables of figures: how they are drawn, and their columns of numbers."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.column_config import NumberColumn
from streamlit.elements.lib.column_types import ColumnConfig

Columns = Mapping[str, ColumnConfig]
"""By their keys in a row."""


def number(label: str, layout: str | None, explanation: str) -> ColumnConfig:
    """A column of numbers; `layout` is their printf format."""
    return NumberColumn(label, format=layout, help=explanation)


def show_table(rows: Any, columns: Columns, alt: str, **options: Any) -> None:  # noqa: ANN401 - Streamlit's own
    """Draws a table that leaves missing values empty; `alt` describes it to a screen reader."""
    st.dataframe(rows, hide_index=True, column_config=columns, placeholder="", alt=alt, **options)


def show_filled(rows: Sequence[Mapping[str, object]], columns: Columns, alt: str) -> None:
    """Draws it without columns that are empty in all rows."""
    show_table(pd.DataFrame([dict(row) for row in rows]).dropna(axis="columns", how="all"), columns, alt)
