"""How the portal is: its versions, what works and what does not, and both as a text for a bug report."""
