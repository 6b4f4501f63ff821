"""A run as a file: JSON Lines with everything that is kept of it, CSV with a row for each request."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from components.core.csv_export import csv_text
from components.evaluation.results.scores import scored
from components.evaluation.runs.records import Item, Measurement, Run, RunKind

_REQUEST = (
    *("endpoint", "target", "region", "model", "instance type", "item", "language", "clip seconds"),
    *("started", "seconds", "requests at once", "warm-up", "retries", "request id", "error", "message"),
)
_HEARD = ("reference", "text", "other texts")
_SCORE = ("normalizer", "unit", "in reference", "substitutions", "deletions", "insertions", "error rate %")


def as_jsonl(run: Run, items: Sequence[Item], measurements: Sequence[Measurement]) -> str:
    """The run on the first line (`"type": "run"`), each request on one of its own (`"type": "measurement"`).

    Texts are as the endpoint sent them; times are UTC in ISO 8601, durations in seconds.
    """
    lines = (_run(run), *(_measurement(run, items, measured) for measured in measurements))
    return "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)


def as_csv(
    run: Run, items: Sequence[Item], measurements: Sequence[Measurement], normalizer: str | None = None
) -> str:
    """A row for each request, in an accuracy run with its errors under the normalizer (the run's own unless given).

    What does not apply is empty. Safe to open in a spreadsheet, whatever the texts begin with.
    """
    if run.kind is RunKind.LATENCY:
        return csv_text(_REQUEST, [_request(run, items, measured) for measured in measurements])
    name = normalizer or run.conditions.normalizer
    rows = [
        (
            *_request(run, items, measured),
            *(items[measured.item].reference, measured.text, " | ".join(measured.texts[1:])),
            *_score(run, items, measured, name),
        )
        for measured in measurements
    ]
    return csv_text((*_REQUEST, *_HEARD, *_SCORE), rows)


def _run(run: Run) -> dict[str, object]:
    moments = {"created": run.created.isoformat(), "ended": run.ended and run.ended.isoformat()}
    return {"type": "run", **asdict(run), **moments}


def _measurement(run: Run, items: Sequence[Item], measured: Measurement) -> dict[str, object]:
    system, item = run.systems[measured.system], items[measured.item]
    return {
        "type": "measurement",
        "endpoint": system.endpoint,
        "target": system.target,
        "region": system.region,
        "model": system.model,
        "item": item.id,
        "reference": item.reference,
        "language": item.language,
        "clip_seconds": item.seconds,
        "text": measured.texts[0] if measured.texts else None,
        "alternatives": measured.texts[1:],
        "started": _moment(measured.started),
        "seconds": measured.seconds,
        "concurrency": measured.concurrency,
        "warm_up": measured.warm_up,
        "retries": measured.retries,
        "request_id": measured.request_id,
        "error": measured.error,
        "message": measured.message,
    }


def _request(run: Run, items: Sequence[Item], measured: Measurement) -> tuple[object, ...]:
    system, item = run.systems[measured.system], items[measured.item]
    return (
        *(system.endpoint, system.target, system.region, system.model, system.instance_type),
        *(item.id, item.language, item.seconds),
        *(_moment(measured.started), measured.seconds, measured.concurrency),
        *("yes" if measured.warm_up else "no", measured.retries, measured.request_id),
        *(measured.error, measured.message),
    )


def _score(run: Run, items: Sequence[Item], measured: Measurement, normalizer: str) -> tuple[object, ...]:
    if measured.text is None:
        return (None,) * len(_SCORE)
    utterance = scored(run, items, measured.item, measured.text, normalizer)
    counts = utterance.alignment.counts
    return (
        *(normalizer, "characters" if utterance.is_characters else "words", counts.reference),
        *(counts.substitutions, counts.deletions, counts.insertions, counts.rate),
    )


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
