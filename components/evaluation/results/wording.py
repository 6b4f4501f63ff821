"""Runs in words: their conditions, and what their systems are called where several stand beside each other.

Such names are as short as may be, and no two the same.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from components.evaluation.results.normalizers import NORMALIZERS
from components.evaluation.runs.records import Run, RunKind, System
from components.targets.target import LOCAL_REGION
from components.whisper.parameters import Value

NONE = "none"
_UNKNOWN = "not known"
_COMPUTER = {"system": "Operating system", "processor": "Processor", "cores": "Processor cores"}
"""Entries of a run's versions that are none: they tell of the computer that measured."""


def described(run: Run) -> list[tuple[str, str]]:
    """Everything on which the figures of a run depend; each label comes once."""
    named = run.conditions.versions.items()
    versions = ((_COMPUTER.get(name, f"Version of {name}"), version) for name, version in named)
    return [*in_short(run), *versions]


def in_short(run: Run) -> list[tuple[str, str]]:
    """The same without the versions of programs, and the computer that measured."""
    return [*_systems(run), *_requests(run)]


def instances(system: System) -> str:
    """What a system ran on, such as "2 x ml.g5.2xlarge"."""
    if system.instance_type is None:
        return "this computer" if system.region == LOCAL_REGION else _UNKNOWN
    count = f"{system.instance_count} x " if system.instance_count else ""
    return f"{count}{system.instance_type}"


def _systems(run: Run) -> Iterator[tuple[str, str]]:
    yield "Endpoints", _each(run, lambda system: system.endpoint)
    yield "Models", _each(run, lambda system: system.model or _UNKNOWN)
    yield "Targets", _each(run, lambda system: system.target)
    yield "Regions", _each(run, lambda system: system.region)
    yield "Instances", _each(run, instances)
    yield "Variants", _each(run, lambda system: system.variant or NONE)
    if any(system.usd_per_hour is not None for system in run.systems):
        yield "Prices of an instance", _each(run, _price)


def _requests(run: Run) -> Iterator[tuple[str, str]]:
    conditions = run.conditions
    heard = "data set" if run.kind is RunKind.ACCURACY else "clip"
    yield heard.capitalize(), conditions.dataset or NONE
    if conditions.selection:
        yield "Selection", conditions.selection
    if conditions.digest:
        yield f"Digest of the {heard}", conditions.digest
    if conditions.languages:
        yield "Languages of the texts", ", ".join(conditions.languages)
    if run.kind is RunKind.ACCURACY:
        yield "Normalizer", NORMALIZERS.get(conditions.normalizer, conditions.normalizer)
    if conditions.requests is not None:
        yield "Requests", str(conditions.requests)
    if conditions.warm_up is not None:
        yield "Warm-up requests", str(conditions.warm_up)
    yield "Requests at once", ", ".join(map(str, conditions.concurrency))
    for name, value in conditions.parameters.items():
        yield f"Parameter {name}", str(value)


def _price(system: System) -> str:
    if system.usd_per_hour is None:
        return _UNKNOWN
    return f"{system.usd_per_hour} USD an hour ({system.price_source})"


def _each(run: Run, what: Callable[[System], str]) -> str:
    """What holds for the systems, in their order; once where it is the same for all."""
    found = [what(system) for system in run.systems]
    return ", ".join(found[:1] if len(set(found)) == 1 else found)


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
    """Appends items of `more`, one after another, to names that are still equal, until each is unique."""
    for details in more:
        groups: dict[str, set[str]] = {}
        for name, detail in zip(names, details, strict=True):
            groups.setdefault(name, set()).add(detail)
        names = [
            f"{name} · {detail}" if len(groups[name]) > 1 else name
            for name, detail in zip(names, details, strict=True)
        ]
    return names
