"""The options of every command, as fields of one dataclass each.

This module imports nothing heavy: `--help` reads it, and mistakes that show in the command line alone are found here.
Inference parameters have their own module, `inference_options`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import typer
from typer import BadParameter, Option

from components.whisper.languages import LANGUAGE_CODES
from components.whisper.models import endpoint_name
from components.whisper.parameters import Parameters

DEFAULT_ENDPOINT = "whisper-base"
"""What the embedded endpoint serves from its start."""

SMALL = "small"
"""The data set that comes with the portal."""

_ENGLISH = "english"


def _url(value: str | None) -> str | None:
    if value is not None:
        # boto3, which takes seconds to import, knows best what is a URL.
        from components.targets.target import this_computer  # noqa: PLC0415

        try:
            this_computer(value).sagemaker()
        except ValueError as error:
            wrong = f"{value!r} is no address of endpoints, such as http://127.0.0.1:8080."
            raise BadParameter(wrong) from error
    return value


def _language(value: str | None) -> str | None:
    if value and value not in LANGUAGE_CODES:
        raise BadParameter(f"{value!r} is not the English name of a language that Whisper knows.")
    return value


def _printable(value: str) -> str:
    # What the shell gives in another encoding has characters that can't be written.
    if not value.isprintable():
        raise BadParameter(f"{value!a} has characters that can't be shown, or is not UTF-8.")
    return value


def _steps(value: str) -> str:
    if not all(step.strip().isdecimal() and int(step) for step in value.split(",")):
        raise BadParameter(f"{value!r} is not a list of whole numbers of at least 1, such as 1,2,4.")
    return value


@dataclass(frozen=True, kw_only=True)
class TargetOptions:
    """Where the endpoints are."""

    endpoint_url: Annotated[
        str | None, Option(metavar="URL", help="Embedded endpoint, in the place of AWS.", callback=_url)
    ] = None
    region: Annotated[
        str | None,
        Option(metavar="NAME", help="AWS region; else PORTAL_AWS_REGION, or that of the AWS configuration."),
    ] = None
    profile: Annotated[str | None, Option(metavar="NAME", help="Profile of the AWS configuration.")] = None


@dataclass(frozen=True, kw_only=True)
class TranscribeOptions(TargetOptions):
    """Those of `transcribe`."""

    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Audio or video of any format.")]
    endpoint: Annotated[str, Option(metavar="NAME", help="The endpoint, or a model.")] = DEFAULT_ENDPOINT
    concurrency: Annotated[
        int | None,
        Option(min=1, max=16, metavar="N", help="Requests at once; else 1 on AWS, 3 on this computer."),
    ] = None
    format: Annotated[Literal["txt", "srt", "vtt", "json", "csv"], Option(help="Of the transcripts.")] = "txt"
    output_dir: Annotated[Path | None, Option(metavar="DIR", help="Folder for a file per transcript.")] = None
    retry_loops: Annotated[
        bool,
        Option(
            "--retry-loops", help="Send a chunk that repeats itself again, with --no-repeat-ngram-size 3."
        ),
    ] = False
    parameters: Parameters

    def __post_init__(self) -> None:
        """Checks rules between options."""
        if len(self.files) > 1 and self.format != "txt" and not self.output_dir:
            several = f"several files need --output-dir: joined they are no valid {self.format}."
            raise BadParameter(several, param_hint=["--format"])


@dataclass(frozen=True, kw_only=True)
class MeasureOptions(TargetOptions):
    """Those that `wer` and `latency` share."""

    endpoint: Annotated[list[str], Option(metavar="NAME", help="Endpoint, or model; may be repeated.")]
    name: Annotated[
        str, Option(metavar="TEXT", help="Name of the run in the history.", callback=_printable)
    ] = ""
    json: Annotated[bool, Option("--json", help="Print one JSON object instead of a table.")] = False
    parameters: Parameters

    def __post_init__(self) -> None:
        """Checks rules between options."""
        if len(set(map(endpoint_name, self.endpoint))) < len(self.endpoint):
            raise BadParameter(f"{', '.join(self.endpoint)}: one comes twice.", param_hint=["--endpoint"])


@dataclass(frozen=True, kw_only=True)
class WerOptions(MeasureOptions):
    """Those of `wer`."""

    dataset: Annotated[
        str,
        Option(
            metavar="PATH",
            help="Folder or zip, in LibriSpeech's layout or with a manifest; or small, test-clean, test-other.",
        ),
    ]
    dataset_language: Annotated[
        str | None,
        Option(
            metavar="NAME",
            help=f"Of utterances without a language; else that of --language, or {_ENGLISH}.",
            callback=_language,
        ),
    ] = None
    download: Annotated[bool, Option("--download", help="Download a set of LibriSpeech.")] = False
    first: Annotated[int | None, Option(min=1, metavar="N", help="Only the first N utterances.")] = None
    sample: Annotated[int | None, Option(min=1, metavar="N", help="Only N random utterances.")] = None
    seed: Annotated[int, Option(metavar="N", help="Of --sample.")] = 0
    normalizer: Annotated[
        Literal["whisper", "basic", "basic-letters", "none"], Option(help="Of the texts, for scoring.")
    ] = "whisper"
    concurrency: Annotated[int, Option(min=1, max=32, metavar="N", help="Requests at once.")] = 1

    def __post_init__(self) -> None:
        """Checks rules between options."""
        super().__post_init__()
        if self.first and self.sample:
            raise BadParameter("--first and --sample exclude each other.", param_hint=["--sample"])

    @property
    def language(self) -> str:
        """Of utterances whose data set names none."""
        return self.dataset_language or str(self.parameters.get("language", _ENGLISH))


@dataclass(frozen=True, kw_only=True)
class LatencyOptions(MeasureOptions):
    """Those of `latency`."""

    audio: Annotated[Path, Option(metavar="FILE", help="A clip; of a longer one the first 30 s are sent.")]
    requests: Annotated[int, Option(metavar="N", help="Requests that are measured.")] = 100
    warm_up: Annotated[int, Option(metavar="N", help="Requests of each worker before them.")] = 3
    concurrency: Annotated[
        str, Option(metavar="N[,N...]", help="Requests at once; of several, each in turn.", callback=_steps)
    ] = "1"

    @property
    def steps(self) -> tuple[int, ...]:
        """The numbers of --concurrency, rising."""
        return tuple(sorted({int(step) for step in self.concurrency.split(",")}))


@dataclass(frozen=True, kw_only=True)
class ExpireOptions(TargetOptions):
    """Those of `expire`."""

    dry_run: Annotated[bool, Option("--dry-run", help="Only say what has expired.")] = False
