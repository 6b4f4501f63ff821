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
from components.endpoint_client.long import LongTranscription
from components.endpoint_client.long_request import LongRequest
from components.errors import PortalError
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
            _make(given.output_dir)
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
    """Waits for an endpoint on this computer that starts; of others the first request tells what is wrong."""
    while target.endpoint_url:
        with explained(endpoint):
            found = target.sagemaker().describe_endpoint(EndpointName=endpoint)
        if found["EndpointStatus"] != "Creating":
            return
        console.say(f"{endpoint} is starting …")
        time.sleep(_SECONDS_BETWEEN_LOOKS)


def _file(
    file: Path,
    client: EndpointClient,
    given: argparse.Namespace,
    console: Console,
    interruption: Interruption,
) -> bool:
    """Whether that file was heard whole; what was heard of it is written, however it ends."""
    if interruption.cancelled.is_set():
        return False
    try:
        recording = open_recording(file, file.name)
        job = LongTranscription(client, LongRequest(recording, given.parameters, given.at_once))
        try:
            _carry_out(job, recording, console, interruption)
        finally:
            if job.transcript.pieces or job.transcript.is_whole:
                _write(job.transcript, file, given, console)
            is_whole = _told(job.transcript, console)
    except PortalError as error:
        console.tell(str(error))
        return False
    return is_whole


def _carry_out(
    job: LongTranscription, recording: Recording, console: Console, interruption: Interruption
) -> None:
    with interruption.cancelling():
        for _ in job.carry_out(interruption.cancelled):
            interruption.attend(console.tell)
            of = f" of {minutes(recording.seconds)}" if recording.seconds else ""
            console.say(f"{recording.name}: {minutes(job.heard_until)}{of}")


def _write(transcript: LongTranscript, file: Path, given: argparse.Namespace, console: Console) -> None:
    data = FORMATS[given.format].write(transcript).encode("utf-8", "replace")
    try:
        if given.output_dir is None:
            sys.stdout.buffer.write(data)
            sys.stdout.flush()
            return
        place = given.output_dir / f"{file.stem}.{given.format}"
        place.write_bytes(data)
    except BrokenPipeError:
        # Nobody reads on: what would still be transcribed is for nobody.
        raise SystemExit(NOT_WHOLE) from None
    except OSError as error:
        raise PortalError(
            f"The transcript of {transcript.name} can't be written: {error.strerror}.",
            "Give another --output-dir.",
        ) from error
    console.tell(f"{place} is written.")


def _make(folder: Path | None) -> None:
    """Before anything is sent: what can't be written would be transcribed in vain."""
    try:
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PortalError(
            f"{folder} can't be made: {error.strerror}.", "Give another --output-dir."
        ) from error


def _told(transcript: LongTranscript, console: Console) -> bool:
    for gap in transcript.gaps:
        console.tell(
            f"{transcript.name}: nothing from {minutes(gap.start)} to {minutes(gap.end)}: {gap.error}"
        )
    if transcript.unsent:
        console.tell(f"{transcript.name}: the rest was not sent: {transcript.unsent}")
    doubtful = {segment.doubts: segment.start for segment in reversed(transcript.segments) if segment.doubts}
    for doubts, start in doubtful.items():
        console.tell(f"{transcript.name}: doubtful from {minutes(start)} on: {'; '.join(doubts)}.")
    return transcript.is_whole
