"""ICE servers, by which a browser and the portal connect where there is no direct path."""

import re

from botocore.config import Config
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from components.core.errors import PortalError
from components.core.redaction import redacted
from components.targets.aws_errors import explained
from components.targets.target import Target

_URL = re.compile(r"(stuns?|turns?):[^?:\s\[\]/@]+(:\d+)?(\?transport=(udp|tcp))?")
"""What both the browser and aiortc understand (RFC 7064, RFC 7065); aiortc takes no IPv6 address here."""
_SECRETIVE = ConfigDict(hide_input_in_errors=True)
"""No error quotes its input, which has secrets."""
_PATIENCE = Config(connect_timeout=5, read_timeout=5, retries={"total_max_attempts": 2})


class IceServer(BaseModel):
    """As WebRTC's RTCIceServer; `urls` begin with stun:, turn: or turns:, and a TURN server needs credentials."""

    model_config = _SECRETIVE

    urls: list[str] | str
    username: str | None = None
    credential: str | None = Field(default=None, repr=False)

    @model_validator(mode="after")
    def _makes_sense(self) -> "IceServer":
        urls = [self.urls] if isinstance(self.urls, str) else self.urls
        for url in urls:
            if not _URL.fullmatch(url):
                raise ValueError(f"{redacted(url)} is no address of a STUN or TURN server")
            if url.startswith("turn") and not (self.username and self.credential):
                raise ValueError(f"{url} needs username and credential")
        return self


def read_servers(text: str) -> list[IceServer]:
    """Addresses with commas between them, or a JSON list of RTCIceServer.

    Raises:
        PortalError: it is neither.
    """
    try:
        if not text.strip().startswith(("[", "{")):
            return [IceServer(urls=url) for url in map(str.strip, text.split(",")) if url]
        return TypeAdapter(list[IceServer], config=_SECRETIVE).validate_json(text)
    except ValidationError as error:
        why = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise PortalError(
            f"PORTAL_ICE_SERVERS can't be read as a list of ICE servers: {why}.",
            "Write addresses of STUN servers with commas between them, or JSON such as "
            '[{"urls": "turn:turn.example.com", "username": "me", "credential": "secret"}].',
        ) from error


def from_kinesis(target: Target, channel: str) -> list[IceServer]:
    """STUN and TURN of an Amazon Kinesis Video Streams signalling channel; its credentials hold for five minutes.

    Raises:
        EndpointError: there is no such channel, or no permission to use it.
    """
    with explained(channel):
        video = target.client("kinesisvideo")
        arn = video.describe_signaling_channel(ChannelName=channel)["ChannelInfo"]["ChannelARN"]
        found = video.get_signaling_channel_endpoint(
            ChannelARN=arn,
            SingleMasterChannelEndpointConfiguration={"Protocols": ["HTTPS"], "Role": "VIEWER"},
        )
        (endpoint,) = found["ResourceEndpointList"]
        signalling = target.session().client(
            "kinesis-video-signaling", endpoint_url=endpoint["ResourceEndpoint"], config=_PATIENCE
        )
        servers = signalling.get_ice_server_config(ChannelARN=arn, Service="TURN")["IceServerList"]
    stun = IceServer(urls=f"stun:stun.kinesisvideo.{target.region}.amazonaws.com:443")
    turn = [
        IceServer(urls=server["Uris"], username=server["Username"], credential=server["Password"])
        for server in servers
    ]
    return [stun, *turn]
