from dataclasses import replace

import pytest

from components.evaluation.results.run_comparison import (
    Pair,
    differences,
    in_percent,
    pairs,
    verdict,
)
from components.evaluation.results.scores import score
from components.evaluation.results.word_errors import Unit
from components.evaluation.results.wording import described
from components.evaluation.runs.records import Measurement, Run, RunKind, System
from components.evaluation.runs.run_store import RunStore
from tests.evaluation.conftest import BASE, TINY, Begin, heard

SAID = ["one red car", "two blue cars", "three green cars"]


def compared(store: RunStore, first: Run, second: Run) -> list[Pair]:
    one, other = (score(run, store.items(run.id), store.measurements(run.id)) for run in (first, second))
    return pairs(first, second, (one, other))


def test_systems_are_compared_over_what_both_answered(store: RunStore, begin: Begin) -> None:
    first, second = begin(SAID, [BASE]), begin(SAID, [TINY])
    store.add(first.id, [heard(0, 0, "a red car"), heard(0, 1, "two blue cars"), heard(0, 2, "three")])
    failed = Measurement(0, 1, 0.0, 0.1, error="ModelFailedError")
    store.add(second.id, [heard(0, 2, "three green cars"), failed, heard(0, 0, "one red car")])
    (pair,) = compared(store, first, second)
    assert (pair.first, pair.second, pair.utterances) == (0, 0, 2)
    # Over the first and the third utterance: one and two errors in six words, against none.
    assert pair.first_rate == pytest.approx(50.0)
    assert pair.second_rate == 0.0
    assert pair.gain == pytest.approx(50.0)
    assert pair.second_better == 1.0


def test_every_system_meets_every_other(store: RunStore, begin: Begin) -> None:
    first, second = begin(SAID[:2], [BASE, TINY]), begin(SAID[:2], [BASE])
    for system, texts in enumerate([SAID[:2], ["one bed car", "two new cars"]]):
        store.add(first.id, [heard(system, item, text) for item, text in enumerate(texts)])
    store.add(second.id, [heard(0, item, text) for item, text in enumerate(SAID[:2])])
    found = compared(store, first, second)
    assert [(pair.first, pair.second) for pair in found] == [(0, 0), (1, 0)]
    # The same answer is neither better nor worse.
    assert [pair.second_better for pair in found] == [0.5, 1.0]
    assert found[1].gain == pytest.approx(100 / 3)


def test_without_common_answers_nothing_is_told(store: RunStore, begin: Begin) -> None:
    first, second = begin(SAID, [BASE]), begin(SAID, [BASE])
    store.add(first.id, [heard(0, 0, "one red car")])
    store.add(second.id, [heard(0, 1, "two blue cars")])
    (pair,) = compared(store, first, second)
    assert (pair.utterances, pair.first_rate, pair.second_rate, pair.gain, pair.second_better) == (
        0,
        None,
        None,
        None,
        None,
    )


def test_words_are_not_compared_with_characters(store: RunStore, begin: Begin) -> None:
    translated = begin(["今日は晴れ"], [BASE], language="japanese", parameters={"task": "translate"})
    transcribed = begin(["今日は晴れ"], [BASE], language="japanese")
    store.add(translated.id, [heard(0, 0, "It is sunny today.")])
    store.add(transcribed.id, [heard(0, 0, "今日は晴れ")])
    (pair,) = compared(store, translated, transcribed)
    assert (pair.utterances, pair.gain, pair.second_better) == (0, None, None)


@pytest.mark.parametrize("digests", [("d1", "d2"), ("", "")])
def test_other_utterances_are_not_compared(store: RunStore, begin: Begin, digests: tuple[str, str]) -> None:
    one, other = (begin(SAID, [BASE], digest=digest) for digest in digests)
    assert compared(store, one, other) == []


def test_exactly_what_differs_is_told(store: RunStore, begin: Begin) -> None:
    on_aws = System(
        "mine",
        "AWS eu-west-1",
        "eu-west-1",
        "whisper-base",
        "ml.g5.2xlarge",
        2,
        usd_per_hour=1.5,
        price_source="list",
    )
    versions = {"python": "3.11.7", "cores": "2"}
    first = begin(SAID, [BASE], parameters={"num_beams": 5}, versions=versions)
    second = begin(SAID, [on_aws], normalizer="none", versions={**versions, "python": "3.12.1"})
    assert differences(first, first) == []
    assert differences(first, replace(first, id="another", name="another")) == []
    found = {what: (one, other) for what, one, other in differences(first, second)}
    assert found == {
        "Endpoints": ("whisper-base", "mine"),
        "Targets": ("This computer", "AWS eu-west-1"),
        "Regions": ("local", "eu-west-1"),
        "Instances": ("this computer", "2 x ml.g5.2xlarge"),
        "Prices of an instance": ("none", "1.5 USD an hour (list)"),
        "Normalizer": ("Whisper's normalizer", "No normalizer"),
        "Parameter num_beams": ("5", "none"),
        "Version of python": ("3.11.7", "3.12.1"),
    }


def test_systems_that_are_alike_are_told_once(begin: Begin) -> None:
    told = dict(described(begin(SAID, [BASE, replace(BASE, endpoint="other"), TINY])))
    assert told["Endpoints"] == "whisper-base, other, whisper-tiny-en"
    assert told["Models"] == "whisper-base, whisper-base, whisper-tiny.en"
    assert told["Targets"] == "This computer"


def test_a_latency_run_is_described_by_its_clip(begin: Begin) -> None:
    run = begin([""], kind=RunKind.LATENCY, dataset="a.wav", requests=100, warm_up=3, concurrency=(1, 4))
    told = dict(described(run))
    assert (told["Clip"], told["Requests"], told["Warm-up requests"]) == ("a.wav", "100", "3")
    assert told["Requests at once"] == "1, 4"
    assert "Normalizer" not in told


def test_an_unknown_instance_on_aws_is_not_this_computer(begin: Begin) -> None:
    hidden = System("mine", "AWS eu-west-1", "eu-west-1")
    found = differences(begin(SAID, [BASE]), begin(SAID, [hidden]))
    assert ("Instances", "this computer", "not known") in found


def test_resamples_can_not_tell_certainty() -> None:
    told = [in_percent(probability) for probability in (1.0, 0.9991, 0.999, 0.5, 0.001, 0.0)]
    assert told == ["more than 99.9 %", "more than 99.9 %", "99.9 %", "50.0 %", "0.1 %", "less than 0.1 %"]


def test_a_verdict_names_the_better_one_or_says_that_there_is_none() -> None:
    assert (
        verdict("a", "b", Unit.WORDS, 0.2) == "b makes fewer word errors than a with a probability of 80.0 %"
    )
    assert verdict("a", "b", Unit.WORDS, 0.5) == "a and b make as many word errors"
    assert "of more than 99.9 %" in verdict("a", "b", Unit.CHARACTERS, 1.0)
