"""AWS as boto3 meets it on a bad day: signed requests over real HTTP, to a server that fails as told."""

import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from botocore.config import Config

from components.targets import target
from components.targets.target import Target
from tests.bad_days.failing_aws import FailingAws, failing_aws

TARGET = Target("AWS eu-west-1", "eu-west-1")
CREDENTIALS = "[default]\naws_access_key_id = {key}\naws_secret_access_key = secret-of-{key}\n"


@pytest.fixture
def credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file with the credentials, which somebody may renew."""
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    file = tmp_path / "credentials"
    file.write_text(CREDENTIALS.format(key="OLD"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    return file


@pytest.fixture
def aws(credentials: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FailingAws]:
    # Waiting between tries is boto3's business; what counts here is how many there are, and what they come to.
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda _: None, time=time.time))
    monkeypatch.setattr(target, "_CONFIG", target._CONFIG.merge(Config(read_timeout=2)))
    with failing_aws() as aws:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME", aws.url)
        monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER", aws.url)
        target.forget_clients()
        yield aws
    target.forget_clients()
