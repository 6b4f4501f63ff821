"""`latency`: the time from request to reply, of the same clip again and again."""

from functools import partial
from pathlib import Path

from components.audio.decoding import Clip, read_clip
from components.cli.console import Console
from components.cli.evaluate import Plan, evaluate
from components.cli.exit_codes import ExitCode
from components.cli.options import LatencyOptions
from components.cli.runner import run
from components.core.errors import UnreadableAudioError
from components.core.settings import Settings
from components.evaluation.datasets.files import shown
from components.evaluation.latency_plan import LatencyPlan, LatencyPlanError, Load, whole


def main(options: LatencyOptions) -> ExitCode:
    """Measures, and prints the outcome."""
    return run(partial(evaluate, options, partial(_prepare, options)), LatencyPlanError)


def _prepare(options: LatencyOptions, _settings: Settings, console: Console) -> Plan:
    load = Load(options.requests, options.warm_up, tuple(options.steps))
    if load.fault:
        raise LatencyPlanError(load.fault)
    audio = _read(options.audio)
    clip = whole(audio)
    if clip.name != audio.name:
        console.print(f"{audio.name} lasts {audio.seconds:.1f} s: what is sent is {clip.name}.")
    return lambda candidates: LatencyPlan(candidates, (clip,), options.parameters, load, options.name)


def _read(path: Path) -> Clip:
    try:
        return read_clip(path.read_bytes(), shown(path.name))
    except OSError as error:
        raise UnreadableAudioError(
            f"{shown(str(path))} can't be read: {error.strerror}.", "Name an audio file that exists."
        ) from error
