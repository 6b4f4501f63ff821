"""Data sets as tests make them: real audio, real zips."""

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from components.audio.decoding import Clip
from components.evaluation.datasets.dataset import Dataset, open_dataset, open_zip

WAV = Clip(np.arange(-800, 800, dtype=np.int16), "", "").wav()
"""A tenth of a second."""

Files = Mapping[str, bytes | str]
Open = Callable[[Files], Dataset]


def make_zip(files: Files, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        for name, contents in files.items():
            archive.writestr(name, contents)
    return data.getvalue()


def make_folder(folder: Path, files: Files) -> Path:
    for name, contents in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(contents.encode() if isinstance(contents, str) else contents)
    return folder


def zipped(files: Files) -> Dataset:
    return open_zip(make_zip(files), "mine.zip")


def in_folder(folder: Path) -> Open:
    return lambda files: open_dataset(make_folder(folder / "mine", files))


def ids(dataset: Dataset) -> list[str]:
    return [utterance.id for utterance in dataset.utterances]
