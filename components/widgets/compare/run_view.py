"""One run in full, whichever kind it is and wherever it is opened."""

from components.evaluation.runs.records import Kind, Run
from components.widgets.compare.accuracy_result import show_accuracy_run
from components.widgets.compare.latency_result import show_latency_run


def show_run(run: Run) -> None:
    """Draws the run."""
    if run.kind is Kind.ACCURACY:
        show_accuracy_run(run)
    else:
        show_latency_run(run)
