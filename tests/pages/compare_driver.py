"""What a user does on the page Compare, and runs to look at."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.evaluation.run_jobs import RunJob
from components.evaluation.runs.records import Conditions, Item, Measurement, Run, RunKind, RunStatus, System
from components.evaluation.runs.run_store import RunStore
from components.widgets.common.work import work_registry
from components.widgets.compare.run_cache import run_store
from tests.pages.driver import run, wait_until

SYSTEMS = [
    System("whisper-base", "This computer", "local", "whisper-base"),
    System("<b>tiny</b>", "This computer", "local", "whisper-tiny.en"),
]


def kept_run(store: RunStore, kind: RunKind = RunKind.ACCURACY, name: str = "nightly") -> Run:
    """A run in which the second system mishears one word of four."""
    conditions = Conditions(dataset="Things", selection="all 2 utterances", digest="d", requests=2, warm_up=0)
    items = [Item("one", "the red car", seconds=2.0), Item("two", "trees", seconds=1.0)]
    kept = store.begin(kind, name, SYSTEMS, items, conditions, 4)
    texts = [(0, 0, "the red car"), (1, 0, "the <i>red</i> cat"), (0, 1, "trees"), (1, 1, "trees")]
    store.add(kept.id, [Measurement(s, i, 1000.0 + i, 0.5, (f" {text}",)) for s, i, text in texts])
    store.end(kept.id, RunStatus.DONE)
    return store.run(kept.id)


@contextmanager
def empty_store(folder: Path) -> Iterator[RunStore]:
    """A store of its own for the page, in that folder; what is measured there has ended when it goes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PORTAL_DATA_DIR", str(folder))
        run_store.clear()
        work_registry.clear()
        yield run_store()
        for job in work_registry().running(RunJob):
            job.cancel()
            job.wait()
    run_store.clear()
    work_registry.clear()


def is_startable(app: AppTest, view: str) -> bool:
    return not app.button(key=f"compare_start_{view}").disabled


def start(app: AppTest, view: str) -> AppTest:
    """Presses the button as soon as it can be."""
    wait_until(app, lambda app: is_startable(app, view)).button(key=f"compare_start_{view}").click()
    return run(app)


def wait_for_end(app: AppTest) -> AppTest:
    """Until nothing is measured any more, and the page shows it."""
    for job in work_registry().running(RunJob):
        job.wait()
    return run(app)
