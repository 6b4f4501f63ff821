"""How long the deploy page takes to open with the SageMaker SDK installed, as a ratio to without it.

    python -m tests.benchmarks.deploy_page [--rounds 5]

Each measurement is a fresh process, because what was imported once costs nothing the second time; "without" hides the
package from the import system. The two take turns.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys

from tests.paths import ROOT

HIDE = "import sys; sys.modules['sagemaker'] = None; "
OPEN = """
import time
from streamlit.testing.v1 import AppTest
started = time.perf_counter()
page = AppTest.from_file("app.py", default_timeout=120).switch_page("pages/deploy.py").run()
assert not page.exception and not page.error, (page.exception, page.error)
print(time.perf_counter() - started)
"""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    seconds: dict[str, list[float]] = {"with": [], "without": []}
    for _ in range(rounds):
        seconds["with"].append(opened(OPEN))
        seconds["without"].append(opened(HIDE + OPEN))
    medians = {name: round(statistics.median(times), 3) for name, times in seconds.items()}
    ratio = round(medians["with"] / medians["without"], 3)
    sys.stdout.write(json.dumps(medians | {"ratio": ratio}) + "\n")


def opened(program: str) -> float:
    """Seconds that the page takes in a fresh process."""
    environment = os.environ | {"PORTAL_EMBEDDED_PORT": "0", "AWS_EC2_METADATA_DISABLED": "true"}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return float(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    main()
