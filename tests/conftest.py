import logging
import threading
from collections.abc import Iterator
from functools import cache, partial
from typing import Any

import pytest
from botocore.loaders import create_loader
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from xdist.scheduler import LoadFileScheduling

from components.core.logs import _StandardError
from tests.embedded_server import Server, client, start, wait_until_in_service

BROWSER = "tests/e2e/"
SLOWEST = (BROWSER, "tests/bad_days/", "tests/local_endpoint/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slowest tests come first, so that in the end no worker is left alone with one of them."""
    items.sort(key=lambda item: [not item.nodeid.startswith(place) for place in SLOWEST])


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A worker runs whole files, and one of them all browser tests.

    So these need one browser and one portal, and wait for pages while another worker computes.
    """
    scheduler = LoadFileScheduling(config, log)
    file_of = scheduler._split_scope
    scheduler._split_scope = lambda test: BROWSER if test.startswith(BROWSER) else file_of(test)
    return scheduler


@pytest.fixture(autouse=True, scope="session")
def one_loader() -> Iterator[None]:
    """Each boto3 session parses the descriptions of AWS's services, megabytes of JSON: here all share one cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.session.create_loader", cache(create_loader))
        yield


@pytest.fixture(autouse=True, scope="session")
def one_compilation() -> Iterator[None]:
    """Streamlit's server compiles a page once, a test that opens it anew each time."""
    compiled = cache(partial(ScriptCache.get_bytecode, ScriptCache()))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ScriptCache, "get_bytecode", lambda _, path: compiled(path))
        yield


@pytest.fixture(autouse=True, scope="session")
def one_scan() -> Iterator[None]:
    """Each page that a test opens has Streamlit read the descriptions of all installed packages, for components."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests)
        )
        yield


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with start(PORTAL_EMBEDDED_MODEL="whisper-base") as server:
        wait_until_in_service(client("sagemaker", server.url), "whisper-base")
        yield server


@pytest.fixture(scope="session")
def endpoint_url(server: Server) -> str:
    """Where the embedded endpoint has whisper-base in service, for all tests that leave it as it is."""
    return server.url


@pytest.fixture(autouse=True)
def log_as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A page sets up the log of its process, which here is that of all tests: none may find it so."""
    root, own = logging.getLogger(), logging.getLogger("components")
    levels = root.level, own.level
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    yield
    root.setLevel(levels[0])
    own.setLevel(levels[1])
    for handler in [handler for handler in root.handlers if isinstance(handler, _StandardError)]:
        root.removeHandler(handler)
