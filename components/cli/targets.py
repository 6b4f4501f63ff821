"""Where the endpoints of a command are: at a URL, on AWS, or on this computer, started for the command alone."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from components.cli.options import TargetOptions
from components.cli.requested_endpoints import deploy, requested_model
from components.core.errors import EndpointUnreachableError, NoCredentialsError
from components.core.settings import Settings
from components.targets.aws_errors import explained
from components.targets.embedded_process import EmbeddedEndpoint
from components.targets.target import Target, aws, this_computer

SET_UP = "Run `aws configure`, or give a --profile that `aws configure list-profiles` shows"


def named_target(options: TargetOptions, settings: Settings) -> Target | None:
    """The embedded endpoint at --endpoint-url, or else AWS; None without credentials or region.

    Raises:
        NoCredentialsError: there is no such profile.
        EndpointError: the configuration of AWS is not sound.
    """
    if options.endpoint_url:
        return this_computer(options.endpoint_url)
    chosen = {
        "aws_region": options.region or settings.aws_region,
        "aws_profile": options.profile or settings.aws_profile,
    }
    try:
        with explained("AWS"):
            return aws(settings.model_copy(update=chosen))
    except NoCredentialsError as error:
        raise NoCredentialsError(error.what, f"{SET_UP}.") from error


@contextmanager
def chosen_target(
    options: TargetOptions, settings: Settings, log: Callable[[str], None], names: Sequence[str]
) -> Iterator[Target]:
    """The target that the options name.

    Where they name none and there are no AWS credentials, an embedded endpoint is started, those of the models among
    `names` that it lacks are deployed on it, and it is stopped after the block.

    Raises:
        EndpointError: AWS is wanted and not set up, or the embedded endpoint does not start.
    """
    if target := named_target(options, settings):
        yield target
        return
    if options.region or options.profile:
        raise NoCredentialsError(
            "There are no AWS credentials, or there is no region.",
            f"{SET_UP} and a --region, or leave both out for an endpoint on this computer.",
        )
    if not settings.embedded_endpoint:
        raise NoCredentialsError(
            "There are no AWS credentials, and PORTAL_EMBEDDED_ENDPOINT leaves out the endpoint on this computer.",
            "Run `aws configure`, or give --endpoint-url.",
        )
    log("No AWS credentials: an endpoint on this computer is started for this.")
    own: dict[str, object] = {"embedded_port": 0, "log_format": "text"}
    if first := next(filter(None, map(requested_model, names)), None):
        # No other is loaded beside it.
        own["embedded_model"] = first.name
    with _embedded(settings.model_copy(update=own), log) as url:
        target = this_computer(url)
        deploy(target, names)
        yield target


@contextmanager
def _embedded(settings: Settings, log: Callable[[str], None]) -> Iterator[str]:
    def pass_on(line: str) -> None:
        # It logs each request, which the progress shows already.
        if " INFO " not in line:
            log(line.rstrip())

    endpoint = EmbeddedEndpoint(settings, log=pass_on)
    endpoint.start()
    try:
        if not endpoint.is_running:
            raise EndpointUnreachableError(
                "The endpoint on this computer does not start.", endpoint.failure or "Its log says more."
            )
        yield endpoint.url
    finally:
        endpoint.stop()
