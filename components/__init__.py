"""What the pages are made of; which module may import which stands in pyproject.toml."""

from components.redaction import redact_logs

# Here, since every process of the portal comes by: pages, commands, the embedded endpoint.
redact_logs()
