"""The words of `python -m components.endpoint_client`."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from components.cli.target_options import add_target
from components.endpoint_client.long_request import AGAINST_LOOPS, MOST_AT_ONCE, may_end_loops
from components.transcript.export import FORMATS
from components.whisper.parameter_rules import problems
from components.whisper.parameters import TABLE, read_value

DEFAULT_ENDPOINT = "whisper-base"
"""What the embedded endpoint serves from its start."""

_ABOUT = """Transcribes audio and video files of any length.

With --endpoint-url by an endpoint there; without it by one of AWS, if there are credentials; else an embedded endpoint
is started for it, and an endpoint named after a model (whisper-tiny.en) is deployed on it. Transcripts go to standard
output, or beside each other into --output-dir."""


def parse(words: Sequence[str] | None = None) -> argparse.Namespace:
    """Reads the command line; `parameters` are the inference parameters that were given.

    Raises:
        SystemExit: with 2 where it makes no sense, which standard error then tells; with 0 after --help.
    """
    parser = argparse.ArgumentParser(
        "python -m components.endpoint_client",
        description=_ABOUT,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="audio or video, whatever its format"
    )
    parser.add_argument(
        "--endpoint", default=DEFAULT_ENDPOINT, metavar="NAME", help="which one (default: %(default)s)"
    )
    add_target(parser)
    parser.add_argument(
        "--at-once",
        type=int,
        choices=range(1, MOST_AT_ONCE + 1),
        metavar="N",
        help=f"chunks under way at once, up to {MOST_AT_ONCE} (default: 1 on AWS, 3 on this computer)",
    )
    parser.add_argument(
        "--format", choices=FORMATS, default="txt", help="of the transcripts (default: %(default)s)"
    )
    parser.add_argument(
        "--output-dir", type=Path, metavar="DIR", help="folder for a file for each transcript"
    )
    told = " ".join(f"{_option(name)} {value}" for name, value in AGAINST_LOOPS.items())
    parser.add_argument(
        "--retry-loops",
        action="store_true",
        help=f"send a chunk whose text repeats itself once more, with {told}",
    )
    _add_parameters(parser)
    given = parser.parse_args(words)
    _check(parser, given)
    return given


def _add_parameters(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("inference parameters")
    for parameter in TABLE:
        group.add_argument(_option(parameter.name), metavar="VALUE", help=parameter.rule)


def _check(parser: argparse.ArgumentParser, given: argparse.Namespace) -> None:
    written = {parameter.name: getattr(given, parameter.name) for parameter in TABLE}
    given.parameters = {name: read_value(name, text) for name, text in written.items() if text is not None}
    if found := problems(given.parameters):
        parser.error(" ".join(finding.message for finding in found))
    if len(given.files) > 1 and given.format != "txt" and not given.output_dir:
        parser.error(
            f"--format {given.format}: several files need --output-dir, joined they are no valid file."
        )
    if given.retry_loops and not may_end_loops(given.parameters):
        names = " and ".join(_option(name) for name in AGAINST_LOOPS)
        parser.error(f"--retry-loops: {names} is given already.")


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"
