"""`wer`: the word error rate of endpoints over a data set."""

from functools import partial
from pathlib import Path

from components.cli.console import Console
from components.cli.evaluate import Plan, evaluate
from components.cli.exit_codes import ExitCode
from components.cli.options import SMALL, WerOptions
from components.cli.runner import run
from components.core.errors import PortalError
from components.core.settings import Settings
from components.evaluation.accuracy_plan import AccuracyPlan
from components.evaluation.datasets import librispeech, openslr_download
from components.evaluation.datasets.dataset import Dataset, DatasetError, bundled, first, open_dataset, sample

_POLL_SECONDS = 0.5


def main(options: WerOptions) -> ExitCode:
    """Measures, and prints the outcome."""
    return run(partial(evaluate, options, partial(_prepare, options)), DatasetError)


def _prepare(options: WerOptions, settings: Settings, console: Console) -> Plan:
    dataset = _dataset(options, settings, console)
    if options.first:
        dataset = first(dataset, options.first)
    elif options.sample:
        dataset = sample(dataset, options.sample, options.seed)
    for finding in dataset.findings:
        console.print(finding)
    return lambda candidates: AccuracyPlan(
        candidates, dataset, options.parameters, options.normalizer, options.concurrency, options.name
    )


def _dataset(options: WerOptions, settings: Settings, console: Console) -> Dataset:
    name = options.dataset
    if name == SMALL:
        return bundled()
    if name not in librispeech.SETS:
        return open_dataset(Path(name), options.language)
    folder = librispeech.find(name, settings)
    if folder is None and options.download:
        folder = _download(name, settings, console)
    if folder is None:
        raise DatasetError(
            f"LibriSpeech {name} is not on this computer.",
            "Give --download to fetch it from OpenSLR, or set PORTAL_LIBRISPEECH_DIR to the folder that holds it.",
        )
    return open_dataset(folder, options.language)


def _download(name: str, settings: Settings, console: Console) -> Path | None:
    """Downloads it. What has come of it is kept when that is interrupted, and the next time goes on from there."""
    download = openslr_download.Download(name, settings)
    try:
        while download.is_running:
            done = f"{download.done / 1e6:.0f} of {download.total / 1e6:.0f} MB"
            console.progress(f"LibriSpeech {name}: {download.step}, {done}", download.done / download.total)
            download.wait(_POLL_SECONDS)
    finally:
        download.cancel()
        download.wait()
    if error := download.error:
        # No mistake of the command line, as other errors of data sets are.
        raise PortalError(error.what, error.advice) from error
    return download.path
