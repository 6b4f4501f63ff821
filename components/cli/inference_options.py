"""The inference parameters as options: one for each row of the table, the same in every command that sends audio."""

from collections.abc import MutableMapping
from inspect import Parameter
from typing import Annotated, Any

import typer

from components.whisper.parameter_rules import problems
from components.whisper.parameters import TABLE, Parameters, read_value


def inference_options() -> list[Parameter]:
    """What they add to a command's signature. Their values stay text, so that the table's rules judge them."""
    return [
        Parameter(
            parameter.name,
            Parameter.KEYWORD_ONLY,
            default=None,
            annotation=Annotated[str | None, typer.Option(metavar="VALUE", help=f"{parameter.rule}.")],
        )
        for parameter in TABLE
    ]


def pop_parameters(values: MutableMapping[str, Any]) -> Parameters:
    """Takes the inference parameters out of a command's values; those that are not set are left out.

    Raises:
        typer.BadParameter: the container would refuse them.
    """
    texts = {parameter.name: values.pop(parameter.name) for parameter in TABLE}
    parameters = {name: read_value(name, text) for name, text in texts.items() if text is not None}
    if found := problems(parameters):
        names = dict.fromkeys(name for finding in found for name in finding.names)
        raise typer.BadParameter(
            " ".join(finding.message for finding in found), param_hint=[option(name) for name in names]
        )
    return parameters


def option(name: str) -> str:
    """How a parameter is written in a command line."""
    return f"--{name.replace('_', '-')}"
