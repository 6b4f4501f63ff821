"""What scoring a run takes, as a ratio to normalizing its texts and one call of jiwer for the whole corpus.

    python -m tests.benchmarks.scoring [--rounds 5]

The run has the size of LibriSpeech test-other: 2939 utterances of two systems, made-up sentences with one word in ten
misheard. Scoring aligns every utterance, and draws both intervals and the probability that one system is better.
"""

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import jiwer

from components.evaluation.results import scores
from components.evaluation.results.normalizers import tokens
from components.evaluation.results.scores import probability_better, score
from components.evaluation.results.word_errors import Unit
from components.evaluation.runs.records import Conditions, Item, Measurement, Run, RunKind, System
from components.evaluation.runs.run_store import RunStore

UTTERANCES, SYSTEMS = 2939, 2
WORDS = (
    "the",
    "Colour",
    "of",
    "twenty",
    "ships",
    "isn't",
    "known",
    "to",
    "Mr.",
    "Brown",
    "and",
    "his",
    "friend,",
)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        store = RunStore(Path(folder))
        run = made_up(store)
        items, measurements = store.items(run.id), store.measurements(run.id)
        scored, plain = (
            seconds(lambda: all_of_it(run, items, measurements), rounds),
            seconds(lambda: corpus_rates(items, measurements), rounds),
        )
        read = seconds(lambda: store.measurements(run.id), rounds)
    found = {"score": scored, "jiwer on the corpus": plain, "read from the store": read}
    figures = {name: round(value, 3) for name, value in found.items()}
    sys.stdout.write(json.dumps(figures | {"ratio": round(scored / plain, 2)}) + "\n")


def all_of_it(run: Run, items: list[Item], measurements: list[Measurement]) -> float | None:
    """Rates with their intervals, and which of the two is better; no reference has been normalized before."""
    scores._said.cache_clear()
    one, other = score(run, items, measurements)
    return probability_better(one, other, Unit.WORDS)


def seconds(work: Callable[[], object], rounds: int) -> float:
    """The median of so many rounds."""
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def made_up(store: RunStore) -> Run:
    """A finished run with texts drawn from WORDS."""
    draw = random.Random(0)  # noqa: S311 - sentences, not secrets
    said = [draw.choices(WORDS, k=draw.randint(4, 32)) for _ in range(UTTERANCES)]
    items = [Item(str(number), " ".join(words), seconds=6.0) for number, words in enumerate(said)]
    systems = [System(f"system-{number}", "This computer", "local") for number in range(SYSTEMS)]
    run = store.begin(RunKind.ACCURACY, "made up", systems, items, Conditions(), UTTERANCES * SYSTEMS)
    measurements = [
        Measurement(system, item, float(item), 0.5, (misheard(words, draw),))
        for item, words in enumerate(said)
        for system in range(SYSTEMS)
    ]
    store.add(run.id, measurements)
    return run


def misheard(words: list[str], draw: random.Random) -> str:
    """The words, one in ten of them another."""
    return " ".join(draw.choice(WORDS) if draw.random() < 1 / 10 else word for word in words)


def corpus_rates(items: list[Item], measurements: list[Measurement]) -> list[float]:
    """The word error rates alone, by one call for each system."""
    rates = []
    for system in range(SYSTEMS):
        heard = [m for m in measurements if m.system == system]
        references = [" ".join(tokens(items[m.item].reference, "english")) for m in heard]
        hypotheses = [" ".join(tokens(m.texts[0], "english")) for m in heard]
        rates.append(jiwer.process_words(references, hypotheses).wer)
    return rates


if __name__ == "__main__":
    main()
