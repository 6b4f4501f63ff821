"""`python -m components.endpoint_client`: transcribes files of any length."""

import sys

from components.cli.interruption import run

sys.exit(run("components.cli.transcribe"))
