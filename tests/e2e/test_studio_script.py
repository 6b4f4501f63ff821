"""Where hosting/studio.sh starts no portal, and why; that it does is seen in test_proxies.py."""

import socket
from pathlib import Path
from urllib.parse import urlsplit

from tests.e2e.proxies import free_port, studio


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
