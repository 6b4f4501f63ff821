"""The outcome of a run as one JSON object, for programs. What is unknown is null."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from itertools import combinations
from typing import Any

from components.evaluation.results.latency_figures import Spread, Stage
from components.evaluation.results.scores import Rate, SystemScore, probability_better, units
from components.evaluation.results.word_errors import Counts, Unit
from components.evaluation.runs.records import Item, Run


def accuracy_object(run: Run, names: Sequence[str], scores: Sequence[SystemScore]) -> dict[str, Any]:
    """Error rates are in percent.

    `probability_better` is, for each pair and unit, that of `endpoint` against `than`, from 0 to 1. `names` are those
    by which the options call the run's systems.
    """
    systems = [
        {
            **_system(run, names, score.system),
            **_rate("wer", "", "reference_words", score.words),
            **_rate("cer", "character_", "reference_characters", score.characters),
            "failures": len(score.failures),
            "utterances": len(score.utterances),
            "audio_seconds": score.audio_seconds,
            "request_seconds": score.request_seconds,
            "real_time_factor": score.real_time_factor,
        }
        for score in scores
    ]
    better = [
        {
            "endpoint": names[a.system],
            "than": names[b.system],
            "unit": unit.value,
            "probability": probability_better(a, b, unit),
        }
        for unit in units(scores) or [Unit.WORDS]
        for a, b in combinations(scores, 2)
    ]
    return {**_run(run), "systems": systems, "probability_better": better}


def latency_object(
    run: Run, names: Sequence[str], items: Sequence[Item], stages: Sequence[Stage]
) -> dict[str, Any]:
    """Times are in seconds, throughput in answered requests a second, costs in USD.

    One entry for each system and concurrency, also where none was sent.
    """
    begun = {(stage.system, stage.item, stage.concurrency): stage for stage in stages}
    systems = [
        {
            **_system(run, names, system),
            "clip": item.id,
            "clip_seconds": item.seconds,
            "concurrency": concurrency,
            **_figures(begun.get((system, number, concurrency))),
        }
        for system in range(len(run.systems))
        for number, item in enumerate(items)
        for concurrency in run.conditions.concurrency
    ]
    return {**_run(run), "systems": systems}


def _run(run: Run) -> dict[str, Any]:
    return {
        "run": run.id,
        "kind": run.kind,
        "name": run.name,
        "status": run.status,
        "problem": run.problem,
        "created": run.created.isoformat(),
        "conditions": asdict(run.conditions),
    }


def _system(run: Run, names: Sequence[str], number: int) -> dict[str, Any]:
    return asdict(run.systems[number]) | {"endpoint": names[number]}


def _rate(name: str, counted: str, reference: str, rate: Rate | None) -> dict[str, Any]:
    counts = rate.counts if rate else Counts()
    return {
        name: rate and rate.value,
        f"{name}_low": rate and rate.low,
        f"{name}_high": rate and rate.high,
        f"{counted}substitutions": counts.substitutions,
        f"{counted}deletions": counts.deletions,
        f"{counted}insertions": counts.insertions,
        reference: counts.reference,
    }


def _figures(stage: Stage | None) -> dict[str, Any]:
    spread = stage.spread if stage else None
    return {
        **{field.name: spread and getattr(spread, field.name) for field in fields(Spread)},
        "throughput": stage and stage.throughput,
        "real_time_factor": stage and stage.real_time_factor,
        "cost_of_an_hour": stage and stage.cost_of_an_hour,
        "requests": stage.requests if stage else 0,
        "errors": stage.error_count if stage else 0,
        "errors_by_kind": dict(stage.errors) if stage else {},
    }
