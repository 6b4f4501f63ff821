from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from components.core.errors import AccessDeniedError, EndpointError
from components.evaluation.results.container_latency import ContainerLatency, MetricLatency
from components.evaluation.runs.records import Measurement, Run, System
from components.evaluation.runs.run_store import RunStore
from components.targets.target import Target
from components.widgets.compare import container_view
from components.widgets.endpoints import cached_lookups
from tests.pages.driver import AWS, Answer, elements, is_shown, run, shown, wait_until
from tests.pages.latency_driver import BEGUN, HERE, ON_AWS, keep, open_latency, request, table

TOLD = ContainerLatency(
    BEGUN, BEGUN + timedelta(minutes=1), MetricLatency(0.45, 0.9, 2), MetricLatency(0.003, 0.01, 2)
)
TWO = [request(0, 0.5), request(1, 0.5)]


class CloudWatch:
    """Tells what the test says, and counts how often it was asked."""

    def __init__(self) -> None:
        self.answer: ContainerLatency | EndpointError | None = None
        self.asked: list[tuple[str, str, timedelta]] = []
        """Region, endpoint, and how long the window lasted."""

    def __call__(
        self, target: Target, system: System, window: tuple[datetime, datetime]
    ) -> ContainerLatency | None:
        self.asked.append((target.region, system.endpoint, window[1] - window[0]))
        if isinstance(self.answer, EndpointError):
            raise self.answer
        return self.answer


@pytest.fixture
def cloudwatch(aws: Callable[[Answer], None], monkeypatch: pytest.MonkeyPatch) -> CloudWatch:
    cloudwatch = CloudWatch()
    monkeypatch.setattr(container_view, "container_latency", cloudwatch)
    cached_lookups.answers.clear()
    return cloudwatch


def just_now(seconds: float) -> Measurement:
    return replace(request(0, seconds), started=datetime.now(UTC).timestamp() - 60)


def key(run: Run) -> str:
    return f"compare_container_{run.id}"


def opened(run: Run) -> AppTest:
    """The view, as soon as CloudWatch has been asked."""
    waiting = "CloudWatch has nothing yet"
    return wait_until(open_latency(), lambda app: waiting not in shown(app, key(run)))


def test_what_the_container_took_stands_beside_what_was_measured_here(
    store: RunStore, cloudwatch: CloudWatch
) -> None:
    measured, cloudwatch.answer = keep(store, TWO, systems=(ON_AWS,)), TOLD
    app = opened(measured)
    (row,) = table(app, key(measured))
    assert (row["endpoint"], row["client"], row["samples"]) == ("base-g5", 0.5, 2)
    assert (row["model"], row["model_max"], row["overhead"], row["overhead_max"]) == (0.45, 0.9, 0.003, 0.01)
    assert "Source: CloudWatch" in shown(app, key(measured))


def test_it_is_kept_and_cloudwatch_asked_no_more(store: RunStore, cloudwatch: CloudWatch) -> None:
    measured, cloudwatch.answer = keep(store, TWO, systems=(ON_AWS,)), TOLD
    opened(measured)
    assert cloudwatch.asked == [(AWS.region, "base-g5", timedelta(seconds=1.5))]
    cached_lookups.answers.clear()
    cloudwatch.answer = None
    app = open_latency()
    assert table(app, key(measured))[0]["model"] == 0.45
    assert len(cloudwatch.asked) == 1


def test_what_may_still_become_more_is_shown_and_not_kept(store: RunStore, cloudwatch: CloudWatch) -> None:
    measured = keep(store, [just_now(0.5), just_now(0.5), just_now(0.5)], systems=(ON_AWS,))
    cloudwatch.answer = TOLD
    app = wait_until(open_latency(), lambda app: bool(elements(app.get_by_key(key(measured)), "dataframe")))
    assert table(app, key(measured))[0]["samples"] == 2
    assert store.run(measured.id).extras == {}


def test_others_requests_in_the_same_minutes_do_not_make_it_complete(
    store: RunStore, cloudwatch: CloudWatch
) -> None:
    measured = keep(store, [just_now(0.5)], systems=(ON_AWS,))
    cloudwatch.answer = TOLD
    app = wait_until(open_latency(), lambda app: bool(elements(app.get_by_key(key(measured)), "dataframe")))
    assert table(app, key(measured))[0]["samples"] == 2
    assert store.run(measured.id).extras == {}


def test_as_long_as_cloudwatch_has_nothing_the_view_waits(store: RunStore, cloudwatch: CloudWatch) -> None:
    measured = keep(store, [just_now(0.5)], systems=(ON_AWS,))
    app = wait_until(open_latency(), lambda _: bool(cloudwatch.asked))
    assert "CloudWatch has nothing yet" in shown(run(app), key(measured))


def test_what_never_came_is_not_waited_for(store: RunStore, cloudwatch: CloudWatch) -> None:
    measured = keep(store, TWO, systems=(ON_AWS,))
    assert "it keeps them for 15 days" in shown(opened(measured), key(measured))


def test_a_refusal_says_what_to_do(store: RunStore, cloudwatch: CloudWatch) -> None:
    measured = keep(store, TWO, systems=(ON_AWS,))
    cloudwatch.answer = AccessDeniedError("AWS does not allow *this*.", "Ask for cloudwatch:GetMetricData.")
    said = shown(opened(measured), key(measured))
    assert "AWS does not allow *this*. Ask for cloudwatch:GetMetricData." in said


def test_where_that_account_is_not_connected_the_view_says_so(
    store: RunStore, cloudwatch: CloudWatch
) -> None:
    elsewhere = replace(ON_AWS, target="AWS us-east-1", region="us-east-1")
    measured = keep(store, TWO, systems=(elsewhere,))
    assert "AWS us-east-1 is not connected." in shown(opened(measured), key(measured))
    assert not cloudwatch.asked


def test_only_what_cloudwatch_watches_is_asked_for(store: RunStore, cloudwatch: CloudWatch) -> None:
    serverless = replace(ON_AWS, variant=None)
    measured = keep(store, [*TWO, request(5, 0.5, system=1)], systems=(HERE, serverless))
    assert not is_shown(open_latency(), key(measured))
    assert not cloudwatch.asked
