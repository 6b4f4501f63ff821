"""The one client through which every page reaches a Whisper endpoint, on AWS or on this computer."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from components.endpoint_client.client import EndpointClient, check_length

__all__ = ["EndpointClient", "check_length"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the type checker reads the import above
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # Importing it takes a second, in which the command must be able to answer Ctrl-C (see its __main__).
    return getattr(import_module("components.endpoint_client.client"), name)
