"""`make bench`: how fast the embedded endpoint is, beside faster-whisper in the same run, in turns.

    python -m tests.benchmarks.speed [--folder LibriSpeech/test-other] [--clips 8] [--rounds 2] [--requests 1000]

whisper-base, int8, all cores, language given. The endpoint is measured at the client, HTTP and boto3 included;
faster-whisper's `WhisperModel.transcribe` in this process, on samples that are decoded already. Clips come from the
small data set unless a folder is given. Tables first, then everything as JSON in the last line.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.speed.clips import clips
from tests.benchmarks.speed.latency import latencies
from tests.benchmarks.speed.memory import memory
from tests.benchmarks.speed.portal import portal
from tests.benchmarks.speed.rival import Rival
from tests.benchmarks.speed.stages import shares
from tests.benchmarks.speed.throughput import throughputs
from tests.benchmarks.speed.warm_start import warm_start

_CLIENTS = (1, 2, 4)


def main() -> None:
    """Measures and prints."""
    given = _arguments()
    spoken = clips(given.folder, given.clips)
    short = spoken["under 10 s"]
    rival = Rival()
    with portal() as endpoint:
        found: dict[str, Any] = {"latency": latencies(endpoint, rival, spoken, given.rounds)}
        _print("Seconds for a request", found["latency"])
        found["throughput"] = throughputs(endpoint, rival, short, _CLIENTS, 2 * given.rounds)
        _print("Clients at once, clips under 10 s, greedy", found["throughput"])
        found["shares"] = [
            {"clips": name, "beams": beams, **shares(endpoint, some, beams)}
            for name, some in spoken.items()
            for beams in (1, 5)
        ]
        _print("Shares of the time", found["shares"])
        if given.requests:
            found["memory"] = memory(endpoint, short, given.requests)
            _print("Resident memory in MB, median during each tenth of the requests", [found["memory"]])
    found["warm_start"] = warm_start(short[0])
    _print("The first request after loading", [found["warm_start"]])
    print(json.dumps(found))  # noqa: T201


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--folder", type=Path, help="a data set of short English clips")
    parser.add_argument("--clips", type=int, default=8, help="at most so many of each length")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--requests", type=int, default=1000, help="for the memory; 0 leaves it out")
    return parser.parse_args()


def _print(title: str, rows: Sequence[Mapping[str, Any]]) -> None:
    table = [list(rows[0]), *([_cell(value) for value in row.values()] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    print(f"\n{title}")  # noqa: T201
    for line in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)))  # noqa: T201


def _cell(value: object) -> str:
    if isinstance(value, list):
        return " ".join(f"{one:.0f}" for one in value)
    return f"{value:.3f}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    main()
