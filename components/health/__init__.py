"""How the portal is: what works and what does not, and that as a text for a bug report."""
