"""Widgets of the comparison page, each on a page of its own."""

import re
from collections.abc import Callable
from typing import Any

import pandas as pd
from streamlit.testing.v1 import AppTest


def draw(script: Callable[..., None], **arguments: Any) -> AppTest:
    """The page that the function draws."""
    app = AppTest.from_function(script, kwargs=arguments, default_timeout=60).run()
    assert not app.exception
    return app


def again(app: AppTest) -> AppTest:
    """The page after what was done on it."""
    app.run()
    assert not app.exception
    return app


def html(app: AppTest) -> str:
    """All chunks of HTML on the page."""
    return "\n".join(element.proto.body for element in app.get("html"))


def said(app: AppTest) -> str:
    """All texts on the page, without the escapes that keep them from being taken as Markdown."""
    kinds = (app.markdown, app.caption, app.info, app.warning, app.subheader)
    return re.sub(r"\\(.)", r"\1", " ".join(element.value for kind in kinds for element in kind))


def table(app: AppTest, number: int = 0) -> pd.DataFrame:
    """A table of the page."""
    found: pd.DataFrame = app.dataframe[number].value
    return found
