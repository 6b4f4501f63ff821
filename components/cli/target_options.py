"""Where the endpoints of a command are: at a URL, on AWS, or on this computer, started for the command alone."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from components.core.errors import EndpointUnreachableError, NoCredentialsError
from components.core.settings import Settings
from components.targets.aws_errors import explained
from components.targets.embedded_process import EmbeddedEndpoint
from components.targets.target import Target, aws, this_computer

_SET_UP = "Run `aws configure`, or give a --profile that `aws configure list-profiles` shows"

Tell = Callable[[str], None]


def add_target(parser: argparse.ArgumentParser) -> None:
    """The options that say where."""
    parser.add_argument(
        "--endpoint-url", type=_url, metavar="URL", help="where the endpoints are, in the place of AWS"
    )
    parser.add_argument("--region", help="AWS region; without it as for the portal")
    parser.add_argument("--profile", help="profile of the AWS configuration")


@contextmanager
def chosen_target(
    given: argparse.Namespace,
    settings: Settings,
    tell: Tell,
    prepare: Callable[[Target], None] = lambda _: None,
) -> Iterator[Target]:
    """The target that `add_target`'s options name.

    Where they name none and there are no AWS credentials, an embedded endpoint is started, made ready by `prepare`, and
    ends with the block.

    Raises:
        EndpointError: AWS was asked for and is not set up, or the embedded endpoint does not start.
    """
    target = this_computer(given.endpoint_url) if given.endpoint_url else _aws(given, settings)
    if target:
        yield target
        return
    if not settings.embedded_endpoint:
        raise NoCredentialsError(
            "There are no AWS credentials, and PORTAL_EMBEDDED_ENDPOINT leaves out the endpoint on this computer.",
            "Run `aws configure`, or give --endpoint-url.",
        )
    tell("No AWS credentials: an endpoint on this computer is started for this.")
    with _embedded(settings, tell) as url:
        target = this_computer(url)
        prepare(target)
        yield target


def _aws(given: argparse.Namespace, settings: Settings) -> Target | None:
    chosen = {
        "aws_region": given.region or settings.aws_region,
        "aws_profile": given.profile or settings.aws_profile,
    }
    try:
        with explained("AWS"):
            target = aws(settings.model_copy(update=chosen))
    except NoCredentialsError as error:
        raise NoCredentialsError(error.what, f"{_SET_UP}.") from error
    if target is None and (given.region or given.profile):
        raise NoCredentialsError(
            "There are no AWS credentials, or there is no region.",
            f"{_SET_UP} and a --region, or leave both out for an endpoint on this computer.",
        )
    return target


@contextmanager
def _embedded(settings: Settings, tell: Tell) -> Iterator[str]:
    def pass_on(line: str) -> None:
        # It notes each request, which the progress tells already.
        if " INFO " not in line:
            tell(line.rstrip())

    own = settings.model_copy(update={"embedded_port": 0, "log_format": "text"})
    endpoint = EmbeddedEndpoint(own, log=pass_on)
    endpoint.start()
    try:
        if not endpoint.is_running:
            raise EndpointUnreachableError(
                "The endpoint on this computer does not start.", endpoint.failure or "Its log says more."
            )
        yield endpoint.url
    finally:
        endpoint.stop()


def _url(text: str) -> str:
    try:
        this_computer(text).sagemaker()
    except ValueError as error:  # so boto3 says that it is no URL
        wrong = f"{text!r} is no address of endpoints, such as http://127.0.0.1:8080"
        raise argparse.ArgumentTypeError(wrong) from error
    return text
