"""What systems are called where several stand beside each other: as short as may be, and no two the same."""

from collections.abc import Mapping, Sequence

from components.evaluation.results.conditions import instances
from components.evaluation.runs.records import System
from components.whisper.parameters import Value


def system_names(systems: Sequence[System]) -> list[str]:
    """The endpoints' names, each with its place where another one has the same."""
    return told_apart([system.endpoint for system in systems], [system.target for system in systems])


def system_name(systems: Sequence[System], number: int) -> str:
    """What one of them is called among the others."""
    return system_names(systems)[number]


def setting_names(settings: Sequence[tuple[System, Mapping[str, Value]]]) -> list[str]:
    """The same for systems of several runs, each asked with its parameters."""
    return told_apart(
        [system.endpoint for system, _ in settings],
        [system.target for system, _ in settings],
        [in_words(parameters) for _, parameters in settings],
        [instances(system) for system, _ in settings],
    )


def in_words(parameters: Mapping[str, Value]) -> str:
    """Parameters on one line; what has none was sent none."""
    return ", ".join(f"{name}={value}" for name, value in parameters.items()) or "no parameters"


def told_apart(names: list[str], *more: Sequence[str]) -> list[str]:
    """Adds of `more`, one after another, what tells those apart that still have the same name."""
    for details in more:
        groups: dict[str, set[str]] = {}
        for name, detail in zip(names, details, strict=True):
            groups.setdefault(name, set()).add(detail)
        names = [
            f"{name} · {detail}" if len(groups[name]) > 1 else name
            for name, detail in zip(names, details, strict=True)
        ]
    return names
