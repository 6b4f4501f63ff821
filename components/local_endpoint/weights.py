"""Finds the weights of a model and verifies them.

Looked for in this order: the folder of `PORTAL_WEIGHTS_DIR`, installed Python packages, the Hugging Face hub.
"""

import hashlib
import importlib.util
import logging
import shutil
from collections.abc import Sequence
from pathlib import Path

from components.core.errors import PortalError
from components.core.resources import check_disk
from components.core.settings import Settings
from components.local_endpoint.hub import cached, fetch
from components.local_endpoint.loading_progress import LoadingProgress, Report
from components.local_endpoint.weight_pins import PINS, Pin
from components.whisper.models import WhisperModel

logger = logging.getLogger(__name__)


class WeightsError(PortalError):
    """Weights are missing or damaged."""


Weights = dict[str, list[Path]]
"""The parts that are each file, by its name: `model.bin`, `config.json`, `tokenizer.json`, `vocabulary.txt` or so."""


def find_weights(model: WhisperModel, settings: Settings, report: Report) -> Weights:
    """The verified files of a model; `report` gets the progress.

    Raises:
        PortalError: there are none, they are not what they should be, the hub can't be reached, or the disk has no
            room for them.
    """
    pin = PINS.get(model.name)
    if pin is None:
        raise WeightsError(
            f"There are no weights for {model.name} on this computer.", f"It can run: {', '.join(PINS)}."
        )
    found = _from_folder(model, pin, settings.weights_dir, report) or _from_packages(pin, report)
    return found or _from_hub(model, pin, settings, report)


def place(parts: Sequence[Path], path: Path) -> None:
    """Makes a file of that name: a link where it is in one part, else its parts one after the other."""
    if len(parts) == 1:
        path.symlink_to(parts[0].resolve())
        return
    with path.open("wb") as whole:
        for part in parts:
            with part.open("rb") as file:
                shutil.copyfileobj(file, whole, 2**20)


def _from_folder(model: WhisperModel, pin: Pin, folder: Path | None, report: Report) -> Weights | None:
    if folder is None or not (folder / model.name).is_dir():
        return None
    # A folder that is named is meant, so a damaged file ends the search.
    return {name: _verified(pin, name, [folder / model.name / name], report) for name in pin.sums}


def _from_packages(pin: Pin, report: Report) -> Weights | None:
    places = {name: _package_paths(pin, name) for name in pin.sums}
    if not all(places.values()):
        return None
    try:
        return {name: _verified(pin, name, paths, report) for name, paths in places.items()}
    except WeightsError as error:
        logger.warning("%s Going on with the Hugging Face hub.", error.what)
        return None


def _package_paths(pin: Pin, name: str) -> list[Path]:
    paths = []
    for package, path in pin.packaged.get(name, ()):
        spec = importlib.util.find_spec(package)
        if spec is None or spec.origin is None:
            return []
        paths.append(Path(spec.origin).parent / path)
    return paths


def _from_hub(model: WhisperModel, pin: Pin, settings: Settings, report: Report) -> Weights:
    cache = settings.data_dir / "hub"
    if cached(pin, "model.bin", cache) is None:
        check_disk(model.download_bytes, cache)
    return {name: _fetched(pin, name, cache, report) for name in pin.sums}


def _fetched(pin: Pin, name: str, cache: Path, report: Report) -> list[Path]:
    path = fetch(pin, name, cache, report)
    try:
        return _verified(pin, name, [path], report)
    except WeightsError as error:
        logger.warning("%s Fetching it again.", error.what)
    # In the hub's cache, the path is a link to the file.
    path.resolve().unlink(missing_ok=True)
    path.unlink(missing_ok=True)
    return _verified(pin, name, [fetch(pin, name, cache, report)], report)


def _verified(pin: Pin, name: str, parts: list[Path], report: Report) -> list[Path]:
    """Verifies the parts, and returns them.

    Raises:
        WeightsError: they can't be read, or their SHA-256 is not the pinned one.
    """
    report(LoadingProgress(f"checking {name}"))
    digest = hashlib.sha256()
    try:
        for part in parts:
            with part.open("rb") as file:
                hashlib.file_digest(file, lambda: digest)
    except OSError as error:
        raise WeightsError(
            f"{error.filename} can't be read: {error.strerror}.", "Put the file there, or remove the folder."
        ) from error
    if digest.hexdigest() != pin.sums[name]:
        raise WeightsError(
            f"{' and '.join(map(str, parts))}: not the expected file, its SHA-256 is wrong.",
            "It is damaged or incomplete: remove it, so that it is fetched again.",
        )
    return parts
