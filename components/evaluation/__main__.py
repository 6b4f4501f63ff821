"""`python -m components.evaluation`: measures the accuracy or the latency of endpoints."""

import sys

from components.interruption import run

sys.exit(run("components.evaluation.command.main"))
