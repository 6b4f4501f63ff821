"""The command line: listening, the log, whom it answers, and how it ends."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import psutil
import pytest
import uvicorn

from components.local_endpoint.serve import main
from tests.embedded_server import TINY, TINY_ENDPOINT, Server, client, wait_until_in_service
from tests.paths import ROOT

Start = Callable[..., AbstractContextManager[Server]]


def run(*options: str, **settings: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "components.local_endpoint", *options]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | settings, capture_output=True, text=True, timeout=60, check=False
    )


def status(server: Server, method: str, path: str, **headers: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request(method, path, headers=headers)
    return connection.getresponse().status


def test_a_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ended = run("--port", str(port))
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"Can't listen on port {port} of 127.0.0.1: Address already in use")
    assert ended.stderr.endswith("Choose another; --port 0 takes a free one.\n")


@pytest.fixture
def refusal(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """What the module says before it ends without listening, for these options and settings."""

    def refusal(*options: str, **settings: str) -> str:
        monkeypatch.setattr(sys, "argv", ["components.local_endpoint", *options])
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(uvicorn, "Server", lambda _: pytest.fail("it would serve"))
        with pytest.raises(SystemExit) as ended:
            main()
        return str(ended.value.code)

    return refusal


@pytest.mark.parametrize("options", [["--port", "65536"], ["--host", "no.such.host.invalid", "--port", "0"]])
def test_an_address_that_is_none(refusal: Callable[..., str], options: list[str]) -> None:
    said = refusal(*options)
    assert said.startswith("Can't listen on port ")
    assert "\n" not in said


def test_a_wrong_setting(refusal: Callable[..., str]) -> None:
    assert refusal("--port", "0", PORTAL_QUEUE_SIZE="-1") == (
        "A setting is wrong: PORTAL_QUEUE_SIZE: Input should be greater than or equal to 0. Correct or unset it."
    )


def test_a_model_that_does_not_exist_is_named(refusal: Callable[..., str]) -> None:
    assert refusal("--port", "0", PORTAL_EMBEDDED_MODEL="whisper-huge") == (
        "PORTAL_EMBEDDED_MODEL: there is no model whisper-huge. Name one such as whisper-base."
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(start_server: Start, number: signal.Signals) -> None:
    with start_server() as server:
        assert status(server, "GET", "/ping") in (200, 503)
        server.process.send_signal(number)
        assert server.process.wait(15) == 0
    assert server.log[-1].endswith(" INFO stopped\n")
    assert "Traceback" not in "".join(server.log)


def test_it_ends_with_its_standard_input(start_server: Start) -> None:
    with start_server("--exit-with-parent") as server:
        assert server.process.poll() is None
        assert server.process.stdin
        server.process.stdin.close()
        assert server.process.wait(15) == 0


def test_weights_that_are_missing_fail_the_endpoint_and_nothing_else(
    start_server: Start, tmp_path: Any
) -> None:
    (tmp_path / TINY).mkdir()
    with start_server(PORTAL_WEIGHTS_DIR=str(tmp_path)) as server:
        end = time.monotonic() + 30
        while not any("config.json can't be read" in line for line in server.log):
            assert time.monotonic() < end
            time.sleep(0.05)
        assert status(server, "GET", "/ping") == 503
        assert status(server, "POST", "/invocations") == 503


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", 200),
        ("127.0.0.1:{port}", 200),
        ("localhost:{port}", 200),
        ("LOCALHOST", 200),
        ("[::1]:{port}", 200),
        ("evil.example", 403),
        ("evil.example:{port}", 403),
        ("127.0.0.1.evil.example", 403),
        ("", 403),
    ],
)
def test_only_the_names_of_this_computer_are_answered(server: Server, host: str, expected: int) -> None:
    assert status(server, "GET", "/ping", Host=host.format(port=server.port)) == expected


def test_no_web_page_may_read_the_answers(server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("OPTIONS", "/invocations", headers={"Origin": "http://evil.example"})
    answer = connection.getresponse()
    assert answer.status == 403
    assert [name for name, _ in answer.getheaders() if name.lower().startswith("access-control")] == []


@pytest.mark.parametrize(
    "said",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:8501", "Sec-Fetch-Site": "same-site"},
        # A picture or a link: no Origin is sent with these.
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
@pytest.mark.parametrize("path", ["/invocations", "/endpoints/whisper-base/invocations", "/"])
def test_what_a_web_page_sends_is_refused(server: Server, said: dict[str, str], path: str) -> None:
    # A form's media type needs no leave from the server; nor does any other header of these.
    assert status(server, "POST", path, **said, **{"Content-Type": "text/plain"}) == 403
    assert status(server, "GET", "/ping", **said) == 403


def test_whoever_types_the_address_is_answered(server: Server) -> None:
    assert status(server, "GET", "/ping", **{"Sec-Fetch-Site": "none"}) == 200


def test_it_listens_on_this_computer_alone(server: Server) -> None:
    sockets = psutil.Process(server.process.pid).net_connections("inet")
    assert [each.laddr.ip for each in sockets if each.status == psutil.CONN_LISTEN] == ["127.0.0.1"]


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/"), ("GET", "/nothing"), ("POST", "/ping"), ("PUT", "/endpoints/a/invocations")],
)
def test_there_is_nothing_else(server: Server, method: str, path: str) -> None:
    assert status(server, method, path) == 404


def test_another_model_may_be_the_first_for_which_the_hosting_contract_speaks(start_server: Start) -> None:
    with start_server(PORTAL_EMBEDDED_MODEL=TINY) as server:
        sagemaker = client("sagemaker", server.url)
        wait_until_in_service(sagemaker, TINY_ENDPOINT)
        found = sagemaker.describe_model(ModelName=TINY_ENDPOINT)
        assert found["PrimaryContainer"]["Environment"] == {"MODEL_ID": TINY}
        assert status(server, "GET", "/ping") == 200


def test_the_log_has_one_line_a_request_and_nothing_of_its_contents(
    start_server: Start, speech: bytes
) -> None:
    # A server of its own: the log of one that tests share may still get a line of another test's request.
    with start_server() as server:
        wait_until_in_service(client("sagemaker", server.url), TINY_ENDPOINT)
        runtime = client("sagemaker-runtime", server.url)
        runtime.invoke_endpoint(EndpointName=TINY_ENDPOINT, ContentType="audio/wav", Body=speech)
        status(server, "GET", "/a%0A2026%20INFO%20forged")
    first, second = [line for line in server.log if "invocations" in line or "forged" in line]
    assert f" INFO POST /endpoints/{TINY_ENDPOINT}/invocations 200 " in first
    assert f'bytes={len(speech)} outcome=200 endpoint="{TINY_ENDPOINT}" request_id="' in first
    assert "fox" not in "".join(server.log)
    assert " INFO GET /a%0A2026%20INFO%20forged 404 " in second


OTHERS = "glibc.malloc.arena_max=1:glibc.malloc.mmap_threshold=16777216:glibc.malloc.trim_threshold=16777216"
TUNED = f"glibc.malloc.hugetlb=1:{OTHERS}"


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (None, TUNED),
        ("glibc.rtld.nns=4", f"glibc.rtld.nns=4:{TUNED}"),
        ("glibc.malloc.hugetlb=0", f"glibc.malloc.hugetlb=0:{OTHERS}"),
    ],
)
def test_memory_comes_in_large_pages_from_one_pool_unless_somebody_wants_it_otherwise(
    given: str | None, wanted: str
) -> None:
    show = "import os; print(os.environ['GLIBC_TUNABLES'])"
    command = f"from components.local_endpoint.__main__ import _tune_memory as tune; tune(); {show}"
    environment = {name: value for name, value in os.environ.items() if name != "GLIBC_TUNABLES"}
    if given is not None:
        environment["GLIBC_TUNABLES"] = given
    ended = subprocess.run(
        [sys.executable, "-c", command], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert ended.stdout == f"{wanted}\n"
