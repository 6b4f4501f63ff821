"""The state of the portal: what works and what does not, also as text for a bug report."""
