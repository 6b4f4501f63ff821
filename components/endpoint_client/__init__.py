"""The one client through which every page reaches a Whisper endpoint, on AWS or on this computer."""

from components.endpoint_client.client import EndpointClient, check_length

__all__ = ["EndpointClient", "check_length"]
