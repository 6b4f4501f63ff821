"""What encoding only part of Whisper's 30 s does to accuracy and time, by the silence that is encoded with a clip.

    python -m tests.benchmarks.encoder_window FOLDER [--models whisper-base] [--silence 2 3 4 6] [--beams 5]
    [--only-folder] [--joined 3] [--longest 30] [--shorter-than 10] [--noises 8]

FOLDER is a data set of short English clips, such as LibriSpeech/test-other; the small data set is heard as well. All
settings hear a clip in turn, the whole window first. `again`: clips that were heard in the whole window after all.
`--joined` makes one clip of so many, as far as they fit into 30 s, and `--longest` encodes clips of up to so many
seconds with little silence. `--noises` has all heard so many times, with another faint noise under them each time: what
that changes is chance. It also prints which feature silence has behind these clips.
"""

import argparse
import statistics
import time
from pathlib import Path

import numpy as np
import pytest

from components.audio.decoding import Samples
from components.core.settings import Settings
from components.evaluation.datasets.dataset import bundled, open_dataset
from components.evaluation.results.normalizers import tokens
from components.evaluation.results.word_errors import Counts, align
from components.local_endpoint import engine as engine_module
from components.local_endpoint import features as features_module
from components.local_endpoint import short_window
from components.local_endpoint.decoding_options import Options
from components.local_endpoint.engine import WhisperEngine, load_engine
from components.local_endpoint.features import WINDOW, LogMel
from components.local_endpoint.short_window import POSITION
from components.whisper.contract import SAMPLE_RATE
from components.whisper.models import find_model

WHOLE = 30.0
Heard = tuple[Samples, str]
"""A clip and what is said in it."""
GREEDY = Options({}, 0)


class Setting:
    """One length of silence, and what came of it."""

    def __init__(self, silence: float, beams: int, longest: float) -> None:
        self.silence = silence
        self._beams = beams
        self._longest = longest if silence < WHOLE else -1.0
        self.counts = Counts()
        self.seconds: list[float] = []
        self.again = 0

    def hear(self, engine: WhisperEngine, samples: Samples, said: str) -> None:
        """Has the clip transcribed with so much silence after it."""
        windows: list[int] = []
        encode = engine._encode

        def noting(samples: Samples, window: int = WINDOW) -> object:
            windows.append(window)
            return encode(samples, window)

        spoken = {"language": "english", "task": "transcribe"} if engine.model.multilingual else {}
        values = {"num_beams": self._beams, **spoken}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(short_window, "SILENCE", self.silence)
            patch.setattr(short_window, "LONGEST", self._longest)
            # The endpoint itself gives beam search the whole window.
            patch.setattr(
                engine_module, "short_window", lambda count, _: short_window.short_window(count, GREEDY)
            )
            patch.setattr(engine, "_encode", noting)
            began = time.perf_counter()
            (heard,) = engine.transcribe(samples, values)
            self.seconds.append(time.perf_counter() - began)
        self.again += len(windows) - 1
        self.counts += align(tokens(said, "english"), tokens(heard, "english")).counts


def joined(clips: list[Heard], count: int) -> list[Heard]:
    """So many neighbours as one clip; what does not fit into the window is left out."""
    groups = [clips[at : at + count] for at in range(0, len(clips), count)]
    found = [(np.concatenate([s for s, _ in group]), " ".join(said for _, said in group)) for group in groups]
    return [(samples, said) for samples, said in found if len(samples) <= WINDOW]


def make_noise(engine: WhisperEngine, seed: int) -> None:
    """Lays another noise under all that the engine hears from now on; that of seed 0 is its own."""
    noise = 1e-5 * np.random.default_rng(seed).standard_normal(WINDOW)
    features_module._NOISE = noise
    engine._features = LogMel(80)


def silent_features(clips: list[Heard]) -> list[float]:
    """The median feature of each clip's last second, if five of silence are added."""
    features, second = LogMel(80), 100
    ends = [len(samples) // POSITION * POSITION + 5 * SAMPLE_RATE for samples, _ in clips]
    found = (features(samples, min(end, WINDOW)) for (samples, _), end in zip(clips, ends, strict=True))
    return [float(np.median(one[0, :, -second:])) for one in found]


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--models", nargs="+", default=["whisper-base", "whisper-tiny.en"])
    parser.add_argument("--silence", nargs="+", type=float, default=[2, 3, 4, 6])
    parser.add_argument("--beams", type=int, default=1)
    parser.add_argument("--joined", type=int, default=1)
    parser.add_argument("--longest", type=float, default=short_window.LONGEST)
    parser.add_argument("--shorter-than", type=float, default=WHOLE, help="seconds of the longest clip")
    parser.add_argument("--noises", type=int, default=1)
    parser.add_argument("--only-folder", action="store_true", help="leave the small data set out")
    given = parser.parse_args()
    small = () if given.only_folder else bundled().utterances
    utterances = [*open_dataset(given.folder).utterances, *small]
    clips = [(utterance.read().samples, utterance.reference) for utterance in utterances]
    features = silent_features(clips)
    print(  # noqa: T201
        f"silence behind a clip: {statistics.median(features):.2f}, {min(features):.2f} to {max(features):.2f}"
    )
    clips = [
        (samples, said)
        for samples, said in joined(clips, given.joined)
        if len(samples) <= given.shorter_than * SAMPLE_RATE
    ]
    lengths = [len(samples) / SAMPLE_RATE for samples, _ in clips]
    print(f"{len(clips)} clips of {min(lengths):.1f} to {max(lengths):.1f} s")  # noqa: T201
    print("model            silence  WER %  deleted  again  median s  whole window by it")  # noqa: T201
    for name in given.models:
        model = find_model(name)
        assert model
        engine = load_engine(model, Settings(), lambda _: None)
        settings = [Setting(silence, given.beams, given.longest) for silence in (WHOLE, *given.silence)]
        for noise in range(given.noises):
            make_noise(engine, noise)
            for samples, said in clips:
                for setting in settings:
                    setting.hear(engine, samples, said)
        whole = statistics.median(settings[0].seconds)
        for setting in settings:
            took = statistics.median(setting.seconds)
            print(  # noqa: T201
                f"{name:15}  {setting.silence:7.0f}  {setting.counts.rate:5.2f}  "
                f"{setting.counts.deletions:7}  {setting.again:5}  "
                f"{took:8.3f}  {whole / took:18.2f}"
            )


if __name__ == "__main__":
    main()
