import jiwer
import pytest
from whisper_normalizer.english import EnglishTextNormalizer

from components.evaluation.results.scores import SystemScore, probability_better, score, units
from components.evaluation.results.word_errors import Unit
from components.evaluation.runs.records import Conditions, Item, Measurement, RunKind
from components.evaluation.runs.run_store import RunStore
from tests.evaluation.conftest import BASE, TINY, Begin, heard

FAILED = Measurement(0, 1, 1001.0, 0.2, error="ModelFailedError", message="It failed.")


def scores(store: RunStore, run_id: str, normalizer: str | None = None) -> list[SystemScore]:
    return score(store.run(run_id), store.items(run_id), store.measurements(run_id), normalizer)


def test_a_hand_worked_run(store: RunStore, begin: Begin) -> None:
    run = begin(["the cat sat", "on the mat today", "hello there"])
    answers = [heard(0, 0, "The cat sat."), heard(0, 1, "on mat to day"), heard(0, 2, "hello")]
    store.add(run.id, [*answers, heard(1, 0, "the hat sat", 0.25)])
    base, tiny = scores(store, run.id)
    assert base.words
    # "the" is missing, "today" became "to" with "day" put in, "there" is missing: 4 errors in 9 words.
    assert base.words.counts.errors == 4
    assert base.words.counts.reference == 9
    assert base.words.value == pytest.approx(400 / 9)
    assert base.words.value is not None
    assert base.words.low is not None
    assert base.words.high is not None
    assert base.words.low <= base.words.value <= base.words.high
    assert base.characters is None
    assert base.real_time_factor == pytest.approx(3.0 / 6.0)
    assert tiny.words
    assert tiny.words.value == pytest.approx(100 / 3)
    assert tiny.real_time_factor == pytest.approx(0.25 / 2.0)


def test_failures_stand_beside_the_rate(store: RunStore, begin: Begin) -> None:
    run = begin(["red car", "blue house"])
    store.add(run.id, [heard(0, 0, "red car"), FAILED])
    base, tiny = scores(store, run.id)
    assert base.words
    assert (base.words.value, base.words.counts.reference) == (0.0, 2)
    assert [failure.error for failure in base.failures] == ["ModelFailedError"]
    assert (tiny.words, tiny.characters, tiny.real_time_factor) == (None, None, None)


def test_the_corpus_figure_is_jiwers(store: RunStore, begin: Begin) -> None:
    said = ["It's twenty-one o'clock.", "The colour of Mr. Brown's car", "and so on"]
    texts = ["it is 21 o'clock", "the color of mister browns cart", "and on and on"]
    run = begin(said)
    store.add(run.id, [heard(0, number, text) for number, text in enumerate(texts)])
    normalize = EnglishTextNormalizer()
    found = jiwer.process_words([normalize(text) for text in said], [normalize(text) for text in texts])
    base = scores(store, run.id)[0]
    assert base.words
    assert base.words.value == pytest.approx(100 * found.wer)
    assert found.wer > 0


def test_another_normalizer_scores_the_same_texts_anew(store: RunStore, begin: Begin) -> None:
    run = begin(["The cat"])
    store.add(run.id, [heard(0, 0, "the cat!")])
    values = {name: scores(store, run.id, name)[0].words for name in ("whisper", "basic", "none")}
    assert {name: rate.value for name, rate in values.items() if rate} == {
        "whisper": 0.0,
        "basic": 0.0,
        "none": 100.0,
    }


def test_japanese_gives_a_character_error_rate(store: RunStore, begin: Begin) -> None:
    run = begin(["今日は晴れ"], language="japanese")
    store.add(run.id, [heard(0, 0, "今日は雨")])
    base = scores(store, run.id)[0]
    assert base.words is None
    assert base.characters
    assert base.characters.value == pytest.approx(100 * 2 / 5)


def test_a_translation_is_scored_as_english(store: RunStore, begin: Begin) -> None:
    parameters = {"language": "japanese", "task": "translate"}
    run = begin(["It is sunny today"], language="japanese", parameters=parameters)
    store.add(run.id, [heard(0, 0, "it's sunny today")])
    base = scores(store, run.id)[0]
    assert base.words
    assert (base.words.value, base.words.counts.reference) == (0.0, 4)


def test_a_reference_of_nothing_but_fillers_counts_what_was_put_in(store: RunStore, begin: Begin) -> None:
    run = begin(["uh um", "four words are here"])
    store.add(run.id, [heard(0, 0, "you know"), heard(0, 1, "four words are here")])
    base = scores(store, run.id)[0]
    assert base.words
    assert (base.words.counts.insertions, base.words.value) == (2, 50.0)


def test_two_systems_are_compared_over_what_both_answered(store: RunStore, begin: Begin) -> None:
    run = begin(["red car", "blue house", "old tree"])
    of_base = [heard(0, 0, "red car"), FAILED, heard(0, 2, "old tree")]
    store.add(run.id, [*of_base, heard(1, 0, "red cat"), heard(1, 1, "blue house"), heard(1, 2, "odd tree")])
    base, tiny = scores(store, run.id)
    # On the two utterances that both answered base is always better.
    assert probability_better(base, tiny, Unit.WORDS) == 1.0
    assert probability_better(tiny, base, Unit.WORDS) == 0.0


def test_with_less_than_two_common_utterances_nothing_is_said(store: RunStore, begin: Begin) -> None:
    run = begin(["red car", "blue house", "old tree"])
    store.add(run.id, [heard(0, 0, "red car"), heard(1, 1, "blue house")])
    base, tiny = scores(store, run.id)
    assert probability_better(base, tiny, Unit.WORDS) is None
    store.add(run.id, [heard(0, 2, "old tree"), heard(1, 2, "odd tree")])
    base, tiny = scores(store, run.id)
    # Of one utterance every draw is the same, which would look like certainty.
    assert probability_better(base, tiny, Unit.WORDS) is None
    assert probability_better(base, tiny, Unit.CHARACTERS) is None


def test_words_and_characters_are_judged_apart(store: RunStore) -> None:
    items = [Item("a", "the red car"), Item("b", "今日は晴れ", "japanese")] * 2
    run = store.begin(RunKind.ACCURACY, "mixed", (BASE, TINY), items, Conditions(), 8)
    of_base, of_tiny = ["the red cat", "今日は晴れ"] * 2, ["the red car", "today"] * 2
    store.add(run.id, [heard(0, item, text) for item, text in enumerate(of_base)])
    store.add(run.id, [heard(1, item, text) for item, text in enumerate(of_tiny)])
    base, tiny = scores(store, run.id)
    assert units([base, tiny]) == [Unit.WORDS, Unit.CHARACTERS]
    assert probability_better(base, tiny, Unit.WORDS) == 0.0
    assert probability_better(base, tiny, Unit.CHARACTERS) == 1.0
    assert [utterance.item for utterance in base.answered_in(Unit.CHARACTERS)] == [1, 3]


def test_warm_up_counts_nowhere(store: RunStore, begin: Begin) -> None:
    run = begin(["red car"])
    store.add(run.id, [heard(0, 0, "no", 9.0, warm_up=True), heard(0, 0, "red car", 1.0)])
    base = scores(store, run.id)[0]
    assert base.words
    assert (base.words.value, base.request_seconds) == (0.0, 1.0)
