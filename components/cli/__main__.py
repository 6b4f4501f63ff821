"""`python -m components.cli`: one command of the portal."""

import sys

from components.cli.exit_codes import ExitCode

try:
    from components.cli.commands import main

    sys.exit(main())
except KeyboardInterrupt:
    # While the command line was imported; `main` answers later ones.
    sys.stderr.write("Cancelled.\n")
    sys.exit(ExitCode.CANCELLED)
