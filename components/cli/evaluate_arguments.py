"""The words of `python -m components.evaluation`: what can be given, and what is wrong with it by itself."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from components.cli.target_options import add_target
from components.evaluation.datasets.openslr import SETS
from components.evaluation.latency import MOST_AT_ONCE
from components.evaluation.results.normalizers import NORMALIZERS, WHISPER
from components.whisper.languages import LANGUAGE_CODES
from components.whisper.parameter_rules import problems
from components.whisper.parameters import Value, read_value

SMALL = "small"
"""The data set that comes with the portal."""

_ENGLISH = "english"

_ABOUT = """Measures Whisper endpoints and keeps what they answered in the portal's history.

With --endpoint-url those at that URL; without it those of AWS, if there are credentials; else an embedded endpoint is
started for the run, and endpoints named after a model (whisper-base, whisper-tiny.en) are deployed on it."""


def parse(words: Sequence[str] | None = None) -> argparse.Namespace:
    """Reads the command line; `what` is wer or latency.

    Raises:
        SystemExit: with 2 where it makes no sense, which standard error then tells; with 0 after --help.
    """
    parser = argparse.ArgumentParser(
        "python -m components.evaluation", description=_ABOUT, formatter_class=argparse.RawTextHelpFormatter
    )
    kinds = parser.add_subparsers(dest="what", required=True, metavar="wer|latency")
    accuracy = kinds.add_parser("wer", help="word error rate over a data set", description=_ABOUT)
    _add_data(accuracy)
    latency = kinds.add_parser("latency", help="time from request to reply", description=_ABOUT)
    _add_latency(latency)
    for kind in (accuracy, latency):
        _add_common(kind)
    given = parser.parse_args(words)
    _check(parser, given)
    return given


def _add_data(parser: argparse.ArgumentParser) -> None:
    places = ", ".join((SMALL, *SETS))
    parser.add_argument(
        "--dataset",
        required=True,
        metavar="PATH",
        help=f"a folder or zip, in LibriSpeech's layout or with a manifest; or one of: {places}",
    )
    parser.add_argument("--download", action="store_true", help="fetch a set of LibriSpeech that is not here")
    part = parser.add_mutually_exclusive_group()
    part.add_argument("--first", type=_count, metavar="N", help="only the first N utterances")
    part.add_argument("--sample", type=_count, metavar="N", help="only N utterances drawn at random")
    parser.add_argument("--seed", type=int, default=0, help="of the random draw (default: %(default)s)")
    parser.add_argument(
        "--language",
        choices=LANGUAGE_CODES,
        metavar="NAME",
        help=f"of utterances whose data set names none (default: that of --parameter, else {_ENGLISH})",
    )
    parser.add_argument(
        "--normalizer", choices=NORMALIZERS, default=WHISPER, help="for scoring (default: %(default)s)"
    )
    parser.add_argument(
        "--concurrency", type=_at_once, default=1, metavar="N", help="requests at once (default: %(default)s)"
    )


def _add_latency(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--audio",
        type=Path,
        required=True,
        metavar="FILE",
        help="a clip; of a longer one the first 30 s are sent",
    )
    parser.add_argument(
        "--requests", type=_count, default=100, metavar="N", help="that count (default: %(default)s)"
    )
    parser.add_argument(
        "--warm-up", type=int, default=3, metavar="N", help="that don't count (default: %(default)s)"
    )
    parser.add_argument(
        "--concurrency",
        type=_steps,
        default=(1,),
        metavar="N[,N …]",
        help="requests at once: one number, or several such as 1,2,4,8, measured from the smallest on (default: 1)",
    )


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--endpoint", action="append", required=True, metavar="NAME", help="to measure; may come repeatedly"
    )
    add_target(parser)
    parser.add_argument(
        "--parameter",
        action="append",
        default=[],
        type=_parameter,
        metavar="NAME=VALUE",
        help="inference parameter, such as num_beams=5; may come repeatedly",
    )
    parser.add_argument("--name", type=_name, default="", help="of the run in the history")
    parser.add_argument("--json", action="store_true", help="print one JSON object in the place of the table")


def _check(parser: argparse.ArgumentParser, given: argparse.Namespace) -> None:
    # A dot is no part of an endpoint's name: both may be written for the same endpoint.
    names = [name.replace(".", "-") for name in given.endpoint]
    if twice := [name for name, plain in zip(given.endpoint, names, strict=True) if names.count(plain) > 1]:
        parser.error(f"--endpoint: {' and '.join(twice)} are the same endpoint.")
    given.parameters = dict(given.parameter)
    if found := problems(given.parameters):
        parser.error(f"--parameter: {' '.join(finding.message for finding in found)}")
    if given.what == "wer":
        given.language = given.language or given.parameters.get("language", _ENGLISH)


def _count(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least 1")
    return number


def _at_once(text: str) -> int:
    number = _count(text)
    if number > MOST_AT_ONCE:
        raise argparse.ArgumentTypeError(f"{number} is more than {MOST_AT_ONCE}")
    return number


def _name(text: str) -> str:
    # What the shell gives in another encoding has characters that can't be written.
    if not text.isprintable():
        raise argparse.ArgumentTypeError(f"{text!a} holds what can't be shown, or is not UTF-8")
    return text


def _steps(text: str) -> tuple[int, ...]:
    return tuple(sorted({_count(step.strip()) for step in text.split(",")}))


def _parameter(text: str) -> tuple[str, Value]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form NAME=VALUE")
    return name, read_value(name, value)
