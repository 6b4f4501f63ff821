import re

import pytest

from components.whisper.models import find_model
from components.whisper.parameter_rules import problems, without_effect
from components.whisper.parameters import BY_NAME, TABLE

INFINITE = float("inf")
NOT_A_NUMBER = float("nan")
INTEGERS = {
    "max_length": (1, 448),
    "max_new_tokens": (0, 444),
    "num_beams": (1, 1000),
    "num_return_sequences": (1, 1000),
    "no_repeat_ngram_size": (2, 1000),
    "top_k": (1, 100_000),
    "min_length": (0, 1000),
    "min_new_tokens": (0, 444),
}
GOOD: list[tuple[str, object]] = [
    *((name, bound) for name, bounds in INTEGERS.items() for bound in bounds),
    *((name, value) for name in ("early_stopping", "do_sample") for value in (True, False)),
    *(("temperature", value) for value in (0, 0.0, 0.7, 5)),
    *(("top_p", value) for value in (0, 0.5, 1, 1.0)),
    *(("length_penalty", value) for value in (-2.5, 0, 3)),
    *(("max_time", value) for value in (0, 1.5)),
    *(("forced_decoder_ids", value) for value in ([[1, 50259]], [[1, 0], [2, 7]])),
]
BAD: list[tuple[str, object]] = [
    *((name, low - 1) for name, (low, _) in INTEGERS.items()),
    *((name, wrong) for name in INTEGERS for wrong in (1.5, 2.0, "2", True, None, [2])),
    ("max_length", 449),
    *((name, wrong) for name in ("early_stopping", "do_sample") for wrong in (0, 1, "true", None)),
    *(("temperature", wrong) for wrong in (-0.1, "1", True, None, INFINITE, NOT_A_NUMBER)),
    *(("top_p", wrong) for wrong in (-0.01, 1.01, "0.5", False, NOT_A_NUMBER)),
    *(("length_penalty", wrong) for wrong in ("1", True, INFINITE, -INFINITE)),
    *(("max_time", wrong) for wrong in (-1, "5", INFINITE)),
    *(("language", wrong) for wrong in ("English", "en", "klingon", "", 1, None)),
    *(("task", wrong) for wrong in ("Translate", "summarize", 1)),
    *(("forced_decoder_ids", wrong) for wrong in ([], [[0, 1]], [[2, 1]], [[1, 1], [3, 1]], [[1, -1]])),
    *(("forced_decoder_ids", wrong) for wrong in ([[1]], [[1, 2, 3]], [[1, True]], [[1, 2.0]], [1, 2], "x")),
    ("forced_decoder_ids", [[position, 1] for position in range(1, 449)]),
]


def test_every_parameter_is_tried_with_good_and_bad_values() -> None:
    together = {"language", "task"}
    assert {name for name, _ in GOOD} | together == set(BY_NAME)
    assert {name for name, _ in BAD} == set(BY_NAME)


@pytest.mark.parametrize(("name", "value"), GOOD)
def test_a_good_value_passes(name: str, value: object) -> None:
    beams = {"num_beams": value} if name == "num_return_sequences" else {}
    assert problems({name: value} | beams) == []


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_bad_value_is_named_with_its_rule(name: str, value: object) -> None:
    (finding,) = problems({name: value})
    assert finding.names == (name,)
    assert finding.message == f"{name} is {value!r}, but must be {BY_NAME[name].rule}."


@pytest.mark.parametrize("language", BY_NAME["language"].choices)
def test_every_language_passes_with_either_task(language: str) -> None:
    for task in ("transcribe", "translate"):
        assert problems({"language": language, "task": task}) == []


def test_an_unknown_parameter_is_named_with_those_that_there_are() -> None:
    (finding,) = problems({"beam_size": 5})
    assert finding.names == ("beam_size",)
    assert finding.message.startswith("beam_size is not a parameter of this endpoint.")
    assert all(re.search(rf"\b{parameter.name}\b", finding.message) for parameter in TABLE)


