"""A run as a file: JSON Lines with everything that is known of it, CSV with a row for each request."""

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
_SCORE = (
    *("reference", "text", "other texts", "normalizer", "unit", "in reference"),
    *("substitutions", "deletions", "insertions", "error rate %"),
)


def as_jsonl(run: Run, items: Sequence[Item], measurements: Sequence[Measurement]) -> str:
    """The run on the first line (`"type": "run"`), each request on one of its own (`"type": "measurement"`).

    Texts are as the endpoint sent them; times are UTC in ISO 8601, durations in seconds.
    """
    moments = {"created": run.created.isoformat(), "ended": run.ended and run.ended.isoformat()}
    requests = ({"type": "measurement"} | _request(run, items, measured) for measured in measurements)
    lines = ({"type": "run", **asdict(run), **moments}, *requests)
    return "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)


def as_csv(
    run: Run, items: Sequence[Item], measurements: Sequence[Measurement], normalizer: str | None = None
) -> str:
    """A row for each request, in an accuracy run with its errors under the normalizer (the run's own unless given).

    What does not apply is empty. Safe to open in a spreadsheet, whatever the texts begin with.
    """
    is_scored, name = run.kind is RunKind.ACCURACY, normalizer or run.conditions.normalizer
    header = (*_REQUEST, *_SCORE) if is_scored else _REQUEST
    rows = (
        _request(run, items, measured)
        | {
            "requests_at_once": measured.concurrency,
            "warm-up": "yes" if measured.warm_up else "no",
            "text": measured.text,
            "other_texts": " | ".join(measured.texts[1:]),
        }
        | (_score(run, items, measured, name) if is_scored else {})
        for measured in measurements
    )
    return csv_text(header, ([row.get(column.replace(" ", "_")) for column in header] for row in rows))


def _request(run: Run, items: Sequence[Item], measured: Measurement) -> dict[str, object]:
    system, item = asdict(run.systems[measured.system]), items[measured.item]
    return {
        **{name: system[name] for name in ("endpoint", "target", "region", "model", "instance_type")},
        "item": item.id,
        "reference": item.reference,
        "language": item.language,
        "clip_seconds": item.seconds,
        "text": measured.texts[0] if measured.texts else None,
        "alternatives": measured.texts[1:],
        "started": datetime.fromtimestamp(measured.started, UTC).isoformat(),
        "seconds": measured.seconds,
        "concurrency": measured.concurrency,
        "warm_up": measured.warm_up,
        "retries": measured.retries,
        "request_id": measured.request_id,
        "error": measured.error,
        "message": measured.message,
    }


def _score(run: Run, items: Sequence[Item], measured: Measurement, normalizer: str) -> dict[str, object]:
    if measured.text is None:
        return {}
    utterance = scored(run, items, measured.item, measured.text, normalizer)
    counts = utterance.alignment.counts
    return asdict(counts) | {
        "normalizer": normalizer,
        "unit": "characters" if utterance.is_characters else "words",
        "in_reference": counts.reference,
        "error_rate_%": counts.rate,
    }
