"""ICE servers: by which a browser and the portal find a way to one another where there is no direct way."""

from pydantic import BaseModel, TypeAdapter, ValidationError

from components.aws_errors import explained
from components.errors import PortalError
from components.targets import Target


class IceServer(BaseModel):
    """As WebRTC's RTCIceServer; `urls` begin with stun:, turn: or turns:."""

    urls: list[str] | str
    username: str | None = None
    credential: str | None = None


def read_servers(text: str) -> list[IceServer]:
    """Addresses with commas between them, or a JSON list of RTCIceServer.

    Raises:
        PortalError: it is neither.
    """
    if not text.strip().startswith("["):
        return [IceServer(urls=url) for url in map(str.strip, text.split(",")) if url]
    try:
        return TypeAdapter(list[IceServer]).validate_json(text)
    except ValidationError as error:
        raise PortalError(
            "PORTAL_ICE_SERVERS can't be read as a list of ICE servers.",
            'Write addresses with commas between them, or JSON such as [{"urls": "turn:turn.example.com", '
            '"username": "me", "credential": "secret"}].',
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
            "kinesis-video-signaling", endpoint_url=endpoint["ResourceEndpoint"]
        )
        servers = signalling.get_ice_server_config(ChannelARN=arn, Service="TURN")["IceServerList"]
    stun = IceServer(urls=f"stun:stun.kinesisvideo.{target.region}.amazonaws.com:443")
    turn = [
        IceServer(urls=server["Uris"], username=server["Username"], credential=server["Password"])
        for server in servers
    ]
    return [stun, *turn]
