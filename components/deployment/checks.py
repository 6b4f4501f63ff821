"""What checks find."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How a check ended. A warning means that it could not be made, or that the deployment may work all the same."""

    PASSED = "passed"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True)
class Check:
    """One finding: `what` is a sentence on what was found, `advice` one on what to do; empty where nothing is."""

    subject: str
    verdict: Verdict
    what: str
    advice: str = ""


Finding = tuple[Verdict, str, str]
"""Verdict, what was found, and advice: a check without its subject."""
