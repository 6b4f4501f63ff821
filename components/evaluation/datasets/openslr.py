"""LibriSpeech's test sets, as OpenSLR publishes them (openslr.org/12), and where they lie on this computer."""

from dataclasses import dataclass
from pathlib import Path

from components.core.settings import Settings
from components.evaluation.datasets.librispeech import TRANSCRIPTS

LICENCE = "CC BY 4.0"


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
