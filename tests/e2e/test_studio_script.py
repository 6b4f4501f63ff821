"""hosting/studio.sh, which starts and stops a portal in a space of SageMaker Studio."""

import socket
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import psutil
from playwright.sync_api import Page

from tests.e2e.conftest import environment
from tests.e2e.proxies import free_port
from tests.e2e.test_live import until
from tests.paths import ROOT


def studio(folder: Path, port: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(ROOT / "hosting" / "studio.sh"), *arguments],
        env=environment(folder) | {"PORT": str(port)},
        capture_output=True,
        text=True,
        check=False,
    )


def has_ended(process: psutil.Process) -> bool:
    # One that has ended may stay listed where its new parent, the first process of a container, does not ask.
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_it_starts_one_portal_and_leaves_nothing_behind(page: Page, tmp_path: Path) -> None:
    port = free_port()
    told = studio(tmp_path, port).stdout
    try:
        assert f".sagemaker.aws/jupyterlab/default/proxy/{port}/" in told
        page.goto(f"http://localhost:{port}/playground")
        portal = psutil.Process(int((tmp_path / "data" / f"studio-{port}.pid").read_text()))
        until(lambda: bool(portal.children()))
        (endpoint,) = portal.children()
        assert studio(tmp_path, port, "start").stdout == told
        assert not has_ended(portal)
        assert portal.children() == [endpoint]
    finally:
        stopped = studio(tmp_path, port, "stop")
    assert stopped.stdout == "The portal is stopped.\n"
    assert has_ended(portal)
    assert has_ended(endpoint)
    again = studio(tmp_path, port, "stop")
    assert again.returncode == 0
    assert again.stdout == f"The portal does not run on port {port}.\n"


def test_it_takes_no_other_portal_for_its_own(portal: str, tmp_path: Path) -> None:
    port = urlsplit(portal).port
    assert port
    refused = studio(tmp_path, port)
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"Another program has port {port}.")


def test_a_portal_that_can_not_start_is_told_with_its_log(tmp_path: Path) -> None:
    # Nobody answers here, and nobody else can listen.
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        failed = studio(tmp_path, port)
    assert failed.returncode == 1
    assert failed.stderr.startswith("The portal did not start.")
    assert f"Port {port} is not available" in failed.stderr


def test_what_it_does_not_know_is_answered_with_its_usage(tmp_path: Path) -> None:
    asked = studio(tmp_path, free_port(), "restart")
    assert asked.returncode == 1
    assert asked.stderr == "Usage: hosting/studio.sh [start|stop]\n"
