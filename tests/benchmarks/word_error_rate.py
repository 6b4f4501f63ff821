"""Corpus word error rate of a model's endpoint over LibriSpeech, through boto3, with raw `audio/wav` bodies.

    python -m tests.benchmarks.word_error_rate FOLDER [--model whisper-base] [--endpoint-url URL]

FOLDER is in LibriSpeech's layout: `*.trans.txt` beside the FLAC files. Without a URL an embedded endpoint is started
for the run, and the model is created there if need be. The rate is pooled: all errors over all reference words,
after Whisper's English normalizer (Radford et al. 2022, appendix C).
"""

import argparse
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import jiwer
from whisper_normalizer.english import EnglishTextNormalizer

from components.audio import Clip, read_clip
from components.embedded_process import EmbeddedEndpoint
from components.endpoint_client import EndpointClient
from components.settings import Settings
from components.targets import Target, this_computer

logger = logging.getLogger("word_error_rate")


def utterances(folder: Path) -> Iterator[tuple[Clip, str]]:
    """Each clip of a LibriSpeech folder with the words spoken."""
    for transcripts in sorted(folder.rglob("*.trans.txt")):
        for line in transcripts.read_text().splitlines():
            name, _, text = line.partition(" ")
            path = transcripts.parent / f"{name}.flac"
            yield read_clip(path.read_bytes(), path.name), text


@contextmanager
def target_at(url: str | None) -> Iterator[Target]:
    """The target at that URL, or a new embedded endpoint for as long as the block runs."""
    if url:
        yield this_computer(url)
        return
    embedded = EmbeddedEndpoint(Settings(embedded_port=0))
    embedded.start()
    try:
        yield this_computer(embedded.url)
    finally:
        embedded.stop()


def in_service(target: Target, model: str) -> str:
    """The endpoint named after the model, a dot being no part of names; created unless there is one."""
    name = model.replace(".", "-")
    sagemaker = target.sagemaker()
    if name not in [found["EndpointName"] for found in sagemaker.list_endpoints()["Endpoints"]]:
        sagemaker.create_model(ModelName=name, PrimaryContainer={"Environment": {"MODEL_ID": model}})
        sagemaker.create_endpoint_config(
            EndpointConfigName=name,
            ProductionVariants=[{"VariantName": "AllTraffic", "ModelName": name, "InitialInstanceCount": 1}],
        )
        sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)
    sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=name, WaiterConfig={"Delay": 1})
    return name


def main() -> None:
    """Measures and logs one line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", default="whisper-base")
    parser.add_argument("--endpoint-url")
    given = parser.parse_args()
    logging.basicConfig(format="%(message)s", level=logging.WARNING)
    logger.setLevel(logging.INFO)
    normalize = EnglishTextNormalizer()
    references, hypotheses = [], []
    with target_at(given.endpoint_url) as target:
        client = EndpointClient(target, in_service(target, given.model))
        for clip, text in utterances(given.folder):
            references.append(normalize(text))
            hypotheses.append(normalize(client.transcribe(clip).text))
    found = jiwer.process_words(references, hypotheses)
    words = found.hits + found.substitutions + found.deletions
    logger.info(
        "%s: %d utterances, word error rate %.2f %% "
        "(%d substitutions, %d deletions, %d insertions, %d reference words)",
        given.model,
        len(references),
        100 * found.wer,
        found.substitutions,
        found.deletions,
        found.insertions,
        words,
    )


if __name__ == "__main__":
    main()
