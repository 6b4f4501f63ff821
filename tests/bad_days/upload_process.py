"""Has the portal take in every STEP-th file of a folder and tells what came of each: a JSON line before, one after.

python -m tests.bad_days.upload_process FOLDER FIRST STEP
"""

import io
import json
import re
import resource
import sys
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from zipfile import ZipFile

from components.audio.decoding import Clip, decode
from components.audio.recording import open_recording
from components.audio.segmentation import Chunk, chunks
from components.core.errors import PortalError
from components.evaluation.datasets.dataset import open_zip
from components.whisper.contract import MAX_AUDIO_SECONDS
from components.widgets.playground.audio_source import _open

MOST_ADDRESSES = 3 * 1024**3
"""Bytes; those of the libraries and their threads are most of it."""
MOST_BLOCKS = 40
"""About as many seconds of a long recording are cut into chunks: what follows is like them."""


def main(folder: Path, first: int, step: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_ADDRESSES, MOST_ADDRESSES))
    for path in sorted(folder.iterdir())[first::step]:
        tell(name=path.name)
        before, started = forget_peak(), time.process_time()
        outcomes = taken_in(path)
        seconds = time.process_time() - started
        tell(name=path.name, outcomes=outcomes, seconds=seconds, memory=memory("VmHWM") - before)


def taken_in(path: Path) -> dict[str, str]:
    """By each of the portal's ways: "audio", or the error that it tells."""
    data = path.read_bytes()
    return {
        "upload": outcome(lambda: _open(data, path.name)),
        "one of several": outcome(lambda: open_recording(data, path.name)),
        "long": outcome(lambda: cut(path)),
        "data set": outcome(lambda: heard_in_data_set(data)),
        "embedded endpoint": outcome(lambda: decode(data, "The audio", MAX_AUDIO_SECONDS)),
    }


def outcome(take_in: Callable[[], object]) -> str:
    try:
        take_in()
    except PortalError as error:
        is_told = error.what.endswith(".") and error.advice.endswith(".")
        return type(error).__name__ if is_told else f"NOT TOLD {error}"
    except Exception as error:  # noqa: BLE001 - it is what is looked for
        return f"UNFORESEEN {type(error).__name__}: {error}"
    return "audio"


def cut(path: Path) -> list[Chunk]:
    return list(chunks(islice(open_recording(path, path.name).blocks(), MOST_BLOCKS)))


def heard_in_data_set(data: bytes) -> Clip:
    archive = io.BytesIO()
    with ZipFile(archive, "w") as file:
        file.writestr("set.csv", "file,text\nsound.wav,words\n")
        file.writestr("sound.wav", data)
    return open_zip(archive.getvalue(), "mine.zip").utterances[0].read()


def forget_peak() -> int:
    """What is taken now, from which on the most is looked for."""
    Path("/proc/self/clear_refs").write_text("5")
    return memory("VmRSS")


def memory(kind: str) -> int:
    found = re.search(rf"{kind}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    return int(found[1]) * 1024


def tell(**what: object) -> None:
    print(json.dumps(what), flush=True)  # noqa: T201 - it is a pipe


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
