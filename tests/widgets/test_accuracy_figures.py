"""Error rates with their intervals as a chart."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from components.evaluation.results.scores import Rate, SystemScore
from components.evaluation.results.word_errors import Counts, Unit
from components.evaluation.runs.records import Conditions, Run, RunKind, RunStatus
from tests.widgets.chart_driver import drawn
from tests.widgets.compare_driver import draw, said
from tests.widgets.history_driver import BASE, TINY

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ENGLISH = Conditions(languages=("english",))
RUN = Run("1", RunKind.ACCURACY, "", NOON, RunStatus.DONE, (BASE, TINY), ENGLISH, 2)


def show(run: "Any", scores: "Any", unit: "Any") -> None:
    from components.widgets.compare.accuracy_figures import show_chart  # noqa: PLC0415 - runs as a script

    show_chart(run, scores, unit)


def score(system: int, rate: float, low: float, high: float) -> SystemScore:
    return SystemScore(system, Rate(Counts(), rate, low, high), None, (), (), 0.0, 0.0)


def test_points_stand_at_the_rates_and_lines_span_the_intervals() -> None:
    scores = [score(0, 12.5, 10.0, 20.0), score(1, 7.0, 4.0, 9.0)]
    app = draw(show, run=RUN, scores=scores, unit=Unit.WORDS)
    assert drawn(app, "point", "y", "x") == [("whisper-tiny-en", 7.0), ("whisper-base", 12.5)]
    assert drawn(app, "rule", "y", "x", "x2") == [("whisper-tiny-en", 4.0, 9.0), ("whisper-base", 10.0, 20.0)]


def test_the_published_rate_is_marked_beside_english_alone() -> None:
    scores = [score(0, 12.5, 10.0, 20.0)]
    app = draw(show, run=RUN, scores=scores, unit=Unit.WORDS)
    assert drawn(app, "tick", "y", "x") == [("whisper-base", 5.08)]
    assert "Grey marks: published on LibriSpeech test-clean" in said(app)
    french = replace(RUN, conditions=Conditions(languages=("english", "french")))
    assert "Grey marks" not in said(draw(show, run=french, scores=scores, unit=Unit.WORDS))
