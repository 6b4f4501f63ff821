"""`python -m components.endpoint_client`: transcribes files of any length."""

import sys

from components.interruption import run

sys.exit(run("components.endpoint_client.command"))
