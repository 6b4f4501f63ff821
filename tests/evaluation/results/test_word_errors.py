import random

import jiwer
import pytest

from components.evaluation.results.word_errors import Alignment, Counts, Op, align, confusions


def ops(alignment: Alignment) -> list[tuple[str, str | None, str | None]]:
    return [(word.op.value, word.reference, word.hypothesis) for word in alignment.words]


@pytest.mark.parametrize(
    ("reference", "hypothesis", "counts"),
    [
        ("the cat sat", "the cat sat", Counts(3, 0, 0, 0)),
        ("the cat sat", "the dog sat", Counts(2, 1, 0, 0)),
        ("the cat sat", "the sat", Counts(2, 0, 1, 0)),
        ("the cat sat", "the black cat sat", Counts(3, 0, 0, 1)),
        ("the cat sat", "", Counts(0, 0, 3, 0)),
        ("", "uh huh", Counts(0, 0, 0, 2)),
        ("", "", Counts(0, 0, 0, 0)),
        ("a b c d", "b c x y d", Counts(3, 0, 1, 2)),
    ],
)
def test_hand_worked_counts(reference: str, hypothesis: str, counts: Counts) -> None:
    assert align(reference.split(), hypothesis.split()).counts == counts


def test_an_alignment_names_each_word() -> None:
    alignment = align(["we", "want", "that", "now"], ["we", "won", "that"])
    assert ops(alignment) == [
        (Op.EQUAL, "we", "we"),
        (Op.SUBSTITUTE, "want", "won"),
        (Op.EQUAL, "that", "that"),
        (Op.DELETE, "now", None),
    ]


def test_rates_are_pooled_and_in_percent() -> None:
    # 1 error in 2 words and 0 in 8: a mean of utterances would say 25 %.
    assert (Counts(1, 1, 0, 0) + Counts(8, 0, 0, 0)).rate == 10.0
    assert Counts(1, 0, 0, 3).rate == 300.0
    assert Counts(0, 0, 0, 3).rate is None


def test_the_sum_agrees_with_jiwers_corpus_figure() -> None:
    draw = random.Random(4)  # noqa: S311 - words, not secrets
    texts = [
        (
            [draw.choice("abcde") for _ in range(draw.randint(1, 12))],
            [draw.choice("abcde") for _ in range(draw.randint(0, 12))],
        )
        for _ in range(200)
    ]
    total = sum((align(*pair).counts for pair in texts), Counts())
    found = jiwer.process_words(
        [" ".join(said) for said, _ in texts], [" ".join(heard) for _, heard in texts]
    )
    assert total.rate == pytest.approx(100 * found.wer)
    assert (total.hits, total.substitutions, total.deletions, total.insertions) == (
        found.hits,
        found.substitutions,
        found.deletions,
        found.insertions,
    )


def test_confusions_are_counted_over_alignments() -> None:
    found = confusions(
        [align(["a", "b"], ["a", "c"]), align(["b"], ["c"]), align([], ["d"]), align(["e"], [])]
    )
    assert found[("b", "c")] == 2
    assert found[("e", "")] == 1
    assert found[("", "d")] == 1
    assert ("a", "a") not in found
