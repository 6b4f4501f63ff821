"""`python -m components.cli`: one command of the portal."""

import sys

from components.cli.exit_codes import ExitCode

try:
    from components.cli.commands import PROGRAM, app

    app(prog_name=PROGRAM)
except KeyboardInterrupt:
    # While the command line was imported; the commands answer later ones.
    sys.stderr.write("Cancelled.\n")
    sys.exit(ExitCode.CANCELLED)
