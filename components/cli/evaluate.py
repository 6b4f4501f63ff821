"""The runs of the page Compare without a browser: the same measurements into the same history."""

import argparse
import sys
from collections.abc import Callable, Sequence

from pydantic import ValidationError

from components.cli.console import Console
from components.cli.endpoints import deploy, in_service
from components.cli.evaluate_arguments import parse
from components.cli.evaluate_data import chosen_dataset, read_audio
from components.cli.evaluate_progress import ProgressLine
from components.cli.evaluate_report import CANCELLED, MISTAKEN, NOT_MEASURED, report
from components.cli.interruption import Interruption
from components.cli.target_options import chosen_target
from components.core.errors import (
    AudioTooLongError,
    EndpointNotFoundError,
    NoCredentialsError,
    PortalError,
    UnreadableAudioError,
)
from components.core.settings import Settings, in_words
from components.deployment.pricing import hourly_price
from components.evaluation.accuracy import AccuracyPlan
from components.evaluation.datasets.dataset import DatasetError
from components.evaluation.datasets.partial_download import DownloadError
from components.evaluation.jobs import BusyError, RunPlan, carry_out, shares
from components.evaluation.latency import LatencyPlan, LatencyPlanError, check_numbers, whole
from components.evaluation.runs.database import StoreError
from components.evaluation.runs.records import Batch, Run, RunStatus
from components.evaluation.runs.run_store import RunStore
from components.evaluation.systems import Candidate, candidate
from components.targets.target import Target
from components.whisper.parameter_rules import InvalidParametersError, problems, without_effect

Candidates = tuple[Candidate, ...]

_MISTAKES = (
    AudioTooLongError,
    DatasetError,
    EndpointNotFoundError,
    InvalidParametersError,
    LatencyPlanError,
    NoCredentialsError,
    UnreadableAudioError,
    ValidationError,
)
"""What is wrong with the command line or the settings; once a run has begun none of these comes any more."""


def main(words: Sequence[str] | None = None) -> int:
    """Measures, prints what came of it, and returns the exit code.

    0 where it was measured, 1 where nothing was answered or the run failed, 2 where the command line makes no sense or
    names what is not there (as SystemExit where that can be told at once), 130 where Ctrl-C or SIGTERM cancelled it:
    what had been measured until then is kept, and printed.
    """
    given, console, interruption = parse(words), Console(sys.stderr), Interruption()
    try:
        with interruption.handled():
            run, store = _measured(given, Settings(), console, interruption)
            return report(given, run, store)
    except (PortalError, ValidationError) as error:
        console.tell(in_words(error) if isinstance(error, ValidationError) else str(error))
        is_mistake = isinstance(error, _MISTAKES) and not isinstance(error, DownloadError)
        return MISTAKEN if is_mistake else NOT_MEASURED
    except KeyboardInterrupt:
        console.tell("Cancelled.")
        return CANCELLED


def _measured(
    given: argparse.Namespace, settings: Settings, console: Console, interruption: Interruption
) -> tuple[Run, RunStore]:
    store = RunStore(settings.data_dir)
    store.check()
    planned = _planned(given, settings, console)
    with chosen_target(given, settings, console.tell, lambda fresh: deploy(fresh, given.endpoint)) as target:
        candidates = _candidates(given, target, console)
        _warn_of_others(candidates, store, console)
        plan = planned(candidates)
        run = plan.begin(store)
        console.tell(f"Run {run.id}, {run.name}: {run.planned} requests.")
        run = _carried_out(plan, run, store, console, interruption)
    if run.problem:
        console.tell(run.problem)
    console.tell(
        f"Run {run.id} is {run.status} and kept in {store.path}; the page Compare shows it under History."
    )
    return run, store


def _planned(
    given: argparse.Namespace, settings: Settings, console: Console
) -> Callable[[Candidates], RunPlan]:
    """The plan, but for its endpoints: what is wrong with the rest is told before anything is started."""
    if given.what == "wer":
        dataset = chosen_dataset(given, settings, console)
        return lambda candidates: AccuracyPlan(
            candidates, dataset, given.parameters, given.normalizer, given.concurrency, given.name
        )
    check_numbers(given.requests, given.warm_up, given.concurrency)
    audio = read_audio(given.audio)
    clip = whole(audio)
    if clip.name != audio.name:
        console.tell(f"{audio.name} lasts {audio.seconds:.1f} s: what is sent is {clip.name}.")
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


def _warn_of_others(candidates: Candidates, store: RunStore, console: Console) -> None:
    """Says which runs are under way that would disturb this one; whoever gives a command knows why."""
    for run in store.runs():
        if run.is_running and shares(run.systems, [each.system for each in candidates]):
            console.tell(f"Take care: {BusyError(run).what}")


def _carried_out(
    plan: RunPlan, run: Run, store: RunStore, console: Console, interruption: Interruption
) -> Run:
    line = ProgressLine(console, run, store.items(run.id))

    def note(batch: Batch) -> None:
        line.note(batch)
        interruption.attend(console.tell)

    def tell(trouble: StoreError | None) -> None:
        console.tell(
            f"{trouble} What is measured waits in memory." if trouble else "Runs can be written again."
        )

    try:
        with interruption.cancelling():
            return carry_out(plan, run, store, interruption.cancelled, note, on_trouble=tell)
    except KeyboardInterrupt:
        # The second Ctrl-C: requests on their way are no longer waited for. What came of the others is written.
        store.end(run.id, RunStatus.CANCELLED)
        return store.run(run.id)
