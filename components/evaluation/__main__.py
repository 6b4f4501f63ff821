"""`python -m components.evaluation`: measures the accuracy or the latency of endpoints."""

import sys

from components.evaluation.command.main import main

sys.exit(main())
