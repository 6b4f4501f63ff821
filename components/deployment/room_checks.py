"""Whether this computer has room for a model."""

import math

from components.whisper.models import WhisperModel
from components.deployment.checks import Finding, Verdict
from components.core.resources import (
    NoRoomError,
    available_memory,
    check_disk,
    check_memory,
    free_disk,
    gigabytes,
    memory_to_load,
)
from components.core.settings import Settings


def disk(model: WhisperModel, settings: Settings) -> Finding:
    """Whether the weights have room where they would be downloaded to."""
    folder = settings.weights_dir
    if folder and (folder / model.name).is_dir():
        return Verdict.PASSED, f"The weights lie in {folder}: nothing needs to be downloaded.", ""
    try:
        check_disk(model.download_bytes, settings.data_dir)
    except NoRoomError as error:
        # Only the endpoint itself knows whether it has them already.
        return (
            Verdict.WARNING,
            error.what,
            f"{error.advice} Where the weights are here already, it does not matter.",
        )
    free = gigabytes(free_disk(settings.data_dir), math.floor)
    return (
        Verdict.PASSED,
        f"{free} are free on the disk, for a download of {gigabytes(model.download_bytes)}.",
        "",
    )


def memory(model: WhisperModel) -> Finding:
    """Whether the weights have room in memory while they are loaded."""
    needed = memory_to_load(model.download_bytes)
    try:
        check_memory(needed)
    except NoRoomError as error:
        # Only the endpoint itself knows whether it has loaded the model already, for another endpoint of it.
        advice = f"{error.advice} An endpoint of a model that runs here already needs no more."
        return Verdict.WARNING, error.what, advice
    available = gigabytes(available_memory(), math.floor)
    return Verdict.PASSED, f"{available} of memory are available, for loading {gigabytes(needed)}.", ""
