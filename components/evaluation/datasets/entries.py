"""What manifests and transcripts say of each utterance, and whether that can be used."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath, PureWindowsPath

from components.evaluation.datasets.files import Files, Findings, shown
from components.whisper.languages import LANGUAGE_CODES

LONGEST_REFERENCE = 5_000
"""Characters. Nobody says as much in the 30 s that an endpoint hears; it is a quotation mark that was never closed."""

_NAMES = {code: name for name, code in LANGUAGE_CODES.items()} | {
    "jv": "javanese",
    # OpenAI's own other names (openai/whisper, tokenizer.py, TO_LANGUAGE_CODE).
    "burmese": "myanmar",
    "castilian": "spanish",
    "flemish": "dutch",
    "haitian": "haitian creole",
    "letzeburgesch": "luxembourgish",
    "mandarin": "chinese",
    "moldavian": "romanian",
    "moldovan": "romanian",
    "panjabi": "punjabi",
    "pushto": "pashto",
    "sinhalese": "sinhala",
    "valencian": "catalan",
}
_AUDIO_FOLDERS = ("", "clips", "audio", "wav", "wavs")
"""Where audio lies beside a manifest that gives no folder; Common Voice's is `clips`."""


@dataclass(frozen=True)
class DatasetEntry:
    """One utterance as written. `where` names row or line; `folder` is that of the manifest, "" for the root.

    `id` and `language` are empty where nothing is said.
    """

    where: str
    folder: str
    file: str
    reference: str
    id: str = ""
    language: str = ""


def usable(entries: Iterable[DatasetEntry], files: Files, findings: Findings) -> Iterator[DatasetEntry]:
    """Those that can be used, each with its id, the name of its file, and an English name for its language, if any.

    Why others can't is in the findings.
    """
    names = {_normal(name): name for name in files.sizes}
    ids: set[str] = set()
    for entry in entries:
        name = _find(entry, names)
        language = language_name(entry.language)
        id_ = entry.id or entry.file
        fault = _fault(entry, None if name is None else files.sizes[name], language)
        if fault is None and id_ in ids:
            fault = f"the id {shown(id_)} was there before"
        if fault or name is None or language is None:
            findings.add(f"{entry.where}: {fault}.")
            continue
        ids.add(id_)
        yield replace(entry, id=id_, file=name, language=language)


def language_name(text: str) -> str | None:
    """The English name of a language given by name or code ("French", "fr", "fr-CA"); None if unknown, "" for ""."""
    wanted = text.strip().lower().replace("_", "-")
    if not wanted or wanted in LANGUAGE_CODES:
        return wanted
    return _NAMES.get(wanted) or _NAMES.get(wanted.partition("-")[0])


def _fault(entry: DatasetEntry, size: int | None, language: str | None) -> str | None:
    """Why an entry can't be used, if so; `size` is that of its audio file, None where there is none."""
    file = shown(entry.file)
    faults = (
        ("no audio file is named", not entry.file),
        (
            f"{file} is an absolute path",
            entry.file.startswith(("/", "\\")) or PureWindowsPath(entry.file).drive,
        ),
        (f"{file} lies outside of the data set", size is None and ".." in re.split(r"[/\\]", entry.file)),
        (f"{file} is not there, or can't be used", size is None),
        (f"{file} is empty (0 bytes)", size == 0),
        (f"{file} has an empty reference", not any(map(str.isalnum, entry.reference))),
        (
            f"the reference of {file} is longer than {LONGEST_REFERENCE} characters",
            len(entry.reference) > LONGEST_REFERENCE,
        ),
        (f"{shown(entry.language)} is not a language that Whisper knows ({file})", language is None),
    )
    return next((fault for fault, holds in faults if holds), None)


def _find(entry: DatasetEntry, names: dict[str, str]) -> str | None:
    """The file that an entry means: seen from its manifest, else from the root."""
    file = entry.file.replace("\\", "/")
    beside = (PurePosixPath(entry.folder, folder, file) for folder in _AUDIO_FOLDERS)
    paths = (_normal(str(path)) for path in (*beside, PurePosixPath(file)))
    return next((names[path] for path in paths if path in names), None)


def _normal(name: str) -> str:
    # macOS writes accents in names as characters of their own.
    return unicodedata.normalize("NFC", name)
