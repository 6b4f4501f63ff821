"""An AWS in which everything that somebody else words is hostile: names, reasons, transcripts, refusals."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import unquote

from components.deployment.tags import DEPLOYMENT
from tests.pages.markup import HOSTILE

NAME = f"{HOSTILE} serves"
BROKEN = f"{HOSTILE} failed"
REGION = "eu-west-1"
_ARN = "arn:aws:sagemaker:eu-west-1:123456789012:"


def _described(name: str) -> dict[str, object]:
    return {
        "EndpointName": name,
        "EndpointArn": f"{_ARN}endpoint/{name}",
        "EndpointConfigName": name,
        "EndpointStatus": "Failed" if name == BROKEN else "InService",
        "FailureReason": HOSTILE,
        "CreationTime": time.time() - 3600,
        "LastModifiedTime": time.time() - 60,
    }


def _control(action: str, asked: Mapping[str, str]) -> dict[str, object] | None:
    """What SageMaker's control plane says; None where it refuses."""
    name = asked.get("EndpointName") or asked.get("EndpointConfigName") or asked.get("ModelName") or ""
    variant = {"VariantName": HOSTILE, "ModelName": NAME, "InstanceType": HOSTILE, "InitialInstanceCount": 1}
    answers: dict[str, dict[str, object]] = {
        "ListEndpoints": {"Endpoints": [_described(NAME), _described(BROKEN)]},
        "DescribeEndpoint": _described(name),
        "DescribeEndpointConfig": {
            "EndpointConfigName": name,
            "EndpointConfigArn": _ARN,
            "ProductionVariants": [variant],
            "CreationTime": 0,
        },
        "DescribeModel": {
            "ModelName": name,
            "ModelArn": _ARN,
            "CreationTime": 0,
            "PrimaryContainer": {
                "Image": HOSTILE,
                "Environment": {"MODEL_ID": "huggingface-asr-whisper-base"},
            },
        },
        "ListTags": {"Tags": [{"Key": DEPLOYMENT, "Value": HOSTILE}, {"Key": HOSTILE, "Value": HOSTILE}]},
    }
    return answers.get(action)


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path.startswith("/endpoints/"):
            assert unquote(self.path).startswith(f"/endpoints/{NAME}/")
            self._say(200, {"text": [f" {HOSTILE}", HOSTILE]})
            return
        service, _, action = self.headers.get("X-Amz-Target", "").partition(".")
        answer = _control(action, json.loads(body)) if service == "SageMaker" else None
        if answer is None:
            self._say(400, {"__type": "AccessDeniedException", "message": HOSTILE})
        else:
            self._say(200, answer)

    def do_GET(self) -> None:
        self.do_POST()

    def log_message(self, *_: object) -> None:
        """Says nothing."""

    def _say(self, status: int, content: object) -> None:
        data = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@contextmanager
def hostile_aws() -> Iterator[dict[str, str]]:
    """The environment of a portal that takes this for AWS."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}",
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": REGION,
        }
        server.shutdown()
