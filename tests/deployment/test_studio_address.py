"""Where a browser finds the portal in a space of SageMaker Studio."""

import json
from collections.abc import Callable
from pathlib import Path

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.stub import Stubber

from components.deployment import studio_address

DOMAIN, SPACE = "d-abcdefgh", "whisper"
BY_HAND = "https://NAME.studio.REGION.sagemaker.aws/jupyterlab/default/proxy/8501/ (NAME and REGION as"

Answer = Callable[[str | None], None]


@pytest.fixture
def metadata(tmp_path: Path) -> Path:
    """As a JupyterLab space has it."""
    file = tmp_path / "resource-metadata.json"
    told = {
        "AppType": "JupyterLab",
        "DomainId": DOMAIN,
        "SpaceName": SPACE,
        "ExecutionRoleArn": "arn:aws:iam::123456789012:role/Studio",
        "ResourceArn": f"arn:aws:sagemaker:eu-central-1:123456789012:app/{DOMAIN}/{SPACE}/JupyterLab/default",
        "ResourceName": "default",
    }
    file.write_text(json.dumps(told))
    return file


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Answer:
    """Has AWS tell the space's URL, or refuse to."""

    def answer(url: str | None) -> None:
        unsigned = Config(signature_version=UNSIGNED)
        client = boto3.client("sagemaker", region_name="eu-central-1", config=unsigned)
        stub = Stubber(client)
        asked = {"DomainId": DOMAIN, "SpaceName": SPACE}
        if url is None:
            stub.add_client_error("describe_space", "AccessDeniedException", expected_params=asked)
        else:
            stub.add_response("describe_space", {"SpaceName": SPACE, "Url": url}, asked)
        stub.activate()

        def made(service: str, *, region_name: str, config: object) -> object:
            assert (service, region_name) == ("sagemaker", "eu-central-1")
            return client

        monkeypatch.setattr(boto3, "client", made)

    return answer


@pytest.mark.parametrize("path", ["", "/jupyterlab/default", "/jupyterlab/default/lab?token=x"])
def test_it_stands_on_the_host_that_aws_tells(metadata: Path, answer: Answer, path: str) -> None:
    answer(f"https://qwertyuiop.studio.eu-central-1.sagemaker.aws{path}")
    expected = "https://qwertyuiop.studio.eu-central-1.sagemaker.aws/jupyterlab/default/proxy/8501/"
    assert studio_address.address(8501, metadata) == expected


@pytest.mark.parametrize("url", [None, "", "https://d-123.awsapps.com/start?app=x"])
def test_where_aws_tells_no_host_it_says_what_to_put_in(
    metadata: Path, answer: Answer, url: str | None
) -> None:
    answer(url)
    assert studio_address.address(8501, metadata).startswith(BY_HAND)


@pytest.mark.parametrize("content", [None, "", "{}", '{"ResourceArn": "x"}'])
def test_so_it_does_where_the_metadata_tell_too_little(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "resource-metadata.json"
    if content is not None:
        file.write_text(content)
    assert studio_address.address(8501, file).startswith(BY_HAND)
