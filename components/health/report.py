"""Versions and health as a text for a bug report: no settings but the targets, and so no secrets."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from components.deployment.checks import Check


def report(versions: Mapping[str, str], targets: Iterable[str], checks: Iterable[Check]) -> str:
    """The text; each finding is a line of its own."""
    lines = [
        *(f"{name}: {version}" for name, version in versions.items()),
        *(f"target: {target}" for target in targets),
        *(f"[{check.verdict}] {check.subject}: {check.what}" for check in checks),
        f"at {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
    ]
    return "\n".join(lines)
