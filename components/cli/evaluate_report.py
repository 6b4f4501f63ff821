"""The end of the command: what came of the run on standard output, and the exit code."""

import argparse
import json
import os
import sys
from collections.abc import Sequence

from components.cli.evaluate_json import accuracy_object, latency_object
from components.cli.evaluate_tables import accuracy_table, latency_table
from components.core.errors import PortalError
from components.evaluation.results.latency_figures import stages
from components.evaluation.results.scores import score
from components.evaluation.runs.records import Item, Measurement, Run, RunKind, RunStatus
from components.evaluation.runs.run_store import RunStore

NOT_MEASURED, MISTAKEN, CANCELLED = 1, 2, 130
"""Exit codes. The second is what shells give a program that Ctrl-C ended."""


def report(given: argparse.Namespace, run: Run, store: RunStore) -> int:
    """Prints the table or the JSON object, and returns the exit code.

    Raises:
        StoreError: what was measured can't be read.
        PortalError: standard output can't be written.
    """
    items, measurements = store.items(run.id), store.measurements(run.id)
    outcome = _accuracy if run.kind is RunKind.ACCURACY else _latency
    _print(f"{outcome(given, run, items, measurements)}\n")
    if run.status is RunStatus.CANCELLED:
        return CANCELLED
    is_measured = run.status is not RunStatus.FAILED and any(m.texts and not m.warm_up for m in measurements)
    return 0 if is_measured else NOT_MEASURED


def _accuracy(
    given: argparse.Namespace, run: Run, items: Sequence[Item], measurements: Sequence[Measurement]
) -> str:
    scores = score(run, items, measurements)
    if given.json:
        return _dumped(accuracy_object(run, given.endpoint, scores))
    return accuracy_table(run, given.endpoint, scores)


def _latency(
    given: argparse.Namespace, run: Run, items: Sequence[Item], measurements: Sequence[Measurement]
) -> str:
    figures = stages(run, items, measurements)
    if given.json:
        return _dumped(latency_object(run, given.endpoint, items, figures))
    return latency_table(run, given.endpoint, figures)


def _print(text: str) -> None:
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        # What is left in the buffer would fail once more when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise PortalError(
            f"The result can't be written: {error.strerror}.", "The run is kept: the page Compare shows it."
        ) from error


def _dumped(outcome: dict[str, object]) -> str:
    return json.dumps(outcome, indent=2, allow_nan=False)
