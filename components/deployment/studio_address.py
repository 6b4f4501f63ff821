"""`python -m components.deployment.studio_address 8501`: where a browser finds that port of this Studio space."""

import json
import sys
from pathlib import Path
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

from components.deployment.roles import STUDIO_METADATA
from components.targets.aws_errors import FAILURES

_PATH = "/jupyterlab/default/proxy/{port}/"
"""In a JupyterLab space; without the slash at the end the browser does not find what belongs to the page."""
_UNKNOWN = "NAME.studio.REGION.sagemaker.aws"
_PATIENCE = Config(connect_timeout=3, read_timeout=5, retries={"total_max_attempts": 1})
"""A space may have no way to AWS's API."""


def address(port: int, metadata: Path = STUDIO_METADATA) -> str:
    """The address, and where the space's name could not be found out, what to put in."""
    host = _host(metadata)
    url = f"https://{host or _UNKNOWN}{_PATH.format(port=port)}"
    return url if host else f"{url} (NAME and REGION as in the address of your JupyterLab)"


def _host(metadata: Path) -> str | None:
    """It has a random name, which DescribeSpace gives to a role that may ask."""
    try:
        space = json.loads(metadata.read_text())
        region = space["ResourceArn"].split(":")[3]
        sagemaker = boto3.client("sagemaker", region_name=region, config=_PATIENCE)
        found = sagemaker.describe_space(DomainId=space["DomainId"], SpaceName=space["SpaceName"])
    except (OSError, ValueError, LookupError, *FAILURES):
        return None
    host = urlsplit(found.get("Url", "")).hostname or ""
    return host if host.endswith(".sagemaker.aws") else None


if __name__ == "__main__":
    sys.stdout.write(f"{address(int(sys.argv[1]))}\n")
