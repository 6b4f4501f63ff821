"""Many users of one portal at once: WebSocket clients that speak Streamlit's protocol, each with a clip of its own.

    python -m tests.benchmarks.many_users [--sessions 50] [--seconds 120]

Starts a portal with its embedded endpoint. Each session uploads a clip and has it transcribed again and again. Looked
at is whether anything but "Busy: place N in the queue" comes in the way, whether each text and sound is the session's
own, and what memory both processes have when all are gone, after a first round and after the last. Tables, then
everything as JSON in the last line. The exit code is 1 if something does not hold.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.many_users.crowd import Visit, visit
from tests.benchmarks.many_users.portal import REMEMBERED, Portal, portal

_MOST_GROWTH = 1.1
"""Of memory, from the first round to the last."""
_SPARE_THREADS = 4


def main() -> int:
    """Measures, prints, and returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sessions", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=120.0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, portal(Path(folder)) as running:
        first = visit(running.url, given.sessions, 0.0)
        before = _settled(running)
        last = visit(running.url, given.sessions, given.seconds)
        after = _settled(running)
        tracebacks = running.tracebacks
    return _report(first, last, before, after, tracebacks)


def _settled(running: Portal) -> dict[str, float]:
    """What it takes of the computer when it has forgotten all its visitors, which it does when another one leaves."""
    time.sleep(REMEMBERED + 5)
    visit(running.url, 1, 0.0)
    time.sleep(REMEMBERED + 5)
    return running.resources()


def _report(
    first: Visit, last: Visit, before: dict[str, float], after: dict[str, float], tracebacks: int
) -> int:
    holds = {
        **last.verdicts,
        "nor does the first round have an error": not first.faults,
        "the portal's log has no exception": not tracebacks,
        "memory is flat": all(
            after[f"{name} MB"] <= _MOST_GROWTH * before[f"{name} MB"] for name in _PROCESSES
        ),
        "no thread is left": all(
            after[f"{name} threads"] <= before[f"{name} threads"] + _SPARE_THREADS for name in _PROCESSES
        ),
    }
    _print("Visit", {name: value for name, value in last.as_dict().items() if name != "faults"})
    _print("When all are gone", {name: f"{before[name]:g} before, {after[name]:g} after" for name in before})
    _print("Holds", {name: "yes" if value else "NO" for name, value in holds.items()})
    for fault in last.faults[:10]:
        print(f"  {fault}")  # noqa: T201
    print(json.dumps({"visit": last.as_dict(), "before": before, "after": after, "holds": holds}))  # noqa: T201
    return 0 if all(holds.values()) else 1


_PROCESSES = ("portal", "endpoint")


def _print(title: str, rows: dict[str, object]) -> None:
    print(f"\n{title}")  # noqa: T201
    for name, value in rows.items():
        print(f"  {name:60} {value}")  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
