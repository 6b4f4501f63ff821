"""ICE servers of the settings, and of Kinesis Video Streams: real boto3, and a server that answers as AWS does."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from components.core.errors import EndpointError, PortalError
from components.live.ice import from_kinesis, read_servers
from components.targets.target import Target, forget_clients

ARN = "arn:aws:kinesisvideo:eu-west-1:123456789012:channel/portal/1"
TURN = {"Uris": ["turn:1-2-3-4.t.kinesisvideo.eu-west-1.amazonaws.com:443?transport=udp"], "Ttl": 300}


class Kinesis(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status, answer = self._answer(asked)
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _answer(self, asked: dict[str, object]) -> tuple[int, dict[str, object]]:
        if self.path == "/describeSignalingChannel":
            if asked["ChannelName"] != "portal":
                return 404, {"__type": "ResourceNotFoundException", "Message": "No such channel."}
            return 200, {"ChannelInfo": {"ChannelARN": ARN}}
        assert asked["ChannelARN"] == ARN
        if self.path == "/getSignalingChannelEndpoint":
            endpoint = {"Protocol": "HTTPS", "ResourceEndpoint": f"http://{self.headers['Host']}"}
            return 200, {"ResourceEndpointList": [endpoint]}
        assert self.path == "/v1/get-ice-server-config"
        return 200, {"IceServerList": [TURN | {"Username": "who", "Password": "secret"}]}

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def target(monkeypatch: pytest.MonkeyPatch) -> Iterator[Target]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with ThreadingHTTPServer(("127.0.0.1", 0), Kinesis) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("AWS_ENDPOINT_URL_KINESIS_VIDEO", f"http://127.0.0.1:{server.server_port}")
        forget_clients()
        yield Target("AWS eu-west-1", "eu-west-1")
        forget_clients()
        server.shutdown()


@pytest.mark.parametrize(
    ("text", "servers"),
    [
        ("", []),
        ("stun:stun.example.com:3478", [{"urls": "stun:stun.example.com:3478"}]),
        (" stun:a , stuns:b:443,", [{"urls": "stun:a"}, {"urls": "stuns:b:443"}]),
        (
            '[{"urls": ["turn:a", "turn:b"], "username": "me", "credential": "secret"}]',
            [{"urls": ["turn:a", "turn:b"], "username": "me", "credential": "secret"}],
        ),
    ],
)
def test_the_setting_is_a_list_of_addresses_or_json(text: str, servers: list[object]) -> None:
    assert [server.model_dump(exclude_none=True) for server in read_servers(text)] == servers


@pytest.mark.parametrize(
    "text",
    [
        *("[", '[{"url": "turn:a"}]', "[1]", "turn.example.com", "stun:", "stun:[::1]:3478", "turn:a"),
        '{"urls": "stun:a"}',
        '[{"urls": ["turn:a"], "username": "me"}]',
        "http://example.com",
    ],
)
def test_a_setting_that_makes_no_sense_is_told_with_an_example(text: str) -> None:
    with pytest.raises(PortalError, match="PORTAL_ICE_SERVERS can't be read") as caught:
        read_servers(text)
    assert "turn:turn.example.com" in caught.value.advice


def test_kinesis_gives_stun_and_turn_with_their_credentials(target: Target) -> None:
    stun, turn = from_kinesis(target, "portal")
    assert stun.urls == "stun:stun.kinesisvideo.eu-west-1.amazonaws.com:443"
    assert (turn.urls, turn.username, turn.credential) == (TURN["Uris"], "who", "secret")


def test_a_channel_that_is_not_there_is_told(target: Target) -> None:
    with pytest.raises(EndpointError, match="other"):
        from_kinesis(target, "other")
