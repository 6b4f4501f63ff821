"""Finds the weights of a model and verifies them: what is returned is what was hashed, byte for byte.

Looked for in this order: the folder of `PORTAL_WEIGHTS_DIR`, installed Python packages, the Hugging Face hub.
"""

import hashlib
import importlib.util
import logging
from collections.abc import Callable
from pathlib import Path

from components.catalog import WhisperModel
from components.errors import PortalError
from components.local_endpoint.hub import fetch
from components.local_endpoint.weight_pins import PINS, Pin
from components.settings import Settings

logger = logging.getLogger(__name__)

Report = Callable[[str], None]
Weights = dict[str, bytes]
"""File name to contents, such as `model.bin`, `config.json`, `tokenizer.json`, `vocabulary.txt`."""


class WeightsError(PortalError):
    """Weights are missing, damaged, or can't be fetched."""


def find_weights(model: WhisperModel, settings: Settings, report: Report) -> Weights:
    """The verified files of a model; `report` is told what goes on, for somebody who waits.

    Raises:
        WeightsError: there are none, they are not what they should be, or the hub can't be reached.
    """
    pin = PINS.get(model.name)
    if pin is None:
        raise WeightsError(
            f"There are no weights for {model.name} on this computer.", f"It can run: {', '.join(PINS)}."
        )
    found = _from_folder(model, pin, settings.weights_dir) or _from_packages(pin)
    return found or _from_hub(pin, settings, report)


def _from_folder(model: WhisperModel, pin: Pin, folder: Path | None) -> Weights | None:
    if folder is None or not (folder / model.name).is_dir():
        return None
    # Whoever names a folder wants these weights and no others, so a damaged file ends the search.
    return {name: _verified([folder / model.name / name], pin.sums[name]) for name in pin.sums}


def _from_packages(pin: Pin) -> Weights | None:
    places = {name: _package_paths(pin, name) for name in pin.sums}
    if not all(places.values()):
        return None
    try:
        return {name: _verified(paths, pin.sums[name]) for name, paths in places.items()}
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


def _from_hub(pin: Pin, settings: Settings, report: Report) -> Weights:
    return {name: _fetched(pin, name, settings, report) for name in pin.sums}


def _fetched(pin: Pin, name: str, settings: Settings, report: Report) -> bytes:
    cache = settings.data_dir / "hub"
    try:
        return _verified([fetch(pin, name, cache, report)], pin.sums[name])
    except WeightsError as error:
        logger.warning("%s Fetching it again.", error.what)
    return _verified([fetch(pin, name, cache, report, again=True)], pin.sums[name])


def _verified(paths: list[Path], expected: str) -> bytes:
    try:
        data = b"".join(path.read_bytes() for path in paths)
    except OSError as error:
        raise WeightsError(
            f"{error.filename} can't be read: {error.strerror}.", "Put the file there, or remove the folder."
        ) from error
    if hashlib.sha256(data).hexdigest() != expected:
        raise WeightsError(
            f"{' and '.join(map(str, paths))}: not the expected file, its SHA-256 is wrong.",
            "It is damaged or only half there: remove it, so that it is fetched again.",
        )
    return data
