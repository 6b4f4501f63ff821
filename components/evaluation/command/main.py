"""The runs of the page Compare without a browser: the same measurements into the same history."""

import argparse
import sys
from collections.abc import Callable, Sequence

from pydantic import ValidationError

from components.deployment.pricing import hourly_price
from components.errors import InvalidParametersError, PortalError
from components.evaluation.accuracy import AccuracyPlan
from components.evaluation.command.arguments import parse
from components.evaluation.command.console import Console, ProgressLine
from components.evaluation.command.data import chosen_dataset, read_audio
from components.evaluation.command.report import CANCELLED, NOT_MEASURED, report
from components.evaluation.command.signals import Interruption
from components.evaluation.command.target import chosen_target, in_service
from components.evaluation.cuts import whole
from components.evaluation.jobs import Plan, carry_out
from components.evaluation.latency import LatencyPlan
from components.evaluation.latency_limits import check_numbers
from components.evaluation.records import Run, Status
from components.evaluation.run_store import RunStore
from components.evaluation.systems import Candidate, candidate
from components.evaluation.workers import Batch
from components.parameter_rules import problems, without_effect
from components.settings import Settings, in_words
from components.targets import Target

Candidates = tuple[Candidate, ...]


def main(words: Sequence[str] | None = None) -> int:
    """Measures, prints what came of it, and returns the exit code.

    0 where it was measured, 1 where nothing was answered or the run failed, 2 where the command line makes no sense
    (as SystemExit), 130 where Ctrl-C or SIGTERM cancelled it: what had been measured until then is kept, and printed.
    """
    given, console, interruption = parse(words), Console(sys.stderr), Interruption()
    try:
        with interruption.handled():
            run, store = _measured(given, Settings(), console, interruption)
            return report(given, run, store)
    except (PortalError, ValidationError) as error:
        console.tell(in_words(error) if isinstance(error, ValidationError) else str(error))
        return NOT_MEASURED
    except KeyboardInterrupt:
        console.tell("Cancelled.")
        return CANCELLED


def _measured(
    given: argparse.Namespace, settings: Settings, console: Console, interruption: Interruption
) -> tuple[Run, RunStore]:
    store = RunStore(settings.data_dir)
    store.check()
    planned = _planned(given, settings, console)
    with chosen_target(given, settings, console.tell) as target:
        plan = planned(_candidates(given, target, console))
        run = plan.begin(store)
        console.tell(f"Run {run.id}, {run.name}: {run.planned} requests.")
        run = _carried_out(plan, run, store, console, interruption)
    if run.problem:
        console.tell(run.problem)
    console.tell(
        f"Run {run.id} is {run.status} and kept in {store.path}; the page Compare shows it under History."
    )
    return run, store


def _planned(given: argparse.Namespace, settings: Settings, console: Console) -> Callable[[Candidates], Plan]:
    """The plan, but for its endpoints: what is wrong with the rest is told before anything is started."""
    if given.what == "wer":
        dataset = chosen_dataset(given, settings, console)
        return lambda candidates: AccuracyPlan(
            candidates, dataset, given.parameters, given.normalizer, given.concurrency, given.name
        )
    check_numbers(given.requests, given.warm_up, given.concurrency)
    clip = whole(read_audio(given.audio))
    return lambda candidates: LatencyPlan(
        candidates, (clip,), given.parameters, given.requests, given.warm_up, given.concurrency, given.name
    )


def _candidates(given: argparse.Namespace, target: Target, console: Console) -> Candidates:
    found = []
    for endpoint in in_service(target, given.endpoint, console.say):
        if wrong := problems(given.parameters, endpoint.model):
            raise InvalidParametersError(wrong)
        for finding in without_effect(given.parameters, endpoint.model):
            console.tell(finding.message)
        price = hourly_price(target, endpoint.instance_type) if endpoint.instance_type else None
        found.append(candidate(target, endpoint, price))
    return tuple(found)


def _carried_out(plan: Plan, run: Run, store: RunStore, console: Console, interruption: Interruption) -> Run:
    line = ProgressLine(console, run, store.items(run.id))

    def note(batch: Batch) -> None:
        line.note(batch)
        interruption.tell_once(console.tell)

    try:
        with interruption.cancelling():
            return carry_out(plan, run, store, interruption.cancelled, note)
    except KeyboardInterrupt:
        # The second Ctrl-C: requests on their way are no longer waited for.
        store.end(run.id, Status.CANCELLED)
        return store.run(run.id)
