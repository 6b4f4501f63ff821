"""The outcome of a run on standard output, and the exit code."""

import json
import os
import sys

from components.cli.exit_codes import ExitCode
from components.cli.options import MeasureOptions
from components.cli.run_json import accuracy_object, latency_object
from components.cli.run_tables import accuracy_table, latency_table
from components.core.errors import PortalError
from components.evaluation.results.latency_figures import stages
from components.evaluation.results.scores import score
from components.evaluation.runs.records import Run, RunKind, RunStatus
from components.evaluation.runs.run_store import RunStore


def report(options: MeasureOptions, run: Run, store: RunStore) -> ExitCode:
    """Prints the table or the JSON object, and returns the exit code.

    Raises:
        StoreError: the measurements can't be read.
        PortalError: standard output can't be written.
    """
    items, measurements, names = store.items(run.id), store.measurements(run.id), options.endpoint
    outcome: str | dict[str, object]
    if run.kind is RunKind.ACCURACY:
        scores = score(run, items, measurements)
        outcome = (accuracy_object if options.json else accuracy_table)(run, names, scores)
    else:
        figures = stages(run, items, measurements)
        outcome = (
            latency_object(run, names, items, figures) if options.json else latency_table(run, names, figures)
        )
    _print(outcome if isinstance(outcome, str) else json.dumps(outcome, indent=2, allow_nan=False))
    if run.status is RunStatus.CANCELLED:
        return ExitCode.CANCELLED
    is_measured = run.status is not RunStatus.FAILED and any(m.texts and not m.warm_up for m in measurements)
    return ExitCode.COMPLETE if is_measured else ExitCode.INCOMPLETE


def _print(text: str) -> None:
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except OSError as error:
        # What is left in the buffer would fail once more when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise PortalError(
            f"The result can't be written: {error.strerror}.", "The run is kept: the page Compare shows it."
        ) from error
