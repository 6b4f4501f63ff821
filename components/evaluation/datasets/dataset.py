"""Data sets to measure accuracy on: audio with what is said in it, from a folder, a zip, or the portal itself."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path

from components.audio.decoding import Clip, read_clip
from components.core.errors import UnreadableAudioError
from components.evaluation.datasets import librispeech, manifest
from components.evaluation.datasets.entries import usable
from components.evaluation.datasets.files import MOST_FILES, DatasetError, Files, Findings, FolderFiles, shown
from components.evaluation.datasets.zip_files import ZipFiles

__all__ = ["Dataset", "DatasetError", "Utterance", "bundled", "first", "open_dataset", "open_zip", "sample"]

BUNDLED_FOLDER = Path(__file__).with_name("bundled")

_FAULTS_TOLD = 3


@dataclass(frozen=True, eq=False)
class Utterance:
    """One stretch of speech. `language` is an English name in lower case, `checksum` gives that of its audio file.

    `read` decodes the audio, from several threads at once if need be. It raises UnreadableAudioError, which names the
    file, or AudioTooLongError for more than an hour.
    """

    id: str
    reference: str
    language: str
    read: Callable[[], Clip]
    checksum: Callable[[], int]


@dataclass(frozen=True, eq=False)
class Dataset:
    """Utterances, all of a data set or a selection.

    `findings` are its faults: each names an entry that can't be used. `selection` says in words which part of it this
    is, `about` where it comes from and its licence. `faults` counts the findings, told one by one or not.
    `language_assumed` tells whether some utterances don't say their language.
    """

    name: str
    utterances: tuple[Utterance, ...]
    findings: tuple[str, ...]
    selection: str
    about: str = ""
    faults: int = 0
    language_assumed: bool = False

    def digest(self) -> str:
        """Equal ones mean the same ids, references, languages and audio files in the same order.

        Reads all these files, but for those in a zip, which has their checksums.
        """
        digest = hashlib.sha256()
        for utterance in self.utterances:
            line = [utterance.id, utterance.reference, utterance.language, utterance.checksum()]
            digest.update(json.dumps(line).encode() + b"\n")
        return digest.hexdigest()[:16]


def open_dataset(path: Path, language: str = "english") -> Dataset:
    """Opens a folder or a zip, in LibriSpeech's layout or with a manifest.

    `language` counts where the data set doesn't say it.

    Raises:
        DatasetError: there is no such thing, or nothing usable in it, or too much.
    """
    findings = Findings()
    try:
        if path.is_dir():
            return _dataset(FolderFiles(path, findings), findings, language, path)
        if path.is_file():
            return _dataset(ZipFiles(path, path.name, findings), findings, language, path)
    except OSError as error:
        raise DatasetError(f"{path} can't be read: {error.strerror}.", "Check its permissions.") from error
    raise DatasetError(f"There is no folder and no zip at {path}.", "Check the path.")


def open_zip(data: bytes, name: str, language: str = "english") -> Dataset:
    """Opens an uploaded zip; otherwise as `open_dataset`."""
    findings = Findings()
    return _dataset(ZipFiles(data, name, findings), findings, language, None)


def bundled() -> Dataset:
    """The small set that comes with the portal; its README tells how it was made."""
    about = "Synthetic speech (Piper, voice en_US-joe-medium), CC0 1.0: to try things out, not to choose a model by"
    return replace(open_dataset(BUNDLED_FOLDER), name="Small set", about=about)


def first(dataset: Dataset, count: int) -> Dataset:
    """The first `count` utterances."""
    which = "the first" if count == 1 else f"the first {count}"
    return _selected(dataset, dataset.utterances[:count], which, "")


def sample(dataset: Dataset, count: int, seed: int) -> Dataset:
    """`count` utterances drawn at random, in the order of the data set.

    The same seed draws the same ones on every computer, and a larger sample contains the smaller one.
    """

    def lot(utterance: Utterance) -> bytes:
        return hashlib.sha256(f"{seed} {utterance.id}".encode()).digest()

    drawn = {utterance.id for utterance in sorted(dataset.utterances, key=lot)[:count]}
    chosen = tuple(utterance for utterance in dataset.utterances if utterance.id in drawn)
    return _selected(dataset, chosen, f"a random sample of {count}", f" (seed {seed})")


def _selected(dataset: Dataset, chosen: tuple[Utterance, ...], which: str, how: str) -> Dataset:
    if len(chosen) == len(dataset.utterances):
        return dataset
    selection = f"{which} of {dataset.selection.removeprefix('all ')}{how}"
    return replace(dataset, utterances=chosen, selection=selection)


def _dataset(files: Files, findings: Findings, language: str, path: Path | None) -> Dataset:
    is_librispeech = librispeech.is_librispeech(files)
    entries = (librispeech if is_librispeech else manifest).entries(files, findings)
    # Many rows may name one file, each with an id of its own.
    found = list(islice(usable(entries, files, findings), MOST_FILES + 1))
    if not found:
        raise _nothing_usable(files, findings)
    if len(found) > MOST_FILES:
        raise DatasetError(
            f"{files.title} names more than {MOST_FILES} utterances.", "Make a data set of a part of them."
        )
    utterances = tuple(
        Utterance(
            entry.id,
            entry.reference,
            entry.language or language,
            partial(_read, files, entry.file),
            partial(files.checksum, entry.file),
        )
        for entry in found
    )
    return Dataset(
        librispeech.name_of(files, path) if is_librispeech else files.title,
        utterances,
        findings.sentences,
        "its only utterance" if len(utterances) == 1 else f"all {len(utterances)} utterances",
        librispeech.ABOUT if is_librispeech else "",
        findings.count,
        any(not entry.language for entry in found),
    )


def _read(files: Files, name: str) -> Clip:
    try:
        data = files.read(name)
    except DatasetError as error:
        raise UnreadableAudioError(error.what, error.advice) from error
    return read_clip(data, shown(name))


def _nothing_usable(files: Files, findings: Findings) -> DatasetError:
    what = f"{files.title} holds no utterance that can be used."
    told = findings.sentences[:_FAULTS_TOLD]
    more = findings.count - len(told)
    return DatasetError(
        " ".join((what, *told, *([f"And {more} more."] if more > 0 else []))),
        "Mend these entries, or leave them out." if told else manifest.ADVICE,
    )
