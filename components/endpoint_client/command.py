"""Transcribes files of any length without a browser: texts to standard output, progress to standard error."""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from components.aws_errors import explained
from components.command_target import chosen_target
from components.console import Console, minutes
from components.endpoint_client.arguments import parse
from components.endpoint_client.client import EndpointClient
from components.endpoint_client.long import LongRequest, LongTranscription
from components.errors import EndpointNotReadyError, PortalError
from components.interruption import Interruption
from components.long_transcript import LongTranscript
from components.recording import Recording, open_recording
from components.settings import Settings, in_words
from components.targets import Target
from components.transcript_files import FORMATS

WHOLE, NOT_WHOLE, CANCELLED = 0, 1, 130

_SECONDS_BETWEEN_LOOKS = 0.5


def main(words: Sequence[str] | None = None) -> int:
    """Transcribes, writes what was heard, and returns the exit code.

    0 where every file was heard whole, 1 where something is missing, 2 where the command line makes no sense (as
    SystemExit), 130 where Ctrl-C or SIGTERM cancelled it: what had been heard until then is written.
    """
    given, console, interruption = parse(words), Console(sys.stderr), Interruption()
    try:
        with interruption.handled(), chosen_target(given, Settings(), console.tell) as target:
            _wait(target, given.endpoint, console)
            client = EndpointClient(target, given.endpoint)
            # Every file is tried, whatever became of those before.
            done = [_file(file, client, given, console, interruption) for file in given.files]
            return CANCELLED if interruption.cancelled.is_set() else WHOLE if all(done) else NOT_WHOLE
    except (PortalError, ValidationError) as error:
        console.tell(in_words(error) if isinstance(error, ValidationError) else str(error))
        return NOT_WHOLE
    except KeyboardInterrupt:
        console.tell("Cancelled.")
        return CANCELLED


def _wait(target: Target, endpoint: str, console: Console) -> None:
    """Waits for an endpoint that starts; what it can't be is told at the first request."""
    while True:
        with explained(endpoint):
            found = target.sagemaker().describe_endpoint(EndpointName=endpoint)
        if found["EndpointStatus"] != "Creating":
            return
        if not target.endpoint_url:
            raise EndpointNotReadyError(f"{endpoint} is still being created.", "Try again in some minutes.")
        console.say(f"{endpoint} is starting …")
        time.sleep(_SECONDS_BETWEEN_LOOKS)


def _file(
    file: Path,
    client: EndpointClient,
    given: argparse.Namespace,
    console: Console,
    interruption: Interruption,
) -> bool:
    """Whether that file was heard whole."""
    if interruption.cancelled.is_set():
        return False
    try:
        recording = open_recording(file, file.name)
        job = LongTranscription(client, LongRequest(recording, given.parameters, given.at_once))
        _carry_out(job, recording, console, interruption)
    except PortalError as error:
        console.tell(str(error))
        return False
    _write(job.transcript, file, given, console)
    return _told(job.transcript, console)


def _carry_out(
    job: LongTranscription, recording: Recording, console: Console, interruption: Interruption
) -> None:
    with interruption.cancelling():
        for _ in job.carry_out(interruption.cancelled):
            interruption.attend(console.tell)
            of = f" of {minutes(recording.seconds)}" if recording.seconds else ""
            console.say(f"{recording.name}: {minutes(job.heard_until)}{of}")


def _write(transcript: LongTranscript, file: Path, given: argparse.Namespace, console: Console) -> None:
    text = FORMATS[given.format].write(transcript)
    if given.output_dir is None:
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    place = given.output_dir / f"{file.stem}.{given.format}"
    try:
        given.output_dir.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise PortalError(
            f"{place} can't be written: {error.strerror}.", "Name another --output-dir."
        ) from error
    console.tell(f"{place}")


def _told(transcript: LongTranscript, console: Console) -> bool:
    for gap in transcript.gaps:
        console.tell(
            f"{transcript.name}: nothing from {minutes(gap.start)} to {minutes(gap.end)}: {gap.error}"
        )
    if transcript.unsent:
        console.tell(f"{transcript.name}: the rest was not sent: {transcript.unsent}")
    for segment in transcript.segments:
        if segment.doubts:
            doubts = "; ".join(segment.doubts)
            console.tell(f"{transcript.name}: doubtful from {minutes(segment.start)} on: {doubts}.")
    return transcript.is_whole
