"""What the charts of a page show, as the browser gets it: each mark where its row of the data puts it."""

import json
from typing import Any

from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df
from streamlit.testing.v1 import AppTest


def drawn(app: AppTest, mark: str, *channels: str, chart: int = 0) -> list[tuple[Any, ...]]:
    """What each mark of that kind has in these channels of a chart, in the order of the data."""
    found = app.get("vega_lite_chart")[chart].proto
    data = {
        dataset.name: convert_arrow_bytes_to_pandas_df(dataset.data.data).to_dict("records")
        for dataset in found.datasets
    }
    spec = json.loads(found.spec)
    return [
        tuple(row[layer["encoding"][channel]["field"]] for channel in channels)
        for layer in spec.get("layer", [spec])
        if layer["mark"]["type"] == mark
        # Layers of the same data have it in common.
        for row in data[layer.get("data", spec.get("data"))["name"]]
    ]
