"""The checks of a deployment on this computer."""

from pathlib import Path

import pytest

from components.core import resources
from components.core.settings import Settings
from components.deployment import preflight
from components.deployment.checks import Check, Verdict
from components.deployment.plan import DeploymentPlan
from tests.deployment.fake_aws import (
    LOCAL,
    FakeAws,
)
from tests.deployment.preflight_driver import TINY, checks

LOCAL_PLAN = DeploymentPlan(TINY, "whisper-tiny")


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """What this computer has, in bytes; to be changed by the test."""
    has = {"disk": 10**11, "memory": 10**11}
    for module in (resources, preflight):
        monkeypatch.setattr(module, "free_disk", lambda _: has["disk"])
        monkeypatch.setattr(module, "available_memory", lambda: has["memory"])
    return has


def test_on_this_computer_name_disk_and_memory_are_checked(
    account: FakeAws, room: dict[str, int], tmp_path: Path
) -> None:
    size = resources.gigabytes(TINY.download_bytes)
    loading = resources.gigabytes(resources.memory_to_load(TINY.download_bytes))
    assert preflight.check(LOCAL, LOCAL_PLAN, Settings(data_dir=tmp_path)) == [
        Check("Name", Verdict.PASSED, "The name whisper-tiny is free."),
        Check("Disk", Verdict.PASSED, f"100.0 GB are free on the disk, for a download of {size}."),
        Check("Memory", Verdict.PASSED, f"100.0 GB of memory are available, for loading {loading}."),
    ]
    assert account.calls.keys() == {"DescribeEndpoint", "DescribeEndpointConfig", "DescribeModel"}


def test_a_name_that_is_taken_on_this_computer(account: FakeAws, room: dict[str, int]) -> None:
    account.answers["DescribeEndpoint"] = lambda _: {}
    found = checks(LOCAL_PLAN, LOCAL)
    assert list(found) == ["Name", "Disk", "Memory"]
    assert found["Name"].verdict is Verdict.FAILED


def test_a_full_disk_is_a_warning_since_the_weights_may_be_there(
    account: FakeAws, room: dict[str, int], tmp_path: Path
) -> None:
    room["disk"] = TINY.download_bytes - 1
    settings = Settings(data_dir=tmp_path, weights_dir=tmp_path)
    found = preflight.check(LOCAL, LOCAL_PLAN, settings)[1]
    assert found.verdict is Verdict.WARNING
    assert str(tmp_path) in found.what
    assert "PORTAL_DATA_DIR" in found.advice
    (tmp_path / "whisper-tiny").mkdir()
    assert preflight.check(LOCAL, LOCAL_PLAN, settings)[1].verdict is Verdict.PASSED


def test_too_little_memory_is_a_warning_because_the_model_may_be_loaded_already(
    account: FakeAws, room: dict[str, int]
) -> None:
    room["memory"] = TINY.download_bytes
    found = checks(LOCAL_PLAN, LOCAL)["Memory"]
    assert found.verdict is Verdict.WARNING
    assert "of memory" in found.what
    assert found.advice


def test_a_disk_that_can_not_be_looked_at_is_a_finding_and_no_crash(
    account: FakeAws, room: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Path) -> int:
        raise PermissionError(13, "no")

    monkeypatch.setattr(resources, "free_disk", broken)
    assert checks(LOCAL_PLAN, LOCAL)["Disk"].verdict is Verdict.WARNING
