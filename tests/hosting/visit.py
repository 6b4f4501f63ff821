"""`python -m tests.hosting.visit URL`: opens pages of the portal, and has its embedded endpoint hear a sample."""

import json
import sys
import time
from typing import Any

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError

from components.audio import samples
from components.core.settings import Settings
from tests.hosting.visitor import open_page

SECONDS = 60


def clients(port: int) -> tuple[Any, Any]:
    """Of the embedded endpoint at that port: those of SageMaker and of its runtime. They try once."""
    once = Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1}, proxies={})
    where: Any = {"endpoint_url": f"http://127.0.0.1:{port}", "region_name": "local", "config": once}
    return boto3.client("sagemaker", **where), boto3.client("sagemaker-runtime", **where)


def wait_until_in_service(sagemaker: Any, name: str = "whisper-base") -> None:
    """Waits for the endpoint's process to listen, and for its model to be loaded."""
    end = time.monotonic() + SECONDS
    while _status(sagemaker, name) != "InService":
        assert time.monotonic() < end
        time.sleep(0.5)


def _status(sagemaker: Any, name: str) -> str | None:
    try:
        return str(sagemaker.describe_endpoint(EndpointName=name)["EndpointStatus"])
    except EndpointConnectionError:
        return None


def main() -> None:
    sagemaker, runtime = clients(Settings().embedded_port)
    with open_page(sys.argv[1]), open_page(sys.argv[1], "about"):
        wait_until_in_service(sagemaker)
        audio = samples.read(samples.SAMPLES[0])
        body = json.dumps({"audio_input": audio.hex()})
        answer = runtime.invoke_endpoint(
            EndpointName="whisper-base", ContentType="application/json", Body=body
        )
    sys.stdout.write(json.loads(answer["Body"].read())["text"][0])


if __name__ == "__main__":
    main()
