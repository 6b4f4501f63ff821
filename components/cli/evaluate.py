"""What `wer` and `latency` share: the runs of the page Compare without a browser, kept in the same history."""

import json
import os
import sys
from collections.abc import Callable, Iterator

from components.cli.console import Console
from components.cli.exit_codes import ExitCode
from components.cli.options import MeasureOptions
from components.cli.requested_endpoints import in_service
from components.cli.run_json import accuracy_object, latency_object
from components.cli.run_tables import accuracy_table, latency_table
from components.cli.runner import Interruption
from components.cli.targets import chosen_target
from components.core.errors import PortalError
from components.core.formatting import timestamp
from components.core.settings import Settings
from components.deployment.pricing import hourly_price
from components.evaluation.measuring import RunPlan
from components.evaluation.results.latency_figures import stages
from components.evaluation.results.scores import score
from components.evaluation.run_jobs import BusyError, carry_out, shares
from components.evaluation.run_progress import RunProgress, Standing
from components.evaluation.runs.database import StoreError
from components.evaluation.runs.records import Batch, Run, RunKind, RunStatus
from components.evaluation.runs.run_store import RunStore
from components.evaluation.systems import Candidate, candidate
from components.targets.target import Target
from components.whisper.parameter_rules import InvalidParametersError, problems, without_effect

Candidates = tuple[Candidate, ...]
Plan = Callable[[Candidates], RunPlan]
"""A plan but for its endpoints."""


def evaluate(
    options: MeasureOptions,
    prepare: Callable[[Settings, Console], Plan],
    console: Console,
    interruption: Interruption,
) -> ExitCode:
    """Measures and prints the outcome; a cancelled run keeps and prints what was measured.

    `prepare` checks all but the endpoints, before any is started.

    Raises:
        PortalError: nothing was measured, or the outcome can't be printed.
    """
    settings = Settings()
    store = RunStore(settings.data_dir)
    store.check()
    plan_with = prepare(settings, console)
    with chosen_target(options, settings, console.print, options.endpoint) as target:
        candidates = _candidates(options, target, console)
        _warn_of_others(candidates, store, console)
        plan = plan_with(candidates)
        run = plan.begin(store)
        console.print(f"Run {run.id}, {run.name}: {run.planned} requests.")
        run = _measure(plan, run, store, console, interruption)
    if run.problem:
        console.print(run.problem)
    console.print(
        f"Run {run.id} is {run.status} and kept in {store.path}; the page Compare shows it under History."
    )
    return _report(options, run, store)


def _candidates(options: MeasureOptions, target: Target, console: Console) -> Candidates:
    found = []
    for endpoint in in_service(target, options.endpoint, console.progress):
        if wrong := problems(options.parameters, endpoint.model):
            raise InvalidParametersError(wrong)
        for finding in without_effect(options.parameters, endpoint.model):
            console.print(finding.message)
        price = hourly_price(target, endpoint.instance_type) if endpoint.instance_type else None
        found.append(candidate(target, endpoint, price))
    return tuple(found)


def _warn_of_others(candidates: Candidates, store: RunStore, console: Console) -> None:
    """Names runs that would disturb this one; unlike the page, the command lets the user decide."""
    for run in store.runs():
        if run.is_running and shares(run.systems, [each.system for each in candidates]):
            console.print(f"Take care: {BusyError(run).what}")


def _measure(plan: RunPlan, run: Run, store: RunStore, console: Console, interruption: Interruption) -> Run:
    progress = RunProgress(run, store.items(run.id))

    def on_batch(batch: Batch) -> None:
        progress.note(batch, plan.skipped)
        if progress.done:
            console.progress("; ".join(_summary(run, progress)), progress.share)
        interruption.check(console.print)

    def on_trouble(trouble: StoreError | None) -> None:
        console.print(
            f"{trouble} What is measured waits in memory." if trouble else "Runs can be written again."
        )

    try:
        with interruption.cancelling():
            return carry_out(plan, run, store, interruption.cancelled, on_batch, on_trouble=on_trouble)
    except KeyboardInterrupt:
        # The second Ctrl-C does not wait for requests on their way. The other answers are written.
        store.end(run.id, RunStatus.CANCELLED)
        return store.run(run.id)


def _summary(run: Run, progress: RunProgress) -> Iterator[str]:
    yield f"{progress.done} of {run.planned} requests"
    left = progress.left()
    if left is not None:
        yield f"{timestamp(left.total_seconds())} left"
    for system, standing in zip(run.systems, progress.standings, strict=True):
        figures = _times(standing) if run.kind is RunKind.LATENCY else _rates(standing)
        if figures:
            yield f"{system.endpoint}: {', '.join(figures)}"


def _rates(standing: Standing) -> list[str]:
    rates = {"WER": standing.words.rate, "CER": standing.characters.rate}
    return [f"{name} {rate:.2f} %" for name, rate in rates.items() if rate is not None]


def _times(standing: Standing) -> list[str]:
    return [f"mean {standing.seconds / standing.answered:.3f} s"] if standing.answered else []


def _report(options: MeasureOptions, run: Run, store: RunStore) -> ExitCode:
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
    _print_out(outcome if isinstance(outcome, str) else json.dumps(outcome, indent=2, allow_nan=False))
    if run.status is RunStatus.CANCELLED:
        return ExitCode.CANCELLED
    is_measured = run.status is not RunStatus.FAILED and any(m.texts and not m.warm_up for m in measurements)
    return ExitCode.COMPLETE if is_measured else ExitCode.INCOMPLETE


def _print_out(text: str) -> None:
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except OSError as error:
        # What is left in the buffer would fail once more when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise PortalError(
            f"The result can't be written: {error.strerror}.", "The run is kept: the page Compare shows it."
        ) from error
