"""Names beside the points of a chart, where they collide least."""

from collections.abc import Sequence
from typing import Any

import altair as alt

from components.widgets.common.theme import ink

_CELLS = 16
"""A chart is so many labels wide and high; points in one cell share a label."""
_ABOVE, _BELOW = -13, 15
_WIDTH = 150
"""Pixels, beyond which a name is cut off; the tooltip has it in full."""


def labels(points: Sequence[tuple[float, float, str]]) -> list[alt.Chart]:
    """Layers with a label for each spot of points (x, y, name).

    It begins right of its spot in the left half of the chart and ends left of it in the other; neighbours have theirs
    above and below in turn.
    """
    xs, ys, _ = zip(*points, strict=True)
    spots: dict[tuple[int, int], list[tuple[float, float, str]]] = {}
    for x, y, name in sorted(points, key=lambda point: point[0]):
        spots.setdefault((_cell(x, xs), _cell(y, ys)), []).append((x, y, name))
    return [
        _text(spot, (min(xs) + max(xs)) / 2, _BELOW if number % 2 else _ABOVE)
        for number, spot in enumerate(spots.values())
    ]


def _cell(value: float, values: Sequence[float]) -> int:
    extent = max(values) - min(values)
    return round(_CELLS * (value - min(values)) / extent) if extent else 0


def _text(spot: Sequence[tuple[float, float, str]], middle: float, dy: int) -> alt.Chart:
    x, y, _ = spot[0]
    row = {"x": x, "y": y, "label": ", ".join(name for *_, name in spot)}
    side: dict[str, Any] = {"align": "left", "dx": 8} if x <= middle else {"align": "right", "dx": -8}
    text = alt.Chart({"values": [row]}).mark_text(dy=dy, fontSize=13, color=ink(), limit=_WIDTH, **side)
    chart: alt.Chart = text.encode(x="x:Q", y="y:Q", text="label:N")
    return chart
