"""The policies that the README gives, which the portal's calls and hosting/ecs.yaml are compared with."""

import json
import re
from typing import Any

from tests.paths import ROOT

README = (ROOT / "README.md").read_text()


def policies() -> tuple[set[str], set[str]]:
    """The actions of the two policies: to try out, and to deploy besides."""
    first, second = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", README, re.DOTALL))
    return actions(first), actions(second)


def actions(policy: dict[str, Any]) -> set[str]:
    given = [statement["Action"] for statement in policy["Statement"]]
    return {action for one in given for action in ([one] if isinstance(one, str) else one)}
