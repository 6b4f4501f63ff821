"""`python -m components.endpoint_client`: transcribes files of any length."""

import sys

from components.endpoint_client.command import main

sys.exit(main())
