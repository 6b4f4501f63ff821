"""`transcribe`: files of any length to text, subtitles or data."""

from collections.abc import Iterator

import typer

from components.audio.recording import Recording, open_recording
from components.cli.console import Console
from components.cli.exit_codes import ExitCode
from components.cli.inference_options import option
from components.cli.options import TranscribeOptions
from components.cli.requested_endpoints import in_service
from components.cli.runner import Interruption, run
from components.cli.targets import chosen_target
from components.cli.transcript_output import Output, OutputError, remarks
from components.core.errors import PortalError, UnreadableAudioError
from components.core.formatting import timestamp
from components.core.settings import Settings
from components.endpoint_client import EndpointClient
from components.endpoint_client.long_request import AGAINST_LOOPS, LongRequest, may_end_loops, usual_at_once
from components.endpoint_client.long_transcription import LongTranscription
from components.targets.target import Target
from components.transcript.export import stems
from components.whisper.parameter_rules import without_effect


def main(options: TranscribeOptions) -> ExitCode:
    """Transcribes every file, and writes what there is of each, however it ends.

    Raises:
        typer.BadParameter: the options contradict each other.
    """
    if options.retry_loops and not may_end_loops(options.parameters):
        names = " and ".join(map(option, AGAINST_LOOPS))
        raise typer.BadParameter(f"{names} is given already.", param_hint="--retry-loops")
    return run(
        lambda console, interruption: _Command(options, console, interruption).carry_out(), OutputError
    )


class _Command:
    """One call of the command."""

    def __init__(self, options: TranscribeOptions, console: Console, interruption: Interruption) -> None:
        self._options = options
        self._console = console
        self._interruption = interruption
        self._output = Output(options.output_dir, options.format, console)

    def carry_out(self) -> ExitCode:
        options, console, cancelled = self._options, self._console, self._interruption.cancelled
        files = list(self._opened())
        if not files:
            return ExitCode.INCOMPLETE
        with chosen_target(options, Settings(), console.print, [options.endpoint]) as target:
            client = self._client(target)
            # Every file is transcribed, whatever became of those before.
            complete = [self._transcribe(*file, client) for file in files if not cancelled.is_set()]
        if cancelled.is_set():
            return ExitCode.CANCELLED
        return ExitCode.COMPLETE if complete == [True] * len(options.files) else ExitCode.INCOMPLETE

    def _opened(self) -> Iterator[tuple[Recording, str]]:
        """Those files that are audio, each with its transcript's name; the others are reported.

        Raises:
            UnreadableAudioError: one does not exist.
        """
        paths = self._options.files
        if missing := [str(path) for path in paths if not path.exists()]:
            raise UnreadableAudioError(f"There is no file {', '.join(missing)}.", "Name files that exist.")
        for path, stem in zip(paths, stems(path.name for path in paths), strict=True):
            try:
                yield open_recording(path, path.name), stem
            except UnreadableAudioError as error:
                self._console.print(str(error))

    def _client(self, target: Target) -> EndpointClient:
        """The endpoint of --endpoint, once it is in service and takes the parameters."""
        parameters = self._options.parameters
        (endpoint,) = in_service(target, [self._options.endpoint], self._console.progress)
        client = EndpointClient(target, endpoint.name, endpoint.model)
        client.check(parameters)
        for finding in without_effect(parameters, endpoint.model):
            self._console.print(finding.message)
        if parameters.get("num_return_sequences", 1) != 1:
            self._console.print("Of each chunk the best sequence is kept, whatever num_return_sequences is.")
        return client

    def _transcribe(self, recording: Recording, stem: str, client: EndpointClient) -> bool:
        """Whether nothing of that file is missing; what there is of it is written, however it ends."""
        options = self._options
        concurrency = options.concurrency or usual_at_once(client.target)
        job = LongTranscription(
            client, LongRequest(recording, options.parameters, concurrency, against_loops=options.retry_loops)
        )
        try:
            try:
                self._carry_out(job, recording)
            finally:
                transcript = job.transcript
                if transcript.chunks or transcript.is_whole:
                    self._output.write(transcript, stem)
                for remark in remarks(transcript, has_retried=options.retry_loops):
                    self._console.print(f"{recording.name}: {remark}")
        except PortalError as error:
            self._console.print(str(error))
            return False
        return transcript.is_whole

    def _carry_out(self, job: LongTranscription, recording: Recording) -> None:
        def progress() -> str:
            of = f" of {timestamp(recording.seconds)}" if recording.seconds else ""
            return f"{recording.name}: {timestamp(job.heard_until)}{of}"

        with self._interruption.cancelling():
            for _ in job.carry_out(self._interruption.cancelled):
                self._interruption.check(self._console.print)
                share = job.heard_until / recording.seconds if recording.seconds else None
                self._console.progress(progress(), share)
        self._console.print(progress())
