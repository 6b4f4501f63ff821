"""The audit of dependencies, with pip-audit's own client and advisories that a test makes up."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests import audit

ADVISORY = {
    "id": "PYSEC-2026-1",
    "aliases": ["CVE-2026-1"],
    "summary": "It is a hole.",
    "affected": [
        {
            "package": {"name": "colander", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.0"}]}],
            "versions": ["1.0"],
        }
    ],
}


@contextmanager
def advisories(known: Mapping[str, object]) -> Iterator[list[str]]:
    """The options that have pip-audit ask a service which knows these advisories, by package."""

    class Service(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            found = known.get(asked["package"]["name"])
            answer = json.dumps({"vulns": [found]} if found else {}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield ["--vulnerability-service", "osv", "--osv-url", f"http://127.0.0.1:{server.server_port}"]
        server.shutdown()


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "requirements.lock"
    pins = ("colander==1.0", "sieve==3.1")
    path.write_text("".join(f"{pin} --hash=sha256:{'0' * 64}\n" for pin in pins))
    return path


def test_a_vulnerability_fails_the_audit(lock: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with advisories({"colander": ADVISORY}) as options:
        assert audit.main(options, lock) == 1
    said = capsys.readouterr().out
    assert "colander 1.0: PYSEC-2026-1, fixed in 2.0." in said
    assert "2 packages audited, 1 vulnerabilities, 0 more accepted." in said


def test_one_that_is_accepted_does_not(
    lock: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "ACCEPTED", {"CVE-2026-1": "Nothing here strains."})
    with advisories({"colander": ADVISORY}) as options:
        assert audit.main(options, lock) == 0
    assert "0 vulnerabilities, 1 more accepted" in capsys.readouterr().out


def test_what_is_accepted_must_still_be_there(lock: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "ACCEPTED", {"CVE-2025-9": "Long ago."})
    with advisories({}) as options:
        assert audit.main(options, lock) == 1


def test_without_a_service_nothing_is_said_to_be_audited(
    lock: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--vulnerability-service", "osv", "--osv-url", "http://127.0.0.1:9"]
    assert audit.main(options, lock) == 0
    assert capsys.readouterr().out.startswith("NOT AUDITED: the advisories can't be reached")


def test_a_service_that_knows_no_package_has_audited_none(capsys: pytest.CaptureFixture[str]) -> None:
    # So PyPI's mirrors answer that serve files alone: pip-audit itself then finds everything in order.
    skipped: list[dict[str, Any]] = [{"name": "colander", "skip_reason": "not found"}]
    assert audit.verdict(skipped) == 0
    assert capsys.readouterr().out.startswith("NOT AUDITED")


def test_an_audit_that_fails_for_another_reason_is_no_success(
    lock: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lock.write_text("===\n")
    assert audit.main([], lock) == 1
    assert capsys.readouterr().out.startswith("pip-audit failed: ")


def test_the_lock_that_is_audited_holds_what_the_portal_runs_with() -> None:
    assert "streamlit==" in audit.LOCK.read_text()
