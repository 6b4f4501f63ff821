from dataclasses import replace

import pytest

from components.evaluation.runs.records import Item, Measurement, System
from components.evaluation.runs.run_store import RunStore
from components.widgets.compare.latency_charts import ecdf_points
from tests.pages.driver import is_shown, run, widget
from tests.pages.latency_driver import (
    CLIP,
    HERE,
    ON_AWS,
    keep,
    metrics,
    open_latency,
    request,
    result,
    table,
)

FOUR = [request(0, 1.0), request(1, 2.0), request(3, 3.0), request(6, 4.0)]
"""Ten seconds of requests, one after another."""


def failure(error: str, message: str) -> Measurement:
    return replace(request(10, 0.5), texts=(), error=error, message=message)


def test_the_figures_stand_as_metrics_and_in_the_table(store: RunStore) -> None:
    measured = keep(
        store, [*FOUR, replace(request(-9, 9.0), warm_up=True)], systems=(replace(HERE, usd_per_hour=2.0),)
    )
    app = open_latency()
    assert metrics(app, measured, 0) == {
        "Mean": "2.50 s",
        "p50": "2.50 s",
        "p95": "3.85 s",
        "p99": "3.97 s",
        "Answers a second": "0.40",
        "Real-time factor": "0.25",
    }
    (row,) = table(app, f"compare_latency_figures_{measured.id}")
    assert (row["endpoint"], row["clip"], row["requests"], row["errors"]) == (
        "whisper-base",
        "speech.wav",
        4,
        0,
    )
    assert [row[name] for name in ("mean", "min", "max")] == [2.5, 1.0, 4.0]
    # Four clips of 10 s in 10 s: an hour of audio takes a quarter of one.
    assert row["cost"] == pytest.approx(0.5)
    assert row["published"] == 0.49


def test_the_conditions_stand_beside_the_figures(store: RunStore) -> None:
    measured = keep(store, FOUR)
    app = open_latency()
    assert (
        "speech.wav, 10.0 s · 4 requests after a warm-up of 1 for each worker, 1 at once · num_beams 5"
        in result(app)
    )
    assert is_shown(app, f"compare_conditions_{measured.id}")
    for chart in ("ecdf", "histogram"):
        assert is_shown(app, f"compare_{chart}_{measured.id}")
    assert not is_shown(app, f"compare_throughput_{measured.id}")


def test_the_published_latency_stands_beside_with_what_differs(store: RunStore) -> None:
    keep(store, FOUR)
    said = result(open_latency())
    assert "2.50 s here, 0.49 s published for whisper-base" in said
    assert "this computer instead of ml.g5.2xlarge, so that the two are not comparable" in said
    assert (
        "clip speech.wav (10.0 s) instead of the blog's; 4 answers instead of 100; parameters num_beams 5"
        in said
    )


@pytest.mark.parametrize(
    ("system", "expected"),
    [
        (ON_AWS, "What differs: clip"),
        (replace(ON_AWS, instance_type="ml.g4dn.2xlarge"), "1 x ml.g4dn.2xlarge instead of ml.g5.2xlarge"),
    ],
)
def test_the_instance_decides_whether_they_can_be_compared(
    store: RunStore, system: System, expected: str
) -> None:
    keep(store, FOUR, systems=(replace(system, variant=None),))
    assert expected in result(open_latency())


def test_of_a_model_without_published_latency_nothing_is_said(store: RunStore) -> None:
    keep(store, FOUR, systems=(replace(HERE, model="whisper-tiny.en"),))
    assert "published" not in result(open_latency())


def test_a_sweep_is_drawn_and_each_step_can_be_looked_at(store: RunStore) -> None:
    faster = [request(after, 4.0, at_once=4) for after in (0, 0, 0, 0)]
    measured = keep(store, [*FOUR, *faster], concurrency=(1, 4))
    app = open_latency()
    assert is_shown(app, f"compare_throughput_{measured.id}")
    assert is_shown(app, f"compare_latency_sweep_{measured.id}")
    assert [row["at_once"] for row in table(app, f"compare_latency_figures_{measured.id}")] == [1, 4]
    widget(app, f"compare_latency_step_{measured.id}").set_value(4)
    run(app)
    assert metrics(app, measured, 0)["Mean"] == "4.00 s"
    assert metrics(app, measured, 0)["Answers a second"] == "1.00"
    assert "4 requests at once instead of one" in result(app)


