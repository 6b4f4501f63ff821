"""Where the log of an endpoint's containers is found."""

from urllib.parse import quote

from components.targets.target import Target

# How the console is called where a region does not belong to the commercial partition.
_CONSOLES = {"cn-": "console.amazonaws.cn", "us-gov-": "console.amazonaws-us-gov.com"}


def log_group(endpoint_name: str) -> str:
    """The CloudWatch log group of an endpoint; SageMaker makes it when the first container starts."""
    return f"/aws/sagemaker/Endpoints/{endpoint_name}"


def console_log_url(target: Target, endpoint_name: str) -> str | None:
    """The page of AWS's console with the endpoint's log; None for this computer, which has no console."""
    if target.endpoint_url:
        return None
    region = target.region
    console = next(
        (name for prefix, name in _CONSOLES.items() if region.startswith(prefix)), "console.aws.amazon.com"
    )
    # The console takes names that are escaped twice, with a dollar sign in the place of the per cent sign.
    group = quote(quote(log_group(endpoint_name), safe=""), safe="").replace("%", "$")
    return f"https://{region}.{console}/cloudwatch/home?region={region}#logsV2:log-groups/log-group/{group}"
