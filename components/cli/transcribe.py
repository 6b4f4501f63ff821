"""Transcribes files of any length without a browser: texts to standard output, progress to standard error."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import ValidationError

from components.audio.recording import Recording, open_recording
from components.cli.console import Console
from components.cli.endpoints import deploy, in_service
from components.cli.interruption import CANCELLED, Interruption
from components.cli.target_options import chosen_target
from components.cli.transcribe_arguments import parse
from components.cli.transcribe_output import Output, OutputError, remarks
from components.core.errors import (
    EndpointNotFoundError,
    NoCredentialsError,
    PortalError,
    UnreadableAudioError,
)
from components.core.formatting import clock
from components.core.settings import Settings, in_words
from components.endpoint_client.client import EndpointClient
from components.endpoint_client.long_request import LongRequest, usual_at_once
from components.endpoint_client.long_transcription import LongTranscription
from components.targets.target import Target
from components.transcript.export import stems
from components.whisper.parameter_rules import InvalidParametersError, without_effect

WHOLE, NOT_WHOLE, MISTAKEN = 0, 1, 2

_MISTAKES = (
    EndpointNotFoundError,
    InvalidParametersError,
    NoCredentialsError,
    OutputError,
    UnreadableAudioError,
    ValidationError,
)
"""What is wrong with the command line or the settings: told before anything is sent."""


def main(words: Sequence[str] | None = None) -> int:
    """Transcribes, writes what was heard, and returns the exit code.

    0 where every file was heard whole, 1 where something is missing, 2 where the command line makes no sense or names
    what is not there (as SystemExit where that can be told at once), 130 where Ctrl-C or SIGTERM cancelled it: what had
    been heard until then is written.
    """
    given, console, interruption = parse(words), Console(sys.stderr), Interruption()
    try:
        with interruption.handled():
            return _Command(given, console, interruption).carry_out()
    except (PortalError, ValidationError) as error:
        console.tell(in_words(error) if isinstance(error, ValidationError) else str(error))
        return MISTAKEN if isinstance(error, _MISTAKES) else NOT_WHOLE
    except BrokenPipeError:
        # Nobody reads on: what would still be transcribed is for nobody.
        return NOT_WHOLE
    except KeyboardInterrupt:
        console.tell("Cancelled.")
        return CANCELLED


class _Command:
    """One call of the command."""

    def __init__(self, given: argparse.Namespace, console: Console, interruption: Interruption) -> None:
        self._given = given
        self._console = console
        self._interruption = interruption
        self._output = Output(given.output_dir, given.format, console)

    def carry_out(self) -> int:
        """The exit code."""
        given, console, cancelled = self._given, self._console, self._interruption.cancelled
        files = list(self._opened())
        if not files:
            return NOT_WHOLE
        with chosen_target(given, Settings(), console.tell, self._deploy) as target:
            client = self._client(target)
            # Every file is tried, whatever became of those before.
            done = [self._is_whole(*file, client) for file in files if not cancelled.is_set()]
        if cancelled.is_set():
            return CANCELLED
        return WHOLE if all(done) and len(files) == len(given.files) else NOT_WHOLE

    def _opened(self) -> Iterator[tuple[Recording, str]]:
        """Those files that are audio, each with what its transcript is called; of others it is told that they are none.

        Raises:
            UnreadableAudioError: one is not there.
        """
        paths: list[Path] = self._given.files
        if missing := [str(path) for path in paths if not path.exists()]:
            raise UnreadableAudioError(
                f"There is no file {', '.join(missing)}.", "Name audio files that are there."
            )
        for path, stem in zip(paths, stems(path.name for path in paths), strict=True):
            try:
                yield open_recording(path, path.name), stem
            except UnreadableAudioError as error:
                self._console.tell(str(error))

    def _deploy(self, fresh: Target) -> None:
        deploy(fresh, [self._given.endpoint])

    def _client(self, target: Target) -> EndpointClient:
        """The endpoint of --endpoint, when it answers and takes the parameters."""
        parameters = self._given.parameters
        (endpoint,) = in_service(target, [self._given.endpoint], self._console.say)
        client = EndpointClient(target, endpoint.name, endpoint.model)
        client.check(parameters)
        for finding in without_effect(parameters, endpoint.model):
            self._console.tell(finding.message)
        if parameters.get("num_return_sequences", 1) != 1:
            self._console.tell("Of each chunk the best sequence is kept, whatever num_return_sequences is.")
        return client

    def _is_whole(self, recording: Recording, stem: str, client: EndpointClient) -> bool:
        """Whether that file was heard whole; what was heard of it is written, however it ends."""
        given = self._given
        at_once = given.at_once or usual_at_once(client.target)
        job = LongTranscription(
            client, LongRequest(recording, given.parameters, at_once, against_loops=given.retry_loops)
        )
        try:
            try:
                self._hear(job, recording)
            finally:
                transcript = job.transcript
                if transcript.chunks or transcript.is_whole:
                    self._output.write(transcript, stem)
                for remark in remarks(transcript, has_retried=given.retry_loops):
                    self._console.tell(f"{recording.name}: {remark}")
        except PortalError as error:
            self._console.tell(str(error))
            return False
        return transcript.is_whole

    def _hear(self, job: LongTranscription, recording: Recording) -> None:
        def progress() -> str:
            of = f" of {clock(recording.seconds)}" if recording.seconds else ""
            return f"{recording.name}: {clock(job.heard_until)}{of}"

        with self._interruption.cancelling():
            for _ in job.carry_out(self._interruption.cancelled):
                self._interruption.attend(self._console.tell)
                self._console.say(progress())
        self._console.tell(progress())
