"""A long recording on the playground, and what its page says."""

from streamlit.testing.v1 import AppTest

from components.widgets.playground.shown_work import find
from tests.pages.driver import (
    run,
)

FOX = "The quick brown fox jumps over the lazy dog."


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click()
    return run(app)


def finished(app: AppTest) -> AppTest:
    """The page when the job that it shows has ended."""
    job = find(app.query_params["job"])
    assert job
    job.wait()
    return run(app)


def metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.container(key="metrics").metric}