def test_every_bad_value_is_reported() -> None:
    findings = problems({"num_beams": 0, "top_p": 2, "do_sample": True, "wrong": 1})
    assert [finding.names for finding in findings] == [("num_beams",), ("top_p",), ("wrong",)]


BOTH = {"language": "german", "task": "transcribe"}


@pytest.mark.parametrize(
    ("values", "model", "names", "message"),
    [
        ({"language": "german"}, None, ("language",), "language is 'german', but task is not set"),
        ({"task": "translate"}, None, ("task",), "task is 'translate', but language is not set"),
        (BOTH, "whisper-tiny.en", ("language", "task"), "whisper-tiny.en knows English only"),
        ({"task": "transcribe"}, "whisper-tiny.en", ("task",), "whisper-tiny.en knows English only"),
        (
            BOTH | {"forced_decoder_ids": [[1, 2]]},
            None,
            ("forced_decoder_ids",),
            "forced_decoder_ids replaces language and task",
        ),
        (
            {"max_length": 9, "max_new_tokens": 9},
            None,
            ("max_length", "max_new_tokens"),
            "max_length and max_new_tokens are both set",
        ),
        (
            {"max_new_tokens": 445},
            None,
            ("max_new_tokens",),
            "max_new_tokens is 445, but must be at most 444",
        ),
        (
            {"min_new_tokens": 445},
            None,
            ("min_new_tokens",),
            "min_new_tokens is 445, but must be at most 444",
        ),
        ({"max_new_tokens": 447}, "whisper-tiny.en", ("max_new_tokens",), "must be at most 446"),
        (
            {"num_beams": 2, "num_return_sequences": 3},
            None,
            ("num_return_sequences", "num_beams"),
            "num_return_sequences is 3, but must be at most num_beams, which is 2",
        ),
    ],
)
def test_a_rule_between_parameters_is_named(
    values: dict[str, object], model: str | None, names: tuple[str, ...], message: str
) -> None:
    (finding,) = problems(values, find_model(model) if model else None)
    assert finding.names == names
    assert message in finding.message


def test_an_english_only_model_has_room_for_two_tokens_more() -> None:
    assert problems({"max_new_tokens": 446}, find_model("whisper-tiny.en")) == []
    assert problems({"max_new_tokens": 446}, find_model("whisper-base")) != []


@pytest.mark.parametrize("name", ["temperature", "top_k", "top_p"])
def test_sampling_parameters_do_nothing_without_sampling(name: str) -> None:
    for values in ({name: 1}, {name: 1, "do_sample": False}):
        (note,) = without_effect(values)
        assert note.names == (name,)
        assert note.message == f"{name} has no effect unless do_sample is true."
    assert without_effect({name: 1, "do_sample": True}) == []


def test_early_stopping_does_nothing_with_one_beam() -> None:
    for values in ({"early_stopping": True}, {"early_stopping": True, "num_beams": 1}):
        assert [note.names for note in without_effect(values)] == [("early_stopping",)]
    assert without_effect({"early_stopping": True, "num_beams": 2}) == []
    assert without_effect({"early_stopping": False}) == []


def test_translating_disappoints_with_turbo_alone() -> None:
    values = {"language": "german", "task": "translate"}
    (note,) = without_effect(values, find_model("whisper-large-v3-turbo"))
    assert "whisper-large-v3-turbo was not trained to translate" in note.message
    assert without_effect(values, find_model("whisper-large-v3")) == []
    assert without_effect(BOTH, find_model("whisper-large-v3-turbo")) == []


@pytest.mark.parametrize(
    ("model", "is_known"),
    [("whisper-base", False), ("whisper-large-v3", True), ("whisper-large-v3-turbo", True)],
)
def test_cantonese_came_with_large_v3(model: str, *, is_known: bool) -> None:
    found = problems({"language": "cantonese", "task": "transcribe"}, find_model(model))
    assert (not found) is is_known
    assert all(model in finding.message for finding in found)
