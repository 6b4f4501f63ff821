"""What a user does on the deploy page, and what they then see."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from streamlit.testing.v1 import AppTest

from components.deployment.endpoints import EndpointSummary
from tests.pages.aws_answers import G5
from tests.pages.driver import (
    Answer,
    endpoint,
    open_deploy,
    run,
    shown,
    wait_until,
    widget,
)

Says = Callable[[Answer], None]


def is_ready(app: AppTest) -> bool:
    return not app.button(key="deploy").disabled


def options(app: AppTest, key: str) -> list[str]:
    return list(app.selectbox(key=key).options)


def label(app: AppTest) -> str:
    return str(app.button(key="deploy").label)


def fill(app: AppTest, key: str, value: object) -> AppTest:
    widget(app, key).set_value(value)
    return run(app)


def switch_on(app: AppTest, key: str) -> None:
    app.toggle(key=key).set_value(True)
    run(app)


def order(app: AppTest) -> None:
    wait_until(app, is_ready).button(key="deploy").click()
    run(app)


def hours_ago(hours: float) -> datetime:
    return datetime.now(UTC) - timedelta(hours=hours, seconds=5)


def on_g5(name: str, status: str = "InService", hours: float = 3, **details: object) -> EndpointSummary:
    created = hours_ago(hours)
    return endpoint(
        name, status, created, instance_type=G5, instance_count=2, variant="AllTraffic", **details
    )


def open_aws() -> AppTest:
    """The page for AWS, with all prices looked up."""
    app = open_deploy(target="eu-west-1")
    return wait_until(app, lambda app: "…" not in shown(app, "endpoints"))


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click()
    return run(app)


def deploy(app: AppTest) -> AppTest:
    return press(wait_until(app, lambda app: not app.button(key="deploy").disabled), "deploy")
