"""Checks parameters against the container's rules, with messages that name parameter, value and rule."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from components.core.errors import PortalError
from components.whisper.languages import LANGUAGE_CODES, NEWEST_LANGUAGE
from components.whisper.models import MAX_TOKENS, WhisperModel
from components.whisper.parameters import BY_NAME, TABLE, Parameter


@dataclass(frozen=True)
class ParameterFinding:
    """What is wrong with, or without effect in, a set of parameters; `names` says where to show it."""

    names: tuple[str, ...]
    message: str


Values = Mapping[str, object]
Findings = Iterator[ParameterFinding]


class InvalidParametersError(PortalError):
    """The container would refuse these parameters; `findings` says which and why."""

    def __init__(self, findings: Sequence[ParameterFinding]) -> None:
        self.findings = tuple(findings)
        super().__init__(
            " ".join(finding.message for finding in findings), "Change or unset them; nothing was sent."
        )


def problems(values: Values, model: WhisperModel | None = None) -> list[ParameterFinding]:
    """Everything for which the container would refuse these parameters; empty where it takes them.

    `model` sharpens the rules that depend on it (languages, length of the prompt); None means unknown, and
    then a multilingual one is assumed.
    """
    found = [finding for name, value in values.items() for finding in _alone(name, value)]
    # Rules between parameters compare numbers: they only make sense where each value is sound.
    return found or [finding for rule in _RULES for finding in rule(values, model)]


def without_effect(values: Values, model: WhisperModel | None = None) -> list[ParameterFinding]:
    """What the container accepts but a user should know: settings that do nothing or disappoint."""
    notes = [
        _finding(f"{p.name} has no effect unless {p.needs} is true.", p.name)
        for p in TABLE
        if p.needs and p.name in values and not values.get(p.needs)
    ]
    is_greedy = _number(values, "num_beams", 1) == 1 and "num_return_sequences" not in values
    if values.get("early_stopping") and is_greedy:
        notes.append(_finding("early_stopping has no effect with a single beam.", "early_stopping"))
    if values.get("task") == "translate" and model and model.multilingual and not model.translates:
        message = f"{model.name} was not trained to translate: expect the spoken language."
        notes.append(_finding(message, "task"))
    return notes


def _finding(message: str, *names: str) -> ParameterFinding:
    return ParameterFinding(names, message)


def _alone(name: str, value: object) -> Findings:
    parameter = BY_NAME.get(name)
    if parameter is None:
        yield _finding(f"{name} is not a parameter of this endpoint. It knows: {', '.join(BY_NAME)}.", name)
    elif not _is_sound(parameter, value):
        yield _finding(f"{name} is {value!r}, but must be {parameter.rule}.", name)


def _is_sound(parameter: Parameter, value: object) -> bool:
    if parameter.kind is list:
        return _is_forced_ids(value)
    if parameter.kind is str:
        return isinstance(value, str) and value in parameter.choices
    if parameter.kind is bool:
        return isinstance(value, bool)
    numbers = (int,) if parameter.kind is int else (int, float)
    if isinstance(value, bool) or not isinstance(value, numbers) or not abs(value) < float("inf"):
        return False
    low = parameter.minimum is None or value >= parameter.minimum
    return low and (parameter.maximum is None or value <= parameter.maximum)


def _is_forced_ids(value: object) -> bool:
    return (
        isinstance(value, list)
        and 0 < len(value) < MAX_TOKENS
        and all(
            isinstance(pair, list)
            and [type(number) for number in pair] == [int, int]
            # Positions count from 1: at 0 stands the start of the transcript.
            and pair[0] == position
            and pair[1] >= 0
            for position, pair in enumerate(value, start=1)
        )
    )


def _number(values: Values, name: str, default: int) -> int:
    value = values.get(name, default)
    return value if isinstance(value, int) else default


def _language_with_task(values: Values, model: WhisperModel | None) -> Findings:
    given = tuple(name for name in ("language", "task") if name in values)
    if given and model and not model.multilingual:
        yield _finding(f"{model.name} knows English only: it takes neither language nor task.", *given)
    elif len(given) == 1:
        missing = "task" if given == ("language",) else "language"
        message = f"{given[0]} is {values[given[0]]!r}, but {missing} is not set: give both or neither."
        yield _finding(message, *given)
    elif given and "forced_decoder_ids" in values:
        message = "forced_decoder_ids replaces language and task: give one or the other."
        yield _finding(message, "forced_decoder_ids")


def _language_of_the_model(values: Values, model: WhisperModel | None) -> Findings:
    language = values.get("language")
    if language == NEWEST_LANGUAGE and model and 1 < model.languages < len(LANGUAGE_CODES):
        message = f"{model.name} does not know {language}: only large-v3 and its turbo do."
        yield _finding(message, "language")


def _one_limit_of_length(values: Values, _model: WhisperModel | None) -> Findings:
    if "max_length" in values and "max_new_tokens" in values:
        message = "max_length and max_new_tokens are both set: give only one."
        yield _finding(message, "max_length", "max_new_tokens")


def _fits_the_context(values: Values, model: WhisperModel | None) -> Findings:
    prompt = model.prompt_tokens if model else 4
    room = MAX_TOKENS - prompt
    for name in ("max_new_tokens", "min_new_tokens"):
        if _number(values, name, 0) > room:
            limit = f"{name} is {values[name]}, but must be at most {room}"
            yield _finding(
                f"{limit}: with the prompt's {prompt} tokens that fills the model's {MAX_TOKENS}.", name
            )


def _beams_for_sequences(values: Values, _model: WhisperModel | None) -> Findings:
    beams, sequences = values.get("num_beams"), _number(values, "num_return_sequences", 1)
    if isinstance(beams, int) and sequences > beams:
        message = f"num_return_sequences is {sequences}, but must be at most num_beams, which is {beams}."
        yield _finding(message, "num_return_sequences", "num_beams")


_RULES = (
    _language_with_task,
    _language_of_the_model,
    _one_limit_of_length,
    _fits_the_context,
    _beams_for_sequences,
)