def test_each_clip_can_be_looked_at(store: RunStore) -> None:
    short = Item("speech.wav, first 5 s", seconds=5.0)
    measured = keep(store, [*FOUR, request(20, 0.5, item=1)], items=(CLIP, short))
    app = open_latency()
    app.selectbox(key=f"compare_latency_clip_{measured.id}").set_value(1)
    run(app)
    assert metrics(app, measured, 0)["Mean"] == "0.50 s"
    assert "speech.wav, first 5 s, 5.0 s" in result(app)


def test_several_endpoints_stand_beside_each_other(store: RunStore) -> None:
    systems = HERE, replace(HERE, target="AWS eu-west-1", region="eu-west-1")
    measured = keep(store, [*FOUR, request(20, 0.5, system=1)], systems=systems)
    app = open_latency()
    assert metrics(app, measured, 0)["Mean"] == "2.50 s"
    assert metrics(app, measured, 1)["Mean"] == "0.50 s"
    names = [row["endpoint"] for row in table(app, f"compare_latency_figures_{measured.id}")]
    assert len(set(names)) == 2


def test_with_many_endpoints_the_table_alone_has_the_figures(store: RunStore) -> None:
    systems = tuple(replace(HERE, endpoint=f"e-{number}") for number in range(5))
    measured = keep(store, [request(0, 1.0, system=number) for number in range(5)], systems=systems)
    app = open_latency()
    assert not is_shown(app, f"compare_metrics_{measured.id}_0")
    assert len(table(app, f"compare_latency_figures_{measured.id}")) == 5


def test_percentiles_of_few_requests_are_called_so(store: RunStore) -> None:
    keep(store, FOUR)
    few = "are little more than the slowest ones"
    assert f"Percentiles of 4 requests {few}." in result(open_latency())
    keep(store, [request(number, 1.0) for number in range(20)])
    assert few not in result(open_latency())


def test_failures_are_told_by_kind_with_what_they_said(store: RunStore) -> None:
    hostile = failure("ModelFailedError", "<b>*Bro_ken*</b>")
    keep(store, [*FOUR, hostile, hostile, failure("ThrottledError", "Too many.")], problem="It was given up.")
    said = result(open_latency())
    assert "1 at once: 2 x **ModelFailedError**. <b>*Bro_ken*</b>" in said
    assert "1 x **ThrottledError**. Too many." in said
    assert "It was given up." in said


def test_where_nothing_was_answered_the_view_says_so(store: RunStore) -> None:
    lost = replace(failure("EndpointNotFoundError", "Gone."), warm_up=True)
    measured = keep(store, [lost])
    app = open_latency()
    assert "Not one request was answered" in result(app)
    assert "1 x **EndpointNotFoundError**. Gone. In the warm-up." in result(app)
    assert is_shown(app, f"compare_conditions_{measured.id}")
    assert not is_shown(app, f"compare_ecdf_{measured.id}")


def test_a_run_without_a_single_measurement_is_shown(store: RunStore) -> None:
    keep(store, [])
    assert "Not one request was answered" in result(open_latency())


def test_names_are_shown_as_they_are(store: RunStore) -> None:
    odd = "*a*_<b>.wav"
    keep(store, FOUR, items=(Item(odd, seconds=1.0),), systems=(replace(HERE, endpoint="x-[y]"),))
    said = result(open_latency())
    assert odd in said
    assert "**x-[y]**" in said


def test_this_computer_is_not_looked_for_in_cloudwatch(store: RunStore) -> None:
    measured = keep(store, FOUR)
    assert not is_shown(open_latency(), f"compare_container_{measured.id}")


def test_the_curve_goes_through_every_time_and_ends_at_one() -> None:
    assert ecdf_points([3.0, 1.0, 2.0, 2.0]) == [(1.0, 0.25), (2.0, 0.5), (2.0, 0.75), (3.0, 1.0)]
    assert ecdf_points([0.5]) == [(0.5, 1.0)]


def test_a_curve_of_many_times_is_thinned_out_and_keeps_its_ends() -> None:
    points = ecdf_points([float(number) for number in range(10_000)])
    assert len(points) == 400
    assert (points[0], points[-1]) == ((0.0, 0.0001), (9999.0, 1.0))
    # Wherever a point stands, it is on the true curve.
    assert all(share == pytest.approx((seconds + 1) / 10_000) for seconds, share in points)
