"""Long audio, the whole path, beside faster-whisper's own ways with the same weights: accuracy and time, in turn.

    python -m tests.benchmarks.long_audio FOLDER [--rounds 2] [--seeds 0 1 2]

FOLDER is a data set of short clips, such as LibriSpeech/test-other. They are joined in an order drawn at random with
0.2 to 0.9 s of silence between, a file for each seed. whisper-base, greedy, language given, on all cores.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import numpy as np
from faster_whisper import BatchedInferencePipeline, WhisperModel

from components.audio.decoding import Clip, Samples
from components.audio.recording import open_recording
from components.core.settings import Settings
from components.endpoint_client import EndpointClient
from components.endpoint_client.long_request import LongRequest, usual_at_once
from components.endpoint_client.long_transcription import LongTranscription
from components.evaluation.datasets.dataset import Dataset, open_dataset
from components.evaluation.results.normalizers import tokens
from components.evaluation.results.word_errors import Counts, align
from components.local_endpoint.weights import find_weights, place
from components.targets.embedded_process import EmbeddedEndpoint
from components.targets.target import this_computer
from components.whisper.models import find_model

SPOKEN = {"language": "english", "task": "transcribe"}
Way = Callable[[Samples], str]


def joined(dataset: Dataset, seed: int) -> tuple[Samples, str]:
    """All clips one after another, and what is said in them."""
    random = np.random.default_rng(seed)
    utterances = [dataset.utterances[number] for number in random.permutation(len(dataset.utterances))]
    parts = [
        part
        for utterance in utterances
        for part in (utterance.read().samples, np.zeros(int(16_000 * random.uniform(0.2, 0.9)), np.int16))
    ]
    return np.concatenate(parts), " ".join(utterance.reference for utterance in utterances)


def whole_path(client: EndpointClient, samples: Samples) -> str:
    """Decode, cut, send, merge, as page and command do."""
    recording = open_recording(Clip(samples, "", "").wav(), "talk.wav")
    job = LongTranscription(client, LongRequest(recording, SPOKEN, usual_at_once(client.target)))
    for _ in job.carry_out(Event()):
        pass
    return job.transcript.text


def sequential(model: WhisperModel, samples: Samples) -> str:
    """faster-whisper's own way through long audio."""
    segments, _ = model.transcribe(samples / np.float32(32768), language="en", beam_size=1)
    return " ".join(segment.text for segment in segments)


def batched(pipeline: BatchedInferencePipeline, samples: Samples) -> str:
    """faster-whisper's faster way."""
    segments, _ = pipeline.transcribe(samples / np.float32(32768), language="en", beam_size=1, batch_size=8)
    return " ".join(segment.text for segment in segments)


@contextmanager
def ways() -> Iterator[dict[str, Way]]:
    """The portal's way first: the others are compared with it."""
    base = find_model("whisper-base")
    assert base
    endpoint = EmbeddedEndpoint(Settings(embedded_port=0), log=lambda _: None)
    endpoint.start()
    with tempfile.TemporaryDirectory() as folder:
        for name, parts in find_weights(base, Settings(), lambda _: None).items():
            place(parts, Path(folder) / name)
        model = WhisperModel(folder, device="cpu", compute_type="int8")
        pipeline = BatchedInferencePipeline(model)
        target = this_computer(endpoint.url)
        target.sagemaker().get_waiter("endpoint_in_service").wait(
            EndpointName="whisper-base", WaiterConfig={"Delay": 1}
        )
        client = EndpointClient(target, "whisper-base", base)
        yield {
            "whole path": lambda samples: whole_path(client, samples),
            "sequential": lambda samples: sequential(model, samples),
            "batched, 8": lambda samples: batched(pipeline, samples),
        }
    endpoint.stop()


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    given = parser.parse_args()
    dataset = open_dataset(given.folder)
    with ways() as known:
        counts = dict.fromkeys(known, Counts())
        seconds: dict[str, list[float]] = {name: [] for name in known}
        for seed in given.seeds:
            samples, said = joined(dataset, seed)
            for number in range(given.rounds):
                for name, way in known.items():
                    began = time.perf_counter()
                    heard = way(samples)
                    seconds[name].append(time.perf_counter() - began)
                    if number == 0:
                        counts[name] += align(tokens(said, "english"), tokens(heard, "english")).counts
            print(f"file {seed}: {len(samples) / 16_000:.0f} s of audio")  # noqa: T201
    first = statistics.median(next(iter(seconds.values())))
    print(f"{'':12}  WER %  substituted  deleted  inserted  seconds  whole path by it")  # noqa: T201
    for name, count in counts.items():
        took = statistics.median(seconds[name])
        print(  # noqa: T201
            f"{name:12}  {count.rate:5.2f}  {count.substitutions:11}  {count.deletions:7}  {count.insertions:8}  "
            f"{took:7.1f}  {first / took:16.2f}"
        )


if __name__ == "__main__":
    main()
