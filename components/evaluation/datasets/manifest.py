"""Manifests: a CSV or JSONL file that names audio files and what is said in them."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from components.evaluation.datasets.entries import DatasetEntry
from components.evaluation.datasets.files import DatasetError, Files, Findings, shown
from components.evaluation.datasets.manifest_rows import LINES, NOT_UTF8, TABLES, Manifest, open_manifest

FILE = ("file", "audio", "path", "file_name", "filename", "audio_path", "audio_file", "audio_filepath", "wav")
TEXT = ("text", "reference", "transcript", "transcription", "sentence")
LANGUAGE = ("language", "locale", "lang")
ADVICE = "Put one CSV or JSONL file beside the audio, with the columns file and text, and id and language if you like."

_MOST_COLUMNS_TOLD, _MOST_FILES_TOLD = 12, 3


def entries(files: Files, findings: Findings) -> Iterator[DatasetEntry]:
    """What the data set's one manifest says of each utterance; rows that can't be read are in the findings.

    Raises:
        DatasetError: there is no manifest, or more than one, or none of the files has the columns it takes.
    """
    manifest = _choose(files, findings)
    folder = str(PurePosixPath(manifest.name).parent)
    advice = "; save the manifest as UTF-8"
    for where, row in manifest.rows:
        if isinstance(row, str):
            is_advised = row == NOT_UTF8
            findings.add(f"{shown(manifest.name)}, {where} {row}{advice if is_advised else ''}.")
            # Once is enough, though there may be many such rows.
            advice = "" if is_advised else advice
            continue
        yield DatasetEntry(
            f"{shown(manifest.name)}, {where}",
            folder,
            _cell(row, FILE),
            _cell(row, TEXT),
            _cell(row, ("id",)),
            _cell(row, LANGUAGE),
        )


def _choose(files: Files, findings: Findings) -> Manifest:
    names = _candidates(files)
    if not names:
        raise DatasetError(f"{files.title} has no manifest{_elsewhere(files)}.", ADVICE)
    fitting: Manifest | None = None
    others: list[str] = []
    for manifest in _opened(files, names, findings):
        if not _fits(manifest):
            others.append(_columns_of(manifest))
        elif fitting:
            found = f"{shown(fitting.name)}, {shown(manifest.name)}"
            raise DatasetError(
                f"{files.title} has more than one manifest: {found}.", "Leave the one that counts."
            )
        else:
            fitting = manifest
    if fitting is None:
        unread = f"{files.title} has no manifest that can be read"
        raise DatasetError(("; ".join(others[:_MOST_FILES_TOLD]) or unread) + ".", ADVICE)
    return fitting


def _opened(files: Files, names: list[str], findings: Findings) -> Iterator[Manifest]:
    """One after another: each takes memory, and there may be many."""
    for name in names:
        try:
            yield open_manifest(files, name)
        except DatasetError as error:
            if len(names) == 1:
                raise
            findings.add(error.what)


def _fits(manifest: Manifest) -> bool:
    """Whether it has a column for the audio and one for the text."""
    columns = {column.strip().lower() for column in manifest.columns}
    return bool(columns & set(FILE)) and bool(columns & set(TEXT))


def _candidates(files: Files) -> list[str]:
    """Tables in the root, or else in the only folder there is."""
    tables = [PurePosixPath(name) for name in files.sizes if name.lower().endswith(TABLES + LINES)]
    in_root = [str(path) for path in tables if len(path.parts) == 1]
    folders = {name.partition("/")[0] for name in files.sizes if "/" in name}
    return in_root or [str(path) for path in tables if len(path.parts) == 2 and len(folders) == 1]  # noqa: PLR2004


def _elsewhere(files: Files) -> str:
    """Tables that lie too deep to be taken for the manifest, if there are any."""
    found = [shown(name) for name in files.sizes if name.lower().endswith(TABLES + LINES)]
    told = ", ".join(found[:_MOST_FILES_TOLD])
    return f" in its uppermost folder (there is {told})" if found else ""


def _cell(row: Mapping[str, str], names: Iterable[str]) -> str:
    """The first of these columns that is there, and not empty."""
    return next((text for name in names if (text := row.get(name, "").strip())), "")


def _columns_of(manifest: Manifest) -> str:
    columns = [shown(column.strip()) for column in manifest.columns[:_MOST_COLUMNS_TOLD]]
    found = f"only the columns {', '.join(columns)}" if any(columns) else "no columns"
    return f"{shown(manifest.name)} has {found}: one for the audio file or for the text is missing"
