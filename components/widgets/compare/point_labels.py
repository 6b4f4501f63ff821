"""Names beside the points of a chart, where they collide least."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import altair as alt

from components.widgets.common.theme import ink

_CELLS = 16
"""A chart is so many labels wide and high; points in one cell share a label."""
_ABOVE, _BELOW = -13, 15
_WIDTH = 150
"""Pixels, beyond which a name is cut off; the tooltip has it in full."""


@dataclass(frozen=True)
class Named:
    """A point of a chart."""

    x: float
    y: float
    name: str


def labels(points: Sequence[Named]) -> list[alt.Chart]:
    """Layers with a label for each spot.

    It begins right of its spot in the left half of the chart and ends left of it in the other; neighbours have theirs
    above and below in turn.
    """
    middle = (min(p.x for p in points) + max(p.x for p in points)) / 2
    spots = sorted(_spots(points), key=lambda spot: spot[0].x)
    rows = [{"x": spot[0].x, "y": spot[0].y, "label": ", ".join(p.name for p in spot)} for spot in spots]
    return [
        _text(row, "left" if spot[0].x <= middle else "right", _BELOW if number % 2 else _ABOVE)
        for number, (spot, row) in enumerate(zip(spots, rows, strict=True))
    ]


def _spots(points: Sequence[Named]) -> list[list[Named]]:
    spots: dict[tuple[int, int], list[Named]] = {}
    xs, ys = [p.x for p in points], [p.y for p in points]
    for point in points:
        spots.setdefault((_cell(point.x, xs), _cell(point.y, ys)), []).append(point)
    return list(spots.values())


def _cell(value: float, values: Sequence[float]) -> int:
    extent = max(values) - min(values)
    return round(_CELLS * (value - min(values)) / extent) if extent else 0


def _text(row: dict[str, object], align: Literal["left", "right"], dy: int) -> alt.Chart:
    chart: alt.Chart = (
        alt.Chart(alt.InlineData([row]))
        .mark_text(
            align=align, dx=8 if align == "left" else -8, dy=dy, fontSize=13, color=ink(), limit=_WIDTH
        )
        .encode(x="x:Q", y="y:Q", text="label:N")
    )
    return chart
