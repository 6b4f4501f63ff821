"""`python -m components.evaluation`: measures the accuracy or the latency of endpoints."""

import sys

from components.cli.interruption import run

sys.exit(run("components.cli.evaluate"))
