"""What the command lets endpoints hear: a data set or a clip, found where the command line says."""

import argparse
from pathlib import Path

from components.audio.decoding import Clip, read_clip
from components.cli.console import Console
from components.cli.evaluate_arguments import SMALL
from components.core.errors import UnreadableAudioError
from components.core.settings import Settings
from components.evaluation.datasets import openslr, openslr_download
from components.evaluation.datasets.dataset import Dataset, DatasetError, bundled, first, open_dataset, sample
from components.evaluation.datasets.files import shown

_SECONDS_BETWEEN_LOOKS = 0.5


def chosen_dataset(given: argparse.Namespace, settings: Settings, console: Console) -> Dataset:
    """The data set of --dataset, or the part of it that is asked for; its findings go to the console.

    Raises:
        DatasetError: it is not there, or has no usable utterance.
    """
    dataset = _whole(given, settings, console)
    if given.first:
        dataset = first(dataset, given.first)
    elif given.sample:
        dataset = sample(dataset, given.sample, given.seed)
    for finding in dataset.findings:
        console.tell(finding)
    return dataset


def read_audio(path: Path) -> Clip:
    """The clip of --audio.

    Raises:
        UnreadableAudioError: there is no such file, or it is no audio.
        AudioTooLongError: it is too long to be decoded.
    """
    try:
        return read_clip(path.read_bytes(), shown(path.name))
    except OSError as error:
        raise UnreadableAudioError(
            f"{shown(str(path))} can't be read: {error.strerror}.", "Name an audio file that is there."
        ) from error


def _whole(given: argparse.Namespace, settings: Settings, console: Console) -> Dataset:
    if given.dataset == SMALL:
        return bundled()
    if given.dataset not in openslr.SETS:
        return open_dataset(Path(given.dataset), given.language)
    folder = openslr.find(given.dataset, settings)
    if folder is None and given.download:
        folder = _downloaded(given.dataset, settings, console)
    if folder is None:
        raise DatasetError(
            f"LibriSpeech {given.dataset} is not on this computer.",
            "Give --download to fetch it from OpenSLR, or set PORTAL_LIBRISPEECH_DIR to the folder that holds it.",
        )
    return open_dataset(folder, given.language)


def _downloaded(name: str, settings: Settings, console: Console) -> Path | None:
    """Downloads it. Where that is broken off, what has come is kept, and the next time goes on from there."""
    download = openslr_download.Download(name, settings)
    try:
        while download.is_running:
            now = download.progress
            done = f"{now.done / 1e6:.0f} of {now.total / 1e6:.0f} MB"
            console.say(f"LibriSpeech {name}: {now.step}, {done}")
            download.wait(_SECONDS_BETWEEN_LOOKS)
    finally:
        download.cancel()
        download.wait()
    if download.error:
        raise download.error
    return download.path
