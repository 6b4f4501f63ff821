"""The view History alone, and what a user does in it."""

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from components.evaluation.runs.records import Measurement, Run, System
from tests.pages.driver import run

BASE = System("whisper-base", "This computer", "local", "whisper-base")
TINY = System("whisper-tiny-en", "This computer", "local", "whisper-tiny.en")
SAID = ("the cat sat", "on the mat")

Make = Callable[..., Run]


def measurement(system: int, item: int, text: str | None) -> Measurement:
    if text is None:
        return Measurement(system, item, 1000.0, 0.5, error="ModelFailedError", message="It failed.")
    return Measurement(system, item, 1000.0, 0.5, (f" {text}",))


def open_history(**query: str) -> AppTest:
    def page() -> None:
        import streamlit as st  # noqa: PLC0415 - it runs as a script of its own

        from components.widgets.common import link  # noqa: PLC0415
        from components.widgets.compare.chosen_run import RUN, VIEW, chosen_run  # noqa: PLC0415
        from components.widgets.compare.history import show_history  # noqa: PLC0415
        from components.widgets.compare.run_cache import run_store  # noqa: PLC0415

        link.read(VIEW, RUN)
        link.settle(VIEW, ["History"], "History", complete=True)
        link.write({VIEW: "History", RUN: chosen_run("History")})
        link.show_notes(st.container(key="notes"))
        show_history(run_store())

    app = AppTest.from_function(page, default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    return run(app)


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click()
    return run(app)


def names(app: AppTest) -> list[str]:
    """The names of the runs in the list, from its top."""
    bold = [text.value for text in app.container(key="compare_history").markdown]
    return [text[2:-2].replace("\\", "") for text in bold if text.startswith("**")]
