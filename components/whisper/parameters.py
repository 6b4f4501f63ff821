"""The inference parameters: ONE table that gives the sliders, the validation, the payload and the documentation.

The rules are those of JumpStart's Whisper container (README, "The endpoint contract"). The embedded endpoint
checks requests with the same table, so that what the portal lets through the container takes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from components.whisper.languages import LANGUAGE_CODES

Value = bool | int | float | str | list[list[int]]
Parameters = Mapping[str, Value]


class Group(StrEnum):
    """Where a parameter stands on the screen; EXPERT ones are known to the container but have no widget."""

    TASK = "Task"
    LENGTH = "Length"
    BEAM_SEARCH = "Beam search"
    SAMPLING = "Sampling"
    EXPERT = "Expert"


@dataclass(frozen=True)
class Parameter:
    """One inference parameter.

    `minimum` and `maximum` are the container's limits (inclusive); `slider` is the range that is useful on the
    screen as (low, high, step), and `suggested` the value that a widget starts from when somebody switches it on.
    `needs` names the boolean parameter without which this one has no effect.
    """

    name: str
    group: Group
    kind: type
    rule: str
    help: str
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    slider: tuple[float, float, float] | None = None
    suggested: Value | None = None
    needs: str | None = None


TABLE: tuple[Parameter, ...] = (
    Parameter(
        "language",
        Group.TASK,
        str,
        "the English name of a language that Whisper knows, in lower case",
        "The language that is spoken. Unset, a multilingual model detects it.",
        choices=tuple(LANGUAGE_CODES),
    ),
    Parameter(
        "task",
        Group.TASK,
        str,
        "transcribe or translate",
        "Transcribe writes what was said; translate writes it in English.",
        choices=("transcribe", "translate"),
    ),
    Parameter(
        "max_length",
        Group.LENGTH,
        int,
        "an integer from 1 to 448, the decoder's context",
        "The most tokens in prompt and output together. The prompt takes 4 (2 in an English-only model).",
        minimum=1,
        maximum=448,
        slider=(1, 448, 1),
        suggested=448,
    ),
    Parameter(
        "max_new_tokens",
        Group.LENGTH,
        int,
        "an integer of at least 0",
        "The most tokens in the output. A word takes about 1.3 tokens in English, more elsewhere.",
        minimum=0,
        slider=(0, 444, 1),
        suggested=128,
    ),
    Parameter(
        "num_beams",
        Group.BEAM_SEARCH,
        int,
        "an integer of at least 1",
        "How many hypotheses are followed at once. 1 is greedy; 5 is more accurate and slower.",
        minimum=1,
        slider=(1, 10, 1),
        suggested=5,
    ),
    Parameter(
        "num_return_sequences",
        Group.BEAM_SEARCH,
        int,
        "an integer of at least 1",
        "How many alternatives come back, best first. Needs at least as many beams.",
        minimum=1,
        slider=(1, 10, 1),
        suggested=3,
    ),
    Parameter(
        "no_repeat_ngram_size",
        Group.BEAM_SEARCH,
        int,
        "an integer greater than 1",
        "No sequence of that many tokens comes twice: an answer to a model that repeats itself.",
        minimum=2,
        slider=(2, 10, 1),
        suggested=3,
    ),
    Parameter(
        "early_stopping",
        Group.BEAM_SEARCH,
        bool,
        "true or false",
        "Stop as soon as num_beams hypotheses are complete, instead of looking on for a better one.",
        suggested=True,
    ),
    Parameter(
        "do_sample",
        Group.SAMPLING,
        bool,
        "true or false",
        "Draw each token at random from the model's distribution instead of taking the likeliest.",
        suggested=True,
    ),
    Parameter(
        "temperature",
        Group.SAMPLING,
        float,
        "a number of at least 0",
        "Flattens (above 1) or sharpens (below 1) the distribution. 0 is greedy decoding.",
        minimum=0,
        slider=(0.0, 2.0, 0.05),
        suggested=0.7,
        needs="do_sample",
    ),
    Parameter(
        "top_k",
        Group.SAMPLING,
        int,
        "an integer of at least 1",
        "Draw from the k likeliest tokens only. Unset, the container's library takes 50.",
        minimum=1,
        slider=(1, 100, 1),
        suggested=50,
        needs="do_sample",
    ),
    Parameter(
        "top_p",
        Group.SAMPLING,
        float,
        "a number from 0 to 1",
        "Draw from the smallest set of tokens whose probabilities add up to p (nucleus sampling).",
        minimum=0,
        maximum=1,
        slider=(0.0, 1.0, 0.01),
        suggested=0.9,
        needs="do_sample",
    ),
    Parameter(
        "forced_decoder_ids",
        Group.EXPERT,
        list,
        "a list of [position, token id] pairs that begins at position 1 and leaves none out",
        "Tokens that the output must begin with, in place of the prompt that language and task give.",
    ),
    Parameter(
        "min_length",
        Group.EXPERT,
        int,
        "an integer of at least 0",
        "The fewest tokens in prompt and output together.",
        minimum=0,
    ),
    Parameter(
        "min_new_tokens",
        Group.EXPERT,
        int,
        "an integer of at least 0",
        "The fewest tokens in the output.",
        minimum=0,
    ),
    Parameter(
        "length_penalty",
        Group.EXPERT,
        float,
        "a number",
        "Beam search divides a hypothesis' score by its length to this power: above 0 favours longer ones.",
    ),
    Parameter(
        "max_time",
        Group.EXPERT,
        float,
        "a number of at least 0",
        "Seconds after which decoding stops, with what it has.",
        minimum=0,
    ),
)

BY_NAME: dict[str, Parameter] = {parameter.name: parameter for parameter in TABLE}
ON_SCREEN: tuple[Parameter, ...] = tuple(p for p in TABLE if p.group is not Group.EXPERT)


def read_value(name: str, text: str) -> Value:
    """The value of a parameter; what is no JSON stays text, which `parameter_rules.problems` then finds wrong."""
    if name not in BY_NAME or BY_NAME[name].kind is str:
        return text
    try:
        # Numbers, lists, true and false are written as in the request's JSON.
        value: Value = json.loads(text)
    except ValueError:
        return text
    return value
