"""What the pages are made of; which module may import which stands in pyproject.toml."""

import os

from components.core.errors import PortalError
from components.core.redaction import redact_logs, redacted

# These stand here, since every process of the portal comes by: pages, commands, the embedded endpoint.
redact_logs()
PortalError.redact = staticmethod(redacted)
# Merely imported, these would report to their makers, and ONNX Runtime keeps a database for that in the user's home.
os.environ |= {"ORT_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
