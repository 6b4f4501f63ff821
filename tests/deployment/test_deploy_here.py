"""The same flow on this computer: the real embedded endpoint, from Creating to gone."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from components.audio import samples
from components.audio.decoding import read_clip
from components.core.errors import DeploymentError
from components.deployment.deploy import PARTS, deploy
from components.deployment.endpoints import EndpointSummary, list_endpoints
from components.deployment.expiry import delete_expired, set_expiry
from components.deployment.plan import DeploymentPlan
from components.deployment.removal import remove
from components.endpoint_client import EndpointClient
from components.targets.target import Target, this_computer
from components.whisper.models import find_model
from tests.embedded_server import start

TINY = find_model("whisper-tiny.en")
SMALL = find_model("whisper-small")


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """An embedded endpoint of its own, with a hub that can't be reached."""
    data = str(tmp_path_factory.mktemp("data"))
    with start(PORTAL_DATA_DIR=data, HF_ENDPOINT="http://127.0.0.1:9") as server:
        yield this_computer(server.url)


def the(target: Target, name: str) -> EndpointSummary | None:
    return next((endpoint for endpoint in list_endpoints(target) if endpoint.name == name), None)


def wait(
    target: Target, name: str, until: Callable[[EndpointSummary | None], bool]
) -> EndpointSummary | None:
    end = time.monotonic() + 120
    while not until(found := the(target, name)):
        assert time.monotonic() < end, found
        time.sleep(0.1)
    return found


def test_from_creating_to_gone(here: Target) -> None:
    assert TINY
    created: list[str] = []
    deploy(here, DeploymentPlan(TINY, "tiny", tags={"team": "speech"}), created.append)
    assert created == list(PARTS.values())
    endpoint = wait(here, "tiny", lambda found: found is not None and not found.is_starting)
    assert endpoint
    assert (endpoint.status, endpoint.model, endpoint.is_whisper) == ("InService", TINY, True)
    assert endpoint.expires
    assert endpoint.expires > datetime.now(UTC)
    clip = read_clip(samples.read(samples.SAMPLES[0]), "english.flac")
    assert "machine learning" in EndpointClient(here, "tiny", TINY).transcribe(clip).text
    done = remove(here, "tiny")
    assert done.removed == ["endpoint tiny", "endpoint configuration tiny", "model tiny"]
    assert the(here, "tiny") is None
    assert remove(here, "tiny").removed == []


def test_a_failure_gives_its_reason_and_is_deleted_completely(here: Target) -> None:
    assert SMALL
    deploy(here, DeploymentPlan(SMALL, "small"), lambda _: None)
    failed = wait(here, "small", lambda found: found is not None and found.is_broken)
    assert failed
    assert "Hugging Face hub" in (failed.failure_reason or "")
    assert len(remove(here, "small").removed) == 3


def test_a_name_that_is_taken_leaves_the_other_as_it_was(here: Target) -> None:
    assert TINY
    deploy(here, DeploymentPlan(TINY, "twice"), lambda _: None)
    with pytest.raises(DeploymentError, match="already existing"):
        deploy(here, DeploymentPlan(TINY, "twice"), lambda _: None)
    assert wait(here, "twice", lambda found: found is not None and found.is_serving)
    assert len(remove(here, "twice").removed) == 3


def test_it_expires_too(here: Target) -> None:
    assert TINY
    deploy(here, DeploymentPlan(TINY, "short", hours=None), lambda _: None)
    endpoint = the(here, "short")
    assert endpoint
    assert endpoint.expires is None
    set_expiry(here, endpoint, 0)
    assert list(delete_expired(here, list_endpoints(here))) == ["short"]
    # A loading that was broken off takes its endpoint along.
    wait(here, "short", lambda found: found is None)
