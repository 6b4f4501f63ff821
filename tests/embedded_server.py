"""`python -m components.local_endpoint` as a process of its own, and boto3's clients for it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import Any, Literal

import boto3
from botocore import UNSIGNED
from botocore.config import Config

from tests.paths import ROOT

LISTENING = "listening on "
TINY, TINY_ENDPOINT = "whisper-tiny.en", "whisper-tiny-en"
"""The fastest model, and the endpoint that serves it where it is the first."""


def client(service: Literal["sagemaker", "sagemaker-runtime"], url: str) -> Any:
    """A plain boto3 client that does not retry: what the server says first is what the test sees."""
    config = Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1}, read_timeout=120)
    return boto3.client(service, endpoint_url=url, region_name="local", config=config)


@dataclass
class Server:
    """A running `python -m components.local_endpoint`."""

    process: subprocess.Popen[str]
    url: str
    log: list[str]

    def follow(self) -> None:
        """Keeps reading the log, so that the process never waits for a reader."""
        assert self.process.stderr
        self.log.extend(self.process.stderr)

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])


@contextmanager
def start(*options: str, **settings: str) -> Iterator[Server]:
    """Starts the module on a free port, with settings such as PORTAL_QUEUE_SIZE, and stops it in the end.

    Unless they name another model, it serves the fastest.
    """
    command = [sys.executable, "-m", "components.local_endpoint", "--port", "0", *options]
    environment = os.environ | {"PORTAL_LOG_FORMAT": "text", "PORTAL_EMBEDDED_MODEL": TINY} | settings
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with process:
        assert process.stderr
        log = []
        for line in process.stderr:
            log.append(line)
            if LISTENING in line:
                break
        server = Server(process, log[-1].partition(LISTENING)[2].partition('"')[0].strip(), log)
        follower = Thread(target=server.follow, daemon=True)
        follower.start()
        try:
            yield server
        finally:
            process.terminate()
            process.wait(20)
            # Then the log is whole.
            follower.join(20)


def wait_until_in_service(sagemaker: Any, name: str) -> None:
    waiting = {"Delay": 1, "MaxAttempts": 120}
    sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=name, WaiterConfig=waiting)


@contextmanager
def deployed(sagemaker: Any, model: str) -> Iterator[str]:
    """Deploys a model beside whisper-base, as SageMaker's API has it; yields the name of its endpoint."""
    name = f"{model.replace('.', '-')}-beside"
    variant = {"VariantName": "AllTraffic", "ModelName": name}
    sagemaker.create_model(ModelName=name, PrimaryContainer={"Environment": {"MODEL_ID": model}})
    sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)
    wait_until_in_service(sagemaker, name)
    yield name
    sagemaker.delete_endpoint(EndpointName=name)
    sagemaker.delete_endpoint_config(EndpointConfigName=name)
    sagemaker.delete_model(ModelName=name)
