"""The view Latency of the page Compare: what a user does there, and runs to look at."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from streamlit.testing.v1 import AppTest

from components.evaluation.run_jobs import RunJob
from components.evaluation.runs.records import Conditions, Item, Measurement, Run, RunKind, RunStatus, System
from components.evaluation.runs.run_store import RunStore
from components.widgets.common.work import work_registry
from tests.pages.driver import SECONDS, elements, run, shown
from tests.paths import ROOT

ON_AWS = System(
    "base-g5",
    "AWS eu-west-1",
    "eu-west-1",
    "whisper-base",
    "ml.g5.2xlarge",
    1,
    "AllTraffic",
    1.8,
    "the test's list",
)
HERE = System("whisper-base", "This computer", "local", "whisper-base")
CLIP = Item("speech.wav", seconds=10.0)
START = "compare_start_latency"
RESULT = "compare_shown_run"
BEGUN = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=30)
"""When the first request was sent."""


def open_latency(run_id: str | None = None) -> AppTest:
    """The view as a browser sees it that opens its address anew."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=SECONDS).switch_page("pages/compare.py")
    app.query_params["view"] = "Latency"
    if run_id:
        app.query_params["run"] = run_id
    return run(app)


def measure(app: AppTest) -> None:
    """Presses the button and waits until the run has ended; drawing the page meanwhile would disturb it."""
    app.button(key=START).click()
    run(app)
    for job in work_registry().running(RunJob):
        job.wait()


def request(after: float, seconds: float, system: int = 0, item: int = 0, at_once: int = 1) -> Measurement:
    """A request that was answered, sent so many seconds after that."""
    return Measurement(system, item, BEGUN.timestamp() + after, seconds, (" Yes.",), concurrency=at_once)


def keep(
    store: RunStore,
    measurements: Iterable[Measurement],
    *,
    systems: tuple[System, ...] = (HERE,),
    items: tuple[Item, ...] = (CLIP,),
    concurrency: tuple[int, ...] = (1,),
    problem: str | None = None,
) -> Run:
    """A run that has ended."""
    conditions = Conditions(
        {"num_beams": 5}, "; ".join(item.id for item in items), requests=4, warm_up=1, concurrency=concurrency
    )
    begun = store.begin(RunKind.LATENCY, "a run", systems, items, conditions, 4)
    store.add(begun.id, measurements)
    store.end(begun.id, RunStatus.DONE, problem)
    return store.run(begun.id)


def table(app: AppTest, key: str) -> list[dict[str, object]]:
    """The rows of the table in the container with that key."""
    (found,) = elements(app.get_by_key(key), "dataframe")
    return list(found.value.to_dict("records"))


def metrics(app: AppTest, run: Run, system: int) -> dict[str, str]:
    box = app.get_by_key(f"compare_metrics_{run.id}_{system}")
    return {metric.label: metric.value for metric in elements(box, "metric")}


def result(app: AppTest) -> str:
    """All that the view says of the run that it shows."""
    return shown(app, RESULT)
