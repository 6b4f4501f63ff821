"""The commands as the shell sees them: names, help and examples."""

import inspect
import sys
from importlib import import_module
from typing import Any

import typer

from components.cli.exit_codes import ExitCode
from components.cli.inference_options import inference_options, pop_parameters
from components.cli.options import ExpireOptions, LatencyOptions, TranscribeOptions, WerOptions

PROGRAM = "python -m components.cli"
_PARAMETERS = "parameters"
"""The field of an options class that stands for all inference parameters."""

app = typer.Typer(
    help="""Transcribes with Whisper endpoints, measures them, and deletes what has expired.

Endpoints are those at --endpoint-url, or else those of AWS, if there are credentials. With neither, the command starts
an embedded endpoint for itself and deploys on it the models that --endpoint names (whisper-base, whisper-tiny.en).""",
    epilog="""Exit codes: 0 everything was done; 1 something failed or is missing; 2 the command line is wrong or names
what is not there; 130 after Ctrl-C.""",
    # Plain text: a log or a search wants sentences whole, not in boxes.
    rich_markup_mode=None,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _add(name: str, options: type, text: str, *examples: str) -> None:
    """Adds a command whose options are the fields of a class; `main` of the module of its name carries it out."""
    fields = inspect.signature(options).parameters
    sends_audio = _PARAMETERS in fields
    if sends_audio:
        text += "\n\nThe options from --language on are the inference parameters."

    def command(**values: Any) -> None:  # noqa: ANN401 - Typer has checked them
        if sends_audio:
            values[_PARAMETERS] = pop_parameters(values)
        given = options(**values)
        try:
            # Only now: it takes seconds to import.
            code = import_module(f"components.cli.{name}").main(given)
        except KeyboardInterrupt:
            sys.stderr.write("Cancelled.\n")
            code = ExitCode.CANCELLED
        raise typer.Exit(code)

    own = [field for field in fields.values() if field.name != _PARAMETERS]
    # Typer reads a command's options from its signature.
    command.__signature__ = inspect.Signature(own + inference_options() * sends_audio)  # type: ignore[attr-defined]
    lines = "\n".join(f"  {PROGRAM} {name} {example}" for example in examples)
    app.command(name, help=text, epilog=f"Examples:\n\n\b\n{lines}")(command)


_add(
    "transcribe",
    TranscribeOptions,
    """Transcribe audio and video files of any length.

Transcripts go to standard output, or each to a file of its own in --output-dir.""",
    "talk.mp3",
    "talk.mp3 --num-beams 5 --format srt > talk.srt",
    "*.mp4 --language french --task translate --output-dir texts",
)
_add(
    "wer",
    WerOptions,
    """Measure the word error rate of endpoints over a data set.

The portal's page Compare shows the run under History.""",
    "--endpoint whisper-base --endpoint whisper-tiny.en --dataset small",
    "--endpoint whisper-base --dataset test-other --download --num-beams 5",
)
_add(
    "latency",
    LatencyOptions,
    """Measure the time from request to reply.

The same clip is sent again and again. The portal's page Compare shows the run under History.""",
    "--endpoint whisper-base --audio clip.wav --requests 20",
    "--endpoint whisper-base --audio clip.wav --concurrency 1,2,4 --json",
)
_add(
    "expire",
    ExpireOptions,
    """Delete the expired endpoints of a region, once.

For cron, or a task that Amazon EventBridge starts: endpoints then delete themselves even while no portal runs.""",
    "--region us-east-1",
    "--region us-east-1 --dry-run",
)
