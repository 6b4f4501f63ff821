"""LibriSpeech: its layout, and its test sets as OpenSLR publishes them (openslr.org/12).

The layout is `SPEAKER/CHAPTER/*.flac`, and beside them `*.trans.txt` with a line for each.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from posixpath import commonpath

from components.core.settings import Settings
from components.evaluation.datasets.entries import DatasetEntry
from components.evaluation.datasets.files import DatasetError, Files, Findings, shown

TRANSCRIPTS = ".trans.txt"
LANGUAGE = "english"
LICENCE = "CC BY 4.0"
ABOUT = "LibriSpeech, openslr.org/12 (Panayotov et al. 2015), CC BY 4.0: read English from audiobooks"

_PART = re.compile(r"(?:^|/)((train|dev|test)-(clean|other)(-\d+)?(/.*)?)$")


def is_librispeech(files: Files) -> bool:
    """Whether there are transcripts as LibriSpeech has them."""
    return any(name.endswith(TRANSCRIPTS) for name in files.sizes)


def entries(files: Files, findings: Findings) -> Iterator[DatasetEntry]:
    """Every line of every transcript; what can't be read is in the findings."""
    for name in files.sizes:
        if not name.endswith(TRANSCRIPTS):
            continue
        try:
            lines = files.read(name).split(b"\n")
        except DatasetError as error:
            findings.add(error.what)
            continue
        for number, line in enumerate(lines, 1):
            where = f"{shown(name)}, line {number}"
            try:
                id_, _, reference = line.decode().strip().partition(" ")
            except UnicodeDecodeError:
                findings.add(f"{where} is not UTF-8.")
                continue
            if id_:
                folder = str(PurePosixPath(name).parent)
                yield DatasetEntry(where, folder, f"{id_}.flac", reference.strip(), id_, LANGUAGE)


def name_of(files: Files, path: Path | None) -> str:
    """What the data set is called: "LibriSpeech test-other", or "LibriSpeech test-other/1688" for a part of it.

    `path` is where its root lies, None for an upload. Where no part of LibriSpeech is named, the root's own name.
    """
    root = path.resolve().parts if path else (files.title.removesuffix(".zip"),)
    folders = [str(PurePosixPath(name).parent) for name in files.sizes if name.endswith(TRANSCRIPTS)]
    found = _PART.search("/".join((*root, *PurePosixPath(commonpath(folders)).parts)))
    return shown(f"LibriSpeech {found[1]}") if found else files.title


@dataclass(frozen=True)
class Archive:
    """What OpenSLR publishes: size in bytes of the .tar.gz, its MD5, and the number of utterances in it.

    Source: openslr.org/12 and its md5sum.txt; Panayotov et al. 2015, table 1.
    """

    size: int
    md5: str
    utterances: int


SETS = {
    "test-clean": Archive(346_663_984, "32fa31d27d2e1cad72775fee3f4849a9", 2620),
    "test-other": Archive(328_757_843, "fb5a50374b501bb3bac4815ee91d3135", 2939),
}


def find(name: str, settings: Settings) -> Path | None:
    """The folder of a set, where there is one with transcripts: in PORTAL_LIBRISPEECH_DIR, or downloaded earlier."""
    folders = [download_folder(settings)]
    if settings.librispeech_dir:
        folders = [settings.librispeech_dir, settings.librispeech_dir / "LibriSpeech", *folders]
    return next((folder / name for folder in folders if _is_there(folder / name)), None)


def _is_there(folder: Path) -> bool:
    try:
        return any(folder.glob(f"*/*/*{TRANSCRIPTS}"))
    except OSError:  # where one may not look
        return False


def download_folder(settings: Settings) -> Path:
    """Where downloaded sets lie, each in a folder with its name."""
    return settings.data_dir / "datasets" / "LibriSpeech"
