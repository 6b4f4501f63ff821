"""Looks the locked packages up among the known vulnerabilities: `make audit`, or `python -m tests.audit`.

pip-audit asks PyPI, which passes on the Python Packaging Advisory Database. Where that can't be reached, behind a
mirror that serves files alone, this says so and fails nothing: of that no change of the project is the cause.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.paths import ROOT

LOCK = ROOT / "requirements-dev.lock"
"""Everything that the portal, its tests and its checks run with."""

ACCEPTED: dict[str, str] = {}
"""Vulnerabilities that do not count, by the id that is told (or any alias of it), each with the reason."""

_UNREACHABLE = ("Could not connect", "requests.exceptions.")
"""What pip-audit's last words have in them where the network is to blame."""


def main(options: Sequence[str], lock: Path = LOCK) -> int:
    """Audits and tells; 1 where something is to be done. `options` are further ones for pip-audit."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(lock), "--disable-pip", "--no-deps"]
    asked = subprocess.run(
        [*command, "--format", "json", "--progress-spinner", "off", *options],
        capture_output=True,
        text=True,
        check=False,
    )
    if not asked.stdout.strip():
        reason = (asked.stderr.strip().splitlines() or ["no answer"])[-1]
        if not any(words in reason for words in _UNREACHABLE):
            return _told(f"pip-audit failed: {reason}", 1)
        return _told(f"NOT AUDITED: the advisories can't be reached ({reason}).", 0)
    return verdict(json.loads(asked.stdout)["dependencies"])


def verdict(dependencies: Sequence[dict[str, Any]]) -> int:
    """Tells what pip-audit found of these packages; 1 where there is a vulnerability that is not accepted."""
    audited = [each for each in dependencies if "vulns" in each]
    if not audited:
        return _told("NOT AUDITED: no advisory could be asked for any package.", 0)
    unknown = [each["name"] for each in dependencies if "vulns" not in each]
    if unknown:
        _told(f"Not audited, since the advisories do not know them: {', '.join(unknown)}.", 0)
    found = [(each, vulnerability) for each in audited for vulnerability in each["vulns"]]
    known = {name for _, vulnerability in found for name in _names(vulnerability)}
    counts = [each for each in found if not _names(each[1]) & set(ACCEPTED)]
    for package, vulnerability in counts:
        fixed = ", ".join(vulnerability["fix_versions"]) or "no version yet"
        _told(f"{package['name']} {package['version']}: {vulnerability['id']}, fixed in {fixed}.", 1)
    # What is accepted is looked at again as soon as it no longer applies.
    stale = sorted(set(ACCEPTED) - known)
    if stale:
        _told(f"Accepted, but no longer there; take out of ACCEPTED: {', '.join(stale)}.", 1)
    accepted = len(found) - len(counts)
    _told(f"{len(audited)} packages audited, {len(counts)} vulnerabilities, {accepted} more accepted.", 0)
    return 1 if counts or stale else 0


def _names(vulnerability: dict[str, Any]) -> set[str]:
    return {vulnerability["id"], *vulnerability["aliases"]}


def _told(line: str, code: int) -> int:
    sys.stdout.write(f"{line}\n")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
